import { sql } from 'kysely';
import { accountId } from '../../../src/driver/ids';
import { encodeDriverCursor } from '../../../src/graphql/cursor';
import { silentLogger } from '../../../src/platform/logger';
import { openDatabase } from '../../../src/store/database/database';
import { migrate } from '../../../src/store/database/migrate';
import { migrations } from '../../../src/store/migrations/all';
import { seedFleet } from '../../graphql/support/fleet';
import { figure, percentile, type Row } from '../report';
import type { FleetSizes } from '../sizes';
import type { Bench } from '../support/bench';
import { compileGateway, startCompiledGateway } from '../support/compiled-gateway';
import { accountName, gatewayEnvironment, userToken, writeAccountsFile } from '../support/deployment';
import { askOnce, createHttpLoad, type Endpoint, type HttpLoad } from '../support/http-load';

const ACCOUNT = accountId(accountName(0));
const WARM_UP = 10;

/**
 * One caller, one request after the other, with fleets of growing size on Postgres: what takes longer with more drivers is not
 * an index walk. Each fleet has a database and an API process of its own, and they are asked in turn.
 */
export async function measureFleets(
  bench: Bench,
  { fleets, repeats, warmUp }: FleetSizes,
  profileDir?: string,
): Promise<Row[]> {
  compileGateway();
  const served: ServedFleet[] = [];
  try {
    for (const drivers of fleets) {
      bench.tell(`fleets: seeding ${drivers} drivers`);
      served.push(await serveFleet(bench, drivers, profileDir));
    }
    // Code that is not compiled yet would be counted with the first questions.
    await ask(QUESTIONS[0], served, warmUp);
    const rows: Row[] = [];
    for (const one of QUESTIONS) {
      bench.tell(`fleets: ${one.name}`);
      rows.push(rowOf(one, fleets, await ask(one, served, repeats)));
    }
    return rows;
  } finally {
    await Promise.all(served.map((one) => one.stop()));
  }
}

interface ServedFleet {
  readonly drivers: number;
  readonly endpoint: Endpoint;
  stop(): Promise<void>;
}

async function serveFleet(bench: Bench, drivers: number, profileDir?: string): Promise<ServedFleet> {
  const databaseUrl = await bench.servers.createDatabase();
  const database = await openDatabase({ kind: 'postgres', url: databaseUrl }, silentLogger);
  await migrate(database.kysely, migrations);
  await seedFleet(database.kysely, ACCOUNT, drivers);
  // Rows were written twice. A server clears up after a minute: without it, pages would walk past the first ones.
  await sql`vacuum analyze`.execute(database.kysely);
  await database.close();
  const place = {
    mode: 'postgres',
    servers: bench.servers,
    databaseUrl,
    dataDir: bench.newFolder(),
  } as const;
  writeAccountsFile({ dataDir: place.dataDir, access: [NO_PORTALS] });
  // A process that only answers: nobody asks those portals.
  const gateway = await startCompiledGateway(gatewayEnvironment(place, 'api'), profileDir);
  const tokens = [await userToken('user', 'VIEWER')];
  return { drivers, endpoint: { url: `${gateway.url}/graphql`, tokens }, stop: gateway.stop };
}

const NO_PORTALS = {
  gps: { url: 'http://127.0.0.1:1', username: 'bench', appToken: 'none' },
  driveri: { url: 'http://127.0.0.1:1', tenant: 'bench', clientId: 'none', clientSecret: 'none' },
};

interface Question {
  readonly name: string;
  readonly target?: string;
  textOf(drivers: number): string;
}

const FIELDS = `nodes { id fullName gps { gpsId firstName lastName email phone referenceId observedAt }
  driveri { driverId status observedAt } }`;

const page = (given: string): string => `{ drivers(${given}) { ${FIELDS} } }`;
const search = (text: string, given = ''): string => page(`first: 50, filter: { search: "${text}" }${given}`);
const after = (name: string, key: string): string =>
  page(`first: 50, after: "${encodeDriverCursor('NAME', false, { value: name, key })}"`);

