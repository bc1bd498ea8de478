import { useEffectEvent, useEffect, type ReactNode } from 'react';
import { useWhenChanged } from '../../api/gateway';
import { usePages } from '../../api/use-pages';
import { RUN_ITEMS, type RunSummaryFragment, type SyncAction } from '../../generated/documents';
import { ListStates } from '../../ui/list-states';
import { Card, Empty, Loading } from '../../ui/states';
import { formatNumber } from '../../words/words';
import { ItemRow } from './item-row';
import { ACTIONS, type RunSearch } from './runs-search';

/** Items that mean the same for a person who looks: what is gone, what is replaced, and the rest. */
export interface ItemGroup {
  readonly key: 'removals' | 'overwrites' | 'rest';
  readonly title: string;
  readonly about: string;
  readonly action: readonly SyncAction[];
  readonly overwrites: boolean | null;
}

const GROUPS: readonly ItemGroup[] = [
  {
    key: 'removals',
    title: 'Removals',
    about: 'Removed from Driveri. The record and its history stay there, and can be brought back.',
    action: ['REMOVE'],
    overwrites: null,
  },
  {
    key: 'overwrites',
    title: 'Another name or e-mail',
    about: 'A name or an e-mail that Driveri has now is replaced with what GPS says.',
    action: ACTIONS.filter((action) => action !== 'REMOVE'),
    overwrites: true,
  },
  {
    key: 'rest',
    title: 'Everything else',
    about: 'No name and no e-mail that Driveri has now is lost.',
    action: ACTIONS.filter((action) => action !== 'REMOVE'),
    overwrites: false,
  },
];

/** What the address asks for, by consequence; groups that it leaves out are not there. */
export const groupsOf = ({ action }: RunSearch): readonly ItemGroup[] =>
  GROUPS.map((group) => ({
    ...group,
    action: action === undefined ? group.action : group.action.filter((one) => action.includes(one)),
  })).filter((group) => group.action.length > 0);

/** The variables that read a group of a run. */
export const variablesOf = (id: string, group: ItemGroup, { outcome, q }: RunSearch) => ({
  id,
  action: [...group.action],
  overwrites: group.overwrites,
  outcome: outcome === undefined ? null : [...outcome],
  search: q ?? null,
});

/** The items of a run by consequence, removals and overwrites first; live while the run goes on. */
export function RunItems(props: { readonly run: RunSummaryFragment; readonly search: RunSearch }) {
  const { run, search } = props;
  const groups = groupsOf(search);
  const isFiltered = search.action !== undefined || search.outcome !== undefined || search.q !== undefined;
  return (
    <div className="item-groups">
      {groups.map((group) => (
        <Group key={group.key} run={run} group={group} search={search} />
      ))}
      <div className="no-items">
        {isFiltered ? (
          <Empty title="No item matches.">
            <p>The run has no item with what the filters ask for.</p>
          </Empty>
        ) : (
          <Empty title="Nothing to change.">
            <p>{run.status === 'PLANNING' ? 'The plan is being made.' : 'Driveri matches GPS already.'}</p>
          </Empty>
        )}
      </div>
    </div>
  );
}

function Group(props: {
  readonly run: RunSummaryFragment;
  readonly group: ItemGroup;
  readonly search: RunSearch;
}): ReactNode {
  const { run, group, search } = props;
  const pages = usePages(RUN_ITEMS, variablesOf(run.id, group, search), ({ syncRun }) => syncRun?.itemsBy);
  useWhenChanged(pages.reload, (event) => event.run?.id === run.id);
  useReloadAtSteps(run, pages.reload);
  const { isKnown, total, error } = pages.now;
  if (isKnown && total === 0) return null;
  // No title yet: most runs remove nobody, and that word alone would alarm.
  if (!isKnown && error === null) return <Loading lines={3} />;
  return (
    <Card
      title={group.title}
      aside={isKnown ? <span className="fine">{formatNumber(total ?? 0)}</span> : null}
    >
      <p className="fine about">{group.about}</p>
      <ListStates pages={pages} empty={null}>
        {(items) => (
          <ul className="rows" aria-label={group.title}>
            {items.map((item) => (
              <ItemRow key={item.id} item={item} withOutcome={!run.dryRun} />
            ))}
          </ul>
        )}
      </ListStates>
    </Card>
  );
}

/** Not every step of a run is an event: the items are read again when its status or its numbers have moved. */
function useReloadAtSteps({ status, totals }: RunSummaryFragment, reload: () => void): void {
  const step = JSON.stringify([status, totals]);
  const again = useEffectEvent(reload);
  useEffect(() => {
    const timer = setTimeout(() => again(), 700);
    return () => clearTimeout(timer);
  }, [step]);
}
