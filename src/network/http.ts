import type { World } from '../world/world';

/** An HTTP request as it arrives at a simulated server. */
export interface HttpRequest {
  method: string;
  /** Host header. */
  host: string;
  /** Path with query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  tls: boolean;
  /** Address and port that it came to. */
  address: string;
  port: number;
  /** Address that it came from. */
  client: string;
}

export interface HttpResponse {
  status: number;
  reason: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Answers requests to one kind of server on a machine, on a draft: servers write logs. Null: it closes the connection without
 * a word.
 */
export type HttpResponder = (world: World, machine: string, request: HttpRequest) => HttpResponse | null;

interface Registration {
  respond: HttpResponder;
  /** The server speaks TLS on these ports, with a certificate that it signed itself. */
  tlsPorts: readonly number[];
}

const responders = new Map<string, Registration>();

/**
 * Registers who answers HTTP for the sockets of a process name (`httpd`, `nginx`). Code, not truth: called when a room
 * is loaded, before any world runs.
 */
export function registerResponder(process: string, respond: HttpResponder, tlsPorts: readonly number[] = []): void {
  responders.set(process, { respond, tlsPorts });
}

export function responderOf(process: string): Registration | undefined {
  return responders.get(process);
}
