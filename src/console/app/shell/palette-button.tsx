import { lazy, Suspense, useEffect, useState } from 'react';
import { Button } from '../ui/button';

// It comes with the first use: the first screen does not wait for it.
const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));

/** Opens the command palette: by a press, or Ctrl+K (on a Mac ⌘K) from anywhere. */
export function PaletteButton() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);
  return (
    <>
      <Button className="palette-button" onPress={() => setOpen(true)}>
        <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
          <path
            d="M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.500 13.500 17 17"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.7"
            strokeLinecap="round"
          />
        </svg>
        <span className="hidden">Go to a screen, an action or a driver, </span>
        <span className="palette-hint">Ctrl K</span>
      </Button>
      {isOpen ? (
        <Suspense>
          <Palette close={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
