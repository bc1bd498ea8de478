import type {
  ChangeLineFragment,
  CreateDriverInput,
  DriverExportFragment,
  UpdateDriverInput,
} from '../../generated/documents';
import { type Column, type FileRow, labelOf } from './read-rows';

/** What a row of the file will do. Only `create` and `update` write anything. */
export type PlannedRow = {
  readonly line: number;
  /** The driver's name, as the file or else the fleet has it. */
  readonly name: string;
} & (
  | {
      readonly kind: 'create';
      readonly input: CreateDriverInput;
      readonly changes: readonly ChangeLineFragment[];
    }
  | {
      readonly kind: 'update';
      readonly driverId: string;
      readonly input: UpdateDriverInput;
      readonly changes: readonly ChangeLineFragment[];
    }
  | { readonly kind: 'same'; readonly driverId: string }
  | { readonly kind: 'error'; readonly errors: readonly RowError[] }
);

/** What is wrong with a row, and in which column. */
export interface RowError {
  readonly column: Column | null;
  readonly message: string;
}

const WRITTEN = [
  'firstName',
  'lastName',
  'email',
  'phone',
  'driveriDriverId',
  'referenceId',
  'timeZone',
] as const;

/**
 * Matches each row with its driver: by the GPS number, else by the DriverID, else by the Ref ID. A row that matches no driver
 * creates one. An empty cell leaves the field as it is: nothing is ever cleared by an import.
 */
export function planRows(
  rows: readonly FileRow[],
  drivers: readonly DriverExportFragment[],
): readonly PlannedRow[] {
  const known = drivers.filter(({ gps }) => gps !== null);
  const find = {
    byGpsId: groupBy(known, ({ gps }) => gps?.gpsId ?? null),
    byDriverId: groupBy(known, ({ driveriDriverId }) => driveriDriverId),
    byRefId: groupBy(known, ({ referenceId }) => referenceId?.toLowerCase() ?? null),
  };
  const meant = new Map<string, number>();
  const claimed = new Map<string, number>();
  return rows.map((row) => {
    const target = targetOf(row, find);
    const errors = [
      ...('error' in target ? [target.error] : []),
      ...cellErrors(row, 'driver' in target ? target.driver : null),
      ...claimErrors(row, 'driver' in target ? target.driver : null, meant, claimed),
    ];
    if (errors.length > 0) return { line: row.line, name: nameOf(row, null), kind: 'error', errors };
    return 'driver' in target && target.driver !== null ? planUpdate(row, target.driver) : planCreate(row);
  });
}

type Index = ReadonlyMap<string, readonly DriverExportFragment[]>;
type Target = { readonly driver: DriverExportFragment | null } | { readonly error: RowError };

function targetOf(
  { cells }: FileRow,
  find: { readonly byGpsId: Index; readonly byDriverId: Index; readonly byRefId: Index },
): Target {
  if (cells.gpsId !== undefined) {
    const [driver] = find.byGpsId.get(cells.gpsId) ?? [];
    return driver === undefined
      ? { error: { column: 'gpsId', message: `GPS has no driver with the number ${cells.gpsId}.` } }
      : { driver };
  }
  const byDriverId = find.byDriverId.get(cells.driveriDriverId ?? '') ?? [];
  const byRefId = find.byRefId.get(cells.referenceId?.toLowerCase() ?? '') ?? [];
  const found = byDriverId.length > 0 ? byDriverId : byRefId;
  if (found.length > 1) {
    const column = byDriverId.length > 0 ? 'driveriDriverId' : 'referenceId';
    const names = found.map(({ fullName }) => fullName).join(', ');
    return {
      error: {
        column,
        message: `${found.length} drivers have the ${labelOf(column)} ${cells[column]}: ${names}. Add the GPS number to say which one.`,
      },
    };
  }
  return { driver: found[0] ?? null };
}

function cellErrors({ cells }: FileRow, driver: DriverExportFragment | null): readonly RowError[] {
  const errors: RowError[] = [];
  if (driver === null && cells.lastName === undefined && cells.gpsId === undefined)
    errors.push({ column: 'lastName', message: 'A new driver needs a last name.' });
  if (cells.email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cells.email))
    errors.push({ column: 'email', message: `“${cells.email}” is no e-mail address.` });
  if (cells.phone !== undefined && !/\d{7}/.test(cells.phone.replace(/\D/g, '')))
    errors.push({ column: 'phone', message: `“${cells.phone}” is no phone number.` });
  for (const [column, text] of Object.entries(cells) as [Column, string][]) {
    const longest = column === 'email' ? 254 : column === 'groups' ? 2_000 : 100;
    if (text.length > longest)
      errors.push({ column, message: `The ${labelOf(column)} has more than ${longest} characters.` });
    else if (/\p{Cc}|\p{Cs}/u.test(text))
      errors.push({ column, message: `The ${labelOf(column)} holds a line break or a control character.` });
  }
  return errors;
}

