import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../../src/driver/guard/guards';
import { driverId, type DriverId, type DriverKey, type GpsId, runId } from '../../../src/driver/ids';
import { PortalError, type PortalErrorKind, type PortalName } from '../../../src/driver/ports/portal-error';
import type { Database } from '../../../src/store/database/database';
import { OwnershipLost } from '../../../src/sync/ports/ownership-store';
import type { DriverStep, FieldChange, SyncAction } from '../../../src/driver/plan/driver-plan';
import type { Fault } from '../../support/fake-portals';
import { Death, givenSync, MASTER, type GivenProcess, type GivenSync } from '../../support/given-sync';
import { shownHealth } from '../../support/shown';
import { WRITE_EVENTS } from '../write-events';
import { replayEvents, type LoggedEvent } from './replay-events';

/*
 * Histories of an account, made up by fast-check: what people do in both portals and in the gateway, what goes wrong, who dies.
 * The model is the plain rule: what should Driveri hold? A driver of a history is named by a small number; which one that
 * is depends on who is there.
 */

const NAMES = ['Ana', 'Bo', 'Cy', 'Di'] as const;
const IDS = ['D1', 'D2', 'D3', 'D4', 'D5'].map(driverId);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Two polls of GPS, the time in which a write has to be sent, and the longest that one is on its way. */
const PROOF_MAY_BE_OLD_MS = 60_000 + 10_000 + 20_000;

/** What is dated by when it was asked for happens a moment later: the clock goes on while others work. */
const CALL_MS = 10;

/** Three polls of Driveri, which is the longer of the two. */
const THREE_INTERVALS_MS = 3 * 60_000;

/** So many drivers are imported at one time. */
const IMPORTED = 40;

/** Everybody's, so that there is a field to lose. */
const email = 'driver@example.com';

interface FaultCommand extends Fault {
  readonly do: 'fault';
  readonly portal: PortalName;
  readonly on: 'list' | 'read' | 'write';
  readonly times: number;
}

/** What may go on while drivers are worked at. */
type Alongside = 'poll-gps' | 'poll-driveri' | 'run' | 'api-edit' | 'api-delete';

/** One thing that happens. */
export type Command =
  | { readonly do: 'gps-create'; readonly name: number; readonly id: number | null }
  | { readonly do: 'gps-edit'; readonly who: number; readonly name: number }
  | { readonly do: 'gps-delete'; readonly who: number }
  | { readonly do: 'gps-undelete'; readonly who: number }
  | { readonly do: 'gps-renumber'; readonly who: number; readonly id: number | null }
  | { readonly do: 'gps-swap'; readonly who: number; readonly with: number }
  | { readonly do: 'driveri-edit'; readonly who: number; readonly name: number }
  | { readonly do: 'driveri-remove'; readonly who: number }
  | { readonly do: 'driveri-restore'; readonly who: number }
  | { readonly do: 'driveri-add'; readonly name: number; readonly id: number }
  | { readonly do: 'driveri-rename'; readonly who: number; readonly id: number }
  | { readonly do: 'api-create'; readonly name: number; readonly id: number }
  | { readonly do: 'api-edit'; readonly who: number; readonly name: number; readonly id: number | null }
  | { readonly do: 'api-delete'; readonly who: number }
  | { readonly do: 'undo'; readonly which: number }
  | { readonly do: 'two-edits'; readonly who: number; readonly name: number }
  | { readonly do: 'api-groups'; readonly who: number; readonly groups: readonly string[] }
  | { readonly do: 'gps-group'; readonly who: number; readonly group: string }
  | { readonly do: 'import'; readonly name: number }
  | { readonly do: 'refresh'; readonly who: number }
  | { readonly do: 'hand-over'; readonly to: number }
  | { readonly do: 'wrong-clock'; readonly hours: number }
  | { readonly do: 'toggle' }
  | { readonly do: 'off-in-flight' }
  | { readonly do: 'poll-gps' }
  | { readonly do: 'poll-driveri' }
  | { readonly do: 'work' }
  | { readonly do: 'jumbled-work'; readonly whos: readonly number[]; readonly also: readonly Alongside[] }
  | { readonly do: 'run' }
  | { readonly do: 'dry-run' }
  | { readonly do: 'approve' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'stale-reads'; readonly times: number }
  | { readonly do: 'lie'; readonly keeps: number; readonly times: number }
  | { readonly do: 'die'; readonly before: number }
  | { readonly do: 'refuse'; readonly portal: PortalName }
  | { readonly do: 'clearing-puts'; readonly times: number }
  | { readonly do: 'driveri-refuses'; readonly name: number }
  | { readonly do: 'driveri-keeps'; readonly letters: number }
  | { readonly do: 'driveri-ignores-case' }
  | { readonly do: 'gps-other-case'; readonly who: number }
  | { readonly do: 'unread'; readonly who: number }
  | { readonly do: 'no-driver-ids' }
  | { readonly do: 'sees-some' }
  | { readonly do: 'unreadable'; readonly portal: PortalName; readonly who: number }
  | { readonly do: 'cleaned'; readonly portal: PortalName; readonly who: number }
  | FaultCommand;

const who = fc.nat({ max: 5 });
const name = fc.nat({ max: NAMES.length - 1 });
const id = fc.nat({ max: IDS.length - 1 });
const idOrNone = fc.option(id, { freq: 6 });
const it = <Do extends Command['do']>(what: Do): fc.Arbitrary<Do> => fc.constant(what);

