import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Language } from '../../engine/ports';

export type Theme = 'system' | 'light' | 'dark';
export type Preset = 'student' | 'two-terminals' | 'picture-first' | 'timeline';

export interface Settings {
  language: Language;
  theme: Theme;
  /** Terminal font size in CSS pixels. */
  fontSize: number;
  /** Announces terminal output to screen readers. */
  screenReader: boolean;
  preset: Preset;
  /** Dock layouts that the user changed, by preset. */
  layouts: Partial<Record<Preset, unknown>>;
  set(change: Partial<Omit<Settings, 'set'>>): void;
}

/** Even sizes only: cells are half as wide, and whole pixels keep glyphs sharp. */
export const FONT_SIZE_MIN = 10;
export const FONT_SIZE_MAX = 24;
export const FONT_SIZE_STEP = 2;

const preferred: Language = navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en';

/** What a visitor chose, kept in this browser. */
export const useSettings = create<Settings>()(
  persist(
    (set) => ({
      language: document.documentElement.dataset.language === 'en' ? 'en' : preferred,
      theme: 'system',
      fontSize: 14,
      screenReader: false,
      preset: 'student',
      layouts: {},
      set: (change) => set(change),
    }),
    {
      name: 'quorate.settings',
      version: 1,
      partialize: ({ set: _set, ...kept }) => kept,
    },
  ),
);

const darkScheme = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark now. */
function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && darkScheme.matches);
}

/** Keeps the document's theme and language as chosen. */
export function applySettings(): void {
  const apply = () => {
    const { theme, language } = useSettings.getState();
    document.documentElement.dataset.theme = isDark(theme) ? 'dark' : 'light';
    document.documentElement.lang = language;
  };
  apply();
  useSettings.subscribe(apply);
  darkScheme.addEventListener('change', apply);
}
