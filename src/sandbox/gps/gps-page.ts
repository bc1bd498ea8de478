import { answerPage } from '../page/answer-page';
import { markup, when, type Markup } from '../page/markup';
import type { Field, PortalPage, Values } from '../page/portal-page';
import type { Answer } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import type { GpsDriver, GpsDriverFields } from './gps-driver';
import type { GpsSandbox } from './gps-sandbox';
import { gpsSwitchesSchema } from './gps-switches';

/** The portal's page, where a person sees and edits its drivers, deleted ones included. */
export function answerGpsPage(request: WireRequest, sandbox: GpsSandbox): Answer {
  return answerPage(request, pageOf(sandbox));
}

function pageOf(sandbox: GpsSandbox): PortalPage {
  return {
    title: 'GPS Fleet Tracking Portal',
    accent: '#1f5fa8',
    intro: `API: ${sandbox.url}, user ${sandbox.username}`,
    columns: ['Id', 'First name', 'Last name', 'E-mail', 'Phone', 'Ref ID', 'Driveri DriverID', 'Groups'],
    fields: fieldsOf(sandbox),
    faults: sandbox.faults,
    rows: () => sandbox.drivers().map(rowOf),
    values: (key) => valuesOf(key, sandbox),
    save: (key, values) => {
      if (key === undefined) sandbox.insert(fromForm(values));
      else sandbox.edit(key, fromForm(values));
    },
    act: (action, key) => {
      if (action === 'Delete') sandbox.remove(key);
      if (action === 'Undelete') sandbox.undelete(key);
    },
    commands: commandsOf(sandbox),
    switches: () => sandbox.switches(),
    setSwitches: (changes) => sandbox.setSwitches(gpsSwitchesSchema.parse(changes)),
    more: () => visibility(sandbox),
  };
}

function fieldsOf(sandbox: GpsSandbox): readonly Field[] {
  return [
    { name: 'firstname', label: 'First name' },
    { name: 'lastname', label: 'Last name' },
    { name: 'email', label: 'E-mail' },
    { name: 'phone', label: 'Phone' },
    { name: 'refId', label: 'Reference ID' },
    { name: 'driveriDriverId', label: 'Driveri DriverID' },
    { name: 'timezone', label: 'Time zone, like US/Arizona' },
    { name: 'alertPref', label: 'Alerts (1 e-mail, 2 SMS, 4 Garmin, added up)', choices: [...'01234567'] },
    { name: 'groups', label: `Groups, comma separated, of ${sandbox.groups().length - 1}` },
  ];
}

function rowOf(driver: GpsDriver): ReturnType<PortalPage['rows']>[number] {
  const { id, firstname, lastname, email, phone, refId, driveriDriverId, groups, deleted } = driver;
  return {
    key: String(id),
    cells: [String(id), firstname, lastname, email, phone, refId, driveriDriverId, groups.join(', ')],
    gone: deleted,
    actions: [deleted ? 'Undelete' : 'Delete'],
  };
}

function valuesOf(key: string | undefined, sandbox: GpsSandbox): Values | undefined {
  if (key === undefined) return { alertPref: '3' };
  const driver = sandbox.driver(key);
  if (driver === undefined) return undefined;
  const { firstname, lastname, email, phone, refId, driveriDriverId, timezone } = driver;
  const alertPref = String(driver.alertPref);
  return {
    firstname,
    lastname,
    email,
    phone,
    refId,
    driveriDriverId,
    timezone,
    alertPref,
    groups: driver.groups.join(', '),
  };
}

function fromForm({ alertPref, groups, ...texts }: Values): GpsDriverFields {
  const names = (groups ?? '').split(',').map((name) => name.trim());
  return {
    ...texts,
    alertPref: Number(alertPref ?? 3),
    groups: [...new Set(names.filter((name) => name !== ''))],
  };
}

function commandsOf(sandbox: GpsSandbox): Readonly<Record<string, () => void>> {
  const groups = sandbox.groups().slice(1);
  return {
    'Expire all sessions': () => sandbox.expireSessions(),
    'API user sees all groups': () => sandbox.setVisibleGroups('all'),
    ...Object.fromEntries(
      groups.map(
        ({ name }) => [`API user sees only ${name}`, () => sandbox.setVisibleGroups([name])] as const,
      ),
    ),
  };
}

function visibility(sandbox: GpsSandbox): Markup {
  const visible = sandbox.visibleGroups();
  return when(
    visible !== 'all',
    () =>
      markup`<p class="problem">The API user sees only: ${visible === 'all' ? '' : visible.join(', ')}</p>`,
  );
}