const REFUSALS: readonly PortalErrorKind[] = [
  'unreachable',
  'timeout',
  'server',
  'malformed',
  'incomplete',
  'rate-limited',
  'paused',
  'credentials',
  'forbidden',
  'rejected',
];
const UNKNOWNS: readonly PortalErrorKind[] = ['timeout', 'unreachable', 'server', 'malformed'];

const fault: fc.Arbitrary<FaultCommand> = fc
  .record({
    portal: fc.constantFrom<PortalName>('gps', 'driveri', 'driveri'),
    on: fc.constantFrom<FaultCommand['on']>('list', 'read', 'write', 'write'),
    when: fc.constantFrom<Fault['when']>('before', 'after', 'lost', 'late'),
    refusal: fc.constantFrom(...REFUSALS),
    unknown: fc.constantFrom(...UNKNOWNS),
    times: fc.integer({ min: 1, max: 3 }),
    lateMs: fc.constantFrom(1_000, 5_000, 20_000),
    retryAfterMs: fc.constantFrom(2_000, 30_000),
  })
  .map(({ refusal, unknown, ...rest }) => ({
    do: 'fault' as const,
    ...rest,
    kind: rest.when === 'before' ? refusal : unknown,
  }));

const life: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: it('gps-create'), name, id: idOrNone }) },
  { weight: 2, arbitrary: fc.record({ do: it('gps-edit'), who, name }) },
  { weight: 3, arbitrary: fc.record({ do: it('gps-delete'), who }) },
  { weight: 1, arbitrary: fc.record({ do: it('gps-undelete'), who }) },
  { weight: 3, arbitrary: fc.record({ do: it('gps-renumber'), who, id: idOrNone }) },
  { weight: 1, arbitrary: fc.record({ do: it('gps-swap'), who, with: who }) },
  { weight: 2, arbitrary: fc.record({ do: it('driveri-edit'), who, name }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-remove'), who }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-restore'), who }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-add'), name, id }) },
  { weight: 2, arbitrary: fc.record({ do: it('driveri-rename'), who, id }) },
  { weight: 1, arbitrary: fc.record({ do: it('api-create'), name, id }) },
  { weight: 2, arbitrary: fc.record({ do: it('api-edit'), who, name, id: idOrNone }) },
  { weight: 1, arbitrary: fc.record({ do: it('api-delete'), who }) },
  { weight: 1, arbitrary: fc.record({ do: it('undo'), which: who }) },
);

const GROUPS = ['North', 'South'] as const;
const group = fc.constantFrom(...GROUPS);

/** What people do besides, which plans of a whole fleet need not know. */
const moreLife: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: it('two-edits'), who, name }) },
  { weight: 4, arbitrary: fc.record({ do: it('refresh'), who }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: it('api-groups'), who, groups: fc.uniqueArray(group, { maxLength: 2 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: it('gps-group'), who, group }) },
  { weight: 1, arbitrary: fc.record({ do: it('import'), name }) },
);

const work: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: it('poll-gps') }) },
  { weight: 2, arbitrary: fc.record({ do: it('poll-driveri') }) },
  { weight: 5, arbitrary: fc.record({ do: it('work') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: it('jumbled-work'),
      whos: fc.array(who, { minLength: 2, maxLength: 4 }),
      also: fc.uniqueArray(
        fc.constantFrom<Alongside>('poll-gps', 'poll-driveri', 'run', 'api-edit', 'api-delete'),
        { maxLength: 3 },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: it('run') }) },
  { weight: 1, arbitrary: fc.record({ do: it('dry-run') }) },
  { weight: 1, arbitrary: fc.record({ do: it('approve') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: it('pass'),
      ms: fc.constantFrom(1_000, 30_000, 70_000, 3 * MINUTE, 11 * MINUTE, 25 * HOUR),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: it('toggle') }) },
  { weight: 1, arbitrary: fc.record({ do: it('off-in-flight') }) },
);

const trouble: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fault },
  { weight: 1, arbitrary: fc.record({ do: it('stale-reads'), times: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: it('lie'),
      keeps: fc.nat({ max: 100 }),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: it('die'), before: fc.integer({ min: 1, max: 12 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: it('refuse'), portal: fc.constantFrom<PortalName>('gps', 'driveri') }),
  },
  { weight: 1, arbitrary: fc.record({ do: it('clearing-puts'), times: fc.integer({ min: 1, max: 4 }) }) },
);

const portal = fc.constantFrom<PortalName>('gps', 'driveri');

/** Portals, rows, clocks and processes that are not as they should be; each lasts until the next of its kind, or to the end. */
const moreTrouble: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: it('hand-over'), to: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.record({ do: it('wrong-clock'), hours: fc.constantFrom(-7, 6, 400 * 24) }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-refuses'), name }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-keeps'), letters: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: it('driveri-ignores-case') }) },
  { weight: 2, arbitrary: fc.record({ do: it('gps-other-case'), who }) },
  { weight: 2, arbitrary: fc.record({ do: it('unread'), who }) },
  { weight: 1, arbitrary: fc.record({ do: it('no-driver-ids') }) },
  { weight: 1, arbitrary: fc.record({ do: it('sees-some') }) },
  { weight: 2, arbitrary: fc.record({ do: it('unreadable'), portal, who }) },
  { weight: 1, arbitrary: fc.record({ do: it('cleaned'), portal, who }) },
);

/** A history; about a fifth of it is trouble. */
export const histories = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: life },
    { weight: 3, arbitrary: moreLife },
    { weight: 15, arbitrary: work },
    { weight: 5, arbitrary: trouble },
    { weight: 3, arbitrary: moreTrouble },
  ),
  { minLength: 4, maxLength: 16, size: 'max' },
);

