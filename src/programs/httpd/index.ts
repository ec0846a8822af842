import type { ProgramTable } from '../../shell/process';

/** Programs of the web server. */
export const programs: ProgramTable = {
  apache2: { load: async () => (await import('./httpd')).httpd },
  apachectl: { load: async () => (await import('./httpd')).apachectl },
  httpd: { load: async () => (await import('./httpd')).httpd },
};
