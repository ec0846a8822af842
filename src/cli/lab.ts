import { LabError } from '../lab/lab';
import { type Finding, type Proof, prove } from '../lab/prover';
import { parseArguments } from './arguments';
import { CliError } from './failure';
import { labCatalogue } from './labs';

/** `quorate lab list|check`. */
export async function labCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    json: { type: 'boolean', default: false },
    labs: { type: 'string' },
  });
  const [action, ...ids] = positionals;
  const catalogue = labCatalogue(values.labs);
  if (action === 'list' && ids.length === 0) {
    for (const lab of catalogue.labs) {
      process.stdout.write(
        values.json ? `${JSON.stringify(lab)}\n` : `${lab.id.padEnd(20)} ${lab.title.en} · ${lab.title.ko}\n`,
      );
    }
    return 0;
  }
  if (action !== 'check') throw new CliError('lab takes "list" or "check [ID...]"');
  const known = catalogue.labs.map((lab) => lab.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new CliError(`there is no lab "${unknown}"; there are: ${known.join(', ')}`);
  let good = true;
  for (const id of ids.length > 0 ? ids : known) {
    const proof = await proveOne(id, catalogue, values.json);
    good = proof.holds && good;
    if (values.json) process.stdout.write(`${JSON.stringify(proof)}\n`);
    else process.stdout.write(`${id}: ${proof.holds ? 'proved' : 'NOT proved'}\n`);
  }
  return good ? 0 : 1;
}

async function proveOne(id: string, catalogue: ReturnType<typeof labCatalogue>, quiet: boolean): Promise<Proof> {
  const report = (finding: Finding) => {
    if (!quiet)
      process.stdout.write(
        `  ${finding.holds ? 'ok  ' : 'FAIL'} ${finding.demand}${finding.detail ? `: ${finding.detail}` : ''}\n`,
      );
  };
  try {
    return await prove(await catalogue.lab(id), { find: (other) => catalogue.lab(other), report });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const findings = error.problems.map((problem) => ({
      demand: 'the lab can be read',
      holds: false,
      detail: problem,
    }));
    findings.forEach(report);
    return { lab: id, holds: false, findings };
  }
}
