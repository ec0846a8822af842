import { unescapeEcho } from './escapes';
import { quoteBackslash } from './quote';
import { formatTime } from './strftime';

interface Directive {
  readonly flags: string;
  readonly width: number | null;
  readonly precision: number | null;
  readonly conversion: string;
  readonly time: string;
}

/** What `printf` prints, and what it complains about afterwards. `now` is Unix ms. */
export function formatPrintf(format: string, args: readonly string[], now: number): { text: string; errors: string[] } {
  const state = { args: [...args], errors: [] as string[], stopped: false, now };
  let text = '';
  do {
    const before = state.args.length;
    text += once(format, state);
    if (state.args.length === before) break;
  } while (state.args.length > 0 && !state.stopped);
  return { text, errors: state.errors };
}

interface State {
  args: string[];
  errors: string[];
  stopped: boolean;
  now: number;
}

function once(format: string, state: State): string {
  let text = '';
  for (let i = 0; i < format.length; i++) {
    const c = format[i] as string;
    if (c === '\\') {
      const sequence =
        /^\\(?:[0-7]{1,3}|x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[\s\S])/.exec(format.slice(i))?.[0] ??
        c;
      if (sequence === '\\c') {
        state.stopped = true;
        return text;
      }
      text +=
        sequence === '\\"' || sequence === "\\'" || sequence === '\\?'
          ? sequence.slice(1)
          : unescapeEcho(sequence, false).text;
      i += sequence.length - 1;
    } else if (c === '%') {
      if (format[i + 1] === '%') {
        text += '%';
        i++;
        continue;
      }
      const match = /^%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:[hlLjzt]*)(\(([^)]*)\)T|[a-zA-Z])?/.exec(
        format.slice(i),
      );
      const conversion = match?.[4];
      if (!match || conversion === undefined) {
        const bad = format[i + (match?.[0].length ?? 1)];
        state.errors.push(
          bad === undefined
            ? `\`${match?.[0] ?? '%'}': missing format character`
            : `\`${bad}': invalid format character`,
        );
        state.stopped = true;
        state.args = [];
        return text;
      }
      const size = (spec: string | undefined): number | null => {
        if (spec === undefined) return null;
        if (spec === '*') return Number(integerOf(state.args.shift() ?? '0', state));
        return spec === '' ? 0 : Number(spec);
      };
      let width = size(match[2]);
      let flags = match[1] ?? '';
      if (width !== null && width < 0) {
        flags += '-';
        width = -width;
      }
      const precision = size(match[3]);
      const time = match[5];
      const directive = {
        flags,
        width,
        precision,
        conversion: time === undefined ? conversion : 'T',
        time: time ?? '',
      };
      const made = convert(directive, state);
      text += made;
      if (state.stopped) return text;
      i += match[0].length - 1;
    } else text += c;
  }
  return text;
}

function pad(text: string, directive: Directive): string {
  const { width, flags } = directive;
  if (width === null) return text;
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

function convert(directive: Directive, state: State): string {
  const argument = state.args.shift();
  const cut = (text: string) =>
    directive.precision === null || directive.precision < 0 ? text : [...text].slice(0, directive.precision).join('');
  switch (directive.conversion) {
    case 's':
      return pad(cut(argument ?? ''), directive);
    case 'q':
      return pad(argument === undefined ? "''" : quoteBackslash(argument), directive);
    case 'b': {
      const decoded = unescapeEcho(argument ?? '', false);
      if (decoded.stop) state.stopped = true;
      return pad(cut(decoded.text), directive);
    }
    case 'c':
      return pad((argument ?? '').slice(0, 1), directive);
    case 'd':
    case 'i':
      return number(integerOf(argument ?? '0', state), 10, directive, true);
    case 'u':
      return number(integerOf(argument ?? '0', state), 10, directive, false);
    case 'o':
      return number(integerOf(argument ?? '0', state), 8, directive, false);
    case 'x':
      return number(integerOf(argument ?? '0', state), 16, directive, false);
    case 'X':
      return number(integerOf(argument ?? '0', state), 16, directive, false).toUpperCase();
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return real(realOf(argument ?? '0', state), directive);
    case 'T': {
      const seconds =
        argument === undefined || argument === '-1' || argument === '-2' ? state.now / 1000 : Number(argument);
      return pad(formatTime(directive.time === '' ? '%H:%M:%S' : directive.time, seconds * 1000), directive);
    }
    case 'n':
      return '';
    default:
      state.errors.push(`\`${directive.conversion}': invalid format character`);
      state.stopped = true;
      state.args = [];
      return '';
  }
}

function integerOf(text: string, state: State): bigint {
  if (/^["']/.test(text)) return BigInt([...text][1]?.codePointAt(0) ?? 0);
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)?/.exec(text);
  const digits = match?.[2];
  const rest = text.slice(match?.[0].length ?? 0);
  if ((digits === undefined && text !== '') || rest !== '') {
    state.errors.push(/^\s*[-+]?0[0-9]/.test(text) ? `${text}: invalid octal number` : `${text}: invalid number`);
  }
  if (digits === undefined) return 0n;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const signed = match?.[1] === '-' ? -value : value;
  const limit = 2n ** 63n;
  if (signed >= limit || signed < -limit) {
    state.errors.push(`warning: ${text}: Numerical result out of range`);
    return signed > 0n ? limit - 1n : -limit;
  }
  return signed;
}

function realOf(text: string, state: State): number {
  if (/^["']/.test(text)) return [...text][1]?.codePointAt(0) ?? 0;
  const match = /^\s*[-+]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|nan)/i.exec(text);
  if (text !== '' && match?.[0] !== text) state.errors.push(`${text}: invalid number`);
  const value = match?.[0].trim().toLowerCase() ?? '0';
  if (value.includes('inf')) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(value);
}

function number(value: bigint, base: number, directive: Directive, signed: boolean): string {
  const { flags, width, precision } = directive;
  const unsigned = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let digits = unsigned.toString(base);
  if (precision !== null) digits = precision === 0 && unsigned === 0n ? '' : digits.padStart(precision, '0');
  let prefix = '';
  if (signed) prefix = value < 0n ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('#') && unsigned !== 0n)
    prefix += base === 16 ? '0x' : base === 8 && !digits.startsWith('0') ? '0' : '';
  if (flags.includes('0') && !flags.includes('-') && precision === null && width !== null) {
    digits = digits.padStart(width - prefix.length, '0');
  }
  return pad(prefix + digits, directive);
}

function real(value: number, directive: Directive): string {
  const { flags, width, conversion } = directive;
  const precision = directive.precision ?? 6;
  const lower = conversion.toLowerCase();
  const size = Math.abs(value);
  let digits: string;
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? 'nan' : 'inf';
  else if (lower === 'f') digits = size.toFixed(precision);
  else if (lower === 'e') digits = exponent(size.toExponential(precision));
  else digits = general(size, precision || 1, flags.includes('#'));
  const prefix = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if (flags.includes('0') && !flags.includes('-') && width !== null && Number.isFinite(value)) {
    digits = digits.padStart(width - prefix.length, '0');
  }
  const made = pad(prefix + digits, directive);
  return conversion === lower ? made : made.toUpperCase();
}

function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, keepZeros: boolean): string {
  const power = value === 0 ? 0 : Number(value.toExponential(precision - 1).split('e')[1]);
  const fixed = power < -4 || power >= precision;
  const text = fixed ? value.toExponential(precision - 1) : value.toFixed(Math.max(0, precision - 1 - power));
  const trimmed = keepZeros ? text : text.replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
  return exponent(trimmed);
}
