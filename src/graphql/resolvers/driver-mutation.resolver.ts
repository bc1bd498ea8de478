import 'reflect-metadata';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { driverKey, type DriverKey } from '../../driver/ids';
import type { CommandResult, UserError } from '../../gateway/commands';
import { CreateDriverInput, toDriverInputFields, UpdateDriverInput } from '../inputs/driver.input';
import { createLoaders } from '../loaders';
import { encodeNodeId, keyOfNode, seqOfNode } from '../schema/node-id';
import type { ApiContext } from '../request-context';
import { toDriver } from '../types/driver.type';
import { DeleteDriverPayload, DriverPayload } from '../types/payload.type';
import { apiError } from '../answers/api-error';
import { notFound } from '../answers/user-errors';
import { updateEach, MOST_EDITS } from './update-each';

@Resolver()
export class DriverMutationResolver {
  @Mutation(() => DriverPayload, {
    description: 'Writes to the GPS portal, then mirrors to Driveri in the background. ADMIN or MASTER.',
  })
  async createDriver(
    @Ctx() context: ApiContext,
    @Arg('input', () => CreateDriverInput, { description: 'The new driver.' }) input: CreateDriverInput,
  ): Promise<DriverPayload> {
    const fields = toDriverInputFields(input);
    return payloadOf(context, await context.services.commands.createDriver(context.actor, fields));
  }

  @Mutation(() => DriverPayload, {
    description:
      'Changes a driver in the GPS portal, then mirrors to Driveri in the background. ADMIN or MASTER.',
  })
  async updateDriver(
    @Ctx() context: ApiContext,
    @Arg('input', () => UpdateDriverInput, { description: 'Which driver, and what is to change.' })
    input: UpdateDriverInput,
  ): Promise<DriverPayload> {
    const key = keyOfNode('Driver', input.id);
    if (key === null) return refused(notFound('driver', ['input', 'id']));
    const result = await context.services.commands.updateDriver(
      context.actor,
      driverKey(key),
      input.version ?? null,
      toDriverInputFields(input),
    );
    return payloadOf(context, result);
  }

  @Mutation(() => [DriverPayload], {
    description: `Up to ${MOST_EDITS} edits, each on its own: one payload per input, in order. An edit that fails, also because the GPS portal does not answer, is a user error of its payload and stops no other. ADMIN or MASTER.`,
  })
  async updateDrivers(
    @Ctx() context: ApiContext,
    @Arg('inputs', () => [UpdateDriverInput], {
      description: 'Which drivers, and what is to change. Several edits of one driver are made in order.',
    })
    inputs: readonly UpdateDriverInput[],
  ): Promise<readonly DriverPayload[]> {
    if (inputs.length > MOST_EDITS) {
      throw apiError('TOO_MANY_INPUTS', `${inputs.length} inputs; up to ${MOST_EDITS} are taken at once.`, {
        argument: 'inputs',
      });
    }
    const results = await updateEach(context, inputs);
    return payloadsOf(context, results);
  }

  @Mutation(() => DeleteDriverPayload, {
    description:
      'Deletes a driver in the GPS portal; with Driver Sync on, Driveri removes them. ADMIN or MASTER.',
  })
  async deleteDriver(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'Which driver.' }) id: string,
  ): Promise<DeleteDriverPayload> {
    const key = keyOfNode('Driver', id);
    if (key === null) return { deletedDriverId: null, userErrors: [notFound('driver', ['id'])] };
    const { value, userErrors } = await context.services.commands.deleteDriver(context.actor, driverKey(key));
    context.loaders = createLoaders(context.services.queries, context.account);
    const isDeleted = value !== null && userErrors.length === 0;
    return { deletedDriverId: isDeleted ? encodeNodeId('Driver', value) : null, userErrors };
  }

  @Mutation(() => DriverPayload, {
    description:
      'Reads one driver from both portals now, instead of what was last observed. A few a minute for each user. ADMIN or MASTER.',
  })
  async refreshDriver(
    @Ctx() context: ApiContext,
    @Arg('id', () => ID, { description: 'Which driver.' }) id: string,
  ): Promise<DriverPayload> {
    const key = keyOfNode('Driver', id);
    if (key === null) return refused(notFound('driver', ['id']));
    context.services.refreshLimit.take(`${context.account} ${context.actor.userId}`);
    return payloadOf(context, await context.services.commands.refreshDriver(context.actor, driverKey(key)));
  }

  @Mutation(() => DriverPayload, {
    description:
      'Puts a removal that the sync made right: brings the Driveri driver back, with their history. ADMIN or MASTER.',
  })
  async undoRemoval(
    @Ctx() context: ApiContext,
    @Arg('event', () => ID, { description: 'The id of the DRIVERI_DRIVER_REMOVED event.' }) event: string,
    @Arg('force', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Also when GPS does not have the driver: they come back unmanaged.',
    })
    force: boolean | null,
  ): Promise<DriverPayload> {
    const seq = seqOfNode(event);
    if (seq === null) return refused(notFound('event', ['event']));
    return payloadOf(
      context,
      await context.services.commands.undoRemoval(context.actor, seq, force ?? false),
    );
  }
}

async function payloadOf(context: ApiContext, result: CommandResult<DriverKey>): Promise<DriverPayload> {
  context.loaders = createLoaders(context.services.queries, context.account);
  return loadPayload(context, result);
}

/** All drivers are read in one statement, after the last edit. */
function payloadsOf(
  context: ApiContext,
  results: readonly CommandResult<DriverKey>[],
): Promise<readonly DriverPayload[]> {
  context.loaders = createLoaders(context.services.queries, context.account);
  return Promise.all(results.map((result) => loadPayload(context, result)));
}

async function loadPayload(context: ApiContext, result: CommandResult<DriverKey>): Promise<DriverPayload> {
  const view = result.value === null ? null : await context.loaders.driver.load(result.value);
  return {
    driver: view === null ? null : toDriver(view),
    userErrors: result.userErrors,
    warnings: result.warnings ?? [],
  };
}

const refused = (...userErrors: readonly UserError[]): DriverPayload => ({
  driver: null,
  userErrors,
  warnings: [],
});
