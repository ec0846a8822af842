/** Time zones that `timedatectl` offers: the bigger places of the tz database, sorted. */
export const timeZones: readonly string[] = `Africa/Abidjan Africa/Accra Africa/Addis_Ababa Africa/Algiers Africa/Cairo
Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Nairobi Africa/Tunis America/Anchorage
America/Argentina/Buenos_Aires America/Bogota America/Caracas America/Chicago America/Denver America/Halifax
America/Havana America/Lima America/Los_Angeles America/Mexico_City America/Montevideo America/New_York
America/Phoenix America/Santiago America/Sao_Paulo America/St_Johns America/Toronto America/Vancouver Asia/Almaty
Asia/Baghdad Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Ho_Chi_Minh Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem Asia/Kabul
Asia/Karachi Asia/Kathmandu Asia/Kolkata Asia/Kuala_Lumpur Asia/Manila Asia/Pyongyang Asia/Riyadh Asia/Seoul
Asia/Shanghai Asia/Singapore Asia/Taipei Asia/Tashkent Asia/Tehran Asia/Tokyo Asia/Ulaanbaatar Asia/Vladivostok
Asia/Yangon Atlantic/Azores Atlantic/Reykjavik Australia/Adelaide Australia/Brisbane Australia/Darwin
Australia/Melbourne Australia/Perth Australia/Sydney Etc/UTC Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin
Europe/Brussels Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul
Europe/Kyiv Europe/Lisbon Europe/London Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague Europe/Rome
Europe/Sofia Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich Pacific/Auckland Pacific/Fiji Pacific/Guam
Pacific/Honolulu Pacific/Port_Moresby UTC`
  .split(/\s+/)
  .filter((zone) => zone !== '');
