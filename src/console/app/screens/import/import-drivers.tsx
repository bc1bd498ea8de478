import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useGateway } from '../../api/gateway';
import type { DriverExportFragment } from '../../generated/documents';
import { useDraft } from '../../session/draft';
import { Page } from '../../shell/page';
import { Button } from '../../ui/button';
import { Failed, Loading } from '../../ui/states';
import { countOf } from '../../words/words';
import { readForExport } from '../drivers/export';
import { ChooseFile, type ImportFile } from './choose-file';
import { Preview } from './preview';
import { readRows } from './read-rows';

/** `/drivers/import`: many drivers at once, from a file; every row is looked at before anything is written. */
export function ImportDrivers() {
  const { file, take } = useImportFile();
  return (
    <Page
      title="Import drivers"
      above={<Link to="/drivers">Drivers</Link>}
      actions={file === null ? null : <Button onPress={() => take(null)}>Another file</Button>}
    >
      {file === null ? <ChooseFile onFile={take} /> : <Looked file={file} />}
    </Page>
  );
}

/** The file survives a reload, unless it is larger than what the browser keeps for a tab. */
function useImportFile() {
  const [kept, keep, forget] = useDraft<ImportFile | null>('import-file', null);
  const [file, setFile] = useState(kept);
  const take = (next: ImportFile | null): void => {
    setFile(next);
    forget();
    try {
      keep(next);
    } catch {
      // Too large: it is there until the page is left.
    }
  };
  return { file, take };
}

function Looked({ file }: { readonly file: ImportFile }) {
  const { rows, unused, problem } = readRows(file.text);
  const { drivers, error, again } = useDrivers();
  if (problem !== null)
    return (
      <div className="state failed" role="alert">
        <p className="state-title">
          <bdi>{file.name}</bdi> cannot be imported
        </p>
        <p>{problem}</p>
      </div>
    );
  if (drivers === null)
    return error === null ? (
      <Loading lines={8} label="Reading the drivers" />
    ) : (
      <Failed error={error} what="The drivers could not be read" again={again} />
    );
  return (
    <>
      <p>
        <bdi>{file.name}</bdi>: {countOf(rows.length, 'row')}.{' '}
        {unused.length === 0 ? '' : `Columns that are not used: ${unused.join(', ')}.`}
      </p>
      <Preview key={file.text} rows={rows} drivers={drivers} again={again} />
    </>
  );
}

/** Loads all drivers, so that each row can be matched with its driver. `again` loads them again. */
function useDrivers() {
  const { client } = useGateway();
  const [drivers, setDrivers] = useState<readonly DriverExportFragment[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    readForExport(client, { filter: {}, orderBy: null }, []).then(
      (found) => {
        if (isCurrent) setDrivers(found);
      },
      (cause: unknown) => {
        if (isCurrent) setError(cause);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [client, attempt]);
  const again = (): void => {
    setDrivers(null);
    setError(null);
    setAttempt(attempt + 1);
  };
  return { drivers, error, again };
}
