import type { Millis } from '../world/world';
import type { Speed } from './view';

/** Debt the simulation may have towards the wall, in wall ms; what is older is forgiven (a laptop that slept). */
const DEBT_MS_MAX = 250;

/** Says up to which simulated time the clock should have come, from wall time and speed. */
export class Pacer {
  #speed: Speed = 1;
  #wall: number;
  /** Simulated time at `#wall`, with its fraction. */
  #simulated: number;

  constructor(wallNow: number, simulatedNow: Millis) {
    this.#wall = wallNow;
    this.#simulated = simulatedNow;
  }

  get speed(): Speed {
    return this.#speed;
  }

  setSpeed(speed: Speed, wallNow: number, simulatedNow: Millis): void {
    this.#speed = speed;
    this.rebase(wallNow, simulatedNow);
  }

  /** Begins to count anew from here: after a hurry, a jump, another world. */
  rebase(wallNow: number, simulatedNow: Millis): void {
    this.#wall = wallNow;
    this.#simulated = simulatedNow;
  }

  /** Simulated time that is due now; never before `simulatedNow`. */
  due(wallNow: number, simulatedNow: Millis): Millis {
    const elapsed = wallNow - this.#wall;
    if (this.#speed === 0) return simulatedNow;
    this.#wall = wallNow;
    const debt = Math.max(0, this.#simulated - simulatedNow);
    this.#simulated = Math.max(this.#simulated, simulatedNow);
    this.#simulated += Math.min(elapsed, DEBT_MS_MAX) * this.#speed;
    if (debt > DEBT_MS_MAX * this.#speed) this.#simulated = simulatedNow + DEBT_MS_MAX * this.#speed;
    return Math.max(simulatedNow, Math.floor(this.#simulated));
  }

  /** Wall ms until simulated time `next` is due; Infinity while paused. */
  wait(next: Millis, simulatedNow: Millis): number {
    if (this.#speed === 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, (next - Math.max(this.#simulated, simulatedNow)) / this.#speed);
  }
}
