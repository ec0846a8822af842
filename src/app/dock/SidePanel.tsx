import { type ComponentType, lazy, Suspense } from 'react';
import { useFirstPromptPast } from '../state/first-prompt';

export type SideKind = 'lab' | 'picture' | 'timeline';

const sidePanels = () => import('./side-panels');

const PANELS: Record<SideKind, ComponentType> = {
  lab: lazy(async () => ({ default: (await sidePanels()).LabPanel })),
  picture: lazy(async () => ({ default: (await sidePanels()).PicturePanel })),
  timeline: lazy(async () => ({ default: (await sidePanels()).TimelinePanel })),
};

/** A panel beside the terminals. It comes when the first prompt has come. */
export function SidePanel({ kind }: { kind: SideKind }) {
  const now = useFirstPromptPast();
  const Content = PANELS[kind];
  return <Suspense>{now && <Content />}</Suspense>;
}
