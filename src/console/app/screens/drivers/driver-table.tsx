import { Link, useNavigate } from '@tanstack/react-router';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { DriverLineFragment } from '../../generated/documents';
import { Badge } from '../../ui/badge';
import { Value } from '../../ui/changes';
import { Checkbox } from '../../ui/checkbox';
import { Time } from '../../ui/time';
import { DRIVER_STATUS, PRESENCE } from '../../words/words';
import type { DriversSearch, Sort } from './drivers-search';
import { SORTS } from './drivers-search';
import type { Selection } from './use-selection';

/** The columns after the tick, in their order. */
const COLUMNS: readonly {
  readonly key: string;
  readonly label: string;
  readonly sort?: keyof typeof SORTS;
}[] = [
  { key: 'name', label: 'Name', sort: 'name' },
  { key: 'status', label: 'Status', sort: 'status' },
  { key: 'driver-id', label: 'DriverID', sort: 'driverId' },
  { key: 'ref-id', label: 'Ref ID', sort: 'refId' },
  { key: 'presence', label: 'Portals' },
  { key: 'synced', label: 'Last synced', sort: 'synced' },
];

const ROW_PX = 44;
const NARROW_ROW_PX = 84;
const FEW = 12;

/**
 * A table of any length: only what is in sight stands in the page. Arrow keys go from row to row, Space chooses, Shift with it
 * chooses a range, Enter opens. Live data never moves the focus: rows are kept by their drivers.
 */
