declare module 'virtual:labs' {
  export const labs: readonly { id: string; title: { ko: string; en: string }; world: string; prepared: boolean }[];
  export function read(id: string): Promise<Record<string, string>>;
}
