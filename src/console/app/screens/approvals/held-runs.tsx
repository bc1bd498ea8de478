import type { HeldRowFragment } from '../../generated/documents';
import { Badge } from '../../ui/badge';
import { Checkbox } from '../../ui/checkbox';
import { RunLink } from '../../ui/run-link';
import { Card } from '../../ui/states';
import { Time } from '../../ui/time';
import { ABSENCE, RUN_STATUS, runName } from '../../words/words';
import { ItemRow } from '../runs/item-row';
import { consequenceOf } from './held-words';

/** What is held, by run, each with its evidence and with what approving does. */
export function HeldRuns(props: {
  readonly runs: ReadonlyMap<string, readonly HeldRowFragment[]>;
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], isChosen: boolean) => void;
}) {
  return [...props.runs].map(([id, items]) => (
    <HeldRun key={id} items={items} chosen={props.chosen} choose={props.choose} />
  ));
}

function HeldRun(props: {
  readonly items: readonly HeldRowFragment[];
  readonly chosen: ReadonlySet<string>;
  readonly choose: (ids: readonly string[], isChosen: boolean) => void;
}) {
  const { items, chosen, choose } = props;
  const run = items[0]?.run;
  if (run === undefined) return null;
  const ids = items.map(({ id }) => id);
  const count = ids.filter((id) => chosen.has(id)).length;
  return (
    <Card title={runName(run)} aside={<Badge words={RUN_STATUS} value={run.status} />}>
      <p className="held-run">
        <Checkbox
          isSelected={count === ids.length}
          isIndeterminate={count > 0 && count < ids.length}
          onChange={(isChosen) => choose(ids, isChosen)}
        >
          All of this run
        </Checkbox>
        <span className="fine">
          Started <Time at={run.startedAt} /> · <RunLink id={run.id}>Show the run</RunLink>
        </span>
      </p>
      <ul className="rows" aria-label="Held changes">
        {items.map((item) => (
          <ItemRow
            key={item.id}
            item={item}
            withOutcome={false}
            before={
              <Checkbox
                label={`Choose ${item.driverName}`}
                isSelected={chosen.has(item.id)}
                onChange={(isChosen) => choose([item.id], isChosen)}
              />
            }
          >
            <Evidence item={item} />
            <p className="consequence-line">{consequenceOf(item)}</p>
          </ItemRow>
        ))}
      </ul>
    </Card>
  );
}

function Evidence({ item: { evidence } }: { readonly item: HeldRowFragment }) {
  if (evidence === null) return null;
  return (
    <p className="evidence">
      <Badge words={ABSENCE} value={evidence.kind} /> {evidence.statement}
      {evidence.lastSeenAt === null ? null : (
        <>
          {' '}
          GPS last had the driver <Time at={evidence.lastSeenAt} /> (<Time at={evidence.lastSeenAt} exact />
          ).
        </>
      )}
    </p>
  );
}
