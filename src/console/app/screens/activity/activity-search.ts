import type { SyncEventType } from '../../generated/documents';
import { listParam, textParam } from '../../shell/search-params';
import { EVENT } from '../../words/words';

/** What the address of `/activity` says. */
export interface ActivitySearch {
  readonly type?: readonly SyncEventType[] | undefined;
  /** A driver's id. */
  readonly driver?: string | undefined;
  /** A user's id. */
  readonly actor?: string | undefined;
  /** A day on the account's clock: 2026-11-23. */
  readonly from?: string | undefined;
}

/** All types, in the order in which they are offered. */
export const TYPES = Object.keys(EVENT) as readonly SyncEventType[]; // a test holds it to the schema

/** Reads the address; what it does not know is ignored. */
export const activitySearch = (raw: Record<string, unknown>): ActivitySearch => ({
  type: listParam(raw, 'type', TYPES),
  driver: textParam(raw, 'driver'),
  actor: textParam(raw, 'actor'),
  from: dayParam(textParam(raw, 'from')),
});

const dayParam = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
    ? text
    : undefined;
