import { escapePattern } from './pattern';

/** One word after expansion, before pathname expansion and quote removal. */
export interface Field {
  /** The text as it is. */
  text: string;
  /** The text as a pattern: what was quoted is escaped. */
  pattern: string;
  /** There is a field even where the text is empty (`""`). */
  present: boolean;
}

/** Puts the fields of a word together. */
export class FieldBuilder {
  readonly fields: Field[] = [];
  #current: Field = { text: '', pattern: '', present: false };

  constructor(
    /** Value of IFS; null: no splitting. */
    readonly ifs: string | null,
  ) {}

  /** Text that means itself. */
  quoted(text: string): void {
    this.#current.text += text;
    this.#current.pattern += escapePattern(text);
    this.#current.present = true;
  }

  /** Text of the word itself, unquoted: special in patterns. */
  active(text: string): void {
    this.#current.text += text;
    this.#current.pattern += text;
    if (text !== '') this.#current.present = true;
  }

  /** An unquoted expansion's result: split at IFS. */
  split(text: string): void {
    const { ifs } = this;
    if (ifs === null || ifs === '') {
      this.active(text);
      return;
    }
    const isSpace = (c: string) => (c === ' ' || c === '\t' || c === '\n') && ifs.includes(c);
    const isMark = (c: string) => ifs.includes(c) && !isSpace(c);
    let i = 0;
    const skipSpace = () => {
      while (i < text.length && isSpace(text[i] as string)) i++;
    };
    while (i < text.length) {
      const c = text[i] as string;
      if (isSpace(c)) {
        skipSpace();
        if (i < text.length && isMark(text[i] as string)) {
          i++;
          skipSpace();
          this.end(true);
        } else this.end(false);
      } else if (isMark(c)) {
        i++;
        skipSpace();
        this.end(true);
      } else {
        let end = i;
        while (end < text.length && !ifs.includes(text[end] as string)) end++;
        this.active(text.slice(i, end));
        i = end;
      }
    }
  }

  /** Ends the present field. `force`: even an empty one counts. */
  end(force: boolean): void {
    if (force || this.#current.present) {
      this.#current.present = true;
      this.fields.push(this.#current);
    }
    this.#current = { text: '', pattern: '', present: false };
  }

  finish(): Field[] {
    this.end(false);
    return this.fields;
  }
}
