import { oneOfParam } from '../../shell/search-params';

const RANGES = ['48h', '30d', '1y'] as const;

/** How far back the plots go. */
export type RangeKey = (typeof RANGES)[number];

/** Reads the address of the overview. */
export const homeSearch = (raw: Record<string, unknown>): { range?: RangeKey | undefined } => ({
  range: oneOfParam(raw, 'range', RANGES),
});
