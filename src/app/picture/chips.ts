import type { IdleState, PlaceState, ResourceView } from '../../engine/view';

/** Sizes of chips in CSS pixels. */
export const CHIP = { height: 20, tall: 33, gap: 3, inset: 7, tray: 24, more: 32 } as const;

export type ChipState = PlaceState | IdleState;

/** A resource as it is drawn in one place, relative to the upper left corner of what it is docked to. */
export interface Chip {
  /** The same for as long as it is the same thing that moves: an instance of a clone belongs to its machine. */
  readonly key: string;
  readonly resource: ResourceView;
  /** Null in the tray of what isn't running. */
  readonly machine: string | null;
  readonly state: ChipState;
  readonly managed: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  /** An address, beside the name or below it. */
  readonly note: string;
  readonly isTall: boolean;
  /** States of members that aren't drawn themselves. */
  readonly dots: readonly ChipState[];
  /** Other chips lie on it. */
  readonly isContainer: boolean;
}

/** `+3`: chips for which there is no room. */
export interface More {
  readonly machine: string | null;
  readonly count: number;
  /** Stands in the face of its card, not below the chips. */
  readonly inFace: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Stack {
  readonly chips: readonly Chip[];
  readonly more: More | null;
  /** Height of all of it; 0 when there is nothing. */
  readonly height: number;
  /** No group had to be closed, nothing had to be counted only. */
  readonly isWhole: boolean;
}

/** About how wide a text is: the interface's letters by their kind. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const letter of text)
    width += letter > '\u2e80' ? 1 : /[ilj.,:;|!'()]/.test(letter) ? 0.3 : /[mwMW@]/.test(letter) ? 0.86 : 0.56;
  return width * size;
}

function cut(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  let length = text.length - 1;
  while (length > 1 && textWidth(`${text.slice(0, length)}…`, size) > room) length--;
  return `${text.slice(0, length)}…`;
}

const NAME = 12;
const NOTE = 10.5;
/** Left of the name: the mark; right of it: a mark for what the cluster may not touch. */
const MARK = 22;
const UNMANAGED = 14;

interface Seen {
  readonly resource: ResourceView;
  readonly state: ChipState;
  readonly managed: boolean;
  readonly members: readonly Seen[];
}

/** What a machine runs, the members of groups in them. */
function seenOn(resources: Readonly<Record<string, ResourceView>>, machine: string): Seen[] {
  return Object.values(resources).flatMap((resource): Seen[] => {
    if (resource.parent !== null) return [];
    const place = resource.places.find((each) => each.machine === machine);
    if (!place) return [];
    const members = resource.kind === 'group' ? resource.parts.flatMap((id) => resources[id] ?? []) : [];
    return [
      {
        resource,
        state: place.state,
        managed: place.managed,
        members: members.map((member) => {
          const there = member.places.find((each) => each.machine === machine);
          return {
            resource: member,
            state: there?.state ?? member.idle ?? 'stopped',
            managed: there?.managed ?? true,
            members: [],
          };
        }),
      },
    ];
  });
}

function chipOf(
  seen: Seen,
  machine: string | null,
  x: number,
  y: number,
  width: number,
  part: Partial<Chip> = {},
): Chip {
  const { resource, state, managed } = seen;
  const room = width - MARK - 6 - (managed ? 0 : UNMANAGED);
  const note = resource.address ?? '';
  const dots = part.dots ?? [];
  const noteWidth = note === '' ? dots.length * 11 : textWidth(note, NOTE) + 8;
  const fits = textWidth(resource.id, NAME) + noteWidth <= room;
  const isTall = note !== '' && !fits;
  return {
    key: keyOf(resource, machine),
    resource,
    machine,
    state,
    managed,
    x,
    y,
    width,
    height: isTall ? CHIP.tall : CHIP.height,
    label: cut(resource.id, NAME, isTall || fits ? room : Math.max(40, room - noteWidth)),
    note: cut(note, NOTE, room),
    isTall,
    dots,
    isContainer: false,
    ...part,
  };
}

/** The first place of what may be in one only is itself, wherever that is: so that a move can be seen. */
function keyOf(resource: ResourceView, machine: string | null): string {
  if (machine === null) return resource.id;
  const isFirst = resource.places[0]?.machine === machine;
  const isSingle = resource.kind === 'primitive' || resource.kind === 'group';
  return isSingle && (isFirst || resource.places.length === 0) ? resource.id : `${resource.id}@${machine}`;
}

/** How chips are laid out: the width they share, and in how many columns short ones may stand. */
interface Sheet {
  readonly machine: string;
  readonly x: number;
  readonly width: number;
  readonly columns: 1 | 2;
}

const BETWEEN = 4;
/** Where a card's name begins. */
const NAME_AT = 27;
/** Width of a card whose face has room for more than its name. */
const WIDE_ENOUGH = 150;

/** Whether a chip says all it has to say in half the width. */
function isShort({ resource, members }: Seen, width: number): boolean {
  if (resource.address !== null) return false;
  return textWidth(resource.id, NAME) + Math.min(6, members.length) * 11 <= width - MARK - 4;
}

/** Lays things out in rows; gives the chips and where the next row would begin. */
function flow(seen: readonly Seen[], sheet: Sheet, y: number, open: number): { chips: Chip[]; end: number } {
  const half = (sheet.width - BETWEEN) / 2;
  const chips: Chip[] = [];
  let [at, groups] = [y, 0];
  let free: number | null = null;
  for (const each of seen) {
    const { members } = each;
    if (members.length > 0 && groups++ < open) {
      if (free !== null) at = free;
      free = null;
      const inner = { ...sheet, x: sheet.x + 5, width: sheet.width - 10 };
      const content = flow(members, inner, at + CHIP.height + 1, 0);
      const height = content.end - at + 1;
      chips.push(
        chipOf(each, sheet.machine, sheet.x, at, sheet.width, { height, isContainer: true }),
        ...content.chips.map((chip) => ({ ...chip, key: `${each.resource.id}/${chip.key}` })),
      );
      at = content.end + 1 + CHIP.gap;
      continue;
    }
    const dots = members.slice(0, 6).map(({ state }) => state);
    if (sheet.columns === 2 && isShort(each, half)) {
      if (free !== null) {
        chips.push(chipOf(each, sheet.machine, sheet.x + half + BETWEEN, at, half, { dots }));
        [at, free] = [free, null];
      } else {
        chips.push(chipOf(each, sheet.machine, sheet.x, at, half, { dots }));
        free = at + CHIP.height + CHIP.gap;
      }
      continue;
    }
    if (free !== null) [at, free] = [free, null];
    const chip = chipOf(each, sheet.machine, sheet.x, at, sheet.width, { dots });
    chips.push(chip);
    at += chip.height + CHIP.gap;
  }
  return { chips, end: free ?? at };
}

/** Stacks what a machine runs; groups are closed, the last first, and the rest counted, where the room isn't enough. */
export function stackOn(
  resources: Readonly<Record<string, ResourceView>>,
  machine: string,
  { width: cardWidth, columns, room, first }: { width: number; columns: 1 | 2; room: number; first: string | null },
): Stack {
  const seen = seenOn(resources, machine);
  if (seen.length === 0) return { chips: [], more: null, height: 0, isWhole: true };
  const sheet: Sheet = { machine, x: CHIP.inset, width: cardWidth - 2 * CHIP.inset, columns };
  const groups = seen.filter(({ members }) => members.length > 0).length;
  for (let open = groups; open >= 0; open--) {
    const { chips, end } = flow(seen, sheet, 0, open);
    if (end <= room) return { chips, more: null, height: end, isWhole: open === groups };
  }
  // What is selected stays in sight.
  const isFirst = ({ resource }: Seen) => resource.id === first || (first !== null && resource.parts.includes(first));
  seen.sort((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
  // The count stands in the card's face, beside the name; in a narrow one it has a row of its own.
  const inFace = cardWidth >= WIDE_ENOUGH;
  const row = inFace ? 0 : CHIP.height + CHIP.gap;
  for (let shown = seen.length - 1; shown >= 0; shown--) {
    const { chips, end } = flow(seen.slice(0, shown), sheet, 0, 0);
    if (end + row > room && shown > 0) continue;
    const place = inFace
      ? { x: NAME_AT + textWidth(machine, 14) + 9, y: 0, width: CHIP.more }
      : { x: sheet.x, y: end, width: sheet.width };
    return {
      chips,
      more: { machine, count: seen.length - shown, inFace, ...place },
      height: end + row,
      isWhole: false,
    };
  }
  return { chips: [], more: null, height: 0, isWhole: false };
}

/** What isn't running anywhere, in rows. */
export function trayOf(
  resources: Readonly<Record<string, ResourceView>>,
  from: number,
  width: number,
  rowsMost: number,
): Stack {
  const idle = Object.values(resources).filter(({ parent, idle: state }) => parent === null && state !== null);
  const chips: Chip[] = [];
  let [x, row] = [from, 0];
  for (const [index, resource] of idle.entries()) {
    const own = Math.min(150, Math.ceil(textWidth(resource.id, NAME)) + MARK + 10);
    if (x > from && x + own > width) [x, row] = [from, row + 1];
    const isLastRow = row === rowsMost - 1;
    const mustCount = isLastRow && index < idle.length - 1 && x + own + 40 > width;
    if (row >= rowsMost || mustCount) {
      const count = idle.length - index;
      return {
        chips,
        more: { machine: null, count, inFace: false, x, y: (rowsMost - 1) * CHIP.tray, width: 36 },
        height: rowsMost * CHIP.tray,
        isWhole: false,
      };
    }
    const seen: Seen = { resource, state: resource.idle ?? 'stopped', managed: true, members: [] };
    const chip = chipOf(seen, null, x, row * CHIP.tray, own);
    chips.push({
      ...chip,
      note: '',
      isTall: false,
      height: CHIP.height,
      label: cut(resource.id, NAME, own - MARK - 4),
    });
    x += own + 5;
  }
  return { chips, more: null, height: chips.length === 0 ? 0 : (row + 1) * CHIP.tray, isWhole: true };
}
