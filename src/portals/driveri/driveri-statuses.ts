import type { DriveriDriver } from '../../driver/driveri-driver';
import type { DriverStatus, DriveriRow } from './driveri-wire';

/** A tenant's status table, read for what its words mean (portals.md: the codes are published only there). */
export interface StatusTable {
  /** The status that a removal sets; null when there is none: then no number is guessed. */
  readonly removed: DriverStatus | null;
  readonly active: DriverStatus | null;
  has(code: number): boolean;
  /** Driveri's own word for it. */
  describe(code: number | null): string;
  /** Whether it stands for a deletion. */
  isRemoved(code: number | null): boolean;
  /** Whether it says *deleted*: only then `reinstateDriver` is the way back. */
  isDeleted(code: number | null): boolean;
}

/** What the account's configuration says instead of the table: a description, in any case, or a code. */
export interface StatusOverrides {
  readonly removedStatus?: string | undefined;
  readonly activeStatus?: string | undefined;
}

/** Reads a status table. Pure. */
export function interpretStatuses(
  statuses: readonly DriverStatus[],
  overrides: StatusOverrides = {},
): StatusTable {
  const byCode = new Map(statuses.map((status) => [status.code, status]));
  const removed = pick(statuses, overrides.removedStatus, ['deleted', 'inactive']);
  const active = pick(statuses, overrides.activeStatus, ['active']);
  // Once for the table: a listing asks it for every row.
  const deleted = new Set([...byCode.values()].filter(saysDeleted).map((status) => status.code));
  const isDeleted = (code: number | null): boolean => code !== null && deleted.has(code);
  return {
    removed,
    active,
    has: (code) => byCode.has(code),
    describe: (code) => describe(code, byCode),
    isDeleted,
    isRemoved: (code) => code !== null && (code === removed?.code || isDeleted(code)),
  };
}

/** A row as a driver, in the words of the table. */
export function toDriveriDriver(row: DriveriRow, table: StatusTable): DriveriDriver {
  return {
    ...row,
    status: table.describe(row.statusCode),
    removed: table.isRemoved(row.statusCode),
    active: row.statusCode !== null && row.statusCode === table.active?.code,
  };
}

/** The account's own table, read when needed and kept. */
export interface DriveriStatuses {
  /** A table that knows these codes, unless Driveri's own does not. */
  forCodes(codes: readonly (number | null)[]): Promise<StatusTable>;
  /** For a write: read a minute ago at most. A code that changed meanwhile would set a status that nobody asked for. */
  forWrite(): Promise<StatusTable>;
  /** Reads it now. */
  refresh(): Promise<StatusTable>;
}

const KEPT_MS = 3_600_000;
const RECENT_MS = 60_000;

/** `read` asks Driveri for its `configurations`, and throws `PortalError`. */
export function createDriveriStatuses(
  read: () => Promise<readonly DriverStatus[]>,
  overrides: StatusOverrides,
  now: () => number,
): DriveriStatuses {
  let kept: { readonly table: StatusTable; readonly readAt: number } | null = null;
  let underWay: Promise<StatusTable> | null = null;

  const readOnce = async (): Promise<StatusTable> => {
    const readAt = now();
    const table = interpretStatuses(await read(), overrides);
    kept = { table, readAt };
    return table;
  };
  const refresh = (): Promise<StatusTable> => {
    underWay ??= readOnce().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  const noOlderThan = (ms: number): Promise<StatusTable> =>
    kept !== null && now() - kept.readAt <= ms ? Promise.resolve(kept.table) : refresh();

  return {
    async forCodes(codes) {
      const table = await noOlderThan(KEPT_MS);
      const isKnown = codes.every((code) => code === null || table.has(code));
      return isKnown ? table : noOlderThan(RECENT_MS);
    },
    forWrite: () => noOlderThan(RECENT_MS),
    refresh,
  };
}

/** By the override if there is one, otherwise by the first of these words that a description has. */
function pick(
  statuses: readonly DriverStatus[],
  override: string | undefined,
  words: readonly string[],
): DriverStatus | null {
  if (override !== undefined) {
    const wanted = override.trim().toLowerCase();
    const described = statuses.filter((status) => status.description.toLowerCase() === wanted);
    return only(described) ?? statuses.find((status) => String(status.code) === wanted) ?? null;
  }
  for (const word of words) {
    const exact = statuses.filter((status) => status.description.toLowerCase() === word);
    const saying = statuses.filter((status) => says(status, word));
    const found = only(exact) ?? only(saying);
    if (found !== null) return found;
    // Two that say it: which one is meant is for a person to say.
    if (saying.length > 1) return null;
  }
  return null;
}

function only(statuses: readonly DriverStatus[]): DriverStatus | null {
  return statuses.length === 1 ? (statuses[0] ?? null) : null;
}

/** As a word of its own: "Inactive" does not say "active", and neither does "not active". */
function says({ description }: DriverStatus, word: string): boolean {
  const words = wordsOf(description);
  return words.includes(word) && !words.includes('not') && !words.includes('never');
}

const saysDeleted = ({ description }: DriverStatus): boolean => wordsOf(description).includes('deleted');

function wordsOf(description: string): readonly string[] {
  return description.toLowerCase().match(/\p{L}+/gu) ?? [];
}

function describe(code: number | null, byCode: ReadonlyMap<number, DriverStatus>): string {
  if (code === null) return 'Unknown';
  const description = byCode.get(code)?.description ?? '';
  return description === '' ? `Status ${code}` : description;
}
