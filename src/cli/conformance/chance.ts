import { hasPacemaker, isDc, type PacemakerMachine, partition } from '../../pacemaker/peers';
import type { World } from '../../world/world';
import type { RecordedLine } from './recording';

/**
 * What chance decided in a recorded run and may decide otherwise in every other: who becomes the designated controller.
 * The controllers compare the processor time that they have used so far, which differs by fractions of a millisecond
 * where nothing has happened yet (in the recordings of a common start each of the nodes won in some). So the replay
 * takes the winner from the recording, by giving its controller the most work before an election can come; everything
 * else about the election is the simulator's.
 */
export class ElectionChance {
  readonly #seen: readonly { readonly t: number; readonly node: string; readonly dc: string }[];

  constructor(recorded: readonly RecordedLine[]) {
    this.#seen = recorded.flatMap((line) => {
      const dc = /Current DC: (?:<\/span><span>)?([\w.-]+) \(/.exec(line.stdout ?? '')?.[1];
      return dc === undefined || line.node === undefined ? [] : [{ t: line.t, node: line.node, dc }];
    });
  }

  /** Prepares the elections that come after recorded second `t`. Returns null, or what to do to the world. */
  prepare(world: World, t: number): ((draft: World) => void) | null {
    const wishes: { t: number; winner: string; others: readonly string[] }[] = [];
    const done = new Set<string>();
    for (const machine of Object.values(world.machines)) {
      if (!hasPacemaker(machine) || done.has(machine.name)) continue;
      const members = partition(world, machine.name);
      for (const member of members) done.add(member.name);
      const next = this.#next(members, t);
      if (next === null) continue;
      const winner = members.find((member) => member.pacemaker.nodeName === next.dc);
      const others = members.filter((member) => member !== winner);
      if (winner && !leads(winner, others))
        wishes.push({ t: next.t, winner: winner.name, others: others.map((other) => other.name) });
    }
    if (wishes.length === 0) return null;
    wishes.sort((a, b) => b.t - a.t);
    return (draft) => {
      for (const { winner } of wishes) {
        const most = Math.max(...Object.values(draft.machines).map((each) => each.pacemaker?.controller.work ?? 0));
        const machine = draft.machines[winner];
        if (hasPacemaker(machine)) machine.pacemaker.controller.work = most + LEAD;
      }
    };
  }

  /** The designated controller that a partition's nodes show next, other than the one it has. */
  #next(members: readonly PacemakerMachine[], t: number) {
    const present = members.find(isDc)?.pacemaker.nodeName;
    const names = members.map((member) => member.name);
    return this.#seen.find((each) => each.t >= t && names.includes(each.node) && each.dc !== present) ?? null;
  }
}

/** So much more work than anybody else's decides an election. */
const LEAD = 1000;

function leads(winner: PacemakerMachine, others: readonly PacemakerMachine[]): boolean {
  return others.every((other) => winner.pacemaker.controller.work >= other.pacemaker.controller.work + LEAD / 2);
}
