/** One thing that is typed on a machine: a command line, with the lines of its heredocs. */
export interface ScriptStep {
  readonly machine: string;
  readonly user: string;
  readonly command: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** A script that can't be read; says where. */
export class ScriptError extends Error {}

const promptLine = /^(?:([a-z_][a-z0-9_-]*)@)?([a-z][a-z0-9-]*)([#$]) (.*)$/;

/**
 * Reads a script of the form `node1# command` (or `user@node1$ command`), a line each. The lines of a heredoc and the
 * continuation of a line that ends in `\` follow without prompt. Lines that begin with `# ` are comments.
 */
export function parseScript(text: string): ScriptStep[] {
  const steps: ScriptStep[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] as string).trimEnd();
    if (line === '' || line === '#' || line.startsWith('# ')) continue;
    const match = promptLine.exec(line);
    if (!match) throw new ScriptError(`line ${i + 1}: expected "machine# command", not: ${line}`);
    const start = i;
    let command = match[4] as string;
    while (command.endsWith('\\') && i + 1 < lines.length) command += `\n${lines[++i]}`;
    for (const delimiter of heredocs(command)) {
      for (;;) {
        const next = lines[++i];
        if (next === undefined) throw new ScriptError(`line ${start + 1}: heredoc "${delimiter}" has no end`);
        command += `\n${next}`;
        if (next.trim() === delimiter) break;
      }
    }
    steps.push({
      machine: match[2] as string,
      user: match[1] ?? (match[3] === '#' ? 'root' : 'student'),
      command,
      line: start + 1,
    });
  }
  return steps;
}

/** Delimiters of the heredocs that a command line opens; `<<` within quotes opens none. */
function heredocs(command: string): string[] {
  const parts = /\\.|'[^']*'|"(?:\\.|[^"\\])*"|<<<|<<-?\s*(['"]?)([A-Za-z_][A-Za-z0-9_]*)\1/gs;
  return [...command.matchAll(parts)].flatMap((match) => match[2] ?? []);
}
