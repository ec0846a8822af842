/** What a variable holds. A scalar is element 0 of itself, as in bash. */
export type Value =
  | { readonly kind: 'scalar'; text: string }
  | { readonly kind: 'indexed'; readonly items: Map<number, string> }
  | { readonly kind: 'associative'; readonly items: Map<string, string> };

export interface Variable {
  /** Undefined: declared, but unset. */
  value: Value | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  lower: boolean;
  upper: boolean;
  /** Declared as an array, never assigned. */
  bare?: boolean;
  /** The scalar is the name of the variable it stands for. */
  reference: boolean;
}

export type Attribute = 'exported' | 'readonly' | 'integer' | 'lower' | 'upper' | 'reference';

/** An assignment to a read-only variable. */
export class ReadonlyError extends Error {
  constructor(readonly variable: string) {
    super(`${variable}: readonly variable`);
    this.name = 'ReadonlyError';
  }
}

export function newVariable(value?: Value): Variable {
  return { value, exported: false, readonly: false, integer: false, lower: false, upper: false, reference: false };
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

function copyValue(value: Value | undefined): Value | undefined {
  switch (value?.kind) {
    case 'scalar':
      return { kind: 'scalar', text: value.text };
    case 'indexed':
      return { kind: 'indexed', items: new Map(value.items) };
    case 'associative':
      return { kind: 'associative', items: new Map(value.items) };
    default:
      return undefined;
  }
}

/** bash's own hash of an associative array's keys (FNV-1 over the bytes): it decides in which order they come out. */
function bucket(key: string): number {
  let hash = 2166136261;
  for (const byte of new TextEncoder().encode(key)) hash = (Math.imul(hash, 16777619) ^ byte) >>> 0;
  return hash & 1023;
}

/** Keys in the order in which bash lists them. Within a bucket the newest comes first. */
export function associativeKeys(items: ReadonlyMap<string, string>): string[] {
  return [...items.keys()]
    .map((key, index) => ({ key, index, bucket: bucket(key) }))
    .sort((a, b) => a.bucket - b.bucket || b.index - a.index)
    .map((entry) => entry.key);
}

export function indexedKeys(items: ReadonlyMap<number, string>): number[] {
  return [...items.keys()].sort((a, b) => a - b);
}

/** Keys of a value, as `${!name[@]}` gives them. */
export function keysOf(value: Value | undefined): string[] {
  if (!value) return [];
  if (value.kind === 'scalar') return ['0'];
  return value.kind === 'indexed' ? indexedKeys(value.items).map(String) : associativeKeys(value.items);
}

/** Elements of a value, as `${name[@]}` gives them. */
export function elementsOf(value: Value | undefined): string[] {
  if (!value) return [];
  if (value.kind === 'scalar') return [value.text];
  if (value.kind === 'indexed') return indexedKeys(value.items).map((key) => value.items.get(key) ?? '');
  return associativeKeys(value.items).map((key) => value.items.get(key) ?? '');
}

/** The shell's variables: global ones, and a scope for each function that runs (dynamic scoping). */
export class Variables {
  #scopes: Map<string, Variable>[];

  constructor(scopes: Map<string, Variable>[] = [new Map()]) {
    this.#scopes = scopes;
  }

  /** A copy that shares nothing: what a subshell gets. */
  clone(): Variables {
    return new Variables(
      this.#scopes.map((scope) => {
        const copy = new Map<string, Variable>();
        for (const [name, variable] of scope) copy.set(name, { ...variable, value: copyValue(variable.value) });
        return copy;
      }),
    );
  }

  get depth(): number {
    return this.#scopes.length;
  }

  pushScope(): void {
    this.#scopes.push(new Map());
  }

  popScope(): void {
    this.#scopes.pop();
  }

  /** The variable of that name, without following references. */
  direct(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const variable = this.#scopes[i]?.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** The name that a chain of references ends at; may carry a subscript. */
  target(name: string): string {
    let current = name;
    for (let i = 0; i < 16; i++) {
      const variable = this.direct(current);
      if (!variable?.reference || variable.value?.kind !== 'scalar' || variable.value.text === '') return current;
      current = variable.value.text;
    }
    return current;
  }

  find(name: string): Variable | undefined {
    return this.direct(this.target(name));
  }

  /** Finds or creates, in the scope where it lives (global if new). */
  ensure(name: string): Variable {
    const target = this.target(name);
    const found = this.direct(target);
    if (found) return found;
    const variable = newVariable();
    (this.#scopes[0] as Map<string, Variable>).set(target, variable);
    return variable;
  }

  /** Finds or creates in the innermost scope (`local`), or in the global one. */
  ensureIn(scope: 'local' | 'global', name: string): Variable {
    const map = this.#scopes[scope === 'local' ? this.#scopes.length - 1 : 0] as Map<string, Variable>;
    const found = map.get(name);
    if (found) return found;
    const variable = newVariable();
    map.set(name, variable);
    return variable;
  }

  /** Whether the innermost scope has it. */
  isLocal(name: string): boolean {
    return this.#scopes.length > 1 && this.#scopes[this.#scopes.length - 1]?.has(name) === true;
  }

  get(name: string): string | undefined {
    const value = this.find(name)?.value;
    if (!value) return undefined;
    if (value.kind === 'scalar') return value.text;
    return value.kind === 'indexed' ? value.items.get(0) : value.items.get('0');
  }

  /** Sets a plain text, keeping the variable's attributes. Throws ReadonlyError. */
  set(name: string, text: string): void {
    const variable = this.ensure(name);
    if (variable.readonly) throw new ReadonlyError(name);
    assignScalar(variable, text);
  }

  /** Sets regardless of `readonly`: for the shell's own variables. */
  force(name: string, text: string, exported?: boolean): void {
    const variable = this.ensure(name);
    assignScalar(variable, text);
    if (exported !== undefined) variable.exported = exported;
  }

  /** Removes a variable where it lives. Gives whether there was one. Throws ReadonlyError. */
  unset(name: string): boolean {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i];
      const variable = scope?.get(name);
      if (!scope || !variable) continue;
      if (variable.readonly) throw new ReadonlyError(name);
      // A local stays declared, so that the outer one doesn't show through within the function.
      if (i === this.#scopes.length - 1 && i > 0) scope.set(name, newVariable());
      else scope.delete(name);
      return true;
    }
    return false;
  }

  /** Names of all visible variables, sorted. */
  names(): string[] {
    const names = new Set<string>();
    for (const scope of this.#scopes) for (const name of scope.keys()) names.add(name);
    return [...names].sort();
  }

  /** What a child process gets. */
  environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const scope of this.#scopes) {
      for (const [name, variable] of scope) {
        if (variable.exported && variable.value?.kind === 'scalar') env[name] = variable.value.text;
        else if (Object.hasOwn(env, name) && !variable.exported) delete env[name];
      }
    }
    return env;
  }
}

function assignScalar(variable: Variable, text: string): void {
  const shaped = shape(variable, text);
  const { value } = variable;
  if (value?.kind === 'indexed') value.items.set(0, shaped);
  else if (value?.kind === 'associative') value.items.set('0', shaped);
  else variable.value = { kind: 'scalar', text: shaped };
}

/** Applies `declare -l` and `-u`. */
export function shape(variable: Variable, text: string): string {
  if (variable.lower) return text.toLowerCase();
  return variable.upper ? text.toUpperCase() : text;
}
