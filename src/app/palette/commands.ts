import { faultItems } from '../bar/FaultMenu';
import { choosePreset, resetLayout } from '../dock/presets';
import type { Messages } from '../messages/en';
import { act } from '../state/actions';
import { askReset } from '../state/questions';
import { type Session, useSession } from '../state/session';
import { type Preset, useSettings } from '../state/settings';
import { exportWorld, importWorld } from '../state/transfer';

export interface Command {
  readonly label: string;
  readonly group: string;
  readonly keys?: string;
  readonly act: () => void;
}

const PRESETS: readonly Preset[] = ['student', 'two-terminals', 'picture-first', 'timeline'];

/** Everything that can be found by name: machines and resources first, then the clock, labs, faults, layout, settings. */
function allCommands(words: Messages, session: Session): Command[] {
  const { language, set } = useSettings.getState();
  const { view } = session;
  const machines = Object.keys(view.machines).map((name, index) => ({
    label: words.palette.goTo(name),
    group: words.landmarks.terminals,
    keys: index < 10 ? `Alt+${index}` : undefined,
    act: () => act.showTerminal(name),
  }));
  const clock = [
    { label: words.clock.pause, keys: 'Alt+P', act: act.pauseOrRun },
    { label: words.clock.step, keys: 'Alt+.', act: act.step },
    ...([1, 10, 60] as const).map((speed) => ({
      label: `${words.clock.speed}: ${words.clock.times(speed)}`,
      act: () => act.speed(speed),
    })),
    { label: words.undo.action, keys: 'Ctrl+Shift+Z', act: act.undo },
    { label: words.undo.reset, act: askReset },
  ].map((command) => ({ ...command, group: words.clock.title }));
  const labs = view.labs.map((lab) => ({
    label: words.palette.openLab(lab.title[language]),
    group: words.lab.title,
    act: () => act.openLab(lab.id),
  }));
  const faults = faultItems(view, words).map((item) => ({
    label: item.note ? `${item.label} (${item.note})` : item.label,
    group: words.faults.menu,
    act: item.act,
  }));
  const resources = Object.keys(view.resources).map((id) => ({
    label: words.palette.explain(id),
    group: words.resource.title,
    act: () => act.explain(id),
  }));
  const power = Object.values(view.machines)
    .filter((machine) => machine.power === 'off')
    .map(({ name }) => ({
      label: `${name}: ${words.power.on}`,
      group: words.power.on,
      act: () => act.power(name, 'on'),
    }));
  const layout = [
    ...PRESETS.map((preset) => ({ label: words.layout[preset], act: () => choosePreset(preset) })),
    { label: words.layout.reset, act: resetLayout },
  ].map((command) => ({ ...command, group: words.layout.menu }));
  const settings = [
    { label: '한국어', act: () => set({ language: 'ko' }) },
    { label: 'English', act: () => set({ language: 'en' }) },
    { label: `${words.settings.theme}: ${words.settings.light}`, act: () => set({ theme: 'light' }) },
    { label: `${words.settings.theme}: ${words.settings.dark}`, act: () => set({ theme: 'dark' }) },
    { label: `${words.settings.theme}: ${words.settings.system}`, act: () => set({ theme: 'system' }) },
    { label: words.settings.export, act: () => void exportWorld() },
    { label: words.settings.import, act: importWorld },
  ].map((command) => ({ ...command, group: words.app.more }));
  return [...machines, ...resources, ...power, ...clock, ...labs, ...faults, ...layout, ...settings];
}

/** Commands whose words contain all words of the query, those that begin with it first. */
export function findCommands(commands: readonly Command[], query: string): Command[] {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (command: Command) => `${command.label} ${command.group}`.toLowerCase();
  const found = commands.filter((command) => parts.every((part) => text(command).includes(part)));
  const first = parts[0];
  if (first === undefined) return found;
  return found.sort((a, b) => Number(text(b).startsWith(first)) - Number(text(a).startsWith(first)));
}

export const presentCommands = (words: Messages): Command[] => allCommands(words, useSession.getState());
