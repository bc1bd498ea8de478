import { useState } from 'react';
import { Button } from './button';
import { useToasts } from './toasts';

/** An identifier with a button that copies it. */
export function CopyId({ value, what }: { readonly value: string; readonly what: string }) {
  const { show } = useToasts();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      // Not on a page over plain HTTP from another machine.
      show({ tone: 'warn', text: `Your browser does not let this page copy. The ${what} is ${value}.` });
    }
  };
  return (
    <span className="copy-id">
      <bdi className="mono">{value}</bdi>
      <Button kind="icon" label={copied ? `${what} copied` : `Copy ${what}`} onPress={() => void copy()}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          {copied ? (
            <path d="M3 8.5l3.2 3.2L13 5" fill="none" stroke="currentColor" strokeWidth="1.8" />
          ) : (
            <path
              d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.4"
              strokeLinejoin="round"
            />
          )}
        </svg>
      </Button>
    </span>
  );
}
