/** As the system says, or as the user has chosen. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'driver-sync-theme';

/** What the user has chosen in this browser. */
export function chosenTheme(): Theme {
  const found = readStored();
  return found === 'light' || found === 'dark' ? found : 'system';
}

/** Shows the theme, and keeps it for the next visit. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing: for this page only.
  }
  applyTheme(theme);
}

/** Called before anything is drawn. */
export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

function readStored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
