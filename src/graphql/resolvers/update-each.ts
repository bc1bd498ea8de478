import { driverKey, type DriverKey } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import type { CommandResult, UserError } from '../../gateway/commands';
import { describePortalError } from '../answers/portal-error-codes';
import { notFound } from '../answers/user-errors';
import { toDriverInputFields, type UpdateDriverInput } from '../inputs/driver.input';
import type { ApiContext } from '../request-context';
import { keyOfNode } from '../schema/node-id';

/** More edits than this are not taken at once. */
export const MOST_EDITS = 100;

/** So many edits wait for GPS side by side: its connection paces the calls, and single edits must get through. */
const SIDE_BY_SIDE = 4;

type Result = CommandResult<DriverKey>;

/**
 * Makes each edit on its own: edits of one driver in their order, others side by side. Never rejects: what goes wrong with an
 * edit is a user error of that edit. Results are in the order of the inputs; the paths of their errors begin with
 * `inputs` and the number of the input.
 */
export async function updateEach(
  context: ApiContext,
  inputs: readonly UpdateDriverInput[],
): Promise<readonly Result[]> {
  const queues = [...byDriver(inputs).values()];
  const results = new Map<number, Result>();
  const takeTurns = async () => {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
      for (const [index, input] of queue) results.set(index, await updateOne(context, input, index));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, takeTurns));
  return inputs.map((_, index) => results.get(index) ?? { value: null, userErrors: [] });
}

function byDriver(
  inputs: readonly UpdateDriverInput[],
): ReadonlyMap<string, readonly (readonly [number, UpdateDriverInput])[]> {
  const queues = new Map<string, (readonly [number, UpdateDriverInput])[]>();
  inputs.forEach((input, index) => queues.set(input.id, [...(queues.get(input.id) ?? []), [index, input]]));
  return queues;
}

async function updateOne(context: ApiContext, input: UpdateDriverInput, index: number): Promise<Result> {
  const key = keyOfNode('Driver', input.id);
  if (key === null) return refused(notFound('driver', ['inputs', String(index), 'id']));
  try {
    const result = await context.services.commands.updateDriver(
      context.actor,
      driverKey(key),
      input.version ?? null,
      toDriverInputFields(input),
    );
    return placed(result, index);
  } catch (error) {
    return refused(toUserError(context, error, index));
  }
}

/** A single edit tells of `input`; here it is one of several. */
function placed(result: Result, index: number): Result {
  const place = <Told extends { readonly field?: readonly string[] }>(told: Told): Told =>
    told.field?.[0] === 'input'
      ? { ...told, field: ['inputs', String(index), ...told.field.slice(1)] }
      : told;
  return {
    ...result,
    userErrors: result.userErrors.map(place),
    ...(result.warnings && { warnings: result.warnings.map(place) }),
  };
}

function toUserError(context: ApiContext, error: unknown, index: number): UserError {
  const field = ['inputs', String(index)];
  if (error instanceof PortalError) {
    const { message, extensions } = describePortalError(error);
    return { code: String(extensions['code']), message, field };
  }
  context.services.reportUnexpected(error, context.requestId);
  return {
    code: 'INTERNAL_SERVER_ERROR',
    message: `Something went wrong here. It has been logged under the request id ${context.requestId}.`,
    field,
  };
}

const refused = (error: UserError): Result => ({ value: null, userErrors: [error] });
