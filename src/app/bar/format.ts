import type { Language } from '../../engine/ports';

/** A simulated moment as date and time of day, in UTC like the machines' journals. */
export function clockText(epoch: number, now: number): { date: string; time: string } {
  const text = new Date(epoch + now).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

/** A simulated duration in the two largest units that fit. */
export function durationText(ms: number, language: Language): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const rest = seconds % 60;
  if (minutes === 0) return language === 'ko' ? `${seconds}초` : `${seconds} s`;
  const units = language === 'ko' ? ['분', '초'] : [' min', ' s'];
  return rest === 0 ? `${minutes}${units[0]}` : `${minutes}${units[0]} ${rest}${units[1]}`;
}
