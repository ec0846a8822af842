import type { ProgramTable } from '../../shell/process';
import { cp, ln, mv } from './copy';
import {
  arch,
  date,
  du,
  install,
  mktemp,
  nproc,
  printenv,
  pwd,
  readlink,
  realpath,
  statProgram,
  truncate,
  uname,
} from './facts';
import { basename, cut, dirname, echo, fail, nl, seq, sort, succeed, tr, uniq, yes } from './filters';
import { find } from './find';
import { grep } from './grep';
import { libraryProgram } from './library';
import { ls } from './list';
import { chgrp, chmod, chown } from './ownership';
import { paste } from './paste';
import { logname, sync, users } from './sessions';
import { cat, head, rev, tac, tail, tee, wc } from './text';
import { mkdir, rm, rmdir, touch } from './tree';

const fromLibrary = [
  'awk',
  'sed',
  'jq',
  'diff',
  'column',
  'comm',
  'join',

  'fold',
  'expand',
  'unexpand',
  'od',
  'base64',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'split',
  'strings',
  'file',
  'tree',
  'expr',
];

/** Programs of coreutils, grep, findutils and their like. */
export const programs: ProgramTable = {
  arch,
  basename,
  cat,
  chgrp,
  chmod,
  chown,
  cp,
  cut,
  date,
  dirname,
  du,
  echo,
  false: fail,
  find,
  grep,
  egrep: grep,
  fgrep: grep,
  head,
  install,
  ln,
  logname,
  ls,
  mkdir,
  mktemp,
  mv,
  nl,
  nproc,
  paste,
  printenv,
  pwd,
  readlink,
  realpath,
  rev,
  rm,
  rmdir,
  seq,
  sort,
  stat: statProgram,
  sync,
  tac,
  tail,
  tee,
  touch,
  tr,
  true: succeed,
  truncate,
  uname,
  uniq,
  users,
  wc,
  yes,
  ...Object.fromEntries(fromLibrary.map((name) => [name, libraryProgram(name)])),
  gawk: libraryProgram('awk'),
};
