import type { ReactNode } from 'react';
import type { Pages, PagesState } from '../api/use-pages';
import { formatNumber } from '../words/words';
import { Button } from './button';
import { Failed, Loading } from './states';

/** The states of a list that comes page by page: loading, failed, empty, and its rows with the button that shows more. */
export function ListStates<Node>(props: {
  readonly pages: Pages<Node> & { readonly now: PagesState<Node> };
  readonly empty: ReactNode;
  readonly lines?: number;
  readonly children: (rows: readonly Node[]) => ReactNode;
}) {
  const { pages, empty, lines = 6, children } = props;
  const { rows, total, hasMore, isLoading, isKnown, error } = pages.now;
  if (!isKnown)
    return error !== null && !isLoading ? (
      <Failed error={error} again={pages.more} />
    ) : (
      <Loading lines={lines} />
    );
  return (
    <>
      {rows.length === 0 ? empty : children(rows)}
      {error === null ? null : (
        <Failed error={error} what="The list could not be read again" again={pages.reload} />
      )}
      {hasMore ? (
        <p className="more">
          <Button isPending={isLoading} onPress={pages.more}>
            Show more
          </Button>
          {total === null ? null : (
            <span className="fine">
              {formatNumber(rows.length)} of {formatNumber(total)}
            </span>
          )}
        </p>
      ) : null}
    </>
  );
}
