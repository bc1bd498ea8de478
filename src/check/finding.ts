import type { PortalName } from '../driver/ports/portal-error';

/**
 * The things that are looked at, in the order of the table, with what each means when it is not right. A later one is left out when
 * an earlier one makes it pointless.
 */
export const CHECKS = {
  proxy: { title: 'proxy', means: 'Calls to this portal go through that proxy.' },
  name: { title: 'name (DNS)', means: 'The portal cannot be found: nothing can be read or written.' },
  connection: { title: 'connection (TCP)', means: 'No connection: nothing can be read or written.' },
  scheme: { title: 'scheme', means: 'The portal speaks another protocol than baseUrl says.' },
  certificate: {
    title: 'certificate (TLS)',
    means: 'The gateway does not talk to a portal that cannot prove who it is.',
  },
  address: { title: 'address', means: 'Something answers, but it is not the API.' },
  portal: {
    title: 'portal',
    means: 'The portal does not serve at the moment; the sync waits until it does.',
  },
  logIn: { title: 'log-in', means: 'Without a log-in, nothing can be read or written.' },
  clock: { title: 'clock', means: 'Times of tokens and changes are compared with this clock.' },
  rights: { title: 'rights', means: 'A write that the sync needs would be refused.' },
  scopes: { title: 'scopes', means: 'Calls that need these scopes are refused.' },
  tenant: { title: 'tenant', means: 'The credentials are right, but not for this tenant.' },
  drivers: { title: 'drivers', means: 'What is read here decides what Driveri holds.' },
  unreadable: {
    title: 'unreadable rows',
    means: 'These drivers are set aside, and nobody is provably gone meanwhile.',
  },
  groups: {
    title: 'driver groups',
    means:
      'GPS silently lists a part of the fleet: the others are not synchronised, and removals wait for a person.',
  },
  driverId: {
    title: 'DriverID',
    means: 'The DriverID links both portals. Without it, Driver Sync cannot be turned on.',
  },
  unknownDriver: {
    title: 'unknown driver',
    means: 'A direct read that says so proves that a driver is gone.',
  },
  statuses: { title: 'statuses', means: 'A driver is removed by setting a status; no number is guessed.' },
  total: {
    title: 'total',
    means: 'A listing is complete only when it has as many drivers as the total says.',
  },
  pages: { title: 'pages', means: 'A list whose pages cannot be read one by one cannot be read whole.' },
  changes: { title: 'changes since', means: 'Edits in Driveri are found by asking for what has changed.' },
  removedShown: {
    title: 'removed drivers',
    means: 'The sync must see removed drivers, so that it reinstates them instead of creating them again.',
  },
  documented: { title: 'documented facts', means: 'The portal differs from what is documented of it.' },
  requests: { title: 'requests used', means: 'What this check has cost of the budget.' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly means: string }>>;

/** One of the things that are looked at. */
export type CheckId = keyof typeof CHECKS;

/** One line of a report. */
export interface Finding {
  readonly portal: PortalName;
  readonly check: CheckId;
  /** `warning`: the sync works, with a loss. `wrong`: it would stop the sync. */
  readonly state: 'ok' | 'warning' | 'wrong';
  /** What was found. Never a secret, and nobody's data. */
  readonly found: string;
  /** What to change; undefined when nothing is to be changed. */
  readonly change?: string;
  /** Where: a key of the account in the accounts file, a variable, or a page of the portal. */
  readonly where?: string;
}

/** What was found about one account. */
export interface AccountReport {
  readonly account: string;
  readonly findings: readonly Finding[];
}

const SIGNS = { ok: 'ok', warning: 'warn', wrong: 'WRONG' } as const;
const PORTALS = { gps: 'GPS', driveri: 'Driveri' } as const;

/** The reports as a table for people: one line per finding; below one that is not right, what it means and what to change. */
export function printReports(reports: readonly AccountReport[]): string {
  return reports
    .map(({ account, findings }) => [account, ...findings.flatMap(linesOf), ''].join('\n'))
    .join('\n');
}

const WIDTH = Math.max(...Object.values(CHECKS).map(({ title }) => title.length));

function linesOf({ portal, check, state, found, change, where }: Finding): readonly string[] {
  const { title, means } = CHECKS[check];
  const line = `  ${SIGNS[state].padEnd(5)}  ${PORTALS[portal].padEnd(7)}  ${title.padEnd(WIDTH)}  ${found}`;
  if (state === 'ok') return [line];
  const below = ' '.repeat(2 + 5 + 2 + 7 + 2 + WIDTH);
  return [
    line,
    `${below}  means:  ${means}`,
    ...(change === undefined ? [] : [`${below}  change: ${change}`]),
    ...(where === undefined ? [] : [`${below}  where:  ${where}`]),
  ];
}

/** The reports as JSON for programs: every finding with what it means, and whether anything would stop the sync. */
export function reportsAsJson(reports: readonly AccountReport[]): string {
  const accounts = reports.map(({ account, findings }) => ({
    account,
    findings: findings.map((one) => ({
      ...one,
      title: CHECKS[one.check].title,
      means: CHECKS[one.check].means,
    })),
  }));
  return `${JSON.stringify({ stopsSync: exitStatus(reports) === 1, accounts }, null, 2)}\n`;
}

/** 1 when something would stop the sync of any account, otherwise 0. */
export function exitStatus(reports: readonly AccountReport[]): 0 | 1 {
  return reports.some(({ findings }) => findings.some(({ state }) => state === 'wrong')) ? 1 : 0;
}
