import type { Pcs } from './context';

/** Asks for what `-u` and `-p` don't give, as the terminal or standard input answers. */
export async function askCredentials(pcs: Pcs): Promise<{ user: string; password: string }> {
  const user = pcs.options.value('-u') ?? (await ask(pcs, 'Username: ', true));
  const password = pcs.options.value('-p') ?? (await ask(pcs, 'Password: ', false));
  return { user, password };
}

async function ask(pcs: Pcs, prompt: string, echo: boolean): Promise<string> {
  const { stdin, tty } = pcs.process;
  pcs.raw(prompt);
  await pcs.flush();
  const hidden = !echo && stdin.isTerminal && tty !== null;
  if (hidden) tty.setEcho(false);
  try {
    return (await stdin.readLine()) ?? '';
  } finally {
    if (hidden) {
      tty.setEcho(true);
      pcs.raw('\n');
    }
  }
}

/** A question before something irrevocable: only a `y` or `yes` goes on. */
export async function confirm(pcs: Pcs, question: string): Promise<boolean> {
  pcs.rawNote(`${question}\nType 'yes' or 'y' to proceed, anything else to cancel: `);
  await pcs.flush();
  const answer = ((await pcs.process.stdin.readLine()) ?? '').trim().toLowerCase();
  if (answer === 'y' || answer === 'yes') return true;
  pcs.note('Canceled');
  return false;
}
