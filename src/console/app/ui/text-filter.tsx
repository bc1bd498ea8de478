import { useEffect, useEffectEvent, useState } from 'react';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';

const TYPING_MS = 250;

/** A filter that is typed: it counts once the typing pauses. The empty text stands for "any". */
export function TextFilter(props: {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The id of a `datalist` with what is offered. */
  readonly list?: string;
}) {
  const { label, placeholder = 'Any', value, onChange, list } = props;
  const [text, setText] = useState(value);
  const [applied, setApplied] = useState(value);
  // Back, or a link, has changed the address.
  if (applied !== value) {
    setApplied(value);
    setText(value);
  }
  // Another filter may have been changed during the pause: the change is made to what the address says by then.
  const apply = useEffectEvent(() => {
    if (text.trim() === value) return;
    setApplied(text.trim());
    onChange(text.trim());
  });
  useEffect(() => {
    const timer = setTimeout(() => apply(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <SearchField className="field" value={text} onChange={setText} onClear={() => onChange('')}>
      <Label>{label}</Label>
      <Input
        className="input"
        placeholder={placeholder}
        dir="auto"
        {...(list === undefined ? {} : { list })}
      />
    </SearchField>
  );
}
