import { useState } from 'react';
import { Button } from '../ui/button';
import { chooseTheme, chosenTheme, type Theme } from './theme';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const LABEL: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' };
/** Half and half, a sun, a moon. */
const ICON: Readonly<Record<Theme, string>> = {
  system: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  light:
    'M10 6.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600 16 16M16 4l-1.400 1.400M5.400 14.600 4 16',
  dark: 'M16.500 12A7 7 0 0 1 8 3.500 7 7 0 1 0 16.500 12z',
};

/** Goes through the themes: as the system says, light, dark. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <Button
      label={`Theme: ${LABEL[theme]}`}
      className="square"
      onPress={() => {
        chooseTheme(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <path
          d={ICON[theme]}
          fill={theme === 'light' ? 'none' : 'currentColor'}
          fillOpacity={theme === 'system' ? 0.35 : 1}
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </svg>
    </Button>
  );
}
