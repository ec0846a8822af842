import { CliError } from './failure';

const USAGE = `Usage: quorate run [--world NAME] [--seed N] [--json] FILE|-
       quorate conformance AREA --data DIR [--json] [--failures N] [--filter TEXT]
       quorate lab list [--json]
       quorate lab check [ID...] [--json]
       quorate bench [NAME...] [--data DIR] [--json]

  run          plays a transcript ("node1# command" lines, or JSON lines) in a simulated world
  conformance  replays recordings of the real tools: scheduler, pcs, pcs-course, cli, cluster, host, course
  lab          lists the labs, or proves that they are solvable and that their grading can fail
  bench        measures the engine
`;

/** The `quorate` command. Gives its exit status: 0 good, 1 something failed, 2 a wrong call. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  try {
    switch (command) {
      case 'run':
        return await (await import('./run')).runCommand(rest);
      case 'conformance':
        return await (await import('./conformance')).conformanceCommand(rest);
      case 'lab':
        return await (await import('./lab')).labCommand(rest);
      case 'bench':
        return await (await import('./bench')).benchCommand(rest);
      case undefined:
      case '-h':
      case '--help':
        process.stdout.write(USAGE);
        return command === undefined ? 2 : 0;
      default:
        throw new CliError(`there is no command "${command}"\n\n${USAGE}`);
    }
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    process.stderr.write(`quorate: ${error.message.trimEnd()}\n`);
    return 2;
  }
}
