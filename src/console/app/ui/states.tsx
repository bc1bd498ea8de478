import { useId, type ReactNode } from 'react';
import { describeError } from '../api/describe-error';
import { Button } from './button';

/** While something is loading: grey lines where the text will be. Says so to who cannot see it. */
export function Loading({
  lines = 4,
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly label?: string;
}) {
  return (
    <div className="skeleton" role="status">
      <span className="hidden">{label} …</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={`bone bone-${line % 4}`} aria-hidden="true" />
      ))}
    </div>
  );
}

/** What failed, why, and the button that tries again. */
export function Failed(props: {
  readonly error: unknown;
  readonly what?: string;
  readonly again?: (() => void) | undefined;
}) {
  const { title, detail, code, requestId } = describeError(props.error);
  return (
    <div className="state failed" role="alert">
      <p className="state-title">{props.what ?? title}</p>
      <p>{detail}</p>
      <p className="fine">
        {code}
        {requestId === null ? null : ` · request ${requestId}`}
      </p>
      {props.again === undefined ? null : <Button onPress={props.again}>Try again</Button>}
    </div>
  );
}

/** There is nothing here, why that is so, and what can be done. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state empty">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

/** What urql says about a query. */
interface Asked<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly fetching: boolean;
}

/**
 * The three states of a query that has no data yet, and the content once it has. Data that is there stays when a later request
 * fails: the shell's banner says that the connection is lost.
 */
export function Content<Data>(props: {
  readonly result: Asked<Data>;
  readonly again: () => void;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  const { result, again, lines, children } = props;
  if (result.data !== undefined && result.data !== null) return <>{children(result.data)}</>;
  if (result.error !== undefined && !result.fetching) return <Failed error={result.error} again={again} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}

/** A part of a screen with its title. */
export function Card(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  readonly className?: string;
}) {
  const id = useId();
  return (
    <section className={`card ${props.className ?? ''}`.trim()} aria-labelledby={id}>
      <div className="card-title">
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}
