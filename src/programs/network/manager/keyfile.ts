/** A keyfile (GLib's, as in *.nmconnection): sections in order, each with its keys in order. */
export type Keyfile = Map<string, Map<string, string>>;

/** Reads a keyfile. Null when a line is none of section, key or comment. */
export function parseKeyfile(text: string): Keyfile | null {
  const file: Keyfile = new Map();
  let section: Map<string, string> | null = null;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const head = /^\[([^[\]]+)\]$/.exec(line);
    if (head) {
      const name = head[1] ?? '';
      section = file.get(name) ?? new Map();
      file.set(name, section);
      continue;
    }
    const at = line.indexOf('=');
    if (at < 1 || !section) return null;
    section.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return file;
}

export function formatKeyfile(file: Keyfile): string {
  const sections: string[] = [];
  for (const [name, keys] of file) {
    sections.push(`[${name}]\n${[...keys].map(([key, value]) => `${key}=${value}\n`).join('')}`);
  }
  return sections.join('\n');
}

/** Long names of settings and the names that their sections have in a keyfile. */
const ALIASES: Readonly<Record<string, string>> = {
  '802-3-ethernet': 'ethernet',
  '802-11-wireless': 'wifi',
};

/** Name of the section that a setting is kept in. */
export function sectionName(setting: string): string {
  return ALIASES[setting] ?? setting;
}