/** What life alone there is in a history, for the property that the end does not depend on interleaving. */
export const lives = fc.array(
  fc.oneof(
    fc.record({ do: it('gps-create'), name, id }),
    fc.record({ do: it('gps-edit'), who, name }),
    fc.record({ do: it('gps-delete'), who }),
    fc.record({ do: it('gps-renumber'), who, id: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ do: it('gps-swap'), who, with: who }),
  ),
  { minLength: 2, maxLength: 8, size: 'max' },
);

/** Life on both sides, without anything that goes wrong: what a run may find. */
export const edits = fc.array(life, { minLength: 1, maxLength: 8, size: 'max' });

const ALONGSIDE: { readonly [What in Alongside]: (one: number) => Command } = {
  'poll-gps': () => ({ do: 'poll-gps' }),
  'poll-driveri': () => ({ do: 'poll-driveri' }),
  run: () => ({ do: 'run' }),
  'api-edit': (one) => ({ do: 'api-edit', who: one, name: one % NAMES.length, id: null }),
  'api-delete': (one) => ({ do: 'api-delete', who: one }),
};

const DRIVERI_WRITES: ReadonlySet<string> = new Set([
  'drivers.create',
  'drivers.reinstate',
  'drivers.update',
]);

/** A world that lives through a history, with what the model remembers of it. */
export class SyncModel {
  readonly violations: string[] = [];
  /** How many faults have struck. */
  struck = 0;
  private worker: GivenProcess;
  private lifeLeft: number | null = null;
  /** Driver Sync is off: the call that turned it off has returned. */
  private isOff = false;
  /** Somebody edited in Driveri what a write under way was about: who of the two wrote it can then not be told. */
  private isUnclear = false;
  /**
   * A reading was behind, and a write was lost: a driver who had only seemed to be gone is found after a CREATE that never
   * arrived, and taken as created. Driveri is right then; the log has a creation too many.
   */
  private wasStale = false;
  private wasLost = false;
  private faults: { command: FaultCommand; left: number }[] = [];
  private lie: { keeps: number; left: number } | null = null;
  private offInFlight = false;
  /** Portals that take the credentials for wrong. */
  private readonly refusing = new Set<PortalName>();
  /** How many more PUTs clear a field that they were not sent. */
  private clearing = 0;
  private readonly listings: { at: number; ids: ReadonlySet<GpsId> }[] = [];
  /** Driveri drivers (by creation date) whose identity a person has changed in Driveri. */
  private readonly handled = new Set<number | null>();
  /** Workers that take the account from each other. */
  private readonly workers = new Map<number, GivenProcess>();
  /** Times of readings were stored by a clock that was wrong: they prove nothing to the model. */
  private wasClockWrong = false;
  /** When GPS last answered a whole listing, by the clock of the world. */
  private listedAt = -Infinity;

  private constructor(readonly given: GivenSync) {
    this.worker = given.process('worker-0');
    const { gps, driveri } = given;
    gps.distort = (drivers) => this.distort(drivers);
    gps.faults = driveri.faults = ({ portal, operation, write }) => this.strike(portal, operation, write);
    driveri.onCall = (operation, target) => this.watchWrite(operation, target);
    driveri.afterPut = () => this.clear();
  }

  static async begin(database: Database, options: { readonly cautious: boolean }): Promise<SyncModel> {
    const guards = options.cautious
      ? DEFAULT_LIMITS
      : { ...DEFAULT_LIMITS, maxInferredRemovals: 100, minCompletePercent: 40 };
    const model = new SyncModel(await givenSync({ database, account: { guards } }));
    const { gps } = model.given;
    for (const group of GROUPS) gps.groups.set(group, new Set());
    for (const [index, driver] of [0, 1, 2].entries()) {
      const fields = { firstName: NAMES[driver] ?? '', lastName: `L${index}`, email };
      gps.put({ ...fields, driverId: IDS[index] ?? null });
    }
    await model.given.turnOn();
    model.given.clock.advance(30_000);
    return model;
  }

  async perform(command: Command): Promise<void> {
    const { given } = this;
    given.clock.advance(1);
    given.gps.land();
    given.driveri.land();
    try {
      await this.act(command);
    } catch (error) {
      if (error instanceof Death) this.revive();
      // A command of the API that GPS failed: the user is told.
      else if (!(error instanceof PortalError)) throw error;
    }
    await this.checkHealth(command);
  }

  /**
   * HEALTHY means that what the account promises is happening: GPS was listed within three intervals, and no driver has been due
   * for longer than that. Judged by the portal's side and by the work list, not by what health is derived from.
   */
  private async checkHealth(command: Command): Promise<void> {
    const { state } = await shownHealth(this.given);
    if (state !== 'HEALTHY') return;
    const longAgo = this.given.clock.now() - THREE_INTERVALS_MS;
    const late = await this.rows<{ gps_id: GpsId }>(
      `select w.gps_id from gateway.driver_work w where w.synced_generation < w.generation and w.unjudged is null
         and w.due_at < $1 and not exists (select from gateway.driveri_intent i where i.gps_id = w.gps_id and i.state <> 'closed')`,
      [longAgo],
    );
    for (const { gps_id: gpsId } of late)
      this.violations.push(`HEALTHY after ${command.do}, while ${gpsId} has been due for three intervals`);
    if (this.listedAt < longAgo && !this.wasClockWrong)
      this.violations.push(`HEALTHY after ${command.do}, while GPS was not listed for three intervals`);
  }

