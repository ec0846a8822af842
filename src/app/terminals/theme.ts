import type { ITheme } from '@xterm/xterm';

/**
 * One dark theme: the terminal is dark on both pages, as the design says. Every colour has a contrast of at least 4.5
 * on the background.
 */
export const TERMINAL_THEME: ITheme = {
  background: '#12161b',
  foreground: '#d5dce4',
  cursor: '#7fc4ff',
  cursorAccent: '#12161b',
  selectionBackground: '#2f5f8f',
  selectionForeground: '#ffffff',
  black: '#7b8794',
  red: '#ff7b72',
  green: '#5fd38d',
  yellow: '#e5b65c',
  blue: '#6cb6ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
  white: '#d5dce4',
  brightBlack: '#8b98a5',
  brightRed: '#ffa198',
  brightGreen: '#7ee2a8',
  brightYellow: '#f2cc7f',
  brightBlue: '#91cbff',
  brightMagenta: '#e2c5ff',
  brightCyan: '#7be5ec',
  brightWhite: '#ffffff',
};

export const TERMINAL_FONT = '"Quorate Mono", "D2Coding", "Noto Sans Mono CJK KR", "Noto Sans Mono", monospace';
