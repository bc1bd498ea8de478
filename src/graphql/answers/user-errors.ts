import type { UserError } from '../../gateway/commands';

/** For an id that is none: the same answer as for one that is not there. */
export function notFound(what: 'driver' | 'run' | 'item' | 'event', field: readonly string[]): UserError {
  return { code: 'NOT_FOUND', message: `There is no ${what} with this id.`, field };
}
