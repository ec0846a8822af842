import { type ParseArgsConfig, parseArgs } from 'node:util';
import { CliError } from './failure';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Node's argument parser with our error. Throws CliError. */
export function parseArguments<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error));
  }
}
