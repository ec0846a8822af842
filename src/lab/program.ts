import { type Completer, operandsBefore } from '../shell/completion';
import type { Process, Program } from '../shell/process';
import type { Verdict } from './goals';
import type { Hint } from './hints';
import type { Translated } from './schema';

/** What the `lab` command needs of whoever runs the world. */
export interface LabHost {
  readonly language: 'ko' | 'en';
  readonly labs: readonly { readonly id: string; readonly title: Translated }[];
  /** The open lab, or null. */
  readonly open: {
    readonly id: string;
    readonly goals: readonly { readonly id: string; readonly text: Translated }[];
  } | null;
  judge(): Promise<readonly Verdict[]>;
  hint(goal: string | null, step: number): Promise<Hint | null>;
  /** Replaces the world: the terminal that asks for it ends with it. */
  start(id: string): void;
  reset(): void;
}

const words = {
  usage: {
    ko: '사용법: lab list | lab start 실습 | lab grade | lab hint [목표] | lab reset\n',
    en: 'Usage: lab list | lab start LAB | lab grade | lab hint [GOAL] | lab reset\n',
  },
  none: {
    ko: 'lab: 열린 실습이 없습니다. lab list와 lab start를 씁니다.\n',
    en: 'lab: no lab is open; see lab list and lab start\n',
  },
  unknownLab: { ko: 'lab: 그런 실습이 없습니다: ', en: 'lab: there is no such lab: ' },
  unknownGoal: { ko: 'lab: 그런 목표가 없습니다: ', en: 'lab: there is no such goal: ' },
  nothing: { ko: '모든 목표가 이루어졌습니다.\n', en: 'Every goal is met.\n' },
} as const;

const marks = {
  met: { ko: '완료', en: 'met' },
  unmet: { ko: '미완', en: 'unmet' },
  unsettled: { ko: '대기', en: 'not yet' },
} as const;

/** The `lab` command: the lab room in the terminal, as vendors' courses have it. */
export function labProgram(host: LabHost): Program {
  return async (process) => {
    const [action, operand, extra] = process.argv.slice(1);
    const { language } = host;
    if (action === undefined || extra !== undefined) return complain(process, words.usage[language], 2);
    switch (action) {
      case 'list':
        for (const lab of host.labs) {
          const mark = host.open?.id === lab.id ? '*' : ' ';
          await process.stdout.write(`${mark} ${lab.id.padEnd(20)} ${lab.title[language]}\n`);
        }
        return 0;
      case 'start':
        if (!host.labs.some((lab) => lab.id === operand)) {
          return complain(process, `${words.unknownLab[language]}${operand ?? ''}\n`, 1);
        }
        host.start(operand as string);
        return 0;
      case 'reset':
        host.reset();
        return 0;
      case 'grade':
        return host.open ? grade(process, host) : complain(process, words.none[language], 1);
      case 'hint':
        return host.open ? hint(process, host, operand) : complain(process, words.none[language], 1);
      default:
        return complain(process, words.usage[language], 2);
    }
  };
}

/** Tab behind `lab`: its verbs, the labs, and the goals of the open one. */
export function labCompleter(host: LabHost): Completer {
  return (context) => {
    const [action, operand] = operandsBefore(context);
    if (action === undefined) return ['grade', 'hint', 'list', 'reset', 'start'];
    if (operand !== undefined) return [];
    if (action === 'start') return host.labs.map(({ id }) => id);
    return action === 'hint' ? (host.open?.goals.map(({ id }) => id) ?? []) : [];
  };
}

async function complain(process: Process, text: string, status: number): Promise<number> {
  await process.stderr.write(text);
  return status;
}

async function grade(process: Process, host: LabHost): Promise<number> {
  const { language } = host;
  let met = true;
  for (const verdict of await host.judge()) {
    const goal = host.open?.goals.find((each) => each.id === verdict.goal);
    await process.stdout.write(`[${marks[verdict.verdict][language]}] ${goal?.text[language] ?? verdict.goal}\n`);
    if (verdict.verdict === 'met') continue;
    met = false;
    await process.stdout.write(`    ${verdict.reason[language]}\n`);
  }
  return met ? 0 : 1;
}

async function hint(process: Process, host: LabHost, goal: string | undefined): Promise<number> {
  const { language } = host;
  if (goal !== undefined && !host.open?.goals.some((each) => each.id === goal)) {
    return complain(process, `${words.unknownGoal[language]}${goal}\n`, 1);
  }
  for (let step = 0; ; step++) {
    const rung = await host.hint(goal ?? null, step);
    if (!rung) {
      await process.stdout.write(words.nothing[language]);
      return 0;
    }
    await process.stdout.write(`${rung.text[language]}\n`);
    if (rung.type) await process.stdout.write(`    ${rung.type.machine}# ${rung.type.text}\n`);
    if (step + 1 >= rung.steps) return 0;
  }
}
