import type { BaseType, Selection } from 'd3-selection';
import type { Messages } from '../messages/en';
import type { Link, Plug } from './scene';

/** Motion tells what changed; it lasts so long in wall milliseconds, or not at all with reduced motion. */
const MOVE_MS = 320;

export interface PictureActions {
  select(machine: string): void;
  selectResource(resource: string): void;
  /** Lists everything: for what was counted only. */
  showAll(machine: string | null): void;
  openTerminal(machine: string): void;
  powerMenu(machine: string, at: { x: number; y: number }): void;
  toggleLink(link: Link): void;
  toggleCable(plug: Plug): void;
}

export interface DrawOptions {
  readonly words: Messages;
  readonly actions: PictureActions;
  /** Machine that is selected. */
  readonly selected: string | null;
  readonly selectedResource: string | null;
  readonly still: boolean;
}

export type Group<Datum> = Selection<SVGGElement, Datum, BaseType, unknown>;

export function layer(root: Selection<SVGSVGElement, unknown, null, undefined>, name: string): Group<unknown> {
  const existing = root.select<SVGGElement>(`g.${name}`);
  return (existing.empty() ? root.append('g').attr('class', name) : existing) as unknown as Group<unknown>;
}

export const duration = ({ still }: DrawOptions): number => (still ? 0 : MOVE_MS);

/** Makes a drawn thing a button for the mouse and the keyboard. */
export function button<Datum>(group: Group<Datum>, act: (event: Event, datum: Datum) => void): void {
  group
    .attr('role', 'button')
    .attr('tabindex', 0)
    .on('click', (event: MouseEvent, datum) => {
      event.stopPropagation();
      act(event, datum);
    })
    .on('keydown', (event: KeyboardEvent, datum) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      act(event, datum);
    });
}
