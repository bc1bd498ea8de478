import { driverKey, runId, type DriverKey } from '../../driver/ids';
import type { DriverSyncView } from '../../gateway/views/sync-view';
import type { DriverView } from '../../gateway/views/driver-view';
import type { EventView } from '../../gateway/views/event-view';
import type { RunStatus, RunView } from '../../gateway/views/run-view';
import { cursorExpired } from './account-feed';
import { abortableStream } from '../transports/abortable-stream';
import { apiError } from '../answers/api-error';
import { decodeEventCursor } from '../cursor';
import { matchesEventFilter, toEventFilter, type SyncEventFilter } from '../inputs/sync-event-filter.input';
import type { Loaders } from '../loaders';
import { keyOfNode } from '../schema/node-id';
import type { ApiContext } from '../request-context';

/** What TypeGraphQL gives to a `subscribe` function: arguments as GraphQL has coerced them. */
export interface SubscribeArguments<Arguments> {
  readonly args: Arguments;
  readonly context: ApiContext;
}

/** One payload of a subscription. */
export interface Payload<View> {
  readonly view: View;
}

type Payloads<View> = AsyncIterableIterator<Payload<View>>;

/** Driver Sync with all that its fields show: whatever of it changes counts as a change. */
export function driverSyncStates(context: ApiContext): Payloads<DriverSyncView> {
  return changesOf(context, async (loaders) => {
    const [view, ...seen] = await Promise.all([
      loaders.driverSync(),
      loaders.health(),
      loaders.counts(),
      loaders.lastRun(),
    ]);
    return { view, seen };
  });
}

/** A driver; null while there is none, as for an id that is none. */
export function driverStates(context: ApiContext, id: string): Payloads<DriverView | null> {
  const key = keyOfNode('Driver', id);
  return changesOf(context, async (loaders) => ({
    view: key === null ? null : await loaders.driver.load(driverKey(key)),
  }));
}

/** A run to its end. Throws `NOT_FOUND` for one that is not there. */
export async function runStates(context: ApiContext, id: string): Promise<Payloads<RunView>> {
  const key = keyOfNode('SyncRun', id);
  if (key === null || (await context.loaders.run.load(runId(key))) === null) throw runNotFound();
  const read = async (loaders: Loaders) => {
    const view = await loaders.run.load(runId(key));
    if (view === null) throw runNotFound();
    return { view };
  };
  return changesOf(context, read, ({ view }) => isOver(view.status));
}

/**
 * The log from a place on. Without `after`, the place is where the log ends now: it is fixed before the subscription is
 * acknowledged, so that whatever is done after that is seen.
 */
export async function syncEventStream(
  context: ApiContext,
  args: { readonly after?: string | null; readonly filter?: SyncEventFilter | null },
): Promise<Payloads<EventView>> {
  const { first, last } = await context.services.queries.eventRange(context.account);
  const after = args.after == null ? last : decodeEventCursor('after', args.after);
  if (after > last) {
    throw apiError('INVALID_CURSOR', '"after" is a place that the log has not reached.', {
      argument: 'after',
    });
  }
  if (after < first - 1) throw cursorExpired();
  return filtered(context, after, args.filter ?? {});
}

function filtered(context: ApiContext, after: number, filter: SyncEventFilter): Payloads<EventView> {
  const wanted = toEventFilter(filter);
  return context.services.feeds.events(context.account, after, async (event) => {
    if (wanted === null || !matchesEventFilter(wanted, event)) return false;
    return wanted.driverKey === undefined || isAbout(context, event, wanted.driverKey);
  });
}

/** Whether an event is about a driver: also under a key that has been merged with theirs, before or since. */
async function isAbout(context: ApiContext, event: EventView, driver: DriverKey): Promise<boolean> {
  if (event.driverKey === null || event.driverKey === driver) return event.driverKey === driver;
  const [theirs, wanted] = await context.services.queries.driversByKey(context.account, [
    event.driverKey,
    driver,
  ]);
  return theirs != null && wanted != null && theirs.key === wanted.key;
}

/** The state at once, then each that differs from the one before, up to and with one that is the last. */
function changesOf<State extends Payload<unknown>>(
  context: ApiContext,
  read: (loaders: Loaders) => Promise<State>,
  isLast: (state: State) => boolean = () => false,
): AsyncIterableIterator<State> {
  return abortableStream(async function* (signal) {
    const states = context.services.feeds.states(context.account, read);
    signal.addEventListener('abort', () => void states.return?.());
    let before: string | undefined;
    for await (const state of states) {
      const now = JSON.stringify(state);
      if (now !== before) yield state;
      before = now;
      if (isLast(state)) return;
    }
  });
}

function isOver(status: RunStatus): boolean {
  switch (status) {
    case 'SUCCEEDED':
    case 'PARTIAL':
    case 'FAILED':
    case 'CANCELLED':
      return true;
    // A planned run can still be applied, and a held one approved.
    case 'PLANNING':
    case 'PLANNED':
    case 'RUNNING':
    case 'AWAITING_APPROVAL':
      return false;
  }
}

function runNotFound() {
  return apiError('NOT_FOUND', 'There is no run with this id.', { argument: 'id' });
}
