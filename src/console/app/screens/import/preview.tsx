import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { download, writeCsv } from '../../files/csv';
import type { DriverExportFragment } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Tag } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Changes } from '../../ui/changes';
import { Confirm } from '../../ui/dialog';
import { Empty } from '../../ui/states';
import { countOf, formatNumber, type Tone } from '../../words/words';
import { ROW_KINDS, type RowKind } from './import-search';
import { planRows, type PlannedRow } from './plan-rows';
import { COLUMNS, labelOf, type FileRow } from './read-rows';
import { useWriting, type Writing } from './use-writing';
import type { RowResult } from './write-rows';

const PAGE = 100;

const KIND: Readonly<Record<RowKind, { readonly label: string; readonly tone: Tone }>> = {
  error: { label: 'Cannot be imported', tone: 'bad' },
  update: { label: 'Changes', tone: 'busy' },
  create: { label: 'New driver', tone: 'good' },
  same: { label: 'No change', tone: 'quiet' },
};

/** Row by row what the file would do, then what it did. */
export function Preview(props: {
  readonly rows: readonly FileRow[];
  readonly drivers: readonly DriverExportFragment[];
  /** Reads the drivers anew, and with them makes the preview again. */
  readonly again: () => void;
}) {
  const { rows, drivers, again } = props;
  const { show, dialog } = useSearch({ from: '/app/drivers/import' });
  const navigate = useNavigate();
  const planned = useMemo(() => planRows(rows, drivers), [rows, drivers]);
  const writing = useWriting(planned);
  const [shown, setShown] = useState(PAGE);
  const visible = planned.filter(({ kind }) => show === undefined || kind === show);
  const close = (): void =>
    void navigate({ to: '/drivers/import', search: { show, dialog: undefined }, replace: true });
  return (
    <>
      <Bar planned={planned} rows={rows} writing={writing} again={again} />
      <Kinds planned={planned} chosen={show} />
      {visible.length === 0 ? (
        <Empty title="No row of this kind." />
      ) : (
        <ol className="rows card" aria-label="Rows of the file">
          {visible.slice(0, shown).map((row) => (
            <Row key={row.line} row={row} result={writing.results.get(row.line)} />
          ))}
        </ol>
      )}
      {visible.length > shown ? (
        <p className="more">
          <Button onPress={() => setShown(shown + PAGE)}>Show more</Button>
          <span className="fine">
            {formatNumber(shown)} of {formatNumber(visible.length)}
          </span>
        </p>
      ) : null}
      {dialog === 'write' && writing.state === 'ready' ? (
        <ConfirmWriting planned={planned} close={close} start={writing.start} />
      ) : null}
    </>
  );
}

const countKind = (planned: readonly PlannedRow[], kind: RowKind): number =>
  planned.filter((row) => row.kind === kind).length;

/** How many rows of each kind; each is a filter. */
function Kinds(props: { readonly planned: readonly PlannedRow[]; readonly chosen: RowKind | undefined }) {
  const { planned, chosen } = props;
  return (
    <nav className="kinds" aria-label="Rows by what happens">
      <Link
        to="/drivers/import"
        search={{ show: undefined, dialog: undefined }}
        replace
        className={`status-link${chosen === undefined ? ' chosen' : ''}`}
        {...(chosen === undefined ? { 'aria-current': 'true' as const } : {})}
      >
        All {formatNumber(planned.length)}
      </Link>
      {ROW_KINDS.filter((kind) => countKind(planned, kind) > 0).map((kind) => (
        <Link
          key={kind}
          to="/drivers/import"
          search={{ show: kind, dialog: undefined }}
          replace
          className={`status-link ${KIND[kind].tone}${chosen === kind ? ' chosen' : ''}`}
          {...(chosen === kind ? { 'aria-current': 'true' as const } : {})}
        >
          <span className="swatch" aria-hidden="true" />
          {KIND[kind].label} {formatNumber(countKind(planned, kind))}
        </Link>
      ))}
    </nav>
  );
}

