import { useEffect, type ReactNode } from 'react';
import { useHeldCount } from './held-count';

/** A screen: its title on the page and in the tab, its actions, and its content. */
export function Page(props: {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Above the title: where this is. */
  readonly above?: ReactNode;
  readonly children: ReactNode;
}) {
  useTabTitle(props.title);
  return (
    <div className="page">
      {props.above === undefined ? null : <p className="above">{props.above}</p>}
      <div className="page-head">
        <h1 tabIndex={-1}>
          <bdi>{props.title}</bdi>
        </h1>
        {props.actions === undefined ? null : <div className="actions">{props.actions}</div>}
      </div>
      {props.children}
    </div>
  );
}

/** What waits for a person comes first: it is seen in a tab that is not open. */
function useTabTitle(title: string): void {
  const held = useHeldCount();
  useEffect(() => {
    document.title = `${held > 0 ? `(${held}) ` : ''}${title} · Driver Sync`;
  }, [title, held]);
}
