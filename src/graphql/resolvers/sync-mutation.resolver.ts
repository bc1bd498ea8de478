import 'reflect-metadata';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { driverKey, runId, type RunId } from '../../driver/ids';
import type { CommandResult, UserError } from '../../gateway/commands';
import { apiError } from '../answers/api-error';
import { createLoaders } from '../loaders';
import { keyOfNode, type NodeType } from '../schema/node-id';
import type { ApiContext } from '../request-context';
import { toDriverSync } from '../types/driver-sync.type';
import { SetDriverSyncPayload, SyncRunPayload } from '../types/payload.type';
import { toSyncRun, type SyncRun } from '../types/sync-run.type';
import { notFound } from '../answers/user-errors';

/** A whole fleet is resynced without ids. */
const MAX_IDS = 1_000;

@Resolver()
export class SyncMutationResolver {
  @Mutation(() => SetDriverSyncPayload, {
    description:
      'Turns Driver Sync on or off for the account. MASTER only. With reviewedRun, a PLANNED dry run, turning it on does what that run showed, or is refused with STALE_PLAN. Removals that the run showed are approved with it, those that are HELD for the guards included: nobody is asked again. Without reviewedRun, all removals that piled up while the sync was off are HELD in the INITIAL run until approveSyncRun.',
  })
  async setDriverSync(
    @Ctx() context: ApiContext,
    @Arg('enabled', () => Boolean, { description: 'On or off.' }) enabled: boolean,
    @Arg('reviewedRun', () => ID, { nullable: true, description: 'The dry run that was looked at before.' })
    reviewedRun: string | null | undefined,
  ): Promise<SetDriverSyncPayload> {
    const reviewed = reviewedRun == null ? null : keyOfNode('SyncRun', reviewedRun);
    if (reviewedRun != null && reviewed === null) {
      return { driverSync: null, ...refused(notFound('run', ['reviewedRun'])) };
    }
    const result = await context.services.commands.setDriverSync(
      context.actor,
      enabled,
      reviewed === null ? null : runId(reviewed),
    );
    const payload = await payloadOf(context, { ...result, value: result.value?.run ?? null });
    return {
      driverSync: toDriverSync(context.account, await context.loaders.driverSync()),
      ...payload,
    };
  }

  @Mutation(() => SyncRunPayload, {
    description:
      'Compares both portals now, for the whole account or for some drivers, and makes Driveri match; with dryRun only plans. One dry run at a time is planned: asked for again meanwhile for the same drivers, the answer is that one. A newer dry run replaces older ones, which are CANCELLED and lose their items; a dry run that nobody approves is kept for a day. ADMIN or MASTER.',
  })
  async resyncDrivers(
    @Ctx() context: ApiContext,
    @Arg('driverIds', () => [ID], {
      nullable: true,
      description: 'Only these drivers; all of them without it.',
    })
    driverIds: readonly string[] | null | undefined,
    @Arg('dryRun', () => Boolean, { nullable: true, defaultValue: false, description: 'Only plan.' })
    dryRun: boolean | null,
  ): Promise<SyncRunPayload> {
    const { keys, userErrors } = readIds('Driver', 'driverIds', driverIds);
    if (userErrors.length > 0) return refused(...userErrors);
    const drivers = keys?.map(driverKey) ?? null;
    return payloadOf(
      context,
      await context.services.commands.resyncDrivers(context.actor, drivers, dryRun ?? false),
    );
  }

  @Mutation(() => SyncRunPayload, {
    description:
      'Applies a PLANNED run, or releases what is HELD in one that is AWAITING_APPROVAL or RUNNING: all of it, or the given items. Refused with STALE_PLAN when planning again gives something else. ADMIN or MASTER.',
  })
  async approveSyncRun(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'Which run.' }) id: string,
    @Arg('items', () => [ID], { nullable: true, description: 'Only these held items.' })
    items: readonly string[] | null | undefined,
  ): Promise<SyncRunPayload> {
    const run = keyOfNode('SyncRun', id);
    const { keys, userErrors } = readIds('SyncRunItem', 'items', items);
    if (run === null) return refused(notFound('run', ['id']), ...userErrors);
    if (userErrors.length > 0) return refused(...userErrors);
    return payloadOf(
      context,
      await context.services.commands.approveSyncRun(context.actor, runId(run), keys),
    );
  }

  @Mutation(() => SyncRunPayload, {
    description:
      'Refuses HELD items for good: until the driver is seen again, or somebody asks again. ADMIN or MASTER.',
  })
  async rejectSyncRunItems(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'Which run.' }) id: string,
    @Arg('items', () => [ID], { description: 'Which of its items.' }) items: readonly string[],
    @Arg('reason', () => String, {
      nullable: true,
      description:
        'Why, for those who look at it later: one line of at most 500 characters. Shown with the items and in the log.',
    })
    reason: string | null | undefined,
  ): Promise<SyncRunPayload> {
    const run = keyOfNode('SyncRun', id);
    const { keys, userErrors } = readIds('SyncRunItem', 'items', items);
    if (run === null) return refused(notFound('run', ['id']), ...userErrors);
    if (userErrors.length > 0) return refused(...userErrors);
    return payloadOf(
      context,
      await context.services.commands.rejectSyncRunItems(
        context.actor,
        runId(run),
        keys ?? [],
        reason ?? null,
      ),
    );
  }

  @Mutation(() => SyncRunPayload, {
    description: 'Ends a run; what it has done already stays done. ADMIN or MASTER.',
  })
  async cancelSyncRun(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'Which run.' }) id: string,
  ): Promise<SyncRunPayload> {
    const run = keyOfNode('SyncRun', id);
    if (run === null) return refused(notFound('run', ['id']));
    return payloadOf(context, await context.services.commands.cancelSyncRun(context.actor, runId(run)));
  }
}

async function payloadOf(context: ApiContext, result: CommandResult<RunId>): Promise<SyncRunPayload> {
  const { userErrors, planDifferences = [] } = result;
  return { run: await runAfterwards(context, result.value), userErrors, planDifferences };
}

const refused = (...userErrors: readonly UserError[]): SyncRunPayload => ({
  run: null,
  userErrors,
  planDifferences: [],
});

async function runAfterwards(context: ApiContext, run: RunId | null): Promise<SyncRun | null> {
  context.loaders = createLoaders(context.services.queries, context.account);
  const view = run === null ? null : await context.loaders.run.load(run);
  return view === null ? null : toSyncRun(view);
}

/** The keys of a list of ids; a user error for each that is none. */
function readIds(
  type: NodeType & ('Driver' | 'SyncRunItem'),
  argument: string,
  ids: readonly string[] | null | undefined,
): { readonly keys: readonly string[] | null; readonly userErrors: readonly UserError[] } {
  if (ids == null) return { keys: null, userErrors: [] };
  if (ids.length > MAX_IDS) {
    throw apiError('TOO_MANY_IDS', `${ids.length} ids; up to ${MAX_IDS} are taken at once.`, { argument });
  }
  const keys = ids.map((id) => keyOfNode(type, id));
  const what = type === 'Driver' ? 'driver' : 'item';
  return {
    keys: keys.filter((key) => key !== null),
    userErrors: keys.flatMap((key, index) =>
      key === null ? [notFound(what, [argument, String(index)])] : [],
    ),
  };
}
