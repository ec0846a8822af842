import { characterWidth, visible } from './width';

/** A place on the screen, relative to where the prompt begins. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Takes `\x01…\x02` (what doesn't take room) out of a prompt: what to print, and what counts. */
export function splitPrompt(prompt: string): { printed: string; counted: string } {
  const printed = prompt.replace(/[\x01\x02]/g, '');
  const counted = prompt
    .replace(/\x01[^\x02]*\x02/g, '')
    .replace(/[\x01\x02]/g, '')
    .replace(/\x1b\[[0-9;?]*[@-~]|\x1b\][^\x07]*\x07/g, '');
  return { printed, counted };
}

/** Where the cursor is after `text`, begun at `start`, on a screen of so many columns. */
export function advance(text: string, start: Place, columns: number): Place {
  let { row, column } = start;
  for (const character of text) {
    if (character === '\n') {
      row++;
      column = 0;
      continue;
    }
    if (character === '\r') {
      column = 0;
      continue;
    }
    // Shown as `^X`, which may be cut by the margin.
    const widths = characterWidth(character) === 2 && character < ' ' ? [1, 1] : [characterWidth(character)];
    for (const width of widths) {
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
    }
  }
  // A full row: the cursor hangs at the margin, and goes to the next row with the next character.
  if (column >= columns) return { row: row + 1, column: 0 };
  return { row, column };
}

/** Draws a prompt and a line, and knows where the cursor stands. */
export class LineDisplay {
  #cursorRow = 0;
  #shown = '';
  #cursor = 0;

  constructor(
    public prompt: string,
    public columns: number,
  ) {}

  /** The first drawing, at the beginning of a row. */
  start(): string {
    this.#cursorRow = this.#end('').row;
    this.#shown = '';
    this.#cursor = 0;
    return splitPrompt(this.prompt).printed + this.#margin(this.#end(''), '');
  }

  #end(text: string): Place {
    const { counted } = splitPrompt(this.prompt);
    return advance(shownText(text), advance(counted, { row: 0, column: 0 }, this.columns), this.columns);
  }

  /** At the margin the terminal waits with the wrap: a space and a return make it happen. */
  #margin(place: Place, text: string): string {
    if (place.column > 0 || place.row === 0 || text.endsWith('\n')) return '';
    const { counted } = splitPrompt(this.prompt);
    return (counted + text).endsWith('\n') ? '' : ' \r';
  }

  /** What to print so that `line` stands on the screen with the cursor at `cursor` (an index into it). */
  update(line: string, cursor: number): string {
    const appended = line.slice(this.#shown.length);
    const plain =
      this.#cursor === this.#shown.length && cursor === line.length && line.startsWith(this.#shown) && appended !== '';
    let output: string;
    if (plain) output = shownText(appended);
    else if (line === this.#shown) {
      const output2 = this.#move(this.#end(line.slice(0, this.#cursor)), this.#end(line.slice(0, cursor)));
      this.#cursor = cursor;
      this.#cursorRow = this.#end(line.slice(0, cursor)).row;
      return output2;
    } else output = `${this.#toStart()}\x1b[J${splitPrompt(this.prompt).printed}${shownText(line)}`;
    const end = this.#end(line);
    output += this.#margin(end, shownText(line));
    const target = this.#end(line.slice(0, cursor));
    output += this.#move(end, target);
    this.#shown = line;
    this.#cursor = cursor;
    this.#cursorRow = target.row;
    return output;
  }

  /** Moves to below the line, as before a command's output. */
  finish(): string {
    const output = this.#move(this.#end(this.#shown.slice(0, this.#cursor)), this.#end(this.#shown));
    const end = this.#end(this.#shown);
    return end.column === 0 && end.row > 0 && this.#shown !== '' ? `${output}\r\n` : `${output}\r\n`;
  }

  /** Draws everything anew at the beginning of a row (after a listing, or ^L). */
  redraw(): string {
    const line = this.#shown;
    const cursor = this.#cursor;
    const first = this.start();
    return first + this.update(line, cursor);
  }

  /** Draws another prompt on the same rows. */
  replacePrompt(prompt: string, line: string, cursor: number): string {
    const output = `${this.#toStart()}\x1b[J`;
    this.prompt = prompt;
    return output + this.start() + this.update(line, cursor);
  }

  #toStart(): string {
    return `\r${this.#cursorRow > 0 ? `\x1b[${this.#cursorRow}A` : ''}`;
  }

  #move(from: Place, to: Place): string {
    let output = '';
    if (to.row < from.row) output += `\x1b[${from.row - to.row}A`;
    if (to.row > from.row) output += `\x1b[${to.row - from.row}B`;
    if (to.column !== from.column) output += `\r${to.column > 0 ? `\x1b[${to.column}C` : ''}`;
    return output;
  }
}

/** A line as it is shown: control characters in caret notation. */
export function shownText(line: string): string {
  let shown = '';
  for (const character of line) shown += character === '\n' ? '\r\n' : visible(character);
  return shown;
}
