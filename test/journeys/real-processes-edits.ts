import { setTimeout as sleep } from 'node:timers/promises';
import type { DriveriDriver, GpsDriver } from '../../src/sandbox/sandbox';
import type { PortalsProcess } from '../support/portals-process';
import type { ProcessFleet } from '../support/process-fleet';
import type { SeededRandom } from '../support/seeded-random';

/** Who edits what, and for how long. */
export interface EditStream {
  readonly portals: PortalsProcess;
  readonly fleet: ProcessFleet;
  readonly random: SeededRandom;
  readonly goesOn: () => boolean;
  readonly count: (kind: string) => void;
}

type Edit = (stream: EditStream, number: number) => Promise<void>;

/** People edit in GPS, in Driveri and through the gateway, several times a second; each edit that was taken is counted. */
export async function editStream(stream: EditStream): Promise<void> {
  for (let number = 1_000; stream.goesOn(); number += 1) {
    const [kind, edit] = stream.random.pick(EDITS);
    // Refused by the portal's own rules; or the api process is dead, or the GPS portal.
    const taken = await edit(stream, number).then(
      () => true,
      () => false,
    );
    stream.count(taken ? kind : 'refused');
    await sleep(stream.random.between(20, 300));
  }
}

const insert: Edit = async ({ portals }, number) => {
  await portals.gps.insert(newDriver(number));
};
const rename: Edit = async (stream, number) => {
  const { id } = await someGpsDriver(stream, false);
  await stream.portals.gps.edit(id, { lastname: `Renamed ${inLetters(number)}` });
};
const changePhone: Edit = async (stream, number) => {
  const { id } = await someGpsDriver(stream, false);
  await stream.portals.gps.edit(id, { phone: `555000${number}` });
};
const changeDriverId: Edit = async (stream, number) => {
  const { id } = await someGpsDriver(stream, false);
  await stream.portals.gps.edit(id, { driveriDriverId: `N-${number}` });
};
const remove: Edit = async (stream) => {
  const { id } = await someGpsDriver(stream, false);
  await stream.portals.gps.remove(id);
};
const undelete: Edit = async (stream) => {
  const { id } = await someGpsDriver(stream, true);
  await stream.portals.gps.undelete(id);
};
const createHere: Edit = async ({ fleet }, number) => {
  const { firstname, lastname, email, driveriDriverId } = newDriver(number);
  await fleet.ask('mutation ($input: CreateDriverInput!) { createDriver(input: $input) { driver { id } } }', {
    input: { firstName: firstname, lastName: lastname, email, driveriDriverId },
  });
};
const deleteHere: Edit = async ({ fleet, random }) => {
  const { drivers } = await fleet.ask<{ drivers: { nodes: { id: string }[] } }>(
    '{ drivers(first: 50, filter: { presence: [BOTH] }) { nodes { id } } }',
  );
  await fleet.ask('mutation ($id: ID!) { deleteDriver(id: $id) { userErrors { code } } }', {
    id: random.pick(drivers.nodes).id,
  });
};
const approveHere: Edit = async ({ fleet }) => {
  const { syncRuns } = await fleet.ask<{ syncRuns: { nodes: { id: string; status: string }[] } }>(
    '{ syncRuns(first: 20) { nodes { id status } } }',
  );
  const waiting = syncRuns.nodes.find((run) => run.status === 'AWAITING_APPROVAL');
  if (waiting === undefined) return;
  await fleet.ask('mutation ($id: ID!) { approveSyncRun(id: $id) { userErrors { code } } }', {
    id: waiting.id,
  });
};
const resyncHere: Edit = async ({ fleet }) => {
  await fleet.ask('mutation { resyncDrivers { userErrors { code } } }');
};
const drift: Edit = async (stream, number) => {
  const { driverId } = await someDriveriDriver(stream);
  await stream.portals.driveri.edit(driverId, { lastName: `Drifted ${inLetters(number)}` });
};
const removeInDriveri: Edit = async (stream) => {
  const { driverId } = await someDriveriDriver(stream);
  await stream.portals.driveri.remove(driverId);
};
const editUnmanaged: Edit = async ({ portals, random }, number) => {
  await portals.driveri.edit(`U-${random.pick([0, 5, 10, 15])}`, { lastName: `Own ${number}` });
};

/** What people do; what is here twice is done twice as often. */
const EDITS: readonly (readonly [kind: string, edit: Edit])[] = [
  ['added in GPS', insert],
  ['added in GPS', insert],
  ['renamed in GPS', rename],
  ['renamed in GPS', rename],
  ['phone in GPS', changePhone],
  ['DriverID in GPS', changeDriverId],
  ['DriverID in GPS', changeDriverId],
  ['deleted in GPS', remove],
  ['deleted in GPS', remove],
  ['undeleted in GPS', undelete],
  ['created here', createHere],
  ['deleted here', deleteHere],
  ['deleted here', deleteHere],
  ['created here', createHere],
  ['approved here', approveHere],
  ['approved here', approveHere],
  ['resync here', resyncHere],
  ['edited in Driveri', drift],
  ['removed in Driveri', removeInDriveri],
  ['unmanaged edited', editUnmanaged],
];

/** Each kind of edit. */
export const EDIT_KINDS: readonly string[] = [...new Set(EDITS.map(([kind]) => kind))];

/** A driver of the test: the e-mail address is the person, and nobody edits it. */
export const newDriver = (number: number) => ({
  firstname: 'First',
  lastname: `Driver ${inLetters(number)}`,
  email: `p${number}@fleet.example`,
  driveriDriverId: `N-${number}`,
});

/**
 * Names without digits: GPS takes the id of a deleted driver for a part of a name that holds it, and such an answer proves
 * nothing; the removal would come by two rosters ten minutes apart.
 */
const inLetters = (number: number): string =>
  [...String(number)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

async function someGpsDriver({ portals, random }: EditStream, deleted: boolean): Promise<GpsDriver> {
  const drivers = await portals.gps.drivers();
  return random.pick(drivers.filter((driver) => driver.deleted === deleted));
}

async function someDriveriDriver({ portals, random }: EditStream): Promise<DriveriDriver> {
  const drivers = await portals.driveri.drivers();
  return random.pick(drivers.filter((driver) => driver.email !== '' && driver.status !== 'Deleted'));
}