  private async act(command: Command): Promise<void> {
    const { given, worker } = this;
    const { gps, driveri, clock } = given;
    switch (command.do) {
      case 'gps-create':
        if (gps.drivers.size < 6) {
          const fields = { firstName: NAMES[command.name] ?? '', lastName: 'New', email };
          gps.put({ ...fields, driverId: this.idOf(command.id) });
        }
        return;
      case 'gps-edit': {
        const gpsId = this.present(command.who);
        if (gpsId !== null) gps.put({ gpsId, firstName: NAMES[command.name] ?? '' });
        return;
      }
      case 'gps-delete': {
        const gpsId = this.present(command.who);
        if (gpsId !== null) gps.remove(gpsId);
        return;
      }
      case 'gps-undelete': {
        const gpsId = pick([...gps.deleted.keys()], command.who);
        if (gpsId !== null) gps.put({ gpsId });
        return;
      }
      case 'gps-renumber': {
        const gpsId = this.present(command.who);
        if (gpsId !== null) gps.put({ gpsId, driverId: this.idOf(command.id) });
        return;
      }
      case 'gps-swap': {
        const [one, two] = [this.present(command.who), this.present(command.with)];
        if (one === null || two === null || one === two) return;
        const [first, second] = [gps.drivers.get(one)?.driverId, gps.drivers.get(two)?.driverId];
        gps.put({ gpsId: one, driverId: second?.state === 'known' ? second.value : null });
        gps.put({ gpsId: two, driverId: first?.state === 'known' ? first.value : null });
        return;
      }
      case 'driveri-edit':
      case 'driveri-remove':
      case 'driveri-restore': {
        const target = pick([...driveri.drivers.keys()], command.who);
        if (target === null) return;
        await this.meddle(target);
        if (command.do === 'driveri-edit')
          driveri.put({ driverId: target, firstName: NAMES[command.name] ?? '' });
        else driveri.put({ driverId: target, removed: command.do === 'driveri-remove' });
        return;
      }
      case 'driveri-add': {
        const added = IDS[command.id];
        if (added === undefined || driveri.drivers.has(added)) return;
        driveri.put({ driverId: added, firstName: NAMES[command.name] ?? '' });
        await this.meddle(added);
        return;
      }
      case 'driveri-rename': {
        const target = pick([...driveri.drivers.keys()], command.who);
        const to = IDS[command.id];
        if (target === null || to === undefined) return;
        await this.meddle(target);
        driveri.rename(target, to);
        return;
      }
      case 'api-create':
        await worker.commands.createDriver(MASTER, {
          firstName: NAMES[command.name] ?? '',
          lastName: 'Api',
          email,
          driveriDriverId: this.idOf(command.id),
        });
        return;
      case 'api-edit': {
        const key = await this.keyOf(this.present(command.who));
        const input = { firstName: NAMES[command.name] ?? '' };
        const withId = command.id === null ? input : { ...input, driveriDriverId: this.idOf(command.id) };
        if (key !== null) await worker.commands.updateDriver(MASTER, key, null, withId);
        return;
      }
      case 'api-delete': {
        const key = await this.keyOf(this.present(command.who));
        if (key !== null) await worker.commands.deleteDriver(MASTER, key);
        return;
      }
      case 'undo':
        await this.undo(worker, command.which);
        return;
      case 'two-edits':
        await this.editTwice(worker, command.who, command.name);
        return;
      case 'refresh': {
        const key = await this.keyOf(this.present(command.who));
        if (key !== null) await worker.commands.refreshDriver(MASTER, key);
        return;
      }
      case 'api-groups': {
        const key = await this.keyOf(this.present(command.who));
        if (key !== null) await worker.commands.updateDriver(MASTER, key, null, { groups: command.groups });
        return;
      }
      case 'gps-group': {
        const members = gps.groups.get(command.group);
        const gpsId = this.present(command.who);
        if (members === undefined || gpsId === null) return;
        if (!members.delete(gpsId)) members.add(gpsId);
        return;
      }
      case 'import':
        if (gps.drivers.size > IMPORTED) return;
        for (let index = 0; index < IMPORTED; index += 1) {
          const fields = { firstName: NAMES[command.name] ?? '', lastName: `I${index}`, email };
          gps.put({ ...fields, driverId: `I${index}` });
        }
        return;
      case 'hand-over': {
        // The one that had the account lives on, and takes it again when it is its turn.
        await this.takeOver();
        const next = this.workers.get(command.to) ?? given.process(`worker-of-${command.to}`);
        this.workers.set(command.to, next);
        if (this.lifeLeft === null) this.worker = next;
        return;
      }
      case 'wrong-clock': {
        const right = clock.now();
        this.wasClockWrong = true;
        clock.set(right + command.hours * HOUR);
        await worker.pollGps();
        await worker.pollDriveri();
        await worker.settle();
        clock.set(right + 1_000);
        return;
      }
      case 'toggle':
        await ((await this.isEnabled()) ? this.turnOff(worker) : this.turnOn(worker));
        return;
      case 'off-in-flight':
        this.offInFlight = true;
        return;
      case 'poll-gps':
        await worker.pollGps();
        return;
      case 'poll-driveri':
        await worker.pollDriveri();
        return;
      case 'work':
        await worker.settle();
        return;
      case 'jumbled-work':
        await this.jumbled(command.whos, command.also);
        return;
      case 'run':
      case 'dry-run':
        await worker.commands.resyncDrivers(MASTER, null, command.do === 'dry-run');
        await worker.runs();
        return;
      case 'approve':
        await this.approveAll(worker);
        return;
      case 'pass':
        if (command.ms > HOUR) clock.advance(command.ms);
        else await worker.pass(command.ms);
        return;
      case 'stale-reads':
        driveri.staleReads = command.times;
        this.wasStale = true;
        return;
      case 'lie':
        this.lie = { keeps: command.keeps, left: command.times };
        return;
      case 'die':
        this.worker = given.process(`worker-${randomUUID()}`, command.before);
        this.lifeLeft = command.before;
        return;
      case 'refuse':
        // Until somebody corrects the credentials, which is the next one of these.
        if (!this.refusing.delete(command.portal)) this.refusing.add(command.portal);
        this.struck += 1;
        return;
      case 'clearing-puts':
        this.clearing = command.times;
        return;
      case 'driveri-refuses': {
        const refused = NAMES[command.name];
        driveri.refuses = ({ firstName }) => (firstName === refused ? 'first name is not valid' : null);
        return;
      }
      case 'driveri-keeps':
        driveri.keeps = ({ lastName, ...rest }) =>
          lastName === undefined ? rest : { ...rest, lastName: lastName?.slice(0, command.letters) ?? null };
        return;
      case 'driveri-ignores-case':
        driveri.ignoresCase = !driveri.ignoresCase;
        return;
      case 'gps-other-case': {
        const gpsId = this.present(command.who);
        const reading = gpsId === null ? undefined : gps.drivers.get(gpsId)?.driverId;
        if (gpsId === null || reading?.state !== 'known') return;
        gps.put({ gpsId, driverId: reading.value.toLowerCase() });
        return;
      }
      case 'unread': {
        const gpsId = this.present(command.who);
        if (gpsId !== null && !gps.unreadDriverIds.delete(gpsId)) gps.unreadDriverIds.add(gpsId);
        return;
      }
      case 'no-driver-ids':
        gps.answersDriverIds = !gps.answersDriverIds;
        return;
      case 'sees-some':
        gps.seesAllDrivers = !gps.seesAllDrivers;
        return;
      case 'unreadable':
      case 'cleaned': {
        const of = command.portal === 'gps' ? gps : driveri;
        const target = pick([...of.drivers.keys()], command.who);
        if (target === null) return;
        if (command.do === 'unreadable') {
          if (!of.unreadable.delete(target)) of.unreadable.set(target, 'the e-mail is not a text');
        } else if (!of.cleaned.delete(target)) of.cleaned.set(target, ['last name: NUL was taken out']);
        return;
      }
      case 'fault':
        this.faults.push({ command, left: command.times });
    }
  }

