import type { DriverId } from '../../driver/ids';
import { PortalError } from '../../driver/portal-error';
import type { Received } from '../portal-connection';
import type { DriveriPage, DriveriRow } from './driveri-wire';

/** The most that a page may hold (portals.md, C). */
export const PAGE_SIZE = 200;

const ATTEMPTS = 3;
/** A page that has to wait for longer than this is not worth waiting for: the pages before it grow old. */
const PATIENCE_MS = 3_000;

/** Reads the page that begins at this row. */
export type ReadPage = (offset: number) => Promise<Received<DriveriPage>>;

/** What all pages together say. `isProven`: distinct DriverIDs are as many as a total that stayed the same. */
export interface DriveriPages {
  readonly rows: readonly DriveriRow[];
  readonly sentAt: number;
  readonly isProven: boolean;
  /** Distinct DriverIDs are no fewer than the first page's total. */
  readonly isFull: boolean;
}

/**
 * Reads all pages, up to three times, until what they say is `enough`; null when it never is. Pages are by offset over a list
 * that may move meanwhile: it skips and repeats rows (portals.md), and the links are not followed.
 */
export async function readAllPages(
  readPage: ReadPage,
  enough: (pages: DriveriPages) => boolean,
): Promise<DriveriPages | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const pages = await readPagesOnce(readPage);
    if (enough(pages)) return pages;
  }
  return null;
}

async function readPagesOnce(readPage: ReadPage): Promise<DriveriPages> {
  const first = await patiently(readPage, 0);
  const rows = new Map<DriverId, DriveriRow>();
  const total = first.value.total;
  let stayedTheSame = total !== null;
  let offset = 0;
  for (let page = first.value; ; page = (await patiently(readPage, offset)).value) {
    for (const row of page.rows) keepNewer(rows, row);
    offset += page.rows.length;
    stayedTheSame &&= page.total === total;
    if (page.rows.length === 0 || offset >= (page.total ?? Infinity)) break;
  }
  return {
    rows: [...rows.values()],
    sentAt: first.sentAt,
    isProven: stayedTheSame && rows.size === total,
    isFull: total !== null && rows.size >= total,
  };
}

/** A driver who is told twice has been changed meanwhile, as a rule. */
function keepNewer(rows: Map<DriverId, DriveriRow>, row: DriveriRow): void {
  const known = rows.get(row.driverId);
  if (known === undefined || (row.updatedDate ?? 0) >= (known.updatedDate ?? 0)) rows.set(row.driverId, row);
}

/** Asks once more when the portal wants a moment of rest, instead of beginning again from the first page. */
async function patiently(readPage: ReadPage, offset: number): Promise<Received<DriveriPage>> {
  try {
    return await readPage(offset);
  } catch (error) {
    const isShort = error instanceof PortalError && (error.retryAfterMs ?? Infinity) <= PATIENCE_MS;
    if (!isShort || error.kind !== 'rate-limited') throw error;
    return readPage(offset);
  }
}
