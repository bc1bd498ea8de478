import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useGateway } from '../../api/gateway';
import { useAction } from '../../api/use-action';
import { RESYNC_DRIVERS } from '../../generated/documents';
import { useViewer } from '../../session/viewer';
import { Page } from '../../shell/page';
import { Button } from '../../ui/button';
import { Confirm } from '../../ui/dialog';
import { Empty, Failed, Loading } from '../../ui/states';
import { useToasts } from '../../ui/toasts';
import { countOf } from '../../words/words';
import { DriverTable } from './driver-table';
import type { DriversSearch } from './drivers-search';
import { Filters } from './filters';
import { askedBy, useDriverPages } from './use-driver-pages';
import { useSelection, type Selection } from './use-selection';

// What few visits need is loaded when it is asked for.
const BulkEdit = lazy(() =>
  import('./bulk-edit').then(({ BulkEdit: component }) => ({ default: component })),
);

/** `/drivers`: everybody that either portal knows, as one table. */
export function Drivers() {
  const search = useSearch({ from: '/app/drivers' });
  const navigate = useNavigate();
  const pages = useDriverPages(search);
  const selection = useSelection();
  const { may } = useViewer();
  const set = (change: Partial<DriversSearch>, replace = true): void =>
    void navigate({ to: '/drivers', search: { ...search, ...change }, replace });
  return (
    <Page
      title="Drivers"
      actions={
        <>
          <ExportButton search={search} selection={selection} />
          <Link to="/drivers/import" className="button">
            Import
          </Link>
          {may.write === null ? (
            <Link to="/drivers/new" className="button primary">
              New driver
            </Link>
          ) : (
            <Button kind="primary" denied={may.write}>
              New driver
            </Button>
          )}
        </>
      }
    >
      <Filters search={search} onChange={set} />
      <SelectionBar selection={selection} total={pages.now.total} open={(dialog) => set({ dialog }, false)} />
      <Table search={search} pages={pages} selection={selection} set={set} />
      <Dialogs dialog={search.dialog} selection={selection} close={() => set({ dialog: undefined })} />
    </Page>
  );
}

function Table(props: {
  readonly search: DriversSearch;
  readonly pages: ReturnType<typeof useDriverPages>;
  readonly selection: Selection;
  readonly set: (change: Partial<DriversSearch>) => void;
}) {
  const { search, pages, selection, set } = props;
  const { rows, total, error, isStale } = pages.now;
  if (total === null)
    return error === null ? <Loading lines={10} /> : <Failed error={error} again={pages.reload} />;
  if (total === 0)
    return (
      <Nobody
        search={search}
        clear={() => set({ q: undefined, status: undefined, presence: undefined, group: undefined })}
      />
    );
  return (
    <>
      {error === null ? null : (
        <Failed error={error} what="Some drivers could not be read" again={pages.reload} />
      )}
      {isStale ? (
        <p className="banner busy">
          The list has changed since it was read.{' '}
          <Button kind="link" onPress={pages.reload}>
            Show the new list
          </Button>
        </p>
      ) : null}
      <DriverTable
        rows={rows}
        total={total}
        need={pages.need}
        selection={selection}
        sort={search.sort}
        onSort={(sort) => set({ sort })}
      />
    </>
  );
}

function Nobody({ search, clear }: { readonly search: DriversSearch; readonly clear: () => void }) {
  const { q, status, presence, group } = search;
  const isFiltered = [q, status, presence, group].some((value) => value !== undefined);
  if (!isFiltered)
    return (
      <Empty title="No drivers yet.">
        <p>As soon as a portal has been read, its drivers stand here.</p>
      </Empty>
    );
  return (
    <Empty title="No driver matches.">
      <p>
        {q === undefined
          ? 'No driver has what the filters ask for.'
          : `Nothing was found for “${q}” with these filters.`}
      </p>
      <Button onPress={clear}>Clear filters</Button>
    </Empty>
  );
}

function SelectionBar(props: {
  readonly selection: Selection;
  readonly total: number | null;
  readonly open: (dialog: 'edit' | 'resync') => void;
}) {
  const { selection, total, open } = props;
  const { may } = useViewer();
  const count = selection.ids.size;
  return (
    <div className="selection-bar">
      <p role="status">
        {count > 0 ? `${countOf(count, 'driver')} chosen` : total === null ? '' : countOf(total, 'driver')}
      </p>
      {count > 0 ? (
        <div className="actions">
          <Button denied={may.write} onPress={() => open('resync')}>
            Resync
          </Button>
          <Button denied={may.write} onPress={() => open('edit')}>
            Edit a field
          </Button>
          <Button kind="link" onPress={selection.clear}>
            Choose none
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function Dialogs(props: {
  readonly dialog: DriversSearch['dialog'];
  readonly selection: Selection;
  readonly close: () => void;
}) {
  const { dialog, selection, close } = props;
  const { may } = useViewer();
  const ids = [...selection.ids];
  if (dialog === undefined || ids.length === 0 || may.write !== null) return null;
  if (dialog !== 'edit') return <Resync ids={ids} close={close} />;
  return (
    <Suspense fallback={null}>
      <BulkEdit ids={ids} onClose={close} />
    </Suspense>
  );
}

function Resync({ ids, close }: { readonly ids: readonly string[]; readonly close: () => void }) {
  const navigate = useNavigate();
  const resync = useAction(RESYNC_DRIVERS);
  const yes = async (): Promise<void> => {
    const done = await resync.run({ dryRun: false, driverIds: [...ids] });
    const run = done?.resyncDrivers.run;
    if (run != null) void navigate({ to: '/runs/$id', params: { id: run.id } });
  };
  return (
    <Confirm
      title={`Resync ${countOf(ids.length, 'driver')}?`}
      lines={[
        'Both portals are read now, and Driveri is made to match GPS for these drivers.',
        'What somebody edited in Driveri is overridden. Mass removals still wait for approval.',
      ]}
      yes="Resync"
      isPending={resync.isRunning}
      onYes={() => void yes()}
      onNo={close}
    />
  );
}

function ExportButton({
  search,
  selection,
}: {
  readonly search: DriversSearch;
  readonly selection: Selection;
}) {
  const { client } = useGateway();
  const { showError } = useToasts();
  const [isRunning, setRunning] = useState(false);
  const run = async (): Promise<void> => {
    setRunning(true);
    try {
      const [{ readForExport, toCsv }, { download }] = await Promise.all([
        import('./export'),
        import('../../files/csv'),
      ]);
      download('drivers.csv', toCsv(await readForExport(client, askedBy(search), [...selection.ids])));
    } catch (error) {
      showError(error);
    } finally {
      setRunning(false);
    }
  };
  const count = selection.ids.size;
  return (
    <Button isPending={isRunning} onPress={() => void run()}>
      {count > 0 ? `Export ${countOf(count, 'driver')}` : 'Export'}
    </Button>
  );
}
