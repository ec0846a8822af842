import type { SignalName } from '../process';
import { isSignalName } from '../signals';
import { INTERRUPT } from './errors';
import type { Shell } from './shell';

/** What `trap` has set, and which trapped signals have come. */
export class TrapTable {
  /** Commands by name: signals without `SIG`, and the pseudo conditions. Empty text: ignored. */
  readonly commands = new Map<string, string>();
  /** Traps of the parent that a subshell only shows. */
  readonly shown = new Map<string, string>();
  /** Signals that came and whose command hasn't run yet. */
  readonly pending: SignalName[] = [];
  /** A deadly signal came to a shell that has an EXIT trap. */
  fatal: SignalName | null = null;

  /** A subshell's: traps are reset, ignored signals stay ignored. */
  inherited(shell: Shell): TrapTable {
    const copy = new TrapTable();
    for (const [name, command] of this.commands) {
      if (command === '') copy.commands.set(name, '');
      copy.shown.set(name, command);
    }
    if (shell.options.has('errtrace')) {
      const error = this.commands.get('ERR');
      if (error !== undefined) copy.commands.set('ERR', error);
    }
    return copy;
  }

  /** Sets a trap; null restores the default. */
  set(shell: Shell, name: string, command: string | null): void {
    this.shown.clear();
    if (command === null) this.commands.delete(name);
    else this.commands.set(name, command);
    if (name === 'EXIT') {
      this.#armFatal(shell);
      return;
    }
    if (!isSignalName(name) || name === 'KILL' || name === 'STOP') return;
    this.#arm(shell, name, command);
  }

  #arm(shell: Shell, name: SignalName, command: string | null): void {
    const { core } = shell;
    if (command === null) {
      core.ignored.delete(name);
      core.handlers.delete(name);
      if (shell.interactive) protectInteractive(shell);
      else this.#armFatal(shell);
    } else if (command === '') {
      core.handlers.delete(name);
      core.ignored.add(name);
    } else {
      core.ignored.delete(name);
      core.handlers.set(name, () => {
        this.pending.push(name);
        core.childChanged.wake();
      });
    }
  }

  /** A shell with an EXIT trap runs it also when a deadly signal comes. */
  #armFatal(shell: Shell): void {
    if (shell.interactive) return;
    for (const name of ['HUP', 'INT', 'TERM', 'QUIT'] as const) {
      if (this.commands.has(name)) continue;
      if (!this.commands.has('EXIT')) shell.core.handlers.delete(name);
      else {
        shell.core.handlers.set(name, () => {
          this.fatal = name;
          shell.core.childChanged.wake();
          shell.view.task.interrupt(INTERRUPT);
        });
      }
    }
  }
}

/** What an interactive shell does with signals by itself. */
export function protectInteractive(shell: Shell): void {
  const { core, traps } = shell;
  for (const name of ['TERM', 'QUIT', 'TSTP', 'TTIN', 'TTOU'] as const) {
    // Handled rather than ignored: children must not inherit it.
    if (!traps.commands.has(name)) core.handlers.set(name, () => {});
  }
  if (!traps.commands.has('INT')) {
    core.handlers.set('INT', () => {
      shell.interrupted = true;
      shell.view.task.interrupt(INTERRUPT);
    });
  }
}
