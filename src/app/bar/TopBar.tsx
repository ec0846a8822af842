import { useMessages } from '../messages';
import { act } from '../state/actions';
import { useSession } from '../state/session';
import { Clock } from './Clock';
import { FaultMenu } from './FaultMenu';
import { SearchIcon, UndoIcon } from './icons';
import { LanguageMenu, LayoutMenu, MoreMenu, ThemeMenu } from './menus';

/** Clock, undo, faults, layout, language, theme. */
export function TopBar({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
  const words = useMessages();
  const undo = useSession((session) => session.view.undo);
  const undoTitle = undo ? words.undo.what(undo.label) : words.undo.nothing;
  return (
    <header className="top-bar">
      <h1 className="brand">
        <img src="./favicon.svg" alt="" width="20" height="20" />
        {words.app.name}
      </h1>
      <Clock />
      <div className="bar-group">
        <button
          type="button"
          className="bar-button"
          disabled={!undo}
          title={`${undoTitle} (Ctrl+Shift+Z)`}
          onClick={act.undo}
        >
          <UndoIcon />
          <span className="wide-only">{words.undo.action}</span>
        </button>
        <FaultMenu />
      </div>
      <span className="bar-space" />
      <button
        type="button"
        className="bar-button palette-button"
        title={`${words.palette.open} (Ctrl+K)`}
        onClick={openPalette}
      >
        <SearchIcon />
        <span className="wide-only">{words.palette.open}</span>
        <kbd className="wide-only">Ctrl K</kbd>
      </button>
      <div className="bar-group">
        <LayoutMenu />
        <LanguageMenu />
        <ThemeMenu />
        <MoreMenu openKeys={openKeys} />
      </div>
    </header>
  );
}
