import { FileError, lookup, readFile, writeFile } from '../../../machine/files';
import type { CibTarget } from '../../../pacemaker/cib/access';
import { formatXml } from '../../../pacemaker/cib/format';
import { parseXml } from '../../../pacemaker/cib/parse';
import { childNamed, copyElement } from '../../../pacemaker/cib/xml';
import type { Process } from '../../../shell/process';
import type { Element } from '../../../world/xml';
import { CommandFailure } from '../failure';
import { applyOperation } from './apply';
import { sameElement } from './compare';

/** Where a pcs call finds the CIB: the running cluster, or the file given with `-f`. */
export interface CibStore {
  /** Path given with `-f`; null for the live CIB. */
  readonly file: string | null;
  /** Makes the file where it doesn't exist; nothing to do for a cluster. */
  prepare(): void;
  /** A private copy of the whole CIB. Throws CommandFailure `unable to get cib`. */
  load(): Promise<Element>;
  /** Replaces the CIB by a changed copy of what `load` gave; raises its epoch where the configuration differs. */
  save(cib: Element): Promise<void>;
}

/** What pcs writes into a file of `-f` that doesn't exist yet. */
const EMPTY = `
        <cib admin_epoch="0" epoch="1" num_updates="1" validate-with="pacemaker-3.1">
          <configuration>
            <crm_config/>
            <nodes/>
            <resources/>
            <constraints/>
          </configuration>
          <status/>
        </cib>
    `;

/** The CIB in a file. */
export class FileStore implements CibStore {
  readonly #path: string;
  #loaded: Element | null = null;

  constructor(
    readonly process: Process,
    readonly file: string,
  ) {
    this.#path = file.startsWith('/') ? file : `${process.cwd}/${file}`;
  }

  /** Makes the file where it doesn't exist. Every command with `-f` begins so. */
  prepare(): void {
    const { process } = this;
    try {
      if (lookup(process.machine, this.#path, { as: process.credentials })) return;
      process.transact((world, machine) => {
        writeFile(machine, this.#path, EMPTY, { as: process.credentials, time: world.epoch + world.now });
      });
    } catch (failure) {
      if (!(failure instanceof FileError)) throw failure;
      const number = failure.code === 'EACCES' ? 13 : failure.code === 'EISDIR' ? 21 : 2;
      throw new CommandFailure(
        `Unable to write to file: '${this.file}': '[Errno ${number}] ${failure.text}: '${this.file}''`,
      );
    }
  }

  async load(): Promise<Element> {
    this.prepare();
    try {
      const cib = parseXml(readFile(this.process.machine, this.#path, this.process.credentials));
      if (cib.name !== 'cib') throw new CommandFailure('unable to get cib');
      this.#loaded = copyElement(cib);
      return cib;
    } catch {
      throw new CommandFailure('unable to get cib');
    }
  }

  async save(cib: Element): Promise<void> {
    if (this.#loaded && sameElement(this.#loaded, cib)) return;
    const configuration = childNamed(cib, 'configuration');
    const upgraded = this.#loaded && this.#loaded.attributes['validate-with'] !== cib.attributes['validate-with'];
    if (!configuration || upgraded) this.#write(cib);
    else {
      const target: CibTarget = { kind: 'file', path: this.#path };
      applyOperation(this.process, target, { kind: 'replace', section: 'configuration', input: configuration });
    }
    this.#loaded = copyElement(cib);
  }

  /** Writes the whole CIB, one epoch further. */
  #write(cib: Element): void {
    const { process } = this;
    const counted = { ...cib.attributes, epoch: String(Number(cib.attributes.epoch ?? '0') + 1), num_updates: '0' };
    const text = formatXml({ ...cib, attributes: counted });
    process.transact((world, machine) => {
      writeFile(machine, this.#path, text, { as: process.credentials, time: world.epoch + world.now });
    });
  }
}
