import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const PauseIcon = () => (
  <Icon>
    <path d="M5 3v10M11 3v10" />
  </Icon>
);
export const PlayIcon = () => (
  <Icon>
    <path d="M4.5 3l8 5-8 5z" className="filled" />
  </Icon>
);
export const StepIcon = () => (
  <Icon>
    <path d="M3.5 3l6 5-6 5z" className="filled" />
    <path d="M12.5 3v10" />
  </Icon>
);
export const UndoIcon = () => (
  <Icon>
    <path d="M6 3L2.5 6.5 6 10M3 6.5h6a4 4 0 0 1 0 8H6" />
  </Icon>
);
export const BoltIcon = () => (
  <Icon>
    <path d="M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z" />
  </Icon>
);
export const ThemeIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="5.5" />
    <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" className="filled" />
  </Icon>
);
export const GlobeIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M2 8h12M8 2c2.3 2 2.3 10 0 12M8 2c-2.3 2-2.3 10 0 12" />
  </Icon>
);
export const LayoutIcon = () => (
  <Icon>
    <path d="M2 3h12v10H2zM6.5 3v10M6.5 9H14" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <circle cx="3" cy="8" r="1.2" className="filled" />
    <circle cx="8" cy="8" r="1.2" className="filled" />
    <circle cx="13" cy="8" r="1.2" className="filled" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.5" />
    <path d="M10.5 10.5L14 14" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" />
  </Icon>
);
export const TypeIcon = () => (
  <Icon>
    <path d="M2 4l4 4-4 4M8 12.5h6" />
  </Icon>
);
export const ListIcon = () => (
  <Icon>
    <path d="M2.5 4h1M6 4h8M2.5 8h1M6 8h8M2.5 12h1M6 12h8" />
  </Icon>
);