/** Two rows must not change one driver, nor give one DriverID to two. */
function claimErrors(
  { line, cells }: FileRow,
  driver: DriverExportFragment | null,
  meant: Map<string, number>,
  claimed: Map<string, number>,
): readonly RowError[] {
  const errors: RowError[] = [];
  const other = driver === null ? undefined : meant.get(driver.id);
  if (other !== undefined) errors.push({ column: null, message: `Line ${other} is about the same driver.` });
  else if (driver !== null) meant.set(driver.id, line);
  const id = cells.driveriDriverId;
  const claimant = id === undefined ? undefined : claimed.get(id);
  if (claimant !== undefined && other === undefined)
    errors.push({ column: 'driveriDriverId', message: `Line ${claimant} has the same DriverID.` });
  else if (id !== undefined) claimed.set(id, line);
  return errors;
}

function planUpdate(row: FileRow, driver: DriverExportFragment): PlannedRow {
  const changed = WRITTEN.filter((field) => {
    const wanted = row.cells[field];
    return wanted !== undefined && !isSame(field, wanted, driver[field]);
  });
  const groups = groupsOf(row);
  const isRegrouped = groups !== undefined && !sameGroups(groups, driver.gps?.groups ?? []);
  const name = nameOf(row, driver);
  if (changed.length === 0 && !isRegrouped)
    return { line: row.line, name, kind: 'same', driverId: driver.id };
  return {
    line: row.line,
    name,
    kind: 'update',
    driverId: driver.id,
    input: {
      id: driver.id,
      version: driver.version,
      ...Object.fromEntries(changed.map((field) => [field, row.cells[field]])),
      ...(isRegrouped ? { groups: [...groups] } : {}),
    },
    changes: [
      ...changed.map((field) => ({ field, from: driver[field], to: row.cells[field] ?? null })),
      ...(isRegrouped
        ? [{ field: 'groups', from: driver.gps?.groups.join(', ') ?? null, to: groups.join(', ') }]
        : []),
    ],
  };
}

function planCreate(row: FileRow): PlannedRow {
  const given = WRITTEN.filter((field) => row.cells[field] !== undefined);
  const groups = groupsOf(row);
  return {
    line: row.line,
    name: nameOf(row, null),
    kind: 'create',
    input: {
      lastName: row.cells.lastName ?? '',
      ...Object.fromEntries(given.map((field) => [field, row.cells[field]])),
      ...(groups === undefined ? {} : { groups: [...groups] }),
    },
    changes: [
      ...given.map((field) => ({ field, from: null, to: row.cells[field] ?? null })),
      ...(groups === undefined ? [] : [{ field: 'groups', from: null, to: groups.join(', ') }]),
    ],
  };
}

function isSame(field: (typeof WRITTEN)[number], wanted: string, now: string | null): boolean {
  if (now === null) return false;
  return field === 'phone'
    ? now.replace(/\D/g, '') === wanted.replace(/\D/g, '')
    : now.normalize('NFC') === wanted;
}

const groupsOf = ({ cells }: FileRow): readonly string[] | undefined =>
  cells.groups?.split(/[,;|]/).flatMap((group) => (group.trim() === '' ? [] : [group.trim()]));

const sameGroups = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((group) => other.includes(group));

function nameOf({ cells, line }: FileRow, driver: DriverExportFragment | null): string {
  const written = [cells.firstName ?? driver?.firstName, cells.lastName ?? driver?.lastName]
    .filter((part) => part != null && part !== '')
    .join(' ');
  return written !== '' ? written : (driver?.fullName ?? cells.driveriDriverId ?? `Line ${line}`);
}

function groupBy(
  drivers: readonly DriverExportFragment[],
  keyOf: (driver: DriverExportFragment) => string | null,
): Index {
  const found = new Map<string, DriverExportFragment[]>();
  for (const driver of drivers) {
    const key = keyOf(driver);
    if (key === null || key === '') continue;
    const others = found.get(key);
    if (others === undefined) found.set(key, [driver]);
    else others.push(driver);
  }
  return found;
}