function Bar(props: {
  readonly planned: readonly PlannedRow[];
  readonly rows: readonly FileRow[];
  readonly writing: Writing;
  readonly again: () => void;
}) {
  const { planned, rows, writing, again } = props;
  const { state, results, toWrite } = writing;
  const { may } = useViewer();
  const navigate = useNavigate();
  const failed = [...results].filter(([, { isDone }]) => !isDone).map(([line]) => line);
  const done = results.size - failed.length;
  const errors = planned.flatMap((row) => (row.kind === 'error' ? [row.line] : []));
  return (
    <div className="decision-bar">
      <p role="status">
        {state === 'ready'
          ? toWrite === 0
            ? 'There is nothing to write.'
            : `${countOf(toWrite, 'row')} will be written to GPS${errors.length > 0 ? `; ${formatNumber(errors.length)} cannot be, and are left out` : ''}.`
          : `${formatNumber(done)} of ${formatNumber(toWrite)} written${failed.length > 0 ? `, ${formatNumber(failed.length)} failed` : ''}.${state === 'done' ? '' : ' Stay on this page.'}`}
      </p>
      {state === 'writing' ? (
        <progress max={toWrite} value={results.size} aria-label="Progress of the import" />
      ) : null}
      <div className="actions">
        {failed.length + errors.length > 0 && state !== 'writing' ? (
          <Button onPress={() => downloadRows(rows, [...failed, ...errors])}>
            Export what {state === 'done' ? 'is not written' : 'cannot be imported'}
          </Button>
        ) : null}
        {state === 'done' ? <Button onPress={again}>Preview again</Button> : null}
        {state === 'writing' ? <Button onPress={writing.stop}>Stop</Button> : null}
        {state === 'ready' ? (
          <Button
            kind="primary"
            denied={may.write ?? (toWrite === 0 ? 'No row of the file changes anything.' : null)}
            onPress={() =>
              void navigate({
                to: '/drivers/import',
                search: (now) => ({ ...now, dialog: 'write' as const }),
              })
            }
          >
            Import {countOf(toWrite, 'row')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function ConfirmWriting(props: {
  readonly planned: readonly PlannedRow[];
  readonly close: () => void;
  readonly start: () => void;
}) {
  const { planned, close, start } = props;
  const { may } = useViewer();
  const creates = countKind(planned, 'create');
  const updates = countKind(planned, 'update');
  if (may.write !== null || creates + updates === 0) return null;
  const renames = planned.filter(
    (row) =>
      row.kind === 'update' &&
      row.changes.some(({ field, from }) => field === 'driveriDriverId' && from !== null),
  ).length;
  return (
    <Confirm
      title="Write these rows to GPS?"
      lines={[
        ...(creates === 0 ? [] : [`${countOf(creates, 'driver')} will be created in GPS.`]),
        ...(updates === 0 ? [] : [`${countOf(updates, 'driver')} will be changed in GPS.`]),
        ...(renames === 0 ? [] : [`${countOf(renames, 'driver')} of them will get another DriverID.`]),
        'While Driver Sync is on, Driveri follows. A row whose driver was edited by somebody else in the meantime is left out, and you are told.',
      ]}
      yes="Import"
      onYes={() => {
        close();
        start();
      }}
      onNo={close}
    />
  );
}

function Row({ row, result }: { readonly row: PlannedRow; readonly result: RowResult | undefined }) {
  const kind = KIND[row.kind];
  return (
    <li className="row item-row with-tick">
      <span className="fine line-number">
        <span className="hidden">Line </span>
        {row.line}
      </span>
      <div className="item-body">
        <p className="row-head">
          {row.kind === 'update' || row.kind === 'same' ? (
            <Link to="/drivers/$id" params={{ id: row.driverId }} className="row-title">
              <bdi>{row.name}</bdi>
            </Link>
          ) : (
            <bdi className="row-title">{row.name}</bdi>
          )}
          <Tag tone={kind.tone} label={kind.label} />
          {result === undefined ? null : (
            <Tag tone={result.isDone ? 'good' : 'bad'} label={result.isDone ? 'Written' : 'Not written'} />
          )}
        </p>
        {row.kind === 'create' || row.kind === 'update' ? <Changes changes={row.changes} /> : null}
        {row.kind === 'error' ? (
          <ul>
            {row.errors.map(({ column, message }) => (
              <li key={`${column}${message}`} className="field-error">
                {column === null ? null : <strong>{labelOf(column)}: </strong>}
                <bdi>{message}</bdi>
              </li>
            ))}
          </ul>
        ) : null}
        {result?.message == null ? null : (
          <p className={result.isDone ? 'fine' : 'field-error'}>
            <bdi>{result.message}</bdi>
          </p>
        )}
      </div>
    </li>
  );
}

/** To be put right, and imported again. */
function downloadRows(rows: readonly FileRow[], lines: readonly number[]): void {
  const wanted = new Set(lines);
  const table = rows
    .filter(({ line }) => wanted.has(line))
    .map(({ cells }) => COLUMNS.map(({ name }) => cells[name] ?? null));
  download('not-imported.csv', writeCsv([COLUMNS.map(({ label }) => label), ...table]));
}
