import { type IJsonModel, type IJsonTabNode, Model } from 'flexlayout-react';
import { create } from 'zustand';
import { type Preset, useSettings } from '../state/settings';

export type PanelKind = 'lab' | 'picture' | 'timeline' | 'terminal';

/** Machines of the course's world: their tabs are there before the engine has said anything. */
export const COURSE_MACHINES: readonly string[] = ['host', 'node1', 'node2', 'node3', 'node4'];
const FIRST_MACHINE = 'node1';

export const terminalTabId = (machine: string) => `terminal:${machine}`;

const panel = (component: PanelKind): IJsonTabNode => ({ type: 'tab', id: component, name: component, component });

export const terminalTab = (machine: string): IJsonTabNode => ({
  type: 'tab',
  id: terminalTabId(machine),
  name: machine,
  component: 'terminal',
  config: { machine },
});

const tabset = (weight: number, children: IJsonTabNode[], selected = 0, id?: string) => ({
  type: 'tabset' as const,
  weight,
  selected,
  children,
  ...(id && { id }),
});

const terminals = (weight: number, machines = COURSE_MACHINES, selected = FIRST_MACHINE, id = 'terminals') =>
  tabset(weight, machines.map(terminalTab), Math.max(0, machines.indexOf(selected)), id);

const column = (weight: number, children: IJsonModel['layout']['children']) => ({
  type: 'row' as const,
  weight,
  children,
});

const LAYOUTS: Record<Preset, () => IJsonModel['layout']> = {
  student: () => ({
    type: 'row',
    children: [
      tabset(28, [panel('lab')]),
      terminals(42),
      column(30, [tabset(68, [panel('picture')]), tabset(32, [panel('timeline')])]),
    ],
  }),
  'two-terminals': () => ({
    type: 'row',
    children: [
      tabset(26, [panel('lab'), panel('picture'), panel('timeline')]),
      terminals(37, ['node1', 'node2', 'node3'], 'node1', 'terminals-left'),
      terminals(37, ['node4', 'host']),
    ],
  }),
  'picture-first': () => ({
    type: 'row',
    children: [
      tabset(56, [panel('picture'), panel('timeline')]),
      column(44, [terminals(62), tabset(38, [panel('lab')])]),
    ],
  }),
  timeline: () => ({
    type: 'row',
    children: [
      column(60, [terminals(58), tabset(42, [panel('timeline')])]),
      column(40, [tabset(55, [panel('picture')]), tabset(45, [panel('lab')])]),
    ],
  }),
};

function fresh(preset: Preset): Model {
  return Model.fromJson({
    global: {
      tabEnableClose: false,
      tabEnableRename: false,
      tabEnablePopout: false,
      tabSetEnableMaximize: true,
      tabSetMinWidth: 160,
      tabSetMinHeight: 90,
      tabEnableRenderOnDemand: true,
    },
    borders: [],
    layout: LAYOUTS[preset](),
  });
}

function load(preset: Preset): Model {
  const saved = useSettings.getState().layouts[preset];
  if (saved) {
    try {
      return Model.fromJson(saved as IJsonModel);
    } catch {
      // A layout of another version: the preset as it comes.
    }
  }
  return fresh(preset);
}

/** The dock's present model. */
export const useDock = create<{ model: Model }>()(() => ({ model: load(useSettings.getState().preset) }));

/** The chosen preset, and a function that chooses. */
export function usePreset(): [Preset, (preset: Preset) => void] {
  return [useSettings((settings) => settings.preset), choosePreset];
}

export function choosePreset(preset: Preset): void {
  useSettings.getState().set({ preset });
  useDock.setState({ model: load(preset) });
}

/** Keeps what the user arranged. */
export function keepLayout(model: Model): void {
  const { preset, layouts, set } = useSettings.getState();
  set({ layouts: { ...layouts, [preset]: model.toJson() } });
}

export function resetLayout(): void {
  const { preset, layouts, set } = useSettings.getState();
  const { [preset]: _dropped, ...rest } = layouts;
  set({ layouts: rest });
  useDock.setState({ model: fresh(preset) });
}
