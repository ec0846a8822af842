import type { HttpRequest } from '../../network/http';
import type { Directory } from '../../world/file';
import type { Machine } from '../../world/machine';
import { fileSize } from '../files';
import { flavourOf } from './flavour';

export const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  410: 'Gone',
  500: 'Internal Server Error',
};

function explanation(status: number, location: string | null, path: string): string {
  switch (status) {
    case 301:
    case 302:
    case 303:
      return `<p>The document has moved <a href="${location ?? ''}">here</a>.</p>`;
    case 400:
      return '<p>Your browser sent a request that this server could not understand.<br />\n</p>';
    case 403:
      return "<p>You don't have permission to access this resource.</p>";
    case 404:
      return '<p>The requested URL was not found on this server.</p>';
    case 405:
      return `<p>The requested method is not allowed for ${path}.</p>`;
    default:
      return '<p>The server encountered an internal error.</p>';
  }
}

/** The server's own page for a status. */
export function errorPage(machine: Machine, request: HttpRequest, status: number, location: string | null): string {
  const { product, signature } = flavourOf(machine);
  const title = REASONS[status] ?? '';
  const name = request.host.replace(/:\d+$/, '');
  const foot = signature ? `<hr>\n<address>${product} Server at ${name} Port ${request.port}</address>\n` : '';
  return `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>${status} ${title}</title>
</head><body>
<h1>${title}</h1>
${explanation(status, location, request.path)}
${foot}</body></html>
`;
}

/** What the status handler shows, as far as somebody who looks for signs of life needs it. */
export function statusPage(machine: Machine, request: HttpRequest): string {
  const { product, workers } = flavourOf(machine);
  if (/\?.*auto/.test(request.path)) {
    return `${request.host}\nServerVersion: ${product}\nServerMPM: event\nBusyWorkers: 1\nIdleWorkers: ${workers * 25 - 1}\n`;
  }
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html><head>
<title>Apache Status</title>
</head><body>
<h1>Apache Server Status for ${request.host} (via ${request.address})</h1>

<dl><dt>Server Version: ${product}</dt>
<dt>Server MPM: event</dt>
</dl><hr /><dl>
<dt>1 requests currently being processed, ${workers * 25 - 1} idle workers</dt>
</dl>
</body></html>
`;
}

/** A directory's listing. */
export function indexPage(path: string, directory: Directory): string {
  const rows = Object.entries(directory.entries)
    .filter(([name]) => !name.startsWith('.'))
    .sort(([first], [second]) => (first < second ? -1 : 1))
    .map(([name, inode]) => {
      const shown = inode.kind === 'directory' ? `${name}/` : name;
      const time = new Date(inode.mtime).toISOString().slice(0, 16).replace('T', ' ');
      const size = inode.kind === 'directory' ? '- ' : String(fileSize(inode));
      return `<tr><td><a href="${shown}">${shown}</a></td><td align="right">${time}  </td><td align="right">${size}</td></tr>\n`;
    });
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of ${path}</title>
 </head>
 <body>
<h1>Index of ${path}</h1>
  <table>
${rows.join('')}</table>
</body></html>
`;
}
