declare module 'virtual:start-worlds' {
  /** Addresses of prebuilt start worlds by name. */
  export const prebuilt: Readonly<Record<string, string>>;
}
