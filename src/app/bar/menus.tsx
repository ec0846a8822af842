import { resetLayout, usePreset } from '../dock/presets';
import { useMessages } from '../messages';
import { askReset } from '../state/questions';
import { FONT_SIZE_MAX, FONT_SIZE_MIN, FONT_SIZE_STEP, type Preset, type Theme, useSettings } from '../state/settings';
import { exportWorld, importWorld } from '../state/transfer';
import { GlobeIcon, LayoutIcon, MoreIcon, ThemeIcon } from './icons';
import { MenuButton } from './MenuButton';

const PRESETS: readonly Preset[] = ['student', 'two-terminals', 'picture-first', 'timeline'];
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function LayoutMenu() {
  const words = useMessages().layout;
  const [preset, choose] = usePreset();
  return (
    <MenuButton
      label={words.menu}
      title={words.menu}
      items={() => [
        ...PRESETS.map((name) => ({ label: words[name], checked: name === preset, act: () => choose(name) })),
        { label: words.reset, act: resetLayout },
      ]}
    >
      <LayoutIcon />
    </MenuButton>
  );
}

export function LanguageMenu() {
  const words = useMessages().settings;
  const { language, set } = useSettings();
  return (
    <MenuButton
      label={words.language}
      title={words.language}
      items={() => [
        { label: '한국어', checked: language === 'ko', act: () => set({ language: 'ko' }) },
        { label: 'English', checked: language === 'en', act: () => set({ language: 'en' }) },
      ]}
    >
      <GlobeIcon />
      <span className="bar-text">{language === 'ko' ? '한' : 'EN'}</span>
    </MenuButton>
  );
}

export function ThemeMenu() {
  const words = useMessages().settings;
  const { theme, set } = useSettings();
  return (
    <MenuButton
      label={words.theme}
      title={words.theme}
      items={() =>
        THEMES.map((name) => ({ label: words[name], checked: name === theme, act: () => set({ theme: name }) }))
      }
    >
      <ThemeIcon />
    </MenuButton>
  );
}

export function MoreMenu({ openKeys }: { openKeys: () => void }) {
  const words = useMessages();
  const { fontSize, screenReader, set } = useSettings();
  return (
    <MenuButton
      label={words.app.more}
      title={words.app.more}
      items={() => [
        { label: words.undo.reset, act: askReset },
        { label: words.settings.export, act: () => void exportWorld() },
        { label: words.settings.import, act: importWorld },
        {
          label: words.settings.larger,
          disabled: fontSize >= FONT_SIZE_MAX,
          act: () => set({ fontSize: fontSize + FONT_SIZE_STEP }),
        },
        {
          label: words.settings.smaller,
          disabled: fontSize <= FONT_SIZE_MIN,
          act: () => set({ fontSize: fontSize - FONT_SIZE_STEP }),
        },
        {
          label: words.settings.screenReader,
          checked: screenReader,
          act: () => set({ screenReader: !screenReader }),
        },
        { label: words.settings.fullScreen, note: 'F11', act: () => void document.documentElement.requestFullscreen() },
        { label: words.keys.title, note: '?', act: openKeys },
      ]}
    >
      <MoreIcon />
    </MenuButton>
  );
}
