import type { Hits } from '../faults/fault-board';
import { mangledRows, reshaped, withoutDroppedField, withSetField } from '../faults/mangle-list';
import type { Trait } from '../faults/fault';
import { EditRefused } from '../refusal';
import type { GpsDriver, GpsDriverFields } from './gps-driver';
import { groupsInView, viewOf, type GpsPortal } from './gps-portal';
import { resolveDriver } from './gps-resolve';
import { ALL_DRIVERS } from './gps-store';
import { attributeRows, gpsRow, idOnWire } from './gps-wire';

/** A call that has passed the door: its parameters, the portal, and the faults that hit it. */
export interface GpsCall {
  readonly params: ReadonlyMap<string, string>;
  readonly portal: GpsPortal;
  readonly hits: Hits;
}

/** A method of the API. `run` gives the envelope's `data`; it throws `EditRefused` for what the envelope tells as an error. */
export interface GpsMethod {
  readonly notes: string;
  readonly params: readonly string[];
  readonly traits: readonly Trait[];
  readonly run: (call: GpsCall) => unknown;
}

const DRIVER =
  'driver: Driver identifier (searches in order refid, id, last, first, first last, partial last, partial first)';
const FIELDS = ['firstname', 'ref_id', 'email', 'phone', 'alert_pref', 'timezone'].map(
  (name) => `${name}: (optional)`,
);

/** The methods by class and name in lower case, from portals.md (D, C). Those with the trait `session` need one. */
export const GPS_METHODS: ReadonlyMap<string, GpsMethod> = new Map<string, GpsMethod>([
  ['heartbeat/beat', { notes: 'Simplest heartbeat response.', params: [], traits: [], run: () => 'beat' }],
  [
    'heartbeat/repeat',
    {
      notes: 'Repeats back a given word.',
      params: ['word'],
      traits: [],
      run: ({ params }) => need(params, 'word'),
    },
  ],
  [
    'userauth/login',
    {
      notes: 'Begin a session.',
      params: ['username', 'app_token: (or password)', 'password: (or app_token)'],
      traits: [],
      run: login,
    },
  ],
  ['userauth/logout', { notes: 'End the session.', params: [], traits: ['session'], run: logout }],
  [
    'driver/list',
    {
      notes: 'Return a list of all drivers to which this user has access.',
      params: ['driver: (optional) show a single driver'],
      traits: ['session', 'read', 'list'],
      run: listDrivers,
    },
  ],
  [
    'driver/create',
    {
      notes: 'Create a new driver.',
      params: ['lastname', ...FIELDS],
      traits: ['session', 'write'],
      run: createDriver,
    },
  ],
  [
    'driver/update',
    {
      notes: 'Update certain driver information.',
      params: [DRIVER, 'lastname: (optional)', ...FIELDS],
      traits: ['session', 'write'],
      run: updateDriver,
    },
  ],
  [
    'driver/delete',
    { notes: 'Delete a driver.', params: [DRIVER], traits: ['session', 'write'], run: deleteDriver },
  ],
  [
    'driver/getattributes',
    {
      notes: 'Get attributes for a driver',
      params: [DRIVER, 'key: (optional) attribute key'],
      traits: ['session', 'read', 'list'],
      run: listAttributes,
    },
  ],
  [
    'driver/joingroup',
    {
      notes: 'Link a driver to a driver group',
      params: [DRIVER, 'group: Name of the driver group'],
      traits: ['session', 'write'],
      run: joinGroup,
    },
  ],
  [
    'driver/leavegroup',
    {
      notes: 'Un-link a driver from a driver group',
      params: [DRIVER, 'group: Name of the driver group'],
      traits: ['session', 'write'],
      run: leaveGroup,
    },
  ],
  [
    'driver/listdrivergroups',
    {
      notes: 'Show all group for a driver',
      params: [DRIVER],
      traits: ['session', 'read', 'list'],
      run: listDriverGroups,
    },
  ],
  [
    'drivergroup/list',
    {
      notes: 'List all driver groups.',
      params: ['group: (optional) show a single group'],
      traits: ['session', 'read', 'list'],
      run: listGroups,
    },
  ],
  [
    'drivergroup/listmembers',
    {
      notes: 'List all drivers.',
      params: ['group: Name of the driver group'],
      traits: ['session', 'read', 'list'],
      run: listMembers,
    },
  ],
]);

