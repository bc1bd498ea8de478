import type { GpsAccount } from '../config/account-config';
import type {
  DriverIdCounts,
  GpsAttributeFacts,
  GpsInspection,
  GpsRosterFacts,
} from '../portals/gps/inspect-gps';
import { answerOf, type Inspected } from '../portals/inspected';
import type { CheckId, Finding } from './finding';
import { judgeFailure, saysNoSuchPath, wrongPath } from './judge-failure';

/** What a GPS portal's answers say of an account's configuration. Pure. */
export function judgeGps(account: GpsAccount, inspection: GpsInspection): readonly Finding[] {
  const { heartbeat, logIn, roster, groups, attributes, unknownDriver, methods } = inspection;
  if (logIn.kind === 'skipped') return failureOf(heartbeat, 'address');
  if (logIn.kind === 'failed') return [judgeFailure(logIn.error, 'logIn')];
  return distinct([
    ok('logIn', `accepted for ${account.username}`),
    ...failureOf(roster, 'drivers'),
    ...judgeRoster(answerOf(roster)),
    ...failureOf(groups, 'groups'),
    ...judgeGroups(answerOf(groups)),
    ...judgeDriverId(account, answerOf(roster), attributes),
    ...failureOf(unknownDriver, 'unknownDriver'),
    ...judgeUnknownDriver(answerOf(unknownDriver)),
    ...judgeMethods(answerOf(methods)),
    ...judgeFacts(inspection),
  ]);
}

type Found = Omit<Finding, 'portal' | 'check' | 'state' | 'found'>;

const make =
  (state: Finding['state']) =>
  (check: CheckId, found: string, rest: Found = {}): Finding => ({
    portal: 'gps',
    check,
    state,
    found,
    ...rest,
  });
const ok = make('ok');
const warning = make('warning');
const wrong = make('wrong');

function failureOf(one: Inspected<unknown>, asked: CheckId): readonly Finding[] {
  if (one.kind !== 'failed') return [];
  return [
    saysNoSuchPath(one.error) && asked === 'address' ? wrongPath(one.error) : judgeFailure(one.error, asked),
  ];
}

/** One failure has many faces: the same finding is shown once. */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter((one) => {
    const key = JSON.stringify([one.check, one.change, one.state === 'wrong' ? '' : one.found]);
    return seen.has(key) ? false : seen.add(key);
  });
}

function judgeRoster(roster: GpsRosterFacts | null): readonly Finding[] {
  if (roster === null) return [];
  const { drivers, setAside, withReferenceId } = roster;
  if (drivers === 0) {
    return [
      wrong('drivers', `none${setAside > 0 ? ` that can be read, of ${setAside}` : ''}`, {
        change: 'Give the API user access to the drivers: an empty list is never taken for a fleet.',
        where: 'the user in the GPS portal',
      }),
    ];
  }
  const aside = warning('unreadable', `${setAside} of ${drivers + setAside}`, {
    change: 'Correct these drivers: `driverSync { health }` of a running gateway names them.',
    where: 'the drivers in the GPS portal',
  });
  return [ok('drivers', `${drivers}, ${withReferenceId} with a Ref ID`), ...(setAside > 0 ? [aside] : [])];
}

function judgeGroups(
  groups: { readonly count: number; readonly seesAllDrivers: boolean } | null,
): readonly Finding[] {
  if (groups === null) return [];
  if (groups.seesAllDrivers) return [ok('groups', `${groups.count}, ALL DRIVERS among them`)];
  return [
    warning('groups', `${groups.count}, and ALL DRIVERS is not among them`, {
      change: 'Give the API user access to the group ALL DRIVERS.',
      where: 'the user in the GPS portal',
    }),
  ];
}

function judgeDriverId(
  { driveriDriverIdField: source }: GpsAccount,
  roster: GpsRosterFacts | null,
  inspectedAttributes: Inspected<GpsAttributeFacts>,
): readonly Finding[] {
  if (roster === null || roster.drivers === 0) return [];
  if (inspectedAttributes.kind === 'failed') return [judgeFailure(inspectedAttributes.error, 'driverId')];
  const attributes = answerOf(inspectedAttributes);
  const where = 'gps.driveriDriverIdField';
  const likely = suggestions(roster, attributes);
  switch (source.kind) {
    case 'none':
      if (likely.length === 0) return [ok('driverId', 'none, as configured: the fallback serves')];
      return [
        warning('driverId', `none is configured, but there is ${list(likely)}`, {
          change: `Give ${list(likely, 'or')} if it holds the DriverID.`,
          where,
        }),
      ];
    case 'field':
      if (roster.fields.includes(source.name)) {
        return [judgeCounts(`in the field ${source.name}`, roster.driverIds, roster.drivers, where)];
      }
      return [notThere(`no driver has the field ${source.name}`, likely, where)];
    case 'attribute': {
      const { asked = 0, driverIds, keys = [] } = attributes ?? {};
      const has = keys.some((key) => key.toLowerCase() === source.key.toLowerCase());
      if (driverIds !== undefined && (has || driverIds.known > 0)) {
        return [judgeCounts(`in the attribute ${source.key}`, driverIds, asked, where, ' that were asked')];
      }
      return [notThere(`none of ${asked} drivers has the attribute ${source.key}`, likely, where)];
    }
  }
}

