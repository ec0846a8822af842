import { parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { compilePredicate, type Predicate, PredicateError } from './predicate';
import { type LabFile, labSchema, type ProbeFile, type Translated, type TrialFile } from './schema';
import { parseScript, ScriptError, type ScriptStep } from './script';

/** Contents of a lab's folder by file name (`lab.yaml`, `ko.md`, `wrong/forgot-hosts.sh`). */
export type LabFiles = Readonly<Record<string, string>>;

/** A lab that can't be used; each problem names its file and place. */
export class LabError extends Error {
  constructor(
    readonly lab: string,
    readonly problems: readonly string[],
  ) {
    super(`lab ${lab}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'LabError';
  }
}

export interface Check {
  readonly predicate: Predicate | null;
  readonly probe: (ProbeFile & { readonly pattern: RegExp | null }) | null;
  readonly otherwise: Translated;
}

export interface Goal {
  readonly id: string;
  readonly level: 'required' | 'extended';
  readonly text: Translated;
  readonly checks: readonly Check[];
  readonly settling: Predicate | null;
  readonly latched: boolean;
}

export interface HintLadder {
  readonly goal: string;
  readonly when: Predicate | null;
  readonly nudge: Translated;
  readonly diagnosis: Translated;
  readonly command: { readonly machine: string; readonly type: string };
}

/** One part of the exam: faults, and what must be seen after them. */
export interface Trial {
  readonly id: string;
  readonly title: Translated;
  readonly actions: TrialFile['do'];
  readonly expect: readonly { readonly text: Translated; readonly predicate: Predicate; readonly within: number }[];
  readonly always: { readonly text: Translated; readonly predicate: Predicate } | null;
}

export interface Script {
  readonly file: string;
  readonly steps: readonly ScriptStep[];
}

/** A lab, read and compiled. */
export interface Lab {
  readonly id: string;
  readonly exercise: string | null;
  readonly title: Translated;
  readonly world: string;
  readonly after: string | null;
  /** What was typed before the lab begins (`before.sh`). */
  readonly before: Script | null;
  readonly machines: readonly string[];
  readonly goals: readonly Goal[];
  readonly hints: readonly HintLadder[];
  readonly exam: readonly Trial[];
  readonly symptoms: NonNullable<LabFile['symptoms']>;
  /** Markdown. */
  readonly text: Translated;
  readonly solutions: readonly Script[];
  /** Plausible attempts that must not pass. */
  readonly nearMisses: readonly Script[];
}

/** Reads a lab's folder. Throws LabError with everything that is wrong with it. */
export function readLab(id: string, files: LabFiles): Lab {
  const problems: string[] = [];
  const file = readLabFile(files, problems);
  const text = { ko: files['ko.md'] ?? '', en: files['en.md'] ?? '' };
  for (const name of ['ko.md', 'en.md']) if (!files[name]) problems.push(`${name}: missing`);
  const scripts = readScripts(files, problems);
  if (!file) throw new LabError(id, problems);
  if (file.id !== id) problems.push(`lab.yaml: id is ${file.id}, but the folder is ${id}`);
  const lab = compile(file, text, scripts, problems);
  if (problems.length > 0) throw new LabError(id, problems);
  return lab;
}

function readLabFile(files: LabFiles, problems: string[]): LabFile | null {
  const source = files['lab.yaml'];
  if (source === undefined) {
    problems.push('lab.yaml: missing');
    return null;
  }
  const document = parseDocument(source);
  // Where YAML goes wrong once, everything behind it does: only the first is news.
  const [error] = document.errors;
  if (error) {
    problems.push(`lab.yaml: ${error.message.split('\n')[0]}`);
    return null;
  }
  const parsed = z.safeParse(labSchema, document.toJS());
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    problems.push(`lab.yaml: ${issue.path.join('.') || '(top)'}: ${issue.message}`);
  return null;
}

interface Scripts {
  readonly before: Script | null;
  readonly solutions: Script[];
  readonly nearMisses: Script[];
}

function readScripts(files: LabFiles, problems: string[]): Scripts {
  const read = (pattern: RegExp) =>
    Object.keys(files)
      .filter((name) => pattern.test(name))
      .sort()
      .flatMap((name) => {
        try {
          return [{ file: name, steps: parseScript(files[name] as string) }];
        } catch (error) {
          if (!(error instanceof ScriptError)) throw error;
          problems.push(`${name}: ${error.message}`);
          return [];
        }
      });
  const solutions = read(/^solution[a-z0-9-]*\.sh$/);
  if (solutions.length === 0) problems.push('solution.sh: missing');
  return { before: read(/^before\.sh$/)[0] ?? null, solutions, nearMisses: read(/^wrong\/.*\.sh$/) };
}

function compile(file: LabFile, text: Translated, scripts: Scripts, problems: string[]): Lab {
  const predicate = (source: string, place: string): Predicate => {
    try {
      return compilePredicate(source);
    } catch (error) {
      if (!(error instanceof PredicateError)) throw error;
      problems.push(`lab.yaml: ${place}: ${error.message}`);
      return () => false;
    }
  };
  const optional = (source: string | undefined, place: string) =>
    source === undefined ? null : predicate(source, place);
  const pattern = (source: string | undefined, place: string): RegExp | null => {
    if (source === undefined) return null;
    try {
      return new RegExp(source, 'm');
    } catch (error) {
      problems.push(`lab.yaml: ${place}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const goals = file.goals.map(
    (goal): Goal => ({
      id: goal.id,
      level: goal.level,
      text: goal.text,
      latched: goal.latched ?? false,
      settling: optional(goal.settling, `goals.${goal.id}.settling`),
      checks: goal.checks.map((check, index) => {
        const place = `goals.${goal.id}.checks.${index}`;
        if ((check.holds === undefined) === (check.probe === undefined))
          problems.push(`lab.yaml: ${place}: give either holds or probe`);
        return {
          predicate: optional(check.holds, place),
          probe: check.probe ? { ...check.probe, pattern: pattern(check.probe.shows, place) } : null,
          otherwise: check.otherwise,
        };
      }),
    }),
  );
  const ids = new Set(goals.map((goal) => goal.id));
  if (ids.size !== goals.length) problems.push('lab.yaml: goals: two goals have the same id');
  for (const hint of file.hints) if (!ids.has(hint.goal)) problems.push(`lab.yaml: hints: no goal ${hint.goal}`);
  return {
    id: file.id,
    exercise: file.exercise ?? null,
    title: file.title,
    world: file.world,
    after: file.after ?? null,
    before: scripts.before,
    machines: file.machines,
    goals,
    hints: file.hints.map((hint, index) => ({ ...hint, when: optional(hint.when, `hints.${index}.when`) })),
    exam: file.exam.map((trial) => ({
      id: trial.id,
      title: trial.title,
      actions: trial.do,
      expect: trial.expect.map((expected, index) => ({
        text: expected.text,
        within: expected.within,
        predicate: predicate(expected.holds, `exam.${trial.id}.expect.${index}`),
      })),
      always: trial.always
        ? { text: trial.always.text, predicate: predicate(trial.always.holds, `exam.${trial.id}.always`) }
        : null,
    })),
    symptoms: file.symptoms ?? [],
    text,
    solutions: scripts.solutions,
    nearMisses: scripts.nearMisses,
  };
}
