import type { AccountConfig } from '../config/account-config';
import { accountId, type AccountId } from '../driver/ids';
import type { AccountFacts, AccountFactsSource } from '../gateway/account-facts';
import { accountHealth, type ReadingIntervals } from '../gateway/account-health';
import type { Clock } from '../platform/clock';
import type { Logger } from '../platform/logger';
import { decideIncidents } from './decide-incidents';
import type { IncidentChange, OpenIncident } from './incident';
import type { IncidentStore, NewNotification } from './ports/incident-store';
import { seeIncidents } from './see-incidents';
import { targetsOf, wants, type Target } from './target';

/** What deciding about incidents needs. */
export interface IncidentWatchParts {
  /** The accounts as they are configured at this moment: asked for at each use, so that a reload needs no restart. */
  readonly accounts: () => readonly AccountConfig[];
  readonly intervals: (account: AccountId) => ReadingIntervals;
  readonly facts: AccountFactsSource;
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Sees the trouble of every account that has a target, decides what is an incident, and stores what is to be told of it. One
 * statement of facts for all accounts, and no write while nothing changes.
 */
export async function watchIncidents(parts: IncidentWatchParts): Promise<void> {
  const accounts = withTargets(parts.accounts());
  if (accounts.size === 0) return;
  const ids = [...accounts.keys()];
  const [facts, open] = await Promise.all([parts.facts.facts(ids, parts.clock.now()), parts.store.open(ids)]);
  for (const one of facts) {
    await watchOne(parts, one, accounts.get(one.account) ?? [], open.get(one.account) ?? []);
  }
}

async function watchOne(
  { store, clock, logger, intervals }: IncidentWatchParts,
  facts: AccountFacts,
  targets: readonly Target[],
  incidents: readonly OpenIncident[],
): Promise<void> {
  const now = clock.now();
  const { account } = facts;
  const health = accountHealth(facts, intervals(account), now);
  const thresholds = targets
    .filter(({ on }) => on.includes('failures'))
    .map((target) => target.failuresAbove);
  const changes = decideIncidents(seeIncidents(facts, health, thresholds), incidents, now);
  if (changes.length > 0) {
    await store.apply(account, changes, recovered(changes, incidents, targets), now);
    logChanges(logger, account, changes);
  }
  // Those that have just been opened have their ids by now.
  const current = changes.length > 0 ? ((await store.open([account])).get(account) ?? []) : incidents;
  const untold = toTell(current, targets);
  if (untold.length > 0) await store.tell(account, untold, now);
}

function withTargets(accounts: readonly AccountConfig[]): ReadonlyMap<AccountId, readonly Target[]> {
  const pairs = accounts.map((one) => [accountId(one.id), targetsOf(one)] as const);
  return new Map(pairs.filter(([, targets]) => targets.length > 0));
}

/** What is open and wanted, and not told yet: by this look, or to a target that is new. */
function toTell(open: readonly OpenIncident[], targets: readonly Target[]): readonly NewNotification[] {
  return open
    .filter(({ openedAt }) => openedAt !== null)
    .flatMap((incident) =>
      targets
        .filter((target) => wants(target, incident, 'opened') && !incident.told.has(target.digest))
        .map((target) => ({ incidentId: incident.id, target })),
    );
}

function recovered(
  changes: readonly IncidentChange[],
  open: readonly OpenIncident[],
  targets: readonly Target[],
): readonly NewNotification[] {
  const closing = new Set(changes.flatMap((change) => (change.do === 'close' ? [change.id] : [])));
  return open
    .filter(({ id }) => closing.has(id))
    .flatMap((incident) =>
      targets
        // A target that was not told that it began, because it is new, is not told that it is over.
        .filter((target) => wants(target, incident, 'recovered'))
        .filter(({ digest, on }) => incident.told.has(digest) || !on.includes(incident.kind))
        .map((target) => ({ incidentId: incident.id, target })),
    );
}

function logChanges(logger: Logger, account: AccountId, changes: readonly IncidentChange[]): void {
  for (const change of changes) {
    if (change.do === 'open' || (change.do === 'see' && change.opens)) {
      const { kind, code } = change.sighting;
      logger.info({ account, kind, code }, 'an incident has begun');
    }
    if (change.do === 'close') logger.info({ account, incident: change.id }, 'an incident is over');
  }
}