function login({ params, portal, hits }: GpsCall): unknown {
  const { credentials, sessions } = portal;
  const user = need(params, 'username');
  const secret = params.get('app_token') ?? params.get('password');
  if (secret === undefined)
    throw new EditRefused(400, '400', 'Bad Request (app_token or password is required)');
  const right = params.has('app_token') ? secret === credentials.appToken : secret === credentials.password;
  if (user !== credentials.username || !right || hits.of('refuse-credentials') !== undefined) {
    throw new EditRefused(403, '403', 'Forbidden (invalid credentials)');
  }
  if (portal.switches.endOtherSessions) sessions.endAll();
  return { token: sessions.begin().token };
}

function logout({ params, portal }: GpsCall): unknown {
  portal.sessions.end(params.get('session_token') ?? '');
  return 'logged out';
}

function listDrivers(call: GpsCall): unknown {
  const { params, portal, hits } = call;
  const argument = params.get('driver') ?? '';
  if (argument !== '') {
    const driver = resolveDriver(argument, viewOf(portal, hits));
    if (driver === undefined && portal.switches.unknownDriver === 'error') throw notFound();
    return rowsOf(driver === undefined ? [] : [driver], call);
  }
  return rowsOf(viewOf(portal, hits).drivers(), call);
}

function createDriver({ params, portal }: GpsCall): unknown {
  const { store, switches } = portal;
  const fields = fieldsFrom(params, portal);
  need(params, 'lastname');
  const refId = fields.refId?.trim() ?? '';
  const deleted =
    refId === '' || store.liveWithRefId(refId).length > 0 ? undefined : store.deletedWithRefId(refId);
  if (deleted !== undefined) {
    const back = store.undelete(deleted.id, switches.undeleteKeepsFields ? {} : fields);
    return created(back, 'undeleted', portal);
  }
  return created(store.insert({ ...fields, groups: groupsOfNewDriver(portal) }), 'added', portal);
}

// The emulation's choice: who sees only some groups creates drivers in the first of them, and so sees them.
function groupsOfNewDriver({ visibleGroups }: GpsPortal): readonly string[] {
  if (visibleGroups === 'all' || visibleGroups.includes(ALL_DRIVERS)) return [];
  return visibleGroups.slice(0, 1);
}

function created(driver: GpsDriver, how: 'added' | 'undeleted', { switches }: GpsPortal): unknown {
  const documented =
    switches.createAnswer === 'documented' || (switches.createAnswer === 'varied' && driver.id % 2 === 0);
  if (documented)
    return [{ driver_id: String(driver.id), result: how === 'added' ? 'Created' : 'Undeleted' }];
  return { id: idOnWire(driver.id), message: `Driver ${how}` };
}

function updateDriver(call: GpsCall): unknown {
  if (call.hits.of('swallow') !== undefined) return done('Driver updated', call);
  call.portal.store.edit(driverOf(call).id, fieldsFrom(call.params, call.portal));
  return done('Driver updated', call);
}

function deleteDriver(call: GpsCall): unknown {
  if (call.hits.of('swallow') !== undefined) return done('Driver deleted', call);
  call.portal.store.remove(driverOf(call).id);
  return done('Driver deleted', call);
}

function listAttributes(call: GpsCall): unknown {
  const key = call.params.get('key');
  return attributeRows(driverOf(call), key === '' ? undefined : key, call.portal.switches);
}

