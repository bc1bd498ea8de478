import type { DriveriAccount } from '../config/account-config';
import type {
  DriveriInspection,
  DriveriRosterFacts,
  DriveriStatusFacts,
  DriveriTokenFacts,
} from '../portals/driveri/inspect-driveri';
import { answerOf, type Inspected } from '../portals/inspected';
import type { CheckId, Finding } from './finding';
import { judgeFailure, saysNoSuchPath, wrongPath } from './judge-failure';
import { distinct, judgeDocumented } from './judge-gps';

/** What Driveri's answers say of an account's configuration. Pure. */
export function judgeDriveri(account: DriveriAccount, inspection: DriveriInspection): readonly Finding[] {
  const { token, statuses, roster, unknownDriver } = inspection;
  if (token.kind === 'skipped') return [];
  if (token.kind === 'failed')
    return [saysNoSuchPath(token.error) ? wrongPath(token.error) : judgeFailure(token.error, 'logIn')];
  const tenant = judgeTenant(account, token.value, statuses);
  return distinct([
    ok('logIn', `accepted; the token is valid until ${new Date(token.value.expiresOn).toISOString()}`),
    ...tenant,
    ...judgeScopes(token.value),
    ...(tenant.some(({ state }) => state === 'wrong') ? [] : failureOf(statuses, 'statuses')),
    ...judgeStatuses(account, answerOf(statuses)),
    ...failureOf(roster, 'drivers'),
    ...judgeRoster(answerOf(roster)),
    ...failureOf(unknownDriver, 'unknownDriver'),
    ...judgeUnknownDriver(answerOf(unknownDriver)),
    ...judgeFacts(answerOf(roster), answerOf(statuses)),
  ]);
}

type Found = Omit<Finding, 'portal' | 'check' | 'state' | 'found'>;

const make =
  (state: Finding['state']) =>
  (check: CheckId, found: string, rest: Found = {}): Finding => ({
    portal: 'driveri',
    check,
    state,
    found,
    ...rest,
  });
const ok = make('ok');
const warning = make('warning');
const wrong = make('wrong');

function failureOf(one: Inspected<unknown>, asked: CheckId): readonly Finding[] {
  return one.kind === 'failed' ? [judgeFailure(one.error, asked)] : [];
}

/** Driveri says that there is no such tenant; or refuses for a scope that the token says it has. */
function judgeTenant(
  { tenant }: DriveriAccount,
  token: DriveriTokenFacts,
  statuses: Inspected<DriveriStatusFacts>,
): readonly Finding[] {
  if (statuses.kind === 'answered') return [ok('tenant', `${tenant} is there`)];
  if (statuses.kind === 'skipped') return [];
  const { kind, causeInWords } = statuses.error;
  const isForeign =
    kind === 'forbidden' && token.tellsScopes && !token.missingScopes.includes('View Fleet Configurations');
  if (kind !== 'rejected' && !isForeign) return [];
  return [
    wrong('tenant', `${tenant}: ${causeInWords}`, {
      change:
        "Give the tenant's unique name, as it stands in the addresses of the tenant's Driveri pages, and the API key of that tenant.",
      where: 'driveri.tenant',
    }),
  ];
}

function judgeScopes({ tellsScopes, missingScopes }: DriveriTokenFacts): readonly Finding[] {
  if (!tellsScopes) {
    return [
      warning(
        'scopes',
        'the token does not name its scopes: whether drivers may be updated shows with the first update',
        {
          change:
            'Make sure that the API key has View Drivers, Update Drivers and View Fleet Configurations.',
          where: 'the API key in Driveri',
        },
      ),
    ];
  }
  if (missingScopes.length === 0)
    return [ok('scopes', 'View Drivers, Update Drivers, View Fleet Configurations')];
  return [
    wrong('scopes', `missing: ${missingScopes.join(', ')}`, {
      change: `Have ${missingScopes.join(', ')} added to the API key.`,
      where: 'the API key in Driveri',
    }),
  ];
}

