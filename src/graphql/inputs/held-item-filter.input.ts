import 'reflect-metadata';
import { Field, InputType } from 'type-graphql';
import type { HeldItemFilter as QueryFilter } from '../../gateway/queries';
import type { HeldForView } from '../../gateway/views/run-view';
import { HeldFor } from '../types/sync-run-item.type';

@InputType({
  description: 'Which held items. A field that is left out or null matches any; all fields must match.',
})
export class HeldItemFilter {
  @Field(() => [HeldFor], { nullable: true, description: 'Held for one of these reasons.' })
  readonly heldFor?: readonly HeldForView[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Part of the driver's name or of a DriverID, without regard to case or accents.",
  })
  readonly search?: string | null;
}

/** The filter as the queries take it: null and empty text mean the same as left out. */
export function toHeldItemFilter(filter: HeldItemFilter | null | undefined): QueryFilter {
  return {
    ...(filter?.heldFor && { heldFor: filter.heldFor }),
    ...(filter?.search && { search: filter.search }),
  };
}
