import { wordFor, type Tone, type Words } from '../words/words';

/** One value of an enum, as a coloured word. */
export function Badge({ words, value }: { readonly words: Words; readonly value: string }) {
  const word = wordFor(words, value);
  return <Tag tone={word.tone} label={word.label} about={word.about} />;
}

/** A coloured word. */
export function Tag(props: { readonly tone: Tone; readonly label: string; readonly about?: string }) {
  return (
    <span className={`badge ${props.tone}`} title={props.about}>
      {props.label}
    </span>
  );
}
