import { answerPage } from '../page/answer-page';
import type { Field, PortalPage, Values } from '../page/portal-page';
import type { Answer } from '../wire/reply';
import type { WireRequest } from '../wire/request';
import { ACTIVE, DELETED, type DriveriDriver, type DriveriDriverFields } from './driveri-driver';
import type { DriveriSandbox } from './driveri-sandbox';
import { driveriSwitchesSchema, STATUS_TABLE } from './driveri-switches';

/** The portal's page, where a person sees and edits its drivers. The only place that shows phones. */
export function answerDriveriPage(request: WireRequest, sandbox: DriveriSandbox): Answer {
  return answerPage(request, pageOf(sandbox));
}

function pageOf(sandbox: DriveriSandbox): PortalPage {
  return {
    title: 'Driveri',
    accent: '#b4540a',
    intro: `API: ${sandbox.url}, tenant ${sandbox.tenant}, client ${sandbox.clientId}`,
    columns: ['DriverID', 'First name', 'Last name', 'E-mail', 'Phone', 'Status', 'Group', 'Changed'],
    fields: fieldsOf(sandbox),
    faults: sandbox.faults,
    rows: () => sandbox.drivers().map((driver) => rowOf(driver, sandbox)),
    values: (key) => valuesOf(key, sandbox),
    save: (key, values) => {
      if (key === undefined) sandbox.insert(fromForm(values));
      else sandbox.edit(key, fromForm(values));
    },
    act: (action, key) => {
      sandbox.edit(key, { status: action.replace('Set ', '') });
    },
    commands: {
      'Revoke all tokens': () => sandbox.revokeTokens(),
      'Renumber statuses': () => sandbox.renumberStatuses(),
      'Number statuses as before': () => sandbox.renumberStatuses(STATUS_TABLE),
    },
    switches: () => sandbox.switches(),
    setSwitches: (changes) => sandbox.setSwitches(driveriSwitchesSchema.parse(changes)),
  };
}

function statusesOf(sandbox: DriveriSandbox): readonly string[] {
  return sandbox.switches().statusTable.map(({ description }) => description);
}

function fieldsOf(sandbox: DriveriSandbox): readonly Field[] {
  return [
    { name: 'driverId', label: 'DriverID' },
    { name: 'firstName', label: 'First name' },
    { name: 'lastName', label: 'Last name' },
    { name: 'email', label: 'E-mail' },
    { name: 'phone', label: 'Phone' },
    { name: 'userName', label: 'User name' },
    { name: 'status', label: 'Status', choices: statusesOf(sandbox) },
    {
      name: 'group',
      label: 'Group',
      choices: ['', ...sandbox.groups().map((group) => group.groupUniqueName)],
    },
  ];
}

function rowOf(driver: DriveriDriver, sandbox: DriveriSandbox): ReturnType<PortalPage['rows']>[number] {
  const { driverId, firstName, lastName, email, phone, status, group, updatedDate } = driver;
  const groupName = sandbox.groups().find((known) => known.groupUniqueName === group)?.groupName ?? group;
  const changed = new Date(updatedDate).toISOString().slice(0, 16).replace('T', ' ');
  return {
    key: driverId,
    cells: [driverId, firstName, lastName, email, phone, status, groupName, changed],
    gone: status === DELETED,
    actions: statusesOf(sandbox)
      .filter((other) => other !== status)
      .map((other) => `Set ${other}`),
  };
}

function valuesOf(key: string | undefined, sandbox: DriveriSandbox): Values | undefined {
  if (key === undefined) return { status: ACTIVE };
  const driver = sandbox.driver(key);
  if (driver === undefined) return undefined;
  const { driverId, firstName, lastName, email, phone, userName, status, group } = driver;
  return { driverId, firstName, lastName, email, phone, userName, status, group };
}

// The form's fields are those of a driver; the store checks what they hold.
function fromForm(values: Values): DriveriDriverFields {
  return values;
}
