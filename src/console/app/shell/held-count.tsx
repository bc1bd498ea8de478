import { createContext, use, type ReactNode } from 'react';
import { useQuery } from 'urql';
import { useWhenChanged } from '../api/gateway';
import { HELD_COUNT } from '../generated/documents';

const HeldCountContext = createContext(0);
const MATTERS = /HELD|ITEM_|RUN_|SYNC_|GPS_DRIVER|CONFLICT/;

/** Knows how many changes wait for a person's decision, and keeps the number up to date. */
export function HeldCountProvider({ children }: { readonly children: ReactNode }) {
  const [{ data }, ask] = useQuery({ query: HELD_COUNT });
  useWhenChanged(
    () => ask({ requestPolicy: 'network-only' }),
    ({ type }) => MATTERS.test(type),
  );
  return <HeldCountContext value={data?.heldItems.totalCount ?? 0}>{children}</HeldCountContext>;
}

/** How many changes wait for a person's decision. */
export const useHeldCount = (): number => use(HeldCountContext);