export function DriverTable(props: {
  readonly rows: readonly DriverLineFragment[];
  readonly total: number;
  readonly need: (count: number) => void;
  readonly selection: Selection;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: DriversSearch['sort']) => void;
}) {
  const { rows, total, need, selection } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isNarrow = useIsNarrow();
  const grid = useGridKeys(props);
  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? NARROW_ROW_PX : ROW_PX),
    overscan: FEW,
    // The row that has the focus stays in the page, however far one scrolls.
    rangeExtractor: (range: Range) =>
      [...new Set([...defaultRangeExtractor(range), grid.active])].filter((index) => index < total),
  });
  useEffect(() => virtualizer.measure(), [isNarrow, virtualizer]);
  const items = virtualizer.getVirtualItems();
  const lastInSight = virtualizer.range?.endIndex ?? 0;
  useEffect(() => need(Math.min(total, lastInSight + 1 + FEW)), [need, lastInSight, total, rows.length]);
  return (
    <div
      className="grid-scroller"
      ref={scroller}
      role="grid"
      aria-label="Drivers"
      aria-rowcount={total + 1}
      aria-multiselectable="true"
      tabIndex={-1}
      onKeyDown={(event) => grid.onKeyDown(event, (index) => virtualizer.scrollToIndex(index))}
    >
      <Head {...props} />
      <div role="rowgroup" className="grid-body" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start, size }) => {
          const driver = rows[index];
          return (
            <div
              key={driver?.id ?? `at ${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={driver !== undefined && selection.ids.has(driver.id)}
              className="grid-row"
              data-index={index}
              tabIndex={index === grid.active ? 0 : -1}
              style={{ height: size, transform: `translateY(${start}px)` }}
              onFocus={() => grid.setActive(index)}
            >
              {driver === undefined ? <Waiting /> : <Row driver={driver} selection={selection} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head(props: {
  readonly rows: readonly DriverLineFragment[];
  readonly selection: Selection;
  readonly sort: Sort | undefined;
  readonly onSort: (sort: DriversSearch['sort']) => void;
}) {
  const { rows, selection, sort, onSort } = props;
  const isAll = rows.length > 0 && rows.every(({ id }) => selection.ids.has(id));
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        <span role="columnheader">
          <Checkbox
            label="Choose all loaded drivers"
            isSelected={isAll}
            isIndeterminate={!isAll && selection.ids.size > 0}
            onChange={(on) => (on ? selection.setAll(rows.map(({ id }) => id)) : selection.clear())}
          />
        </span>
        {COLUMNS.map((column) => (
          <Header key={column.key} column={column} sort={sort} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

function Header(props: {
  readonly column: (typeof COLUMNS)[number];
  readonly sort: Sort | undefined;
  readonly onSort: (sort: DriversSearch['sort']) => void;
}) {
  const { column, sort, onSort } = props;
  const key = column.sort;
  if (key === undefined)
    return (
      <span role="columnheader" className={`cell-${column.key}`}>
        {column.label}
      </span>
    );
  const isUp = sort === key || (sort === undefined && key === 'name');
  const isDown = sort === `-${key}`;
  return (
    <span
      role="columnheader"
      className={`cell-${column.key}`}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <button type="button" className="sort" onClick={() => onSort(isUp ? `-${key}` : key)}>
        {column.label}
        <span aria-hidden="true">{isUp ? ' ▲' : isDown ? ' ▼' : ''}</span>
      </button>
    </span>
  );
}

function Row({ driver, selection }: { readonly driver: DriverLineFragment; readonly selection: Selection }) {
  return (
    <>
      <span role="gridcell" className="cell-tick">
        <Checkbox
          label={`Choose ${driver.fullName}`}
          isSelected={selection.ids.has(driver.id)}
          onChange={() => selection.toggle(driver.id)}
          excludeFromTabOrder
        />
      </span>
      <span role="gridcell" className="cell-name">
        <Link to="/drivers/$id" params={{ id: driver.id }} tabIndex={-1} title={driver.fullName}>
          <bdi>{driver.fullName}</bdi>
        </Link>
      </span>
      <span role="gridcell" className="cell-status">
        <Badge words={DRIVER_STATUS} value={driver.sync.status} />
      </span>
      <span role="gridcell" className="cell-driver-id mono">
        <Value value={driver.driveriDriverId} />
      </span>
      <span role="gridcell" className="cell-ref-id mono">
        <Value value={driver.referenceId} />
      </span>
      <span role="gridcell" className="cell-presence">
        {PRESENCE[driver.presence] ?? driver.presence}
      </span>
      <span role="gridcell" className="cell-synced fine">
        {driver.sync.lastSyncedAt === null ? <Value value={null} /> : <Time at={driver.sync.lastSyncedAt} />}
      </span>
    </>
  );
}

/** A row that is still on its way. */
function Waiting() {
  return (
    <span role="gridcell" className="cell-name">
      <span className="bone bone-1" aria-hidden="true" />
      <span className="hidden">Loading …</span>
    </span>
  );
}

/** Going through the rows by keyboard: one of them is in the order of tabs. */
function useGridKeys(props: {
  readonly rows: readonly DriverLineFragment[];
  readonly total: number;
  readonly selection: Selection;
}) {
  const { rows, total, selection } = props;
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  // Keys may come faster than rows are drawn: the newest wish counts.
  const wanted = useRef(0);
  const focusRow = (grid: HTMLElement, framesLeft = 30): void =>
    void requestAnimationFrame(() => {
      const row = grid.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
      if (row !== null) row.focus({ preventScroll: true });
      else if (framesLeft > 0) focusRow(grid, framesLeft - 1);
    });
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, scrollTo: (index: number) => void): void => {
    const row = (event.target as HTMLElement).closest<HTMLElement>('.grid-body .grid-row'); // a key comes from an element
    if (row === null) return;
    const driver = rows[active];
    const target = targetOf(event.key, active, total);
    if (target !== null) {
      event.preventDefault();
      wanted.current = target;
      setActive(target);
      scrollTo(target);
      focusRow(event.currentTarget);
    } else if (event.key === ' ' && driver !== undefined) {
      event.preventDefault();
      if (event.shiftKey)
        selection.extendTo(
          driver.id,
          rows.map(({ id }) => id),
        );
      else selection.toggle(driver.id);
    } else if (event.key === 'Enter' && driver !== undefined && event.target === row) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) window.open(`/drivers/${driver.id}`, '_blank', 'noopener');
      else void navigate({ to: '/drivers/$id', params: { id: driver.id } });
    }
  };
  return { active: Math.min(active, Math.max(0, total - 1)), setActive, onKeyDown };
}

const PAGE_ROWS = 15;

function targetOf(key: string, active: number, total: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE_ROWS,
    PageUp: active - PAGE_ROWS,
    Home: 0,
    End: total - 1,
  };
  const target = targets[key];
  return target === undefined ? null : Math.min(Math.max(0, target), total - 1);
}

function useIsNarrow(): boolean {
  const query = '(width < 52rem)';
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = (): void => setNarrow(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, []);
  return isNarrow;
}
