import type { IdleState, PlaceState, ResourceView } from '../../engine/view';

/** Sizes of chips in CSS pixels. */
export const CHIP = { height: 20, tall: 33, gap: 3, inset: 7, indent: 9, tray: 24, trayLabel: 15 } as const;

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
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Stack {
  readonly chips: readonly Chip[];
  readonly more: More | null;
  /** Height of all of it; 0 when there is nothing. */
  readonly height: number;
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

/** Chips of a group: a box with its name, its members in it. */
function openGroup(group: Seen, machine: string, y: number, width: number): { chips: Chip[]; height: number } {
  const chips: Chip[] = [];
  let at = y + CHIP.height + 1;
  for (const member of group.members) {
    const chip = chipOf(member, machine, CHIP.inset + CHIP.indent / 2 + 1, at, width - CHIP.indent - 2);
    chips.push({ ...chip, key: `${group.resource.id}/${keyOf(member.resource, machine)}` });
    at += chip.height + 2;
  }
  const height = at - y + 2;
  return { chips: [chipOf(group, machine, CHIP.inset, y, width, { height, isContainer: true }), ...chips], height };
}

/** Stacks what a machine runs; groups are closed, the last first, and the rest counted, where the room isn't enough. */
export function stackOn(
  resources: Readonly<Record<string, ResourceView>>,
  machine: string,
  cardWidth: number,
  room: number,
): Stack {
  const seen = seenOn(resources, machine);
  const width = cardWidth - 2 * CHIP.inset;
  const groups = seen.filter(({ members }) => members.length > 0).length;
  for (let open = groups; open >= 0; open--) {
    const stack = pile(seen, machine, width, open);
    if (stack.height <= room) return stack;
  }
  for (let shown = seen.length - 1; shown > 0; shown--) {
    const stack = pile(seen.slice(0, shown), machine, width, 0);
    const height = stack.height + CHIP.height + CHIP.gap;
    if (height <= room)
      return { ...stack, more: { machine, count: seen.length - shown, x: CHIP.inset, y: stack.height, width }, height };
  }
  if (seen.length === 0) return { chips: [], more: null, height: 0 };
  const more = { machine, count: seen.length, x: CHIP.inset, y: 0, width };
  return { chips: [], more, height: CHIP.height + CHIP.gap };
}

/** All of it, the first `open` groups with their members. */
function pile(seen: readonly Seen[], machine: string, width: number, open: number): Stack {
  const chips: Chip[] = [];
  let y = 0;
  let groups = 0;
  for (const each of seen) {
    if (each.members.length > 0 && groups++ < open) {
      const group = openGroup(each, machine, y, width);
      chips.push(...group.chips);
      y += group.height + CHIP.gap;
      continue;
    }
    const dots = each.members.slice(0, 6).map(({ state }) => state);
    const chip = chipOf(each, machine, CHIP.inset, y, width, { dots });
    chips.push(chip);
    y += chip.height + CHIP.gap;
  }
  return { chips, more: null, height: y };
}

/** What isn't running anywhere, in rows. */
export function trayOf(resources: Readonly<Record<string, ResourceView>>, width: number, rowsMost: number): Stack {
  const idle = Object.values(resources).filter(({ parent, idle: state }) => parent === null && state !== null);
  const chips: Chip[] = [];
  let [x, row] = [0, 0];
  for (const [index, resource] of idle.entries()) {
    const own = Math.min(150, Math.ceil(textWidth(resource.id, NAME)) + MARK + 10);
    if (x > 0 && x + own > width) [x, row] = [0, row + 1];
    const isLastRow = row === rowsMost - 1;
    const mustCount = isLastRow && index < idle.length - 1 && x + own + 40 > width;
    if (row >= rowsMost || mustCount) {
      const count = idle.length - index;
      return {
        chips,
        more: { machine: null, count, x, y: (rowsMost - 1) * CHIP.tray, width: 36 },
        height: rowsMost * CHIP.tray,
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
  return { chips, more: null, height: chips.length === 0 ? 0 : (row + 1) * CHIP.tray };
}
