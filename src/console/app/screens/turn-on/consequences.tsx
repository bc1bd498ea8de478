import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { RUN_ITEMS, type RunSummaryFragment, type SyncAction } from '../../generated/documents';
import { Badge } from '../../ui/badge';
import { Changes } from '../../ui/changes';
import { RunLink } from '../../ui/run-link';
import { Content } from '../../ui/states';
import { ACTION, countOf, formatNumber, type Totals, type Tone } from '../../words/words';

/** A consequence of a plan: which items it is about, and how it is said of so many drivers. */
interface Consequence {
  readonly key: string;
  readonly tone: Tone;
  readonly count: (totals: Totals) => number;
  readonly text: (drivers: string, isOne: boolean) => string;
  readonly action: readonly SyncAction[] | null;
  readonly overwrites: boolean | null;
}

/** The gravest first: what is gone, what is overwritten, then the rest. */
const CONSEQUENCES: readonly Consequence[] = [
  {
    key: 'remove',
    tone: 'bad',
    count: ({ remove }) => remove,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'is' : 'are'} removed from Driveri`,
    action: ['REMOVE'],
    overwrites: null,
  },
  {
    key: 'overwrites',
    tone: 'warn',
    count: ({ overwrites }) => overwrites,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'gets' : 'get'} another name or e-mail in Driveri`,
    action: null,
    overwrites: true,
  },
  {
    key: 'rename',
    tone: 'warn',
    count: ({ rename }) => rename,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'gets' : 'get'} another DriverID in Driveri`,
    action: ['RENAME'],
    overwrites: null,
  },
  {
    key: 'conflict',
    tone: 'bad',
    count: ({ conflict }) => conflict,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'is' : 'are'} in conflict, and left alone`,
    action: ['CONFLICT'],
    overwrites: null,
  },
  {
    key: 'update',
    tone: 'busy',
    count: ({ update }) => update,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'gets' : 'get'} other fields in Driveri`,
    action: ['UPDATE'],
    overwrites: null,
  },
  {
    key: 'link',
    tone: 'busy',
    count: ({ link }) => link,
    text: (drivers, isOne) =>
      `${drivers} ${isOne ? 'is' : 'are'} linked to a driver who is in Driveri already`,
    action: ['LINK'],
    overwrites: null,
  },
  {
    key: 'reinstate',
    tone: 'good',
    count: ({ reinstate }) => reinstate,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'is' : 'are'} brought back in Driveri`,
    action: ['REINSTATE'],
    overwrites: null,
  },
  {
    key: 'create',
    tone: 'good',
    count: ({ create }) => create,
    text: (drivers, isOne) => `${drivers} ${isOne ? 'is' : 'are'} created in Driveri`,
    action: ['CREATE'],
    overwrites: null,
  },
];

/** What a plan means for Driveri, by consequence; each can be opened to see its drivers. */
export function Consequences({ run }: { readonly run: RunSummaryFragment }) {
  const { totals } = run;
  const found = CONSEQUENCES.filter(({ count }) => count(totals) > 0);
  return (
    <>
      {found.length === 0 ? <p>Nothing would change: Driveri matches GPS already.</p> : null}
      <ul className="consequences">
        {found.map((consequence) => (
          <Opened key={consequence.key} run={run} consequence={consequence} />
        ))}
      </ul>
      <p className="fine">
        {totals.unchanged > 0
          ? `${countOf(totals.unchanged, 'driver matches', 'drivers match')} already. `
          : ''}
        {totals.rejected > 0 ? `${formatNumber(totals.rejected)} rejected earlier are left out. ` : ''}
        <RunLink id={run.id}>Show the whole preview</RunLink>
      </p>
    </>
  );
}

function Opened({
  run,
  consequence,
}: {
  readonly run: RunSummaryFragment;
  readonly consequence: Consequence;
}) {
  const [isOpen, setOpen] = useState(false);
  const count = consequence.count(run.totals);
  return (
    <li>
      <details
        className={`consequence ${consequence.tone}`}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary>{consequence.text(countOf(count, 'driver'), count === 1)}</summary>
        {isOpen ? <Items id={run.id} consequence={consequence} /> : null}
      </details>
    </li>
  );
}

const SHOWN = 20;

function Items({ id, consequence }: { readonly id: string; readonly consequence: Consequence }) {
  const { action, overwrites } = consequence;
  const [result, ask] = useQuery({
    query: RUN_ITEMS,
    variables: { id, first: SHOWN, action: action === null ? null : [...action], overwrites },
  });
  return (
    <Content result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {({ syncRun }) => (
        <>
          <ul className="plan-items">
            {syncRun?.itemsBy.nodes.map((item) => (
              <li key={item.id}>
                <p>
                  {overwrites === true ? <Badge words={ACTION} value={item.action} /> : null}{' '}
                  {item.driver === null ? (
                    <bdi>{item.driverName}</bdi>
                  ) : (
                    <Link to="/drivers/$id" params={{ id: item.driver.id }}>
                      <bdi>{item.driverName}</bdi>
                    </Link>
                  )}{' '}
                  <span className="fine">{item.reason}</span>
                </p>
                <Changes changes={item.changes} />
              </li>
            ))}
          </ul>
          {(syncRun?.itemsBy.totalCount ?? 0) > SHOWN ? (
            <p className="fine">
              The first {SHOWN} of {formatNumber(syncRun?.itemsBy.totalCount ?? 0)}.
            </p>
          ) : null}
        </>
      )}
    </Content>
  );
}
