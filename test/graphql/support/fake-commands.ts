import { sql, type Kysely } from 'kysely';
import { driverKey, runId, type AccountId } from '../../../src/driver/ids';
import type { CommandResult, GatewayCommands, UserError } from '../../../src/gateway/commands';

/** What was asked of the commands, and what the next one is to come to. */
export interface FakeCommands extends GatewayCommands {
  readonly calls: { readonly name: keyof GatewayCommands; readonly args: readonly unknown[] }[];
  /** The next command throws this. */
  failNext(error: unknown): void;
  /** So many commands go well, then one throws this. */
  failAfter(count: number, error: unknown): void;
}

/** Commands on the seeded tables that only know whether something is there: they answer, and remember what they were asked. */
export function createFakeCommands(db: Kysely<unknown>): FakeCommands {
  const calls: FakeCommands['calls'] = [];
  let failure: { error: unknown; after: number } | undefined;

  function noted(name: keyof GatewayCommands, args: readonly unknown[]): void {
    calls.push({ name, args });
    if (failure === undefined) return;
    if (failure.after > 0) {
      failure.after -= 1;
      return;
    }
    const { error } = failure;
    failure = undefined;
    throw error;
  }

  async function onDriver(
    account: AccountId,
    key: string,
  ): Promise<CommandResult<ReturnType<typeof driverKey>>> {
    const { rows } =
      await sql`select 1 from gateway.driver where account = ${account} and key = ${key} and listed`.execute(
        db,
      );
    return rows.length > 0 ? done(driverKey(key)) : refused('NOT_FOUND');
  }

  async function onRun(account: AccountId, id: string): Promise<CommandResult<ReturnType<typeof runId>>> {
    const { rows } =
      await sql`select 1 from gateway.sync_run where account = ${account} and id = ${id}`.execute(db);
    return rows.length > 0 ? done(runId(id)) : refused('NOT_FOUND');
  }

  return {
    calls,
    failNext(error) {
      failure = { error, after: 0 };
    },
    failAfter(count, error) {
      failure = { error, after: count };
    },
    async createDriver(...args) {
      noted('createDriver', args);
      return args[1].lastName
        ? done(driverKey(`${args[0].account}-1`))
        : refused('REQUIRED', ['input', 'lastName']);
    },
    async updateDriver(...args) {
      noted('updateDriver', args);
      const found = await onDriver(args[0].account, args[1]);
      const isStale = found.value !== null && args[2] === 'stale';
      return isStale ? { value: found.value, userErrors: refused('CONFLICT').userErrors } : found;
    },
    async deleteDriver(...args) {
      noted('deleteDriver', args);
      return onDriver(args[0].account, args[1]);
    },
    async refreshDriver(...args) {
      noted('refreshDriver', args);
      return onDriver(args[0].account, args[1]);
    },
    async setDriverSync(...args) {
      noted('setDriverSync', args);
      return done({ run: null });
    },
    async resyncDrivers(...args) {
      noted('resyncDrivers', args);
      const found = await Promise.all((args[1] ?? []).map((key) => onDriver(args[0].account, key)));
      return found.some(({ value }) => value === null)
        ? refused('NOT_FOUND')
        : onRun(args[0].account, 'run-1');
    },
    async approveSyncRun(...args) {
      noted('approveSyncRun', args);
      return onRun(args[0].account, args[1]);
    },
    async rejectSyncRunItems(...args) {
      noted('rejectSyncRunItems', args);
      return onRun(args[0].account, args[1]);
    },
    async cancelSyncRun(...args) {
      noted('cancelSyncRun', args);
      return onRun(args[0].account, args[1]);
    },
    async undoRemoval(...args) {
      noted('undoRemoval', args);
      const { rows } =
        await sql`select 1 from gateway.event where account = ${args[0].account} and seq = ${args[1]}::bigint`.execute(
          db,
        );
      return rows.length > 0 ? done(driverKey(`${args[0].account}-1`)) : refused('NOT_FOUND');
    },
    async hint(...args) {
      noted('hint', args);
    },
  };
}

const done = <Value>(value: Value): CommandResult<Value> => ({ value, userErrors: [] });

function refused(code: string, field?: readonly string[]): CommandResult<never> {
  const error: UserError = { code, message: `Refused: ${code}.`, ...(field && { field }) };
  return { value: null, userErrors: [error] };
}
