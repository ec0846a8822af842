import type { Program } from '../../shell/process';
import { addDuration, DateError, type Duration, daysInMonth, parseDuration } from './duration';
import { defineTool, EX, type Tool, ToolError } from './tool';

/** A point of civil time as the tool computes with it: fields first, so that months and years keep their days. */
interface Moment {
  /** Seconds since 1970 of the local fields, read as if they were UTC. */
  seconds: number;
  /** Seconds east of UTC. */
  offset: number;
}

const DAY = 86_400;
const two = (value: number): string => String(value).padStart(2, '0');

function fail(text: string, reason: string): never {
  throw new DateError(`'${text}' is not a valid ISO 8601 date/time specification because ${reason}`);
}

function parseZone(text: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (!found) return 0;
  const size = Number(found[2]) * 3600 + Number(found[3] ?? 0) * 60;
  return found[1] === '-' ? -size : size;
}

/** Days since 1970 of a date in calendar, ordinal or week form. */
function parseDay(text: string, whole: string): number {
  const week = /^(\d{4})-?W(\d{1,2})(?:-?(\d))?$/.exec(text);
  if (week) {
    const number = Number(week[2]);
    const weekday = Number(week[3] ?? 1);
    if (number < 1 || number > 53) fail(whole, `'${number}' is not a valid week`);
    if (weekday < 1 || weekday > 7) fail(whole, `'${weekday}' is not a valid day of the week`);
    const january4 = Date.UTC(Number(week[1]), 0, 4) / 1000 / DAY;
    const monday = january4 - ((january4 + 3) % 7);
    return monday + (number - 1) * 7 + weekday - 1;
  }
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text);
  if (ordinal) return Date.UTC(Number(ordinal[1]), 0, Number(ordinal[2])) / 1000 / DAY;
  const calendar = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (!calendar) return fail(whole, 'no date');
  const [year, month, day] = calendar.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12) fail(whole, `'${month}' is not a valid month`);
  if (day < 1 || day > daysInMonth(year, month)) fail(whole, `'${day}' is not a valid day of the month`);
  return Date.UTC(year, month - 1, day) / 1000 / DAY;
}

function parseTime(text: string): { seconds: number; offset: number } {
  const found = /^(\d{2}):?(\d{2})?:?(\d{2})?\s*(Z|[+-]\d{2}:?\d{0,2})?$/.exec(text.trim());
  if (!found) throw new DateError(`${text} is not a valid ISO 8601 time specification`, 'crm_time_parse_sec');
  const [hour, minute, second] = [Number(found[1]), Number(found[2] ?? 0), Number(found[3] ?? 0)];
  if (hour > 24 || (hour === 24 && (minute > 0 || second > 0)))
    throw new DateError(
      `${text} is not a valid ISO 8601 time specification because ${hour} is not a valid hour`,
      'crm_time_parse_sec',
    );
  return { seconds: hour * 3600 + minute * 60 + second, offset: parseZone(found[4] ?? 'Z') };
}

function parseMoment(text: string): Moment {
  if (text === '') throw new DateError('No ISO 8601 date/time specification given');
  const found = /^([^T ]+)(?:[T ]+(.*))?$/.exec(text.trim());
  const day = parseDay(found?.[1] ?? '', text);
  const time = found?.[2] ? parseTime(found[2]) : { seconds: 0, offset: 0 };
  return { seconds: day * DAY + time.seconds, offset: time.offset };
}

function later(moment: Moment, duration: Duration, sign: 1 | -1): Moment {
  return { seconds: addDuration(moment.seconds, duration, sign), offset: moment.offset };
}

type Form = 'date' | 'ordinal' | 'week' | 'seconds' | 'epoch';

function showMoment(moment: Moment, form: Form, local: boolean): string {
  if (form === 'seconds' || form === 'epoch') {
    const utc = moment.seconds - moment.offset;
    return String(form === 'epoch' ? utc : utc + 62_135_596_800 + 0);
  }
  const shown = local ? moment.seconds : moment.seconds - moment.offset;
  const date = new Date(shown * 1000);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${dayText(date, form)} ${clock}${local && moment.offset !== 0 ? ` ${zoneText(moment.offset)}` : 'Z'}`;
}

function zoneText(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor((size % 3600) / 60))}`;
}

