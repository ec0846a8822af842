/** What a CIB operation can fail with; the names are errno's where there is one. */
export type CibErrorCode =
  | 'EPERM'
  | 'ENOENT'
  | 'ENXIO'
  | 'EACCES'
  | 'EEXIST'
  | 'EINVAL'
  | 'ENOTCONN'
  | 'EPROTO'
  | 'ETIME'
  | 'schema'
  | 'old'
  | 'diff'
  | 'no-quorum'
  | 'schema-unchanged'
  | 'bad-name-value';

interface CibErrorFacts {
  /** `pcmk_strerror` text. */
  message: string;
  /** Exit status of a tool that fails with it. */
  status: number;
}

const FACTS: Readonly<Record<CibErrorCode, CibErrorFacts>> = {
  EPERM: { message: 'Operation not permitted', status: 4 },
  ENOENT: { message: 'No such file or directory', status: 66 },
  ENXIO: { message: 'No such device or address', status: 105 },
  EACCES: { message: 'Permission denied', status: 4 },
  EEXIST: { message: 'File exists', status: 108 },
  EINVAL: { message: 'Invalid argument', status: 70 },
  ENOTCONN: { message: 'Transport endpoint is not connected', status: 102 },
  EPROTO: { message: 'Protocol error', status: 71 },
  ETIME: { message: 'Timer expired', status: 124 },
  schema: { message: 'Update does not conform to the configured schema', status: 78 },
  old: { message: 'Update was older than existing configuration', status: 103 },
  diff: { message: 'Application of update diff failed', status: 65 },
  'no-quorum': { message: 'Operation requires quorum', status: 106 },
  'schema-unchanged': { message: 'Schema is already the latest available', status: 1 },
  'bad-name-value': { message: 'Bad name/value pair given', status: 1 },
};

/** A CIB operation that failed as the real one would. */
export class CibError extends Error {
  /** Exit status of the tools for it. */
  readonly status: number;

  constructor(
    readonly code: CibErrorCode,
    /** What the tools print besides: the refused CIB, the `<failed>` element, schema errors. */
    readonly details: { stdout?: string; stderr?: string } = {},
  ) {
    super(FACTS[code].message);
    this.name = 'CibError';
    this.status = FACTS[code].status;
  }
}
