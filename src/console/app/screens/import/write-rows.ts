import { CombinedError, type Client } from '@urql/core';
import { describeError } from '../../api/describe-error';
import { CREATE_DRIVER, UPDATE_DRIVERS, type RefusalFragment } from '../../generated/documents';
import type { PlannedRow } from './plan-rows';

/** What came of a row. */
export interface RowResult {
  readonly isDone: boolean;
  /** Why not, or what could not be done although the driver was saved. */
  readonly message: string | null;
}

/** So many edits go in one request. */
const EDITS = 25;
/** So many requests are under way at one time: GPS is slow, and its answers are waited for. */
const AT_ONCE = 3;
const PATIENCE_MS = 5_000;

/**
 * Writes the rows that create or update, each on its own: one that fails stops no other. Tells each result as it comes. Stops
 * before the next request once `signal` is aborted; what is under way then is finished.
 */
export async function writeRows(
  client: Client,
  rows: readonly PlannedRow[],
  onResult: (line: number, result: RowResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const creates = rows.filter((row) => row.kind === 'create');
  const updates = rows.filter((row) => row.kind === 'update');
  const tasks = [
    ...creates.map((row) => async () => {
      const answer = await patiently(() => client.mutation(CREATE_DRIVER, { input: row.input }).toPromise());
      const payload = answer.data?.createDriver;
      onResult(row.line, resultOf(answer.error, payload?.userErrors, payload?.warnings));
    }),
    ...chunksOf(updates, EDITS).map((chunk) => async () => {
      const inputs = chunk.map(({ input }) => input);
      const answer = await patiently(() => client.mutation(UPDATE_DRIVERS, { inputs }).toPromise());
      chunk.forEach((row, place) =>
        onResult(row.line, resultOf(answer.error, answer.data?.updateDrivers[place]?.userErrors)),
      );
    }),
  ];
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined && !signal.aborted; task = tasks.shift()) await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function resultOf(
  error: CombinedError | undefined,
  userErrors: readonly RefusalFragment[] | undefined,
  warnings: readonly { readonly message: string }[] = [],
): RowResult {
  if (userErrors === undefined)
    return {
      isDone: false,
      message: describeError(error ?? new Error('The gateway answered nothing.')).detail,
    };
  const messages = [...userErrors, ...warnings].map(({ message }) => message);
  return { isDone: userErrors.length === 0, message: messages.length === 0 ? null : messages.join(' ') };
}

/** Waits while the gateway says that it is too much at once: nothing was done then. */
async function patiently<Answer extends { readonly error?: CombinedError | undefined }>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask();
    if (attempt === 20 || !isTooMuch(answer.error)) return answer;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}

const isTooMuch = (error: CombinedError | undefined): boolean =>
  error?.graphQLErrors.some(({ extensions }) => extensions['code'] === 'RATE_LIMITED') === true;

function chunksOf<Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) =>
    values.slice(n * size, n * size + size),
  );
}
