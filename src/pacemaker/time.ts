import type { World } from '../world/world';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Unix time in ms at this simulated moment. */
export function unixMs(world: World): number {
  return world.epoch + world.now;
}

export function unixSeconds(world: World): number {
  return Math.floor(unixMs(world) / 1000);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `Sun Nov 22 11:36:48 2026`: how ctime() writes a time, `zoneMinutes` east of UTC. */
export function ctime(ms: number, zoneMinutes = 0): string {
  const date = new Date(ms + zoneMinutes * 60_000);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}`;
}

/** `2026-11-22 11:36:48Z`: how crm_mon and crmadmin write pacemakerd's time. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

/** `10s`, `1m30s`, `1.500s`, `367ms`: a duration as status displays write it; a unit's first one is told in the next smaller (`60s`). */
export function readableDuration(ms: number): string {
  let text = '';
  let left = ms;
  for (const [size, unit] of UNITS) {
    if (left <= size) continue;
    text += `${Math.floor(left / size)}${unit}`;
    left %= size;
  }
  if (left > 1000) {
    const rest = left % 1000;
    return `${text}${Math.floor(left / 1000)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}s`;
  }
  return left > 0 ? `${text}${left}ms` : text;
}
