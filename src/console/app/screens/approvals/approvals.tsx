import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useWhenChanged } from '../../api/gateway';
import { usePages, type Pages, type PagesState } from '../../api/use-pages';
import { HELD_ITEMS, type HeldFor, type HeldRowFragment } from '../../generated/documents';
import { useDraft } from '../../session/draft';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Button } from '../../ui/button';
import { Checkbox } from '../../ui/checkbox';
import { ListStates } from '../../ui/list-states';
import { SelectMany } from '../../ui/select';
import { Empty } from '../../ui/states';
import { TextFilter } from '../../ui/text-filter';
import { useToasts } from '../../ui/toasts';
import { countOf, formatNumber, HELD_FOR, wordFor } from '../../words/words';
import { HELD_FORS, type ApprovalsSearch, type Decision } from './approvals-search';
import { DecisionDialog } from './decision-dialog';
import { HeldRuns } from './held-runs';
import { byRun, whyNotNow } from './held-words';
import { RunsWithoutList } from './runs-without-list';

/** `/approvals`: everything that a guard holds back, whichever run it is in, until a person decides. */
export function Approvals() {
  const search = useSearch({ from: '/app/approvals' });
  const navigate = useNavigate();
  const set = (change: ApprovalsSearch, replace = true): void =>
    void navigate({ to: '/approvals', search: { ...search, ...change }, replace });
  const pages = usePages(
    HELD_ITEMS,
    { filter: { heldFor: search.for === undefined ? null : [...search.for], search: search.q ?? null } },
    ({ heldItems }) => heldItems,
  );
  useWhenChanged(pages.reload, ({ type }) => /HELD|ITEM_|RUN_|SYNC_|GPS_DRIVER|CONFLICT/.test(type));
  const [kept, keep] = useDraft<readonly string[]>('chosen-held', []);
  // What is decided, or is not shown by the filters, is not chosen.
  const chosen = pages.now.rows.filter(({ id }) => kept.includes(id));
  const isFiltered = search.for !== undefined || search.q !== undefined;
  return (
    <Page title="Approvals">
      <RunsWithoutList />
      {pages.now.total === 0 && !isFiltered ? null : <HeldFilters search={search} set={set} />}
      {pages.now.rows.length === 0 ? null : (
        <DecisionBar chosen={chosen} pages={pages} keep={keep} open={(dialog) => set({ dialog }, false)} />
      )}
      <ListStates
        pages={pages}
        empty={<NothingHeld isFiltered={isFiltered} clear={() => set({ for: undefined, q: undefined })} />}
      >
        {(items) => (
          <HeldRuns
            runs={byRun(items)}
            chosen={new Set(kept)}
            choose={(ids, isChosen) =>
              keep(isChosen ? [...new Set([...kept, ...ids])] : kept.filter((id) => !ids.includes(id)))
            }
          />
        )}
      </ListStates>
      {search.dialog === undefined || chosen.length === 0 ? null : (
        <DecisionDialog
          decision={search.dialog}
          items={chosen}
          onDone={(decided) => {
            keep(kept.filter((id) => !decided.includes(id)));
            pages.reload();
            set({ dialog: undefined });
          }}
          close={() => set({ dialog: undefined })}
        />
      )}
    </Page>
  );
}

function NothingHeld({ isFiltered, clear }: { readonly isFiltered: boolean; readonly clear: () => void }) {
  return isFiltered ? (
    <Empty title="Nothing that waits matches.">
      <Button onPress={clear}>Clear filters</Button>
    </Empty>
  ) : (
    <Empty title="Nothing waits for you.">
      <p>
        When many drivers disappear from GPS at once, or many DriverIDs change, Driver Sync stops and asks
        here before it touches Driveri.
      </p>
    </Empty>
  );
}

function HeldFilters(props: {
  readonly search: ApprovalsSearch;
  readonly set: (change: ApprovalsSearch) => void;
}) {
  const { search, set } = props;
  return (
    <div className="filters" role="search" aria-label="Filters">
      <TextFilter
        label="Search"
        placeholder="Name or DriverID"
        value={search.q ?? ''}
        onChange={(q) => set({ q: q === '' ? undefined : q })}
      />
      <SelectMany
        label="Held for"
        options={HELD_FORS.map((key) => ({ key, label: wordFor(HELD_FOR, key).label }))}
        values={search.for ?? []}
        onChange={(keys) => set({ for: keys.length === 0 ? undefined : (keys as readonly HeldFor[]) })}
      />
      {search.for !== undefined || search.q !== undefined ? (
        <Button kind="link" onPress={() => set({ for: undefined, q: undefined })}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

/** Stays in sight: how many are chosen, and what can be done with them. */
function DecisionBar(props: {
  readonly chosen: readonly HeldRowFragment[];
  readonly pages: Pages<HeldRowFragment> & { readonly now: PagesState<HeldRowFragment> };
  readonly keep: (ids: readonly string[]) => void;
  readonly open: (decision: Decision) => void;
}) {
  const { chosen, pages, keep, open } = props;
  const { may } = useViewer();
  const { showError } = useToasts();
  const [isLoadingAll, setLoadingAll] = useState(false);
  const { rows, total } = pages.now;
  const isAll = chosen.length > 0 && chosen.length === (total ?? rows.length);
  const chooseAll = async (): Promise<void> => {
    setLoadingAll(true);
    try {
      keep((await pages.all()).map(({ id }) => id));
    } catch (error) {
      showError(error);
    } finally {
      setLoadingAll(false);
    }
  };
  const nothing = chosen.length === 0 ? 'Choose at least one change first.' : null;
  return (
    <div className="decision-bar">
      <Checkbox
        isSelected={isAll}
        isIndeterminate={chosen.length > 0 && !isAll}
        isDisabled={isLoadingAll}
        onChange={() => (isAll ? keep([]) : void chooseAll())}
      >
        Select all {formatNumber(total ?? rows.length)}
      </Checkbox>
      <p role="status" className="fine">
        {chosen.length === 0 ? 'Nothing chosen' : `${countOf(chosen.length, 'change')} chosen`}
      </p>
      <div className="actions">
        <Button denied={may.write ?? nothing} onPress={() => open('reject')}>
          Reject
        </Button>
        <Button
          kind="primary"
          denied={may.write ?? nothing ?? whyNotNow(chosen)}
          onPress={() => open('approve')}
        >
          Approve
        </Button>
      </div>
    </div>
  );
}
