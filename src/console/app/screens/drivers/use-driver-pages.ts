import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useEvents, useGateway, useWhenChanged } from '../../api/gateway';
import type { EventItemFragment } from '../../generated/documents';
import {
  createDriverPages,
  type DriverPages,
  type DriverPagesState,
  type DriversAsked,
} from './driver-pages';
import { SORTS, type DriversSearch } from './drivers-search';

/** What the address asks the API for. */
export function askedBy({ q, status, presence, group, sort }: DriversSearch): DriversAsked {
  const key = sort?.replace('-', '') as keyof typeof SORTS | undefined; // as Sort is defined
  return {
    filter: {
      search: q ?? null,
      status: status === undefined ? null : [...status],
      presence: presence === undefined ? null : [...presence],
      group: group ?? null,
    },
    orderBy:
      key === undefined
        ? null
        : { field: SORTS[key], direction: sort?.startsWith('-') === true ? 'DESC' : 'ASC' },
  };
}

/** The list that the address asks for, kept up to date by the log. */
export function useDriverPages(search: DriversSearch): DriverPages & { readonly now: DriverPagesState } {
  const { client } = useGateway();
  const key = JSON.stringify(askedBy(search));
  const pages = useMemo(() => createDriverPages(client, JSON.parse(key) as DriversAsked), [client, key]);
  const now = useSyncExternalStore(pages.subscribe, pages.state);
  useEffect(() => pages.need(1), [pages]);
  const touched = useRef<EventItemFragment[]>([]);
  useEvents((event) => void touched.current.push(event));
  useWhenChanged(() => {
    const events = touched.current.splice(0);
    const ids = [...new Set(events.flatMap(({ driver }) => (driver === null ? [] : [driver.id])))];
    // Without an event: the connection is back.
    pages.refresh(ids, events.length === 0 || ids.length > 50 || events.some(changesMembers));
  });
  return { ...pages, now };
}

/** Whether somebody may have come, gone, or moved within a filter. */
const changesMembers = ({ type }: EventItemFragment): boolean =>
  /CREATED|DELETED|REMOVED|REINSTATED|HELD|CONFLICT|SYNC_|RUN_|DRIFT|ITEM_/.test(type);
