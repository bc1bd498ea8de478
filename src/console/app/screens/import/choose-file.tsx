import { useState, type ChangeEvent } from 'react';
import { decodeText, download, writeCsv } from '../../files/csv';
import { Button } from '../../ui/button';
import { Card } from '../../ui/states';
import { COLUMNS, MOST_ROWS } from './read-rows';

/** What is imported: it survives a reload. */
export interface ImportFile {
  readonly name: string;
  readonly text: string;
}

const MOST_BYTES = 5_000_000;

/** Takes a file, or what was copied from a spreadsheet. Nothing is sent. */
export function ChooseFile({ onFile }: { readonly onFile: (file: ImportFile) => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [pasted, setPasted] = useState('');
  const take = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const [file] = event.currentTarget.files ?? [];
    event.currentTarget.value = '';
    if (file === undefined) return;
    if (file.size > MOST_BYTES) return setProblem('The file has more than 5 MB. Import it in parts.');
    setProblem(null);
    onFile({ name: file.name, text: decodeText(new Uint8Array(await file.arrayBuffer())) });
  };
  return (
    <Card title="Choose a file">
      <div className="fields">
        <p>
          A CSV file as spreadsheets save it, with headings in the first line. Every row is shown before
          anything is written.
        </p>
        <ul className="lines">
          <li>
            A row finds its driver by GPS number, else by DriverID, else by Ref ID. A row that finds none is a
            new driver.
          </li>
          <li>An empty cell leaves the field as it is: an import clears nothing.</li>
          <li>Columns: {COLUMNS.map(({ label }) => label).join(', ')}. Others are not used.</li>
          <li>At most {MOST_ROWS.toLocaleString()} rows.</li>
        </ul>
        <label className="file-choice">
          <span className="label">CSV file</span>
          <input type="file" accept=".csv,.tsv,.txt,text/csv" onChange={(event) => void take(event)} />
        </label>
        <p className="field-error" role="alert">
          {problem}
        </p>
        <details className="aside">
          <summary>Paste from a spreadsheet instead</summary>
          <div className="fields">
            <label className="field">
              <span className="label">Rows, with their headings</span>
              <textarea
                className="input"
                rows={6}
                dir="auto"
                spellCheck={false}
                value={pasted}
                onChange={(event) => setPasted(event.currentTarget.value)}
              />
            </label>
            <Button
              isDisabled={pasted.trim() === ''}
              onPress={() => onFile({ name: 'pasted rows', text: pasted })}
            >
              Preview these rows
            </Button>
          </div>
        </details>
        <Button
          kind="link"
          onPress={() => download('drivers-template.csv', writeCsv([COLUMNS.map(({ label }) => label)]))}
        >
          Download a template
        </Button>
      </div>
    </Card>
  );
}
