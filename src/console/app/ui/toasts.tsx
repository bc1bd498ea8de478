import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from 'react';
import { describeError } from '../api/describe-error';
import type { RefusalFragment } from '../generated/documents';
import type { Tone } from '../words/words';
import { Button } from './button';

/** A short notice. What went wrong stays until it is closed. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
  readonly detail?: string | undefined;
}

/** Where notices are shown. */
export interface Toasts {
  readonly show: (notice: Notice) => void;
  /** Puts whatever was thrown into words. */
  readonly showError: (error: unknown) => void;
  /** What the caller has to put right. True when there was something. */
  readonly showRefusals: (userErrors: readonly RefusalFragment[]) => boolean;
}

const ToastsContext = createContext<Toasts | null>(null);
const SHOWN_MS = 7_000;
const MOST = 4;

/** Shows notices over everything in it; they take no focus, and are read aloud. */
export function ToastsProvider({ children }: { readonly children: ReactNode }) {
  const [notices, setNotices] = useState<readonly (Notice & { readonly id: number })[]>([]);
  const nextId = useRef(1);
  const close = useCallback(
    (id: number) => setNotices((shown) => shown.filter((notice) => notice.id !== id)),
    [],
  );
  const toasts = useMemo<Toasts>(() => {
    const show = (notice: Notice): void => {
      const id = nextId.current++;
      setNotices((shown) => [...shown, { ...notice, id }].slice(-MOST));
      if (notice.tone !== 'bad') setTimeout(() => close(id), SHOWN_MS);
    };
    return {
      show,
      showError(error) {
        const { title, detail, code, requestId } = describeError(error);
        const found = requestId === null ? code : `${code} · request ${requestId}`;
        show({ tone: 'bad', text: `${title}. ${detail}`, detail: found });
      },
      showRefusals(userErrors) {
        for (const { message, code } of userErrors) show({ tone: 'bad', text: message, detail: code });
        return userErrors.length > 0;
      },
    };
  }, [close]);
  return (
    <ToastsContext value={toasts}>
      {children}
      {/* In the top layer of React Aria's dialogs, too: what goes wrong in a dialog is shown over it. */}
      <div className="toasts" role="status" data-react-aria-top-layer="true">
        {notices.map(({ id, tone, text, detail }) => (
          <div key={id} className={`toast ${tone}`}>
            <div>
              <p>{text}</p>
              {detail === undefined ? null : <p className="fine">{detail}</p>}
            </div>
            <Button kind="icon" label="Dismiss" onPress={() => close(id)}>
              <span aria-hidden="true">×</span>
            </Button>
          </div>
        ))}
      </div>
    </ToastsContext>
  );
}

/** The notices; only inside of `ToastsProvider`. */
export function useToasts(): Toasts {
  const toasts = use(ToastsContext);
  if (toasts === null) throw new Error('There is no place for notices around this.');
  return toasts;
}