  /** Two people edit one driver at the same time, from the same version: one of them is told so (A4). */
  private async editTwice(worker: GivenProcess, whom: number, one: number): Promise<void> {
    const gpsId = this.present(whom);
    const key = await this.keyOf(gpsId);
    const [row] = await this.rows<{ version: string }>(
      'select version from gateway.driver where gps_id = $1',
      [gpsId],
    );
    if (key === null || row === undefined) return;
    const before = gpsId === null ? null : this.given.gps.drivers.get(gpsId)?.firstName;
    const names = [NAMES[one] ?? '', `${NAMES[one] ?? ''}2`];
    const edits = names.map((firstName) =>
      worker.commands.updateDriver(MASTER, key, row.version, { firstName }),
    );
    const results = await Promise.allSettled(edits);
    const won = results.filter(
      (result) => result.status === 'fulfilled' && result.value.userErrors.length === 0,
    );
    // An edit that says what GPS has already makes no version: the other one is from the current one still.
    if (won.length > 1 && !names.includes(before ?? ''))
      this.violations.push(`two edits of ${gpsId} with one version both won`);
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  /**
   * Two processes at the same account at the same time, one of which is frozen for longer than its ownership and wakes up; and
   * what else goes on.
   */
  private async jumbled(whos: readonly number[], also: readonly Alongside[]): Promise<void> {
    const other = this.given.process('another-worker');
    const all = [...this.given.gps.drivers.keys(), ...this.given.gps.deleted.keys()];
    const ids = whos.map((one) => pick(all, one)).filter((gpsId) => gpsId !== null);
    await this.given.context.store.transaction(MASTER.account, (tx) =>
      tx.work.touch(ids, this.given.clock.now()),
    );
    const work = [this.worker.settle(), this.takeOver(), other.settle()];
    const beside = also.map((what) => this.act(ALONGSIDE[what](whos[0] ?? 0)));
    const results = await Promise.allSettled([...work, ...beside]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    // The worst first: a process that died is revived, and what only a portal refused is the user's to know.
    const failure =
      failures.find((reason) => !(reason instanceof PortalError) && !(reason instanceof OwnershipLost)) ??
      failures[0];
    if (failure !== undefined && !(failure instanceof OwnershipLost)) throw failure;
  }

  /** Whatever owns the account is frozen for longer than its ownership, by the database's clock. */
  private async takeOver(): Promise<void> {
    await this.given.database.pool.query("update gateway.ownership set expires_at = '-infinity'");
  }

  /** Faults stop; what people left contradictory in GPS is put right; the sync is on. Then Driveri is to match, and to stay. */
  async converge(): Promise<void> {
    const { given } = this;
    const { gps, driveri, clock } = given;
    this.faults = [];
    this.lie = null;
    this.offInFlight = false;
    this.refusing.clear();
    this.clearing = 0;
    driveri.staleReads = 0;
    this.mend();
    this.revive();
    clock.advance(25 * HOUR); // pauses, probes and caps are over; what is late has come
    gps.land();
    driveri.land();
    if (gps.drivers.size === 0) gps.put({ firstName: 'Last', lastName: 'One', email, driverId: 'D9' }); // an empty listing is never believed
    this.makeUnique();
    const { worker } = this;
    if (await this.isHalted()) await this.turnOff(worker);
    if (!(await this.isEnabled())) await this.turnOn(worker);
    for (let round = 0; round < 8; round += 1) {
      const before = driveri.writes.length;
      clock.advance(11 * MINUTE);
      await worker.pollGps();
      await worker.pollDriveri();
      await worker.settle();
      await worker.commands.resyncDrivers(MASTER, null, false);
      await worker.runs();
      await this.approveAll(worker);
      await worker.settle();
      await this.askAgain(worker);
      if (round > 0 && driveri.writes.length === before && (await this.unquiet()).length === 0) return;
    }
    this.violations.push(`it does not come to rest: ${(await this.unquiet()).join(', ')}`);
  }

  /** Portals, rows and fields are as they should be again. */
  private mend(): void {
    const { gps, driveri } = this.given;
    driveri.refuses = () => null;
    driveri.keeps = (sent) => sent;
    driveri.ignoresCase = false;
    gps.unreadDriverIds.clear();
    gps.answersDriverIds = true;
    gps.seesAllDrivers = true;
    for (const portal of [gps, driveri]) {
      portal.unreadable.clear();
      portal.cleaned.clear();
    }
  }

  /** What a portal refused, or kept otherwise, is tried again when a person asks for it. */
  private async askAgain(worker: GivenProcess): Promise<void> {
    const failed = await this.rows<{ key: DriverKey }>(
      `select d.key from gateway.driver d join gateway.driver_work w on w.gps_id = d.gps_id
       where w.problem->>'code' in ('REJECTED', 'NOT_STORED', 'CONFLICT')`,
    );
    if (failed.length === 0) return;
    await worker.commands.resyncDrivers(
      MASTER,
      failed.map(({ key }) => key),
      false,
    );
    await worker.runs();
  }

  private makeUnique(): void {
    const { gps } = this.given;
    const taken = new Set<DriverId>();
    for (const driver of [...gps.drivers.values()]) {
      if (driver.driverId.state === 'known' && !taken.has(driver.driverId.value))
        taken.add(driver.driverId.value);
      else gps.put({ gpsId: driver.gpsId, driverId: `U${driver.gpsId}` });
    }
  }

  /** Everything that must hold in the end. */
  async check(): Promise<readonly string[]> {
    await this.checkDesired();
    await this.checkRemovals();
    await this.checkOldProofs();
    await this.checkEvents();
    await this.checkTwins();
    await this.checkReplay();
    return this.violations;
  }

  /** The active drivers that the sync manages, as they stand in Driveri. */
  async managed(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { gps_id: gpsId, driver_id: driver } of await this.links()) {
      const x = this.given.driveri.drivers.get(driver);
      if (x?.removed === false) found.push(`${gpsId} ${driver} ${x.firstName} ${x.lastName}`);
    }
    return found.sort();
  }

  private async checkDesired(): Promise<void> {
    const { gps, driveri } = this.given;
    const links = await this.links();
    const conflicts = await this.rows<{ gps_id: GpsId }>(
      "select gps_id from gateway.driver_work where problem->>'code' = 'CONFLICT'",
    );
    // A circle one of whose Driveri drivers has vanished without trace is a conflict that a person has to resolve.
    const isBroken = links.some((link) => !driveri.drivers.has(link.driver_id));
    const excused = new Set(isBroken ? conflicts.map((row) => row.gps_id) : []);
    for (const driver of gps.drivers.values()) {
      if (driver.driverId.state !== 'known' || excused.has(driver.gpsId)) continue;
      const x = driveri.drivers.get(driver.driverId.value);
      const label = `GPS driver ${driver.gpsId} as ${driver.driverId.value}`;
      if (x === undefined) this.violations.push(`${label} is not in Driveri`);
      else if (x.removed) this.violations.push(`${label} is removed in Driveri`);
      else if (written(x) !== written(driver)) {
        this.violations.push(`${label} is ${written(x)}, not ${written(driver)}`);
      }
    }
    for (const { gps_id: gpsId, driver_id: driver } of links) {
      if (!gps.drivers.has(gpsId) && driveri.drivers.get(driver)?.removed === false) {
        this.violations.push(`${driver} is still active, though its GPS driver ${gpsId} is gone`);
      }
    }
  }

  private async checkRemovals(): Promise<void> {
    if (this.wasClockWrong) return;
    const { gps } = this.given;
    const done = await this.rows<{ gps_id: GpsId; proof: ProofRow }>(
      "select gps_id, proof from gateway.removal where state = 'done'",
    );
    for (const { gps_id: gpsId, proof } of done) {
      const absentAt = (at: number): boolean =>
        (gps.absences.get(gpsId) ?? []).some(({ from, to }) => from - CALL_MS <= at && at <= to);
      const listedAt = (at: number): boolean =>
        this.listings.some((listing) => listing.at === at && listing.ids.has(gpsId));
      const holds =
        proof.kind === 'DeletedHere'
          ? absentAt(proof.at)
          : proof.kind === 'MissingTwice'
            ? !listedAt(proof.first) && !listedAt(proof.second)
            : !listedAt(proof.missingAt) && absentAt(proof.readAt);
      if (!holds) this.violations.push(`${gpsId} was removed without proof: ${JSON.stringify(proof)}`);
    }
  }

  /** Nobody was removed whom GPS had had again for a while: proven gone once is not gone. */
  private async checkOldProofs(): Promise<void> {
    if (this.wasClockWrong) return;
    const removals = await this.rows<{ gps_id: GpsId; driver_id: DriverId }>(
      'select gps_id, driver_id from gateway.removal where proof is not null',
    );
    const { gps, driveri } = this.given;
    for (const { operation, driverId: target, at } of driveri.writes) {
      const whose = removals.filter((row) => row.driver_id === target).map((row) => row.gps_id);
      if (operation !== 'remove' || whose.length === 0) continue;
      const wasAbsent = ({ from, to }: { from: number; to: number }): boolean =>
        from <= at && to >= at - PROOF_MAY_BE_OLD_MS;
      if (!whose.some((gpsId) => gps.absences.get(gpsId)?.some(wasAbsent))) {
        this.violations.push(`${target} was removed long after GPS had ${whose.join(', ')} again`);
      }
    }
  }

  private async checkEvents(): Promise<void> {
    const events = (await this.given.events()).filter((event) => WRITE_EVENTS.has(event.type));
    const writes = this.given.driveri.writes.length;
    const isUnclear = this.isUnclear || (this.wasStale && this.wasLost);
    if (!isUnclear && events.length !== writes) {
      const all = this.given.driveri.writes.map((write) => `${write.operation} ${write.driverId}`).join(', ');
      this.violations.push(
        `${writes} writes (${all}), but ${events.length} events: ${events.map((e) => e.message).join(', ')}`,
      );
    }
  }

  /** The events from the start tell who is linked to whom, and what was written there. */
  private async checkReplay(): Promise<void> {
    if (this.isUnclear || (this.wasStale && this.wasLost)) return;
    const { gps, driveri } = this.given;
    const replayed = replayEvents(
      await this.rows<LoggedEvent>(
        'select type, gps_id as "gpsId", driver_id as "driverId", changes from gateway.event order by seq',
      ),
    );
    for (const { gps_id: gpsId, driver_id: driver } of await this.links()) {
      const x = driveri.drivers.get(driver);
      if (!gps.drivers.has(gpsId) || x === undefined) continue;
      const told = replayed.get(gpsId);
      // Who was edited in Driveri may have got there what GPS says as well: then there was nothing to write.
      const fields = this.handled.has(x.createdDate) ? [] : [...(told?.fields ?? [])];
      const differs = fields.filter(([field, to]) => isName(field) && to !== x[field]);
      if (told?.driverId !== driver || told.removed !== x.removed || differs.length > 0) {
        const log = JSON.stringify({ ...told, fields });
        this.violations.push(`the log tells of ${gpsId} as ${log}, not ${JSON.stringify(x)}`);
      }
    }
  }

  /** What the last run shows, or what came of it: its items, in order. */
  async lastRun(): Promise<{ readonly status: string; readonly items: readonly RunItem[] }> {
    const runs = await this.rows<{ id: string; status: string }>(
      'select id, status from gateway.sync_run order by started_at desc, id limit 1',
    );
    const run = runs[0];
    if (run === undefined) throw new Error('there is no run');
    const items = await this.rows<RunItem>(
      'select gps_id, action, steps, changes, outcome from gateway.sync_run_item where run_id = $1 order by position',
      [run.id],
    );
    return { status: run.status, items };
  }

  /** Whoever the sync has made is somebody's, or was left by a LINK that said so. */
  private async checkTwins(): Promise<void> {
    const linked = new Set((await this.links()).map((link) => link.driver_id));
    const left = (await this.given.events()).flatMap((event) =>
      event.type === 'DRIVERI_DRIVER_LINKED' ? [event.message] : [],
    );
    for (const x of this.given.driveri.drivers.values()) {
      if (x.removed || linked.has(x.driverId) || this.handled.has(x.createdDate)) continue;
      if (!left.some((message) => message.includes(`${x.driverId} stays in Driveri, unmanaged`))) {
        this.violations.push(`${x.driverId} is active in Driveri, and nobody's`);
      }
    }
  }

  private async unquiet(): Promise<readonly string[]> {
    const open = await this.rows<{ what: string }>(`
      select 'intent of ' || gps_id as what from gateway.driveri_intent where state <> 'closed'
      union all select 'mark' from gateway.gps_mark
      union all select status || ' run' from gateway.sync_run
                where status in ('PLANNING', 'RUNNING', 'AWAITING_APPROVAL')
      union all select 'work for ' || gps_id from gateway.driver_work where synced_generation < generation
      union all select code from gateway.account_problem`);
    return open.map((row) => row.what);
  }

  private async approveAll(worker: GivenSync): Promise<void> {
    const waiting = await this.rows<{ id: string }>(
      "select id from gateway.sync_run where status = 'AWAITING_APPROVAL' order by started_at",
    );
    for (const { id: run } of waiting) await worker.commands.approveSyncRun(MASTER, runId(run), null);
    await worker.runs();
  }

  private async turnOn(worker: GivenSync): Promise<void> {
    this.isOff = false;
    const result = await worker.commands.setDriverSync(MASTER, true, null);
    this.isOff = !(await this.isEnabled());
    if (result.userErrors.length === 0) await worker.runs();
  }

  private async isEnabled(): Promise<boolean> {
    return (await this.rows('select 1 from gateway.account where enabled')).length > 0;
  }

  /** No driver is updated until somebody says so: by turning the sync off and on. */
  private async isHalted(): Promise<boolean> {
    const halted = await this.rows("select 1 from gateway.account_problem where code = 'UNEXPECTED_CHANGE'");
    return halted.length > 0 && (await this.isEnabled());
  }

  private async turnOff(worker: GivenSync): Promise<void> {
    // It waits for writes on their way; those of a process that died end with their time.
    const sending = await this.rows("select 1 from gateway.driveri_intent where state = 'sending'");
    if (sending.length > 0) this.given.clock.advance(30_000);
    await worker.commands.setDriverSync(MASTER, false, null);
    this.isOff = true;
  }

  private revive(): void {
    if (this.lifeLeft !== null) this.struck += 1;
    this.lifeLeft = null;
    this.worker = this.given.process(`worker-${randomUUID()}`);
  }

  private clear(): { email?: null } {
    if (this.clearing === 0) return {};
    this.clearing -= 1;
    this.struck += 1;
    return { email: null };
  }

  private strike(portal: PortalName, operation: string, write: boolean): Fault | null {
    if (this.refusing.has(portal)) return { when: 'before', kind: 'credentials' };
    const on = write ? 'write' : operation.endsWith('list') ? 'list' : 'read';
    const found = this.faults.find(
      ({ command, left }) => left > 0 && command.portal === portal && command.on === on,
    );
    if (found === undefined) return null;
    found.left -= 1;
    this.struck += 1;
    this.wasLost ||= found.command.when === 'lost' && write;
    const { when, kind, lateMs = 5_000, retryAfterMs = 2_000 } = found.command;
    return { when, kind, lateMs, retryAfterMs };
  }

  private distort<Driver extends { readonly gpsId: GpsId }>(drivers: readonly Driver[]): readonly Driver[] {
    const { lie } = this;
    let shown = drivers;
    if (lie !== null && lie.left > 0) {
      lie.left -= 1;
      this.struck += 1;
      shown = drivers.filter((_driver, index) => (lie.keeps >> index) % 2 === 1);
    }
    this.listedAt = this.given.clock.now();
    this.listings.push({ at: this.given.clock.now(), ids: new Set(shown.map((driver) => driver.gpsId)) });
    return shown;
  }

  /** Before every call to Driveri: nothing is written while it is off, nor to a driver who is not managed. */
  private async watchWrite(operation: string, target: string | undefined): Promise<void> {
    if (!DRIVERI_WRITES.has(operation)) {
      if (!this.offInFlight || this.isOff) return;
      this.offInFlight = false;
      await this.turnOff(this.given);
      return;
    }
    if (this.isOff) this.violations.push(`${operation} of ${target} after it was turned off`);
    if (operation === 'drivers.create' || target === undefined) return;
    const x = this.given.driveri.drivers.get(driverId(target));
    if (x === undefined) return; // nobody is there to be touched: it will be refused
    const managed = await this.rows('select 1 from gateway.link where driver_id = $1 or created_date = $2', [
      target,
      x.createdDate,
    ]);
    if (managed.length === 0) this.violations.push(`${operation} of ${target}, who is not managed`);
  }

  /** Whom it brings back is the user's, not the sync's, unless GPS has them. */
  private async undo(worker: GivenSync, which: number): Promise<void> {
    const removals = await this.rows<{ seq: number; driver_id: DriverId }>(
      "select seq, driver_id from gateway.event where type = 'DRIVERI_DRIVER_REMOVED' order by seq",
    );
    const removal = pick(removals, which);
    if (removal === null) return;
    this.handled.add(this.given.driveri.drivers.get(removal.driver_id)?.createdDate ?? null);
    await worker.commands.undoRemoval(MASTER, removal.seq, true);
  }

  /** A person edits in Driveri. */
  private async meddle(target: DriverId): Promise<void> {
    this.handled.add(this.given.driveri.drivers.get(target)?.createdDate ?? null);
    const open = await this.rows("select 1 from gateway.driveri_intent where state <> 'closed'");
    if (open.length > 0) this.isUnclear = true;
  }

  private present(index: number): GpsId | null {
    return pick([...this.given.gps.drivers.keys()], index);
  }

  private idOf(index: number | null): DriverId | null {
    return index === null ? null : (IDS[index] ?? null);
  }

  private async keyOf(gpsId: GpsId | null): Promise<DriverKey | null> {
    const found = await this.rows<{ key: DriverKey }>('select key from gateway.driver where gps_id = $1', [
      gpsId,
    ]);
    return found[0]?.key ?? null;
  }

  private links(): Promise<readonly { gps_id: GpsId; driver_id: DriverId }[]> {
    return this.rows('select gps_id, driver_id from gateway.link');
  }

  private async rows<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.given.database.pool.query<Row & Record<string, unknown>>(text, [...values])).rows;
  }
}

/** An item of a run, as it is stored. */
export interface RunItem {
  readonly gps_id: GpsId;
  readonly action: SyncAction;
  readonly steps: readonly DriverStep[];
  readonly changes: readonly FieldChange[];
  readonly outcome: string;
}

type ProofRow =
  | { readonly kind: 'DeletedHere'; readonly at: number }
  | { readonly kind: 'MissingTwice'; readonly first: number; readonly second: number }
  | { readonly kind: 'MissingThenRead'; readonly missingAt: number; readonly readAt: number };

/** The fields of a driver that histories change, as text. */
const written = ({ firstName, lastName, email: mail }: Written): string => `${firstName} ${lastName} ${mail}`;

interface Written {
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
}

const isName = (field: string): field is 'firstName' | 'lastName' =>
  field === 'firstName' || field === 'lastName';

function pick<Value>(values: readonly Value[], index: number): Value | null {
  return values.length === 0 ? null : (values[index % values.length] ?? null);
}
