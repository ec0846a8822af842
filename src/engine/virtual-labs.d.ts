declare module 'virtual:labs' {
  export const labs: readonly { id: string; title: { ko: string; en: string }; world: string; after: string | null }[];
  export function read(id: string): Promise<Record<string, string>>;
}