function joinGroup(call: GpsCall): unknown {
  const driver = driverOf(call);
  const group = groupOf(call);
  const groups = group === ALL_DRIVERS ? driver.groups : [...new Set([...driver.groups, group])];
  call.portal.store.edit(driver.id, { groups });
  return done('Driver added to group', call);
}

function leaveGroup(call: GpsCall): unknown {
  const driver = driverOf(call);
  const group = groupOf(call);
  call.portal.store.edit(driver.id, { groups: driver.groups.filter((name) => name !== group) });
  return done('Driver removed from group', call);
}

function listDriverGroups(call: GpsCall): unknown {
  const names = [ALL_DRIVERS, ...driverOf(call).groups];
  return groupRows(groupsInView(call.portal).filter((group) => names.includes(group.name)));
}

function listGroups(call: GpsCall): unknown {
  const wanted = call.params.get('group') ?? '';
  const groups = groupsInView(call.portal);
  const rows = mangledRows(groupRows(wanted === '' ? groups : groups.filter(named(wanted))), call.hits);
  return reshaped(rows, call.hits);
}

function listMembers(call: GpsCall): unknown {
  const group = groupOf(call);
  const drivers = viewOf(call.portal, call.hits).drivers();
  return rowsOf(
    group === ALL_DRIVERS ? drivers : drivers.filter((driver) => driver.groups.includes(group)),
    call,
  );
}

function rowsOf(drivers: readonly GpsDriver[], { portal, hits }: GpsCall): unknown {
  const rows = mangledRows(drivers, hits).map((driver) => gpsRow(driver, portal.switches));
  return reshaped(withSetField(withoutDroppedField(rows, hits), 'id', hits), hits);
}

function groupRows(groups: readonly { readonly id: number; readonly name: string }[]): readonly object[] {
  return groups.map(({ id, name }) => ({ group_id: id, group: name }));
}

function driverOf({ params, portal, hits }: GpsCall): GpsDriver {
  const driver = resolveDriver(need(params, 'driver'), viewOf(portal, hits));
  if (driver === undefined) throw notFound();
  return driver;
}

function groupOf({ params, portal }: GpsCall): string {
  const wanted = need(params, 'group');
  const group = groupsInView(portal).find(named(wanted));
  if (group === undefined) throw new EditRefused(404, '404', 'Driver group not found');
  return group.name;
}

function named(wanted: string): (group: { readonly name: string }) => boolean {
  return (group) => group.name.toLowerCase() === wanted.trim().toLowerCase();
}

function notFound(): EditRefused {
  return new EditRefused(404, '404', 'Driver not found');
}

function need(params: ReadonlyMap<string, string>, name: string): string {
  const value = params.get(name) ?? '';
  if (value.trim() === '') throw new EditRefused(400, '400', `Bad Request (${name} is required)`);
  return value;
}

const PARAM_OF_FIELD = {
  firstname: 'firstname',
  lastname: 'lastname',
  email: 'email',
  phone: 'phone',
  refId: 'ref_id',
  timezone: 'timezone',
} as const;

/** The fields that were sent. An empty text clears a field; the DriverID is taken only where a row has it. */
function fieldsFrom(params: ReadonlyMap<string, string>, { switches }: GpsPortal): GpsDriverFields {
  const texts = Object.entries(PARAM_OF_FIELD).flatMap(([field, param]) => {
    const value = params.get(param);
    return value === undefined ? [] : [[field, value] as const];
  });
  const alertPref = params.get('alert_pref');
  const driverId = switches.driverIdIn === 'row' ? params.get(switches.driverIdKey) : undefined;
  return {
    ...Object.fromEntries(texts),
    ...(alertPref === undefined || alertPref === '' ? {} : { alertPref: Number(alertPref) }),
    ...(driverId === undefined ? {} : { driveriDriverId: driverId }),
  };
}

function done(text: string, { portal }: GpsCall): unknown {
  return portal.switches.writeAnswer === 'text' ? text : { message: text };
}
