/** A file that a package brings. Paths are as on CentOS; `placement.ts` moves them for Debian. */
export interface PackageFile {
  path: string;
  kind: 'file' | 'directory' | 'symlink';
  /** Text of a file, or target of a symlink. */
  content: string;
  /** Size in bytes where the content isn't kept (programs, libraries). */
  size?: number;
  /** Key in the program registry. */
  program?: string;
  mode: number;
  /** Owner and group by name; default root. */
  owner?: string;
  group?: string;
  /** Kept on removal and on update when the administrator changed it. */
  config?: boolean;
}

export interface PackageUser {
  name: string;
  uid: number;
  group: string;
  comment: string;
  home: string;
  shell: string;
  /** Supplementary groups. */
  groups?: readonly string[];
}

export interface PackageGroup {
  name: string;
  gid: number;
}

export type RepositoryId = 'baseos' | 'appstream' | 'crb' | 'highavailability' | 'resilientstorage' | 'extras-common';

/** A package as a repository offers it. */
export interface Package {
  name: string;
  /** `[epoch:]version-release` of the newest one. */
  version: string;
  /** What the installation image has, where that is older than the repository. */
  imageVersion?: string;
  architecture: 'x86_64' | 'noarch';
  repository: RepositoryId;
  /** Download size in KiB. */
  download: number;
  /** Installed size in KiB. */
  installed: number;
  summary: string;
  license?: string;
  url?: string;
  /** Source package without suffix; default `name-version`. */
  source?: string;
  /** Names of packages or of what they provide. */
  requires?: readonly string[];
  /** Installed along unless switched off; not an error when missing. */
  recommends?: readonly string[];
  /** Further names it can be asked for. */
  provides?: readonly string[];
  /** Can't be installed together with these. */
  conflicts?: readonly string[];
  users?: readonly PackageUser[];
  groups?: readonly PackageGroup[];
  files?: readonly PackageFile[];
  /** Units that the distribution's preset enables at installation. */
  presets?: readonly string[];
}

/** Programs in one directory; the registry key is the file's name. */
export function programs(directory: string, names: string): PackageFile[] {
  return names
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => program(`${directory}/${name}`, name));
}

/** One program whose registry key isn't its file's name. */
export function program(path: string, key: string, options: { mode?: number; size?: number } = {}): PackageFile {
  // Sizes differ from file to file as real ones do, but need not be the real ones.
  const size = options.size ?? 15_000 + ((path.length * 7919 + path.charCodeAt(path.length - 1) * 613) % 90_000);
  return { path, kind: 'file', content: '', size, program: key, mode: options.mode ?? 0o755 };
}

/** A text file. */
export function textFile(path: string, content: string, options: Partial<PackageFile> = {}): PackageFile {
  return { path, kind: 'file', content, mode: 0o644, ...options };
}

/** A configuration file: the administrator's once installed. */
export function configFile(path: string, content: string, options: Partial<PackageFile> = {}): PackageFile {
  return textFile(path, content, { config: true, ...options });
}

export function directory(path: string, options: Partial<PackageFile> = {}): PackageFile {
  return { path, kind: 'directory', content: '', mode: 0o755, ...options };
}

export function symlink(path: string, target: string): PackageFile {
  return { path, kind: 'symlink', content: target, mode: 0o777 };
}

/** A unit file in the distribution's unit directory. */
export function unitFile(name: string, content: string): PackageFile {
  return textFile(`/usr/lib/systemd/system/${name}`, content);
}

/** A binary that isn't run by the simulation: a daemon that only is there, a library's helper. */
export function binary(path: string, size = 120_000): PackageFile {
  return { path, kind: 'file', content: '', size, mode: 0o755 };
}