function dayText(date: Date, form: Form): string {
  const year = date.getUTCFullYear();
  if (form === 'date')
    return `${String(year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  const midnight = Date.UTC(year, date.getUTCMonth(), date.getUTCDate());
  if (form === 'ordinal')
    return `${year}-${String((midnight - Date.UTC(year, 0, 1)) / 86_400_000 + 1).padStart(3, '0')}`;
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
  const thursday = new Date(midnight + (4 - weekday) * 86_400_000);
  const weekYear = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / 604_800_000) + 1;
  return `${weekYear}-W${two(week)}-${weekday}`;
}

function formOf(tool: Tool): Form {
  const { args } = tool;
  if (args.has('week')) return 'week';
  if (args.has('ordinal')) return 'ordinal';
  if (args.has('seconds')) return 'seconds';
  return args.has('epoch') ? 'epoch' : 'date';
}

function durationText(duration: Duration): string {
  const parts: string[] = [];
  const add = (number: number, word: string) => {
    if (number !== 0) parts.push(`${number} ${word}${number === 1 ? '' : 's'} `);
  };
  add(duration.years, 'year');
  add(duration.months, 'month');
  add(duration.days, 'day');
  if (duration.seconds !== 0)
    parts.push(`${duration.seconds} second${duration.seconds === 1 ? '' : 's'} (${spread(duration.seconds)})`);
  const text = parts.join('');
  return duration.years < 0 ||
    duration.months < 0 ||
    duration.days < 0 ||
    (duration.seconds < 0 && text.startsWith('-'))
    ? text
    : ` ${text}`;
}

function spread(seconds: number): string {
  const size = Math.abs(seconds);
  const parts: string[] = [];
  for (const [unit, word] of [
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const) {
    const number = Math.floor(unit === 3600 ? size / 3600 : unit === 60 ? (size % 3600) / 60 : size % 60);
    if (number > 0) parts.push(`${number} ${word}${number === 1 ? '' : 's'}`);
  }
  return parts.join(' ');
}

function period(tool: Tool, text: string, form: Form, local: boolean): void {
  if (text === '') throw new DateError('No ISO 8601 time period given', 'crm_time_parse_period');
  const slash = text.indexOf('/');
  const first = slash < 0 ? text : text.slice(0, slash);
  const second = slash < 0 ? null : text.slice(slash + 1);
  let start: Moment;
  let end: Moment;
  if (first.startsWith('P')) {
    const duration = parseDuration(text);
    end = second === null ? nowMoment(tool) : parseMoment(second);
    start = later(end, duration, -1);
  } else {
    start = parsePart(first, text);
    if (second === null)
      throw new DateError(
        `'${text}' is not a valid ISO 8601 time period because it has no duration or ending time`,
        'crm_time_parse_period',
      );
    end = second.startsWith('P') ? later(start, parseDuration(second), 1) : parseMoment(second);
  }
  tool.print(`Period: ${showMoment(start, form, local)} to ${showMoment(end, form, local)}\n`);
}

/** A date whose complaint names the whole period. */
function parsePart(part: string, whole: string): Moment {
  try {
    return parseMoment(part);
  } catch (error) {
    if (!(error instanceof DateError)) throw error;
    const time = /^(\d\d:\d\d:\d\dZ?)/.exec(error.message);
    throw new DateError(
      time
        ? error.message.replace(time[0], `${time[0]}${whole.slice(part.length)}`)
        : error.message.replace(`'${part}'`, `'${whole}'`),
      error.source,
    );
  }
}

function nowMoment(tool: Tool): Moment {
  return { seconds: Math.floor(tool.now / 1000), offset: 0 };
}

/** `iso8601`: reads and computes with dates. */
export const iso8601: Program = defineTool({
  name: 'iso8601',
  purpose: 'Reads ISO 8601 dates, durations and periods.',
  formatted: true,
  options: [
    { name: 'now', letter: 'n', help: 'The present date and time' },
    { name: 'date', letter: 'd', value: 'required', placeholder: 'DATE', help: 'A date and time' },
    { name: 'period', letter: 'p', value: 'required', placeholder: 'PERIOD', help: 'A period' },
    { name: 'duration', letter: 'D', value: 'required', placeholder: 'DURATION', help: 'A duration' },
    { name: 'expected', letter: 'E', value: 'required', placeholder: 'TEXT', help: 'What should come out' },
    { name: 'seconds', letter: 's', help: 'Show seconds since 0001' },
    { name: 'epoch', letter: 'S', help: 'Show seconds since 1970' },
    { name: 'local', letter: 'L', help: 'Show in the time zone given' },
    { name: 'ordinal', letter: 'O', help: 'Show the day of the year' },
    { name: 'week', letter: 'W', help: 'Show the week' },
  ],
  run(tool) {
    const { args } = tool;
    const form = formOf(tool);
    const local = args.has('local');
    const [date, interval, span] = [args.value('date'), args.value('period'), args.value('duration')];
    try {
      let result = '';
      let moment: Moment | null = null;
      if (args.has('now')) {
        moment = nowMoment(tool);
        result = showMoment(moment, form, local);
        tool.print(`Current date/time: ${result}\n`);
      }
      if (date !== undefined) {
        moment = parseMoment(date);
        result = showMoment(moment, form, local);
        tool.print(`Date: ${result}\n`);
      }
      if (span !== undefined) {
        const duration = parseDuration(span);
        tool.print(`Duration: ${durationText(duration)}\n`);
        if (moment) {
          // The end is told in the zone of the start.
          const end = later(moment, duration, 1);
          result = showMoment(end, form, local);
          tool.print(`Duration ends at: ${showMoment(end, form, true)}\n`);
        }
      }
      if (interval !== undefined) period(tool, interval, form, local);
      const expected = args.value('expected');
      return expected !== undefined && expected !== result ? EX.error : EX.ok;
    } catch (error) {
      if (!(error instanceof DateError)) throw error;
      if (tool.process.env.PCMK_stderr === '1') tool.complain(`(${error.source}) \terror: ${error.message}\n`);
      const what = interval !== undefined ? 'interval' : span !== undefined ? 'duration' : 'date/time';
      throw new ToolError(`Invalid ${what} specified: ${interval ?? span ?? date}`, 2);
    }
  },
});
