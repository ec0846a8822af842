import { hasPacemaker, isDc, type PacemakerMachine, partition } from '../../pacemaker/peers';
import type { World } from '../../world/world';
import type { RecordedLine } from './recording';

/**
 * What chance decided in a recorded run and may decide otherwise in every other: who becomes the designated controller.
 * The controllers compare the processor time that they have used so far, which differs by fractions of a millisecond
 * where nothing has happened yet (in the recordings of a common start each of the nodes won in some). So the replay
 * takes the winner from the recording, by giving its controller the most work before an election can come; everything
 * else about the election is the simulator's. Whose state the new controller writes first is chance too, and shows in
 * the order of failed actions; that is taken from the recording alike.
 */
export class ElectionChance {
  readonly #seen: readonly { readonly t: number; readonly node: string; readonly dc: string }[];
  /** Nodes in the order in which their failed actions are listed. */
  readonly #order: readonly string[];

  constructor(recorded: readonly RecordedLine[]) {
    const orders = recorded.map((line) => failedNodes(line.stdout ?? ''));
    this.#order = orders.reduce((longest, order) => (order.length > longest.length ? order : longest), []);
    this.#seen = recorded.flatMap((line) => {
      const dc = /Current DC: (?:<\/span><span>)?([\w.-]+) \(/.exec(line.stdout ?? '')?.[1];
      return dc === undefined || line.node === undefined ? [] : [{ t: line.t, node: line.node, dc }];
    });
  }

  /** Has the controllers' messages arrive in the recorded order. Returns null, or what to do to the world. */
  arrange(world: World): ((draft: World) => void) | null {
    const running = Object.values(world.machines).filter(hasPacemaker);
    const open = running.filter((machine) => machine.pacemaker.controller.arrival === undefined);
    if (open.length === 0 || !open.every(({ pacemaker }) => this.#order.includes(pacemaker.nodeName))) return null;
    return (draft) => {
      for (const { name } of open) {
        const machine = draft.machines[name];
        if (!hasPacemaker(machine)) continue;
        machine.pacemaker.controller.arrival = this.#order.indexOf(machine.pacemaker.nodeName);
      }
    };
  }

  /** Prepares the elections that come after recorded second `t`. Returns null, or what to do to the world. */
  prepare(world: World, t: number): ((draft: World) => void) | null {
    const running = Object.values(world.machines).filter(hasPacemaker);
    const done = new Set<string>();
    let nearest: { readonly t: number; readonly dc: string } | null = null;
    for (const machine of running) {
      if (done.has(machine.name)) continue;
      const members = partition(world, machine.name);
      for (const member of members) done.add(member.name);
      const next = this.#next(members, t);
      if (next && (nearest === null || next.t < nearest.t)) nearest = next;
    }
    // It may be on the other side of a split that heals until then.
    const winner = running.find((machine) => machine.pacemaker.nodeName === nearest?.dc);
    if (!winner) return null;
    const others = running.filter((machine) => machine !== winner).map((machine) => machine.pacemaker.controller.work);
    const most = Math.max(0, ...others);
    if (winner.pacemaker.controller.work >= most + LEAD / 2) return null;
    return (draft) => {
      const machine = draft.machines[winner.name];
      if (hasPacemaker(machine)) machine.pacemaker.controller.work = most + LEAD;
    };
  }

  /** The designated controller that a partition's nodes show next, other than the one it has. */
  #next(members: readonly PacemakerMachine[], t: number) {
    const present = members.find(isDc)?.pacemaker.nodeName;
    const names = members.map((member) => member.name);
    return this.#seen.find((each) => each.t >= t && names.includes(each.node) && each.dc !== present) ?? null;
  }
}

/** Nodes in the order in which a status lists their failed actions. */
function failedNodes(text: string): string[] {
  const list = /Failed Resource Actions:\n((?: +\* .*\n)+)/.exec(text)?.[1] ?? '';
  return [...new Set([...list.matchAll(/ on (\S+\.\S+) /g)].map((match) => match[1] as string))];
}

/** So much more work than anybody else's decides an election. */
const LEAD = 1000;
