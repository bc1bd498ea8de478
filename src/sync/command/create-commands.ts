import type { Actor, CommandResult, GatewayCommands } from '../../gateway/commands';
import { onSamePortals } from '../account/check-connection';
import { callOwner, type SyncContext } from '../sync-context';
import { askOwner } from './ask-owner';
import { cancelRun } from './cancel-run';
import { createDriver } from './create-driver';
import { deleteDriver } from './delete-driver';
import { refreshDriver } from './refresh-driver';
import { rejectItems } from './reject-items';
import { resync } from './resync';
import { turnOff } from './turn-off';
import { updateDriver } from './update-driver';

/** The verbs of the API, bound to their context. */
export function createGatewayCommands(context: SyncContext): GatewayCommands {
  const checked = <Value>(
    { account }: Actor,
    command: () => Promise<CommandResult<Value>>,
    elsewhere?: () => Promise<CommandResult<Value>>,
  ): Promise<CommandResult<Value>> => onSamePortals(context, account, command, elsewhere);
  return {
    createDriver: (actor, input) => checked(actor, () => createDriver(context, actor, input)),
    updateDriver: (actor, key, version, input) =>
      checked(actor, () => updateDriver(context, actor, key, version, input)),
    deleteDriver: (actor, key) => checked(actor, () => deleteDriver(context, actor, key)),
    refreshDriver: (actor, key) => checked(actor, () => refreshDriver(context, actor, key)),
    setDriverSync: (actor, enabled, reviewedRun) =>
      enabled ? askOwner(context, actor, { kind: 'turn-on', reviewedRun }) : turnOff(context, actor),
    resyncDrivers: (actor, keys, dryRun) =>
      checked(
        actor,
        () => resync(context, actor, keys, dryRun),
        dryRun && keys === null ? () => askOwner(context, actor, { kind: 'preview-elsewhere' }) : undefined,
      ),
    approveSyncRun: (actor, run, items) =>
      checked(actor, () => askOwner(context, actor, { kind: 'approve-run', run, items })),
    rejectSyncRunItems: (actor, run, items, reason) => rejectItems(context, actor, run, items, reason),
    cancelSyncRun: (actor, run) => cancelRun(context, actor, run),
    undoRemoval: (actor, seq, force) =>
      checked(actor, () => askOwner(context, actor, { kind: 'undo-removal', seq, force })),
    async hint(account) {
      if (!context.accounts.has(account)) return;
      await context.store.transaction(account, (tx) => tx.rosters.setState('gps', { nextReadAt: 0 }));
      await callOwner(context, account);
    },
  };
}
