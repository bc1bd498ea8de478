import { readCsv, type CsvLine } from '../../files/csv';

/** A column that an import knows. */
export type Column = (typeof COLUMNS)[number]['name'];

/** The columns by the names that the template and the export have; others that mean the same are taken, too. */
export const COLUMNS = [
  { name: 'firstName', label: 'First name', also: ['first', 'givenname', 'forename'] },
  { name: 'lastName', label: 'Last name', also: ['last', 'surname', 'familyname'] },
  { name: 'email', label: 'E-mail', also: ['emailaddress', 'mail'] },
  { name: 'phone', label: 'Phone', also: ['phonenumber', 'telephone', 'mobile', 'cell'] },
  { name: 'driveriDriverId', label: 'DriverID', also: ['driveriid', 'driveridriverid'] },
  { name: 'referenceId', label: 'Ref ID', also: ['referenceid', 'reference', 'ref'] },
  { name: 'gpsId', label: 'GPS number', also: ['gpsid'] },
  { name: 'groups', label: 'GPS groups', also: ['groups', 'group', 'drivergroups'] },
  { name: 'timeZone', label: 'Time zone', also: ['tz'] },
] as const;

/** A row of the file: what stands in its cells, by column. What is empty is not there. */
export interface FileRow {
  /** As an editor numbers it. */
  readonly line: number;
  readonly cells: Readonly<Partial<Record<Column, string>>>;
}

/** What a file says. */
export interface ReadFile {
  readonly rows: readonly FileRow[];
  /** Headings of columns that are not used. */
  readonly unused: readonly string[];
  /** Why the file cannot be used; null when it can. */
  readonly problem: string | null;
}

/** More in one file would be more than a person can look at. */
export const MOST_ROWS = 10_000;

const NOTHING: ReadFile = { rows: [], unused: [], problem: null };

/** Reads a file by its headings, in any order. */
export function readRows(text: string): ReadFile {
  const [head, ...lines] = readCsv(text);
  if (head === undefined) return { ...NOTHING, problem: 'The file is empty.' };
  const columns = head.cells.map(columnOf);
  const known = columns.filter((column) => column !== null);
  const twice = known.find((column, place) => known.indexOf(column) !== place);
  const unused = head.cells.filter((cell, place) => cell !== '' && columns[place] === null);
  if (known.length === 0)
    return {
      ...NOTHING,
      problem: `The first line must have the headings, for example “Last name” and “DriverID”. It has: ${head.cells.join(', ').slice(0, 200)}`,
    };
  if (twice !== undefined)
    return { ...NOTHING, problem: `Two columns are the ${labelOf(twice)}. Leave one of them out.` };
  if (lines.length === 0) return { ...NOTHING, problem: 'The file has headings, and no row below them.' };
  if (lines.length > MOST_ROWS)
    return {
      ...NOTHING,
      problem: `The file has ${lines.length.toLocaleString()} rows. Import at most ${MOST_ROWS.toLocaleString()} at one time.`,
    };
  return { rows: lines.map((line) => rowOf(line, columns)), unused, problem: null };
}

/** What a person calls a column. */
export const labelOf = (name: Column): string =>
  COLUMNS.find((column) => column.name === name)?.label ?? name;

function columnOf(heading: string): Column | null {
  const key = keyOf(heading);
  const found = COLUMNS.find(
    ({ name, label, also }) =>
      keyOf(name) === key || keyOf(label) === key || (also as readonly string[]).includes(key),
  );
  return found?.name ?? null;
}

const keyOf = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

function rowOf({ number, cells }: CsvLine, columns: readonly (Column | null)[]): FileRow {
  const found: Partial<Record<Column, string>> = {};
  columns.forEach((column, place) => {
    const cell = cells[place]?.normalize('NFC') ?? '';
    if (column !== null && cell !== '') found[column] = cell;
  });
  return { line: number, cells: found };
}