function judgeStatuses(
  { removedStatus }: DriveriAccount,
  facts: DriveriStatusFacts | null,
): readonly Finding[] {
  if (facts === null) return [];
  const { statuses, removed, active } = facts;
  const all = statuses.map(({ code, description }) => `${code} ${description}`).join(', ');
  const where = 'driveri.removedStatus';
  if (removed === null) {
    const found =
      removedStatus === undefined
        ? `no status stands for a deletion, of ${all}`
        : `${removedStatus} is none of ${all}`;
    return [
      wrong('statuses', found, {
        change: 'Give the description or the code of the status that means removed.',
        where,
      }),
    ];
  }
  if (active === null) {
    const change =
      'Ask the operator of the portal for a status with the description “Active”: drivers are reinstated with it.';
    return [warning('statuses', `no status says active, of ${all}`, { change })];
  }
  return [ok('statuses', `${all}; ${removed.code} ${removed.description} removes a driver`)];
}

/** Where the search engines behind such APIs end a listing, and stop counting. */
const WINDOW = 10_000;
const ASKED = 200;

function judgeRoster(roster: DriveriRosterFacts | null): readonly Finding[] {
  if (roster === null) return [];
  const { total, totalShown, totalChanged, firstPage, setAside, offsetIsKept } = roster;
  const operator = { change: 'Ask the operator of Driveri: the sync cannot read the whole list like this.' };
  if (total === null) return [wrong('total', 'the list does not tell how many drivers there are', operator)];
  const found: Finding[] = [];
  found.push(
    total === WINDOW
      ? warning('total', `exactly ${WINDOW}, which may be where the list is cut off`, {
          change: 'Ask the operator of Driveri whether listings end there: then nobody is provably absent.',
        })
      : ok('total', `${total} drivers, removed ones included`),
  );
  if (setAside > 0) {
    const change = 'Correct these drivers: `driverSync { health }` of a running gateway names them.';
    found.push(
      warning('unreadable', `${setAside} of the first ${firstPage}`, {
        change,
        where: 'the drivers in Driveri',
      }),
    );
  }
  if (offsetIsKept === false)
    found.push(wrong('pages', 'the second page is the first one again: the offset is ignored', operator));
  else if (total > firstPage && firstPage < ASKED)
    found.push(ok('pages', `of ${firstPage} drivers, though ${ASKED} were asked for; the offset is kept`));
  else if (firstPage > ASKED)
    found.push(ok('pages', `of ${firstPage} drivers, more than the ${ASKED} asked for`));
  else
    found.push(
      ok(
        'pages',
        total > firstPage ? `of ${firstPage} drivers, as asked; the offset is kept` : 'one is enough',
      ),
    );
  if (totalShown !== null && totalShown > total) {
    found.push(
      warning(
        'removedShown',
        `${total} with removed drivers, ${totalShown} without: showAll does not add them`,
        operator,
      ),
    );
  } else if (totalShown !== null) found.push(ok('removedShown', `${total - totalShown} of ${total}`));
  if (totalChanged !== null && totalChanged === total && total > 1) {
    found.push(
      warning(
        'changes',
        `${totalChanged} of ${total} since a moment ago: fromDate is ignored, and every poll reads the whole list`,
        {
          change: 'Read Driveri less often, so that the requests suffice.',
          where: 'DRIVERI_POLL_SECONDS',
        },
      ),
    );
  } else found.push(ok('changes', 'fromDate is kept'));
  return found;
}

function judgeUnknownDriver(answer: 'refused' | 'empty' | 'another' | null): readonly Finding[] {
  switch (answer) {
    case null:
      return [];
    case 'refused':
      return [ok('unknownDriver', 'is refused with 404')];
    case 'empty':
      return [ok('unknownDriver', 'is an empty list')];
    case 'another':
      return [
        warning('unknownDriver', 'another driver is shown for a DriverID that nobody has', {
          change: 'Ask the operator of Driveri: single reads are compared with the DriverID, and cost more.',
        }),
      ];
  }
}

function judgeFacts(
  roster: DriveriRosterFacts | null,
  statuses: DriveriStatusFacts | null,
): readonly Finding[] {
  const codes = statuses?.statuses.map(({ code }) => code) ?? [];
  return judgeDocumented('driveri', [
    ['a page holds 200 drivers at most', roster === null ? null : roster.firstPage <= ASKED],
    [
      'status codes lie between 1 and 5',
      codes.length === 0 ? null : codes.every((code) => code >= 1 && code <= 5),
    ],
    [
      'statuses have a description',
      statuses === null ? null : statuses.statuses.every(({ description }) => description !== ''),
    ],
  ]);
}
