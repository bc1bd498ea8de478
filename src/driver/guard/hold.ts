import { runId, type RunId } from '../ids';

/**
 * What keeps a driver's change back until a person decides. `identity`: the change of its DriverID; `mass-change`: everything
 * about it; `suspicious`: a DriverID that is no fit identity.
 */
export type HoldKind = 'identity' | 'mass-change' | 'suspicious';

/**
 * A hold on one driver: `approved` once a person has released it and the change is on its way; `rejected`: a person decided
 * against it, and nobody is asked again while GPS says the same of the driver (`gpsVersion`).
 */
export type Hold =
  | { readonly state: 'held'; readonly kind: HoldKind; readonly run: RunId }
  | { readonly state: 'approved' }
  | { readonly state: 'rejected'; readonly kind: HoldKind; readonly gpsVersion: string };

const APPROVED = 'approved';
const REJECTED = 'rejected:';

/** The prefix of each kind in the stored text; a bare run id is a held change of identity. */
const PREFIX: { readonly [Kind in HoldKind]: string } = {
  identity: '',
  'mass-change': 'everything:',
  suspicious: 'suspicious:',
};

/** The hold as it is stored with the driver's work. */
export function holdText(hold: Hold): string {
  switch (hold.state) {
    case 'approved':
      return APPROVED;
    case 'rejected':
      return `${REJECTED}${hold.kind}:${hold.gpsVersion}`;
    case 'held':
      return `${PREFIX[hold.kind]}${hold.run}`;
  }
}

/** The hold that a stored text means; null for none. */
export function readHold(text: string | null): Hold | null {
  if (text === null) return null;
  if (text === APPROVED) return { state: 'approved' };
  if (text.startsWith(REJECTED)) {
    const [kind = '', ...version] = text.slice(REJECTED.length).split(':');
    return { state: 'rejected', kind: kind as HoldKind, gpsVersion: version.join(':') }; // only `holdText` writes it
  }
  for (const kind of ['mass-change', 'suspicious'] as const) {
    if (text.startsWith(PREFIX[kind]))
      return { state: 'held', kind, run: runId(text.slice(PREFIX[kind].length)) };
  }
  return { state: 'held', kind: 'identity', run: runId(text) };
}

/** The hold as it counts now: a rejection is over when GPS says something else of the driver. */
export function currentHold(text: string | null, gpsVersion: string | null): Hold | null {
  const hold = readHold(text);
  return hold?.state === 'rejected' && hold.gpsVersion !== gpsVersion ? null : hold;
}
