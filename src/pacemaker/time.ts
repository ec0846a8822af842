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
