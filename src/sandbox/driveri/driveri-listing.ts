import type { Hits } from '../faults/fault-board';
import { mangledRows } from '../faults/mangle-list';
import { EditRefused } from '../refusal';
import { DELETED, type DriveriDriver } from './driveri-driver';
import { driversInView, statusTableOf, type DriveriPortal } from './driveri-portal';
import { rounded } from './driveri-wire';

/** One page of a listing, before it is told. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
}

const DEFAULT_LIMIT = 50;
const MOST_PER_PAGE = 200;

/** The page of `rows` that the query asks for. Throws `EditRefused` when `offset` or `limit` is out of range (C). */
export function pageOf<Row>(rows: readonly Row[], total: number, query: URLSearchParams): Page<Row> {
  const offset = integer(query, 'offset', 0);
  const limit = integer(query, 'limit', DEFAULT_LIMIT);
  if (offset < 0) throw new EditRefused(400, 'INVALID_OFFSET', 'offset must be non-negative');
  if (limit < 1 || limit > MOST_PER_PAGE) {
    throw new EditRefused(400, 'INVALID_LIMIT', `limit must be between 1 and ${MOST_PER_PAGE}`);
  }
  return { rows: rows.slice(offset, offset + limit), total, offset, limit };
}

/** The page of drivers that the query asks for, under the faults that hit the call. Throws `EditRefused`. */
export function pageOfDrivers(
  portal: DriveriPortal,
  query: URLSearchParams,
  hits: Hits,
): Page<DriveriDriver> {
  const wanted = driversInView(portal, hits).filter(filterOf(portal, query, hits));
  const ordered = inOrder(wanted, portal, hits);
  const told = mangledRows(ordered, hits);
  // Duplicates are not counted: somebody else drops off the end.
  const counted = Math.min(told.length, ordered.length);
  const total = hits.of('partial-list')?.tellTotal === true ? ordered.length : counted;
  return pageOf(told, total, withinWindow(query, portal));
}

/** The query as a listing understands it that ignores the offset, or ends at a window. Throws `EditRefused` after it. */
function withinWindow(query: URLSearchParams, { switches }: DriveriPortal): URLSearchParams {
  const understood = new URLSearchParams(query);
  if (switches.ignoreOffset) understood.set('offset', '0');
  const { listWindow, afterWindow } = switches;
  if (listWindow === null || integer(understood, 'offset', 0) < listWindow) return understood;
  if (afterWindow === 'refuse') {
    throw new EditRefused(400, 'WINDOW_TOO_LARGE', `offset must be less than ${listWindow}`);
  }
  understood.set('offset', String(Number.MAX_SAFE_INTEGER - 1_000));
  return understood;
}

function filterOf(
  portal: DriveriPortal,
  query: URLSearchParams,
  hits: Hits,
): (driver: DriveriDriver) => boolean {
  const states = statesOf(portal, query, hits);
  const showAll = isTrue(query.get('showAll'));
  const group = query.get('group') ?? '';
  // The emulated tenant has no sub-fleets: whoever asks for one gets nobody.
  const subFleet = query.get('subFleet') ?? '';
  const from = integer(query, 'fromDate', -Infinity);
  const to = integer(query, 'toDate', Infinity);
  const toMs = portal.switches.datesRoundedToMs;
  return (driver) => {
    if (states !== undefined ? !states.has(driver.status) : !showAll && driver.status === DELETED)
      return false;
    const updated = rounded(driver.updatedDate, toMs);
    return (group === '' || driver.group === group) && subFleet === '' && updated >= from && updated <= to;
  };
}

// `state` names statuses by code; who names the deleted one sees deleted drivers, with or without `showAll`.
function statesOf(
  portal: DriveriPortal,
  query: URLSearchParams,
  hits: Hits,
): ReadonlySet<string> | undefined {
  const asked = query.get('state') ?? '';
  if (asked === '') return undefined;
  const table = statusTableOf(portal, hits);
  const states = asked.split(',').map((code) => {
    const known = table.find((status) => String(status.status) === code.trim());
    if (known === undefined)
      throw new EditRefused(400, 'UNKNOWN_STATUS', `There is no status ${code.trim()}`);
    return known.description;
  });
  return new Set(states);
}

function inOrder(
  drivers: readonly DriveriDriver[],
  portal: DriveriPortal,
  hits: Hits,
): readonly DriveriDriver[] {
  const moving = hits.of('moving-pages') !== undefined;
  if (!moving && !portal.switches.sortByChange) return drivers;
  const newestFirst = [...drivers].sort((a, b) => b.updatedDate - a.updatedDate || b.serial - a.serial);
  if (!moving || newestFirst.length === 0) return newestFirst;
  const shift = hits.hitsBefore('moving-pages') % newestFirst.length;
  // As if between two calls the last row had been changed and so had come to the front.
  return [
    ...newestFirst.slice(newestFirst.length - shift),
    ...newestFirst.slice(0, newestFirst.length - shift),
  ];
}

/** A flag of a query; the vendor's client sends `True`. */
export function isTrue(value: string | null): boolean {
  return value?.toLowerCase() === 'true';
}

function integer(query: URLSearchParams, name: string, absent: number): number {
  const value = query.get(name);
  if (value === null || value === '') return absent;
  if (!/^-?\d+$/.test(value)) throw new EditRefused(400, 'INVALID_NUMBER', `${name} must be a whole number`);
  return Number(value);
}