function judgeCounts(place: string, counts: DriverIdCounts, of: number, where: string, asked = ''): Finding {
  const found = `${place}; ${counts.known} of ${of} drivers${asked} have one`;
  if (counts.known === 0) {
    const change =
      'Enter DriverIDs in GPS, or name the place that has them; without any, the fallback serves for every driver.';
    return warning('driverId', found, { change, where });
  }
  if (counts.unreadable === 0) return ok('driverId', found);
  return warning('driverId', `${found}, ${counts.unreadable} cannot be read`, {
    change: 'Correct the DriverIDs of these drivers.',
    where: 'the drivers in the GPS portal',
  });
}

function notThere(found: string, likely: readonly string[], where: string): Finding {
  const change =
    likely.length === 0
      ? 'Name the field of driver/list or attribute:<key> that holds the DriverID; `none` says that this portal has no such field.'
      : `Give ${list(likely, 'or')} if it holds the DriverID; \`none\` says that this portal has no such field.`;
  return wrong('driverId', found, { change, where });
}

/** What is written in no document of the portal's API, and may be the DriverID. */
function suggestions({ fields }: GpsRosterFacts, attributes: GpsAttributeFacts | null): readonly string[] {
  const looksLike = (name: string): boolean => /driveri|netradyne|driver[ _.-]?id/i.test(name);
  const own = fields.filter((name) => looksLike(name) && /^\w+$/.test(name) && name !== 'driver_id');
  return [...own, ...(attributes?.keys ?? []).filter(looksLike).map((key) => `attribute:${key}`)];
}

function list(names: readonly string[], joint = 'and'): string {
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${joint} ${names.at(-1) ?? ''}`;
}

function judgeUnknownDriver(answer: 'refused' | 'empty' | 'another' | null): readonly Finding[] {
  switch (answer) {
    case null:
      return [];
    case 'refused':
      return [
        ok('unknownDriver', 'is refused in words that say so: a direct read proves that a driver is gone'),
      ];
    case 'empty':
      return [
        ok(
          'unknownDriver',
          'is an empty list, which proves nothing: two complete listings, ten minutes apart, do',
        ),
      ];
    case 'another':
      return [
        warning('unknownDriver', 'another driver is shown for an id that nobody has', {
          change:
            'Look for a driver whose Ref ID or name is 999999999999999; otherwise ask the operator of the portal.',
          where: 'the drivers in the GPS portal',
        }),
      ];
  }
}

const NEEDED_METHODS = ['create', 'update', 'delete'] as const;

/** What this user may call, where the portal tells it. */
function judgeMethods(methods: readonly string[] | null): readonly Finding[] {
  if (methods === null || methods.length === 0) return [];
  const missing = NEEDED_METHODS.filter((name) => !methods.includes(name));
  if (missing.length === 0)
    return [ok('rights', 'drivers can be created, updated and deleted, as the portal lists its methods')];
  return [
    warning('rights', `the portal does not list driver/${missing.join(', driver/')} for this user`, {
      change:
        'Give the API user the permission to edit drivers, if drivers are to be edited through the gateway.',
      where: 'the user in the GPS portal',
    }),
  ];
}

/** The documented facts that were seen to hold, in one line, and each that was not. */
function judgeFacts({ heartbeat, roster, methods }: GpsInspection): readonly Finding[] {
  const fields = answerOf(roster)?.fields ?? [];
  const facts: readonly (readonly [string, boolean | null])[] = [
    ['heartbeat/beat needs no session', heartbeat.kind === 'answered'],
    [
      'driver/list has id, firstname, lastname, email and phone',
      has(fields, ['id', 'firstname', 'lastname', 'email', 'phone']),
    ],
    ['driver/list has ref_id', has(fields, ['ref_id'])],
    ['driver/methods lists the methods', methods.kind === 'answered'],
  ];
  return judgeDocumented('gps', facts);
}

const has = (fields: readonly string[], names: readonly string[]): boolean | null =>
  fields.length === 0 ? null : names.every((name) => fields.includes(name));

/** Facts that hold, as one finding, and one for each that does not; null: could not be seen. */
export function judgeDocumented(
  portal: Finding['portal'],
  facts: readonly (readonly [string, boolean | null])[],
): readonly Finding[] {
  const borne = facts.filter(([, holds]) => holds === true).map(([fact]) => fact);
  const others = facts.filter(([, holds]) => holds === false);
  return [
    ...(borne.length === 0
      ? []
      : [{ portal, check: 'documented', state: 'ok', found: `hold: ${borne.join('; ')}` } as const]),
    ...others.map(
      ([fact]) =>
        ({ portal, check: 'documented', state: 'warning', found: `does not hold: ${fact}` }) as const,
    ),
  ];
}
