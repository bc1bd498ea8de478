import type { DriverId } from '../../driver/ids';
import { PortalError } from '../../driver/ports/portal-error';
import type { CleanedRows, SetAsideRow } from '../../driver/ports/portal-rows';
import { portalFailure, type PortalOperation } from '../portal-failure';
import type { Received } from '../portal-connection';
import { readWithRepeats } from '../repeat-reading';
import type { DriveriPage, DriveriRow } from './driveri-wire';

/** The most that a page may hold (portals.md, C). */
export const PAGE_SIZE = 200;

/** The call that lists drivers. */
export const LIST: PortalOperation = { portal: 'driveri', name: 'drivers.list', effect: 'read' };

const ATTEMPTS = 3;
/** Where the search engines behind such APIs end a listing, and stop counting. */
const WINDOW = 10_000;

/** Reads the page that begins at this row. */
export type ReadPage = (offset: number) => Promise<Received<DriveriPage>>;

/** What all pages together say. */
export interface DriveriPages {
  readonly rows: readonly DriveriRow[];
  readonly setAside: readonly SetAsideRow[];
  readonly cleaned: CleanedRows;
  readonly sentAt: number;
  /** Distinct drivers, those set aside included, are as many as a total that stayed the same. */
  readonly isProven: boolean;
  /** Distinct drivers are no fewer than the first page's total. */
  readonly isFull: boolean;
  /** Whether a driver who is not in it is absent: proven, no row set aside, and a total that is no window's limit. */
  readonly provesAbsence: boolean;
}

/**
 * Reads all pages, up to three times, until what they say is `enough`; null when it never is. Pages are by offset over a list
 * that may move meanwhile: it skips and repeats rows (portals.md), and the links are not followed. A failing page is asked for
 * again after each of `repeatAfterMs`. Throws `PortalError` of kind `incomplete`, without further attempts, when Driveri
 * ignores the offset or ends its list before the total.
 */
export async function readAllPages(
  readPage: ReadPage,
  enough: (pages: DriveriPages) => boolean,
  repeatAfterMs: readonly number[] = [],
): Promise<DriveriPages | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const pages = await readPagesOnce((offset) => readPageAt(readPage, offset, repeatAfterMs));
    if (enough(pages)) return pages;
  }
  return null;
}

async function readPagesOnce(readPage: ReadPage): Promise<DriveriPages> {
  const first = await readPage(0);
  const seen = new SeenRows();
  const { total } = first.value;
  let stayedTheSame = total !== null;
  let offset = 0;
  let before: DriveriPage | null = null;
  for (let page = first.value; ; page = (await readPage(offset)).value) {
    if (before !== null && isSamePage(before, page)) throw ignoresOffset(offset);
    before = page;
    const length = page.rows.length + page.setAside.length;
    const isNews = seen.add(page);
    if (length === 0 && offset >= WINDOW && offset < (total ?? Infinity)) throw endsAt(offset, total);
    offset += length;
    stayedTheSame &&= page.total === total;
    // A page that brings no driver who is new is the last one: so that calls are bounded, whatever Driveri answers.
    if (length === 0 || !isNews || offset >= (page.total ?? Infinity)) break;
  }
  const { count } = seen;
  const isProven = stayedTheSame && count === total;
  return {
    ...seen.contents(),
    sentAt: first.sentAt,
    isProven,
    isFull: total !== null && count >= total,
    provesAbsence: isProven && !seen.hasSetAside && total !== WINDOW,
  };
}

/** The drivers of all pages so far. */
class SeenRows {
  private readonly rows = new Map<DriverId, DriveriRow>();
  private readonly changes = new Map<string, readonly string[]>();
  private readonly aside = new Map<string, SetAsideRow>();
  private readonly nameless: SetAsideRow[] = [];

  get count(): number {
    return this.rows.size + this.aside.size + this.nameless.length;
  }

  get hasSetAside(): boolean {
    return this.aside.size + this.nameless.length > 0;
  }

  /** Whether a driver was new. */
  add(page: DriveriPage): boolean {
    const before = this.count;
    for (const row of page.rows) this.keepNewer(row, page.cleaned);
    for (const row of page.setAside) {
      if (row.id === null) this.nameless.push(row);
      else this.aside.set(row.id, row);
    }
    return this.count > before;
  }

  contents(): Pick<DriveriPages, 'rows' | 'setAside' | 'cleaned'> {
    return {
      rows: [...this.rows.values()],
      setAside: [...this.aside.values(), ...this.nameless],
      cleaned: this.changes,
    };
  }

  /** A driver who is told twice has been changed meanwhile, as a rule. */
  private keepNewer(row: DriveriRow, cleaned: CleanedRows): void {
    const known = this.rows.get(row.driverId);
    if (known !== undefined && (row.updatedDate ?? 0) < (known.updatedDate ?? 0)) return;
    this.rows.set(row.driverId, row);
    const changes = cleaned.get(row.driverId);
    if (changes === undefined) this.changes.delete(row.driverId);
    else this.changes.set(row.driverId, changes);
  }
}

/** Two pages in a row that hold the same drivers in the same order; a page of one may be a list that moved. */
function isSamePage(one: DriveriPage, other: DriveriPage): boolean {
  if (one.rows.length < 2 || one.rows.length !== other.rows.length) return false;
  return one.rows.every((row, index) => row.driverId === other.rows[index]?.driverId);
}

function ignoresOffset(offset: number): PortalError {
  const message = `Driveri answers the same drivers again from row ${offset} on: it ignores the offset, so its list cannot be read`;
  return portalFailure(LIST, 'incomplete', message);
}

function endsAt(offset: number, total: number | null, cause?: PortalError): PortalError {
  const of = total === null ? '' : ` of ${total}`;
  const message = `Driveri ends its list after ${offset}${of} drivers, so the others cannot be read`;
  const { portalCode, status } = cause ?? {};
  return portalFailure(LIST, 'incomplete', message, { portalCode, status });
}

async function readPageAt(
  readPage: ReadPage,
  offset: number,
  repeatAfterMs: readonly number[],
): Promise<Received<DriveriPage>> {
  try {
    return await readWithRepeats(() => readPage(offset), repeatAfterMs);
  } catch (error) {
    // The pages before it were answered: so it is the offset that is refused.
    if (offset > 0 && error instanceof PortalError && error.kind === 'rejected')
      throw endsAt(offset, null, error);
    throw error;
  }
}
