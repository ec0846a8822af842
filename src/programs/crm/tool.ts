import { type CibClient, type CibTarget, changeCib, cibTarget, readCib } from '../../pacemaker/cib/access';
import { CibError } from '../../pacemaker/cib/errors';
import type { CibOperation } from '../../pacemaker/cib/operations';
import { parseXml, XmlError } from '../../pacemaker/cib/parse';
import { PACEMAKER_VERSION } from '../../pacemaker/cib/version';
import type { Process, Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import { type GlibArguments, type GlibOption, OptionError, parseGlib, usageScreen } from './glib';
import { resultDocument } from './output';

/** Exit statuses that the tools use by name. */
export const EX = {
  ok: 0,
  error: 1,
  usage: 64,
  noInput: 66,
  noHost: 68,
  software: 70,
  config: 78,
  disconnected: 102,
  old: 103,
  noSuch: 105,
  unsafe: 107,
  exists: 108,
  multiple: 109,
  notYet: 111,
  expired: 110,
  indeterminate: 112,
  timeout: 124,
} as const;

/** A tool gives up: message for stderr (without the tool's name) and exit status. */
export class ToolError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** Options that every newer tool has. */
const COMMON: readonly GlibOption[] = [
  { name: 'help', letter: 'h', help: 'Show this screen' },
  { name: 'version', letter: '$', help: 'Show the version' },
  { name: 'verbose', letter: 'V', help: 'Tell more (may be repeated)' },
];
const OUTPUT: readonly GlibOption[] = [
  { name: 'output-as', value: 'required', placeholder: 'FORMAT', help: 'Output format' },
  { name: 'output-to', value: 'required', placeholder: 'DEST', help: 'File to write to' },
  { name: 'text-fancy' },
];

export interface ToolSpec {
  readonly name: string;
  readonly options: readonly GlibOption[];
  /** Knows `--output-as`. */
  readonly formatted?: boolean;
  /** Formats besides text and xml. */
  readonly formats?: readonly string[];
  /** What it is for, in a line. */
  readonly purpose: string;
  /** Letter of --help where it isn't `h`. */
  readonly helpLetter?: string;
  run(tool: Tool): Promise<number> | number;
}

/** One run of a tool: its arguments, its output, and the CIB that it works on. */
export class Tool {
  readonly process: Process;
  readonly name: string;
  readonly args: GlibArguments;
  readonly format: string;
  readonly target: CibTarget;
  /** What has been printed on stdout, or the children of the XML document. */
  readonly elements: Element[] = [];
  #text = '';
  readonly #errors: string[] = [];
  #stderr = '';
  #given: Element | null = null;

  /** The usage screen. */
  readonly usage: string;

  constructor(process: Process, name: string, args: GlibArguments, usage: string) {
    this.process = process;
    this.usage = usage;
    this.name = name;
    this.args = args;
    this.format = args.value('output-as') ?? 'text';
    this.target = cibTarget(process.env, process.cwd);
  }

  get isXml(): boolean {
    return this.format === 'xml';
  }

  get isLive(): boolean {
    return this.target.kind === 'live';
  }

  /** Who asks, for the CIB. CIB_user stands in for the real user where a file is worked on. */
  get client(): CibClient {
    const { credentials, env } = this.process;
    return {
      ...credentials,
      user: this.isLive ? credentials.user : (env.CIB_user ?? credentials.user),
      client: this.name,
    };
  }

  /** Unix time in ms. */
  get now(): number {
    const { world } = this.process;
    return world.epoch + world.now;
  }

  /** Text for stdout; XML output leaves it out. */
  print(text: string): void {
    if (!this.isXml) this.#text += text;
  }

  /** A line of text, or its element in XML output. */
  item(text: string, element: () => Element): void {
    if (this.isXml) this.elements.push(element());
    else this.#text += `${text}\n`;
  }

  /** A message on stderr with the tool's name; in XML output it becomes an `<error>`. */
  error(message: string): void {
    if (this.isXml) this.#errors.push(`${this.name}: ${message}`);
    else this.#stderr += `${this.name}: ${message}\n`;
  }

  /** A message without the tool's name: a line on stderr, an `<error>` in XML output. */
  report(message: string): void {
    if (this.isXml) this.#errors.push(message);
    else this.#stderr += `${message}\n`;
  }

  /** Text on stderr as it is. */
  complain(text: string): void {
    this.#stderr += text;
  }

  /** `CIB_file=-` is a CIB on standard input, to be read before anything else is done with it. */
  async readStandardInput(): Promise<void> {
    if (this.process.env.CIB_file !== '-' || this.process.env.CIB_shadow) return;
    try {
      this.#given = parseXml(await this.process.stdin.readAll(), { comments: true });
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
    }
  }

  readCib(): Element {
    if (this.#given) return this.#given;
    if (this.isLive) this.#countWork();
    return readCib(this.process.world, this.process.machineName, this.target, this.client);
  }

  /** The daemons' work for a client: elections look at how much a controller has done. */
  #countWork(): void {
    if (!this.process.machine.pacemaker) return;
    this.process.transact((_world, machine) => {
      if (machine.pacemaker) machine.pacemaker.controller.work++;
    });
  }

  change(operation: CibOperation): Element {
    return this.process.transact((world) =>
      changeCib(world, this.process.machineName, this.target, this.client, operation),
    );
  }

  async flush(status: number): Promise<void> {
    if (this.isXml) this.#text += resultDocument(this.process.argv, this.elements, status, this.#errors);
    if (this.#text !== '') await this.process.stdout.write(this.#text);
    if (this.#stderr !== '') await this.process.stderr.write(this.#stderr);
    this.#text = '';
    this.#stderr = '';
  }
}

/** Makes the program of a tool: reads its arguments, runs it, prints, and turns failures into messages and statuses. */
export function defineTool(spec: ToolSpec): Program {
  const options = [
    ...spec.options,
    ...COMMON.map((option) =>
      option.name === 'help' && spec.helpLetter !== undefined ? { ...option, letter: spec.helpLetter } : option,
    ),
    ...(spec.formatted ? OUTPUT : []),
    { name: 'help-all' },
  ];
  return async (process) => {
    let args: GlibArguments;
    try {
      args = parseGlib(process.argv, options);
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      await process.stderr.write(`${spec.name}: ${error.message}\n`);
      return EX.usage;
    }
    const tool = new Tool(process, spec.name, args, usageScreen(spec.name, spec.purpose, options));
    if (args.has('help') || args.has('help-all')) {
      await process.stdout.write(tool.usage);
      return EX.ok;
    }
    const formats = ['text', 'xml', 'none', ...(spec.formats ?? [])];
    if (!formats.includes(tool.format)) {
      await process.stderr.write(`${spec.name}: Error creating output format ${tool.format}: Unknown output format\n`);
      return EX.usage;
    }
    if (args.has('version')) {
      await process.stdout.write(versionText());
      return EX.ok;
    }
    let status: number;
    await tool.readStandardInput();
    try {
      status = await spec.run(tool);
    } catch (error) {
      if (error instanceof ToolError) {
        if (error.message !== '') tool.error(error.message);
        status = error.status;
      } else if (error instanceof CibError) {
        tool.error(`Error performing operation: ${error.message}`);
        status = error.status;
      } else throw error;
    }
    await tool.flush(status);
    return status;
  };
}

export function versionText(): string {
  return `Pacemaker ${PACEMAKER_VERSION.split('-')[0]}\nWritten by Andrew Beekhof and the Pacemaker project contributors\n`;
}