/** Of the seeded fleet, in which names repeat: every tenth driver is a García. */
const QUESTIONS: readonly [Question, ...Question[]] = [
  { name: 'first page by name', target: 'flat; 5 ms', textOf: () => page('first: 50') },
  {
    name: 'page in the middle',
    target: 'flat',
    textOf: (drivers) => after('ivan muller', `${ACCOUNT}-${drivers / 2}`),
  },
  { name: 'deep page', target: 'flat', textOf: () => after('zoe smith', `${ACCOUNT}-1`) },
  { name: 'last page', target: 'flat', textOf: () => page('last: 50') },
  {
    name: 'by last sync, newest first',
    target: 'flat',
    textOf: () => page('first: 50, orderBy: { field: LAST_SYNCED_AT, direction: DESC }'),
  },
  { name: 'search: common word', target: 'flat', textOf: () => search('garcia') },
  {
    name: 'search: common word, by name',
    target: 'flat',
    textOf: () => search('garcia', ', orderBy: { field: NAME }'),
  },
  { name: 'search: one driver', target: 'flat', textOf: () => search('driver711@') },
  { name: 'search: phone', target: 'flat', textOf: () => search('(555) 000-0711') },
  { name: 'search: part of a DriverID', target: 'flat', textOf: () => search('d-47') },
  { name: 'search: nobody', target: 'flat', textOf: () => search('nobody at all') },
  { name: 'search: one letter', textOf: () => search('e') },
  { name: 'search: two letters', textOf: () => search('zq') },
  { name: 'status FAILED', textOf: () => page('first: 50, filter: { status: [FAILED] }') },
  { name: 'a rare group', textOf: () => page('first: 50, filter: { group: "Night Shift" }') },
  { name: 'by DriverID', textOf: () => page('first: 50, filter: { driveriDriverId: "D-711" }') },
  { name: 'count of all', textOf: () => '{ drivers(first: 1) { totalCount } }' },
  {
    name: 'count of a search',
    textOf: () => '{ drivers(first: 1, filter: { search: "garcia" }) { totalCount } }',
  },
  { name: 'counts by status', textOf: () => '{ driverSync { counts { total } } }' },
];

/** For each fleet the latencies' middle and 95th. */
async function ask(
  question: Question,
  served: readonly ServedFleet[],
  repeats: number,
): Promise<readonly Latency[]> {
  const loads: HttpLoad[] = [];
  for (const { endpoint, drivers } of served) {
    const text = question.textOf(drivers);
    await askOnce(endpoint, text); // an answer with errors is no answer
    loads.push(createHttpLoad(endpoint, text, 1));
  }
  for (let count = -WARM_UP; count < repeats; count += 1) {
    if (count === 0) for (const load of loads) load.forget();
    for (const load of loads) await load.once();
  }
  const latencies = loads.map((load) => load.latencies());
  await Promise.all(loads.map((load) => load.close()));
  return latencies.map((all) => ({ p50: percentile(all, 0.5), p95: percentile(all, 0.95) }));
}

interface Latency {
  readonly p50: number;
  readonly p95: number;
}

function rowOf({ name, target = '' }: Question, fleets: readonly number[], seen: readonly Latency[]): Row {
  const [smallest] = seen;
  const sizes = fleets.map((drivers) => drivers.toLocaleString('en')).join(' / ');
  return {
    measure: `${name}: p50 with ${sizes} drivers`,
    mode: 'postgres',
    value: `${seen.map(({ p50 }) => figure(p50)).join(' / ')} ms`,
    ratio: seen
      .slice(1)
      .map(({ p50 }) => figure(p50 / (smallest?.p50 ?? NaN)))
      .join(' / '),
    target,
    before: '',
    note: `p95 ${seen.map(({ p95 }) => figure(p95)).join(' / ')} ms`,
  };
}
