import 'reflect-metadata';
import { Field, InputType } from 'type-graphql';
import type { DriverQueryFilter, DriverSort } from '../../gateway/queries';
import type { DriverPresence as Presence, DriverSyncStatus as Status } from '../../gateway/views/driver-view';
import { apiError } from '../answers/api-error';
import { describedEnum } from '../schema/described-enum';
import { DriverPresence } from '../types/driver.type';
import { DriverSyncStatus } from '../types/driver-sync-state.type';

@InputType({ description: 'Which drivers. What is left out, or null, means any; all of it has to apply.' })
export class DriverFilter {
  @Field(() => String, {
    nullable: true,
    description:
      'Matches any part of name, email, phone, reference id or DriverID, without regard to case or accents. Several words may stand in different places; one of a letter or two has to begin a word. Digits alone match a phone.',
  })
  readonly search?: string | null;

  @Field(() => [DriverPresence], { nullable: true, description: 'Known to these portals.' })
  readonly presence?: readonly Presence[] | null;

  @Field(() => [DriverSyncStatus], { nullable: true, description: 'With one of these statuses.' })
  readonly status?: readonly Status[] | null;

  @Field(() => String, { nullable: true, description: 'In this GPS driver group.' })
  readonly group?: string | null;

  @Field(() => String, { nullable: true, description: 'With exactly this Driveri DriverID, case included.' })
  readonly driveriDriverId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'With this reference id, without regard to case or accents.',
  })
  readonly referenceId?: string | null;
}

export const DriverOrderField = describedEnum('DriverOrderField', 'What drivers can be sorted by.', {
  NAME: 'Full name, without regard to case or accents.',
  REFERENCE_ID: 'Reference id; drivers without one come first.',
  DRIVERI_DRIVER_ID: 'Driveri DriverID; drivers without one come first.',
  LAST_SYNCED_AT: 'When they were last synced; those who never were come first.',
  STATUS: 'Status: those that need a person first, those in sync last.',
});

export const OrderDirection = describedEnum('OrderDirection', 'Which way a list is sorted.', {
  ASC: 'Smallest first.',
  DESC: 'Largest first.',
});

@InputType({
  description: 'How drivers are sorted. Equal ones are told apart by their id, so that the order is total.',
})
export class DriverOrder {
  @Field(() => DriverOrderField, { defaultValue: 'NAME', description: 'What to sort by.' })
  readonly field!: Exclude<DriverSort, 'RELEVANCE'>;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which way.' })
  readonly direction!: keyof typeof OrderDirection;
}

/** Longer than any name or id; the time that a search takes grows with its text. */
const MAX_TEXT = 200;

/** The filter as the queries take it: null and empty text mean the same as left out. Throws `TEXT_TOO_LONG`. */
export function toDriverQueryFilter(filter: DriverFilter | null | undefined): DriverQueryFilter {
  for (const name of ['search', 'group', 'driveriDriverId', 'referenceId'] as const) {
    if ((filter?.[name]?.length ?? 0) <= MAX_TEXT) continue;
    throw apiError('TEXT_TOO_LONG', `"${name}" may have up to ${MAX_TEXT} characters.`, {
      argument: `filter.${name}`,
      limit: MAX_TEXT,
    });
  }
  return {
    ...(filter?.search && { search: filter.search }),
    ...(filter?.presence && { presence: filter.presence }),
    ...(filter?.status && { status: filter.status }),
    ...(filter?.group && { group: filter.group }),
    ...(filter?.driveriDriverId && { driveriDriverId: filter.driveriDriverId }),
    ...(filter?.referenceId && { referenceId: filter.referenceId }),
  };
}
