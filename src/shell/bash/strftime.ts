const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Formats a time (Unix ms, UTC) as strftime does in the C locale. */
export function formatTime(format: string, ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  const yearDay = Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000);
  const hours = date.getUTCHours();
  const convert = (whole: string, code: string): string => {
    switch (code) {
      case 'a':
        return (DAYS[date.getUTCDay()] ?? '').slice(0, 3);
      case 'A':
        return DAYS[date.getUTCDay()] ?? '';
      case 'b':
      case 'h':
        return (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3);
      case 'B':
        return MONTHS[date.getUTCMonth()] ?? '';
      case 'c':
        return formatTime('%a %b %e %H:%M:%S %Y', ms);
      case 'C':
        return two(Math.floor(date.getUTCFullYear() / 100));
      case 'd':
        return two(date.getUTCDate());
      case 'D':
        return formatTime('%m/%d/%y', ms);
      case 'e':
        return String(date.getUTCDate()).padStart(2);
      case 'F':
        return formatTime('%Y-%m-%d', ms);
      case 'H':
        return two(hours);
      case 'I':
        return two(hours % 12 || 12);
      case 'j':
        return String(yearDay + 1).padStart(3, '0');
      case 'k':
        return String(hours).padStart(2);
      case 'l':
        return String(hours % 12 || 12).padStart(2);
      case 'm':
        return two(date.getUTCMonth() + 1);
      case 'M':
        return two(date.getUTCMinutes());
      case 'n':
        return '\n';
      case 'p':
        return hours < 12 ? 'AM' : 'PM';
      case 'r':
        return formatTime('%I:%M:%S %p', ms);
      case 'R':
        return formatTime('%H:%M', ms);
      case 's':
        return String(Math.floor(ms / 1000));
      case 'S':
        return two(date.getUTCSeconds());
      case 't':
        return '\t';
      case 'T':
      case 'X':
        return formatTime('%H:%M:%S', ms);
      case 'u':
        return String(date.getUTCDay() || 7);
      case 'w':
        return String(date.getUTCDay());
      case 'x':
        return formatTime('%m/%d/%y', ms);
      case 'y':
        return two(date.getUTCFullYear() % 100);
      case 'Y':
        return String(date.getUTCFullYear());
      case 'z':
        return '+0000';
      case 'Z':
        return 'UTC';
      case '%':
        return '%';
      default:
        return whole;
    }
  };
  return format.replace(/%([a-zA-Z%])/g, convert);
}
