import type { Machine } from '../../world/machine';

/** What the distributions' builds of the server differ in. */
export interface Flavour {
  /** Name of the program and of its processes. */
  readonly name: 'httpd' | 'apache2';
  readonly root: string;
  readonly config: string;
  readonly pidFile: string;
  /** What it calls itself in headers and logs. */
  readonly product: string;
  readonly workers: number;
  /** Whether error pages end with the server's name. */
  readonly signature: boolean;
}

const HTTPD: Flavour = {
  name: 'httpd',
  root: '/etc/httpd',
  config: '/etc/httpd/conf/httpd.conf',
  pidFile: '/run/httpd/httpd.pid',
  product: 'Apache/2.4.53 (CentOS Stream)',
  workers: 4,
  signature: false,
};

const APACHE2: Flavour = {
  name: 'apache2',
  root: '/etc/apache2',
  config: '/etc/apache2/apache2.conf',
  pidFile: '/run/apache2/apache2.pid',
  product: 'Apache/2.4.62 (Debian)',
  workers: 2,
  signature: true,
};

export function flavourOf(machine: Machine): Flavour {
  return machine.distribution === 'debian-12' ? APACHE2 : HTTPD;
}
