import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

z.config(en());

/** The shape of `lab.yaml`. What a field means is said here once; editors and messages take it from here. */

const translated = z.strictObject({ ko: z.string(), en: z.string() });

const machineName = z.string().check(z.regex(/^[a-z][a-z0-9-]*$/));

/** A CEL expression over the public view of the world (`view.ts`). */
const expression = z.string();

/** A command on a machine, run in a copy of the world, so that looking changes nothing. */
const probe = z.strictObject({
  machine: machineName,
  run: z.string(),
  /** Account that types it; default root. */
  user: z.optional(z.string()),
  /** Exit status that is wanted; default 0. */
  status: z.optional(z.number()),
  /** Regular expression that standard output must match. */
  shows: z.optional(z.string()),
  /** Simulated seconds after which it counts as failed; default 60. */
  limit: z.optional(z.number()),
});

const check = z.strictObject({
  /** Exactly one of these two. */
  holds: z.optional(expression),
  probe: z.optional(probe),
  /** What is missing, said when this is the first check that fails. */
  otherwise: translated,
});

const goal = z.strictObject({
  id: z.string(),
  /** `required` follows from the exercise's text; `extended` is what a careful administrator adds. */
  level: z.enum(['required', 'extended']),
  text: translated,
  /** All must pass, in this order. */
  checks: z.array(check).check(z.minLength(1)),
  /** While this holds, a failing goal may still come true by itself. */
  settling: z.optional(expression),
  /** Once met it stays met: for things that must have been so for a moment. */
  latched: z.optional(z.boolean()),
});

const hint = z.strictObject({
  goal: z.string(),
  /** State in which this ladder fits; the first that fits is taken. Default: always. */
  when: z.optional(expression),
  /** Where to look. */
  nudge: translated,
  /** What is wrong. */
  diagnosis: translated,
  /** What to type, and where. */
  command: z.strictObject({ machine: machineName, type: z.string() }),
});

const action = z.union([
  z.strictObject({ powerOff: machineName }),
  z.strictObject({ powerOn: machineName }),
  z.strictObject({ reset: machineName }),
  z.strictObject({ reboot: machineName }),
  /** Cuts a machine's cable: `node3 eth1`. */
  z.strictObject({ unplug: z.string() }),
  z.strictObject({ plug: z.string() }),
  /** Simulated seconds. */
  z.strictObject({ wait: z.number() }),
  z.strictObject({ run: z.strictObject({ machine: machineName, command: z.string() }) }),
]);

const trial = z.strictObject({
  id: z.string(),
  title: translated,
  do: z.array(action).check(z.minLength(1)),
  expect: z.array(
    z.strictObject({
      text: translated,
      holds: expression,
      /** Simulated seconds after the last action by which it must hold. */
      within: z.number(),
    }),
  ),
  /** Must hold at every moment. */
  always: z.optional(z.strictObject({ text: translated, holds: expression })),
});

const symptom = z.strictObject({
  /** Where in the solution it can be seen. */
  at: z.enum(['start', 'end']),
  machine: machineName,
  run: z.string(),
  shows: z.string(),
});

export const labSchema = z.strictObject({
  id: z.string().check(z.regex(/^[a-z0-9-]+$/)),
  /** Exercise of the course it comes from, e.g. `ex01`. */
  exercise: z.optional(z.string()),
  title: translated,
  /** Start world (`worlds.ts`). */
  world: z.string(),
  /** Lab whose solution is played before this one begins. */
  after: z.optional(z.string()),
  /** Machines that get a terminal, first the one to type on. */
  machines: z.array(machineName).check(z.minLength(1)),
  goals: z.array(goal).check(z.minLength(1)),
  hints: z.array(hint),
  exam: z.array(trial),
  /** What the text promises that the student sees. */
  symptoms: z.optional(z.array(symptom)),
});

export type LabFile = z.infer<typeof labSchema>;
export type GoalFile = LabFile['goals'][number];
export type CheckFile = GoalFile['checks'][number];
export type TrialFile = LabFile['exam'][number];
export type ActionFile = TrialFile['do'][number];
export type ProbeFile = NonNullable<CheckFile['probe']>;
export type Translated = z.infer<typeof translated>;
