import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import type { DriverKey } from '../../driver/ids';
import type { DriverPresence as Presence, DriverView } from '../../gateway/views/driver-view';
import { describedEnum } from '../schema/described-enum';
import { encodeNodeId } from '../schema/node-id';
import type { Ref } from '../schema/ref';
import { DriverSyncState } from './driver-sync-state.type';
import { DriveriDriver } from './driveri-driver.type';
import { GpsDriver } from './gps-driver.type';
import { Node } from './node.type';

export const DriverPresence = describedEnum('DriverPresence', 'Which portals know the driver.', {
  BOTH: 'Both, and the two are one: linked, or paired by the DriverID.',
  GPS_ONLY: 'Only the GPS portal, or Driveri has them as removed.',
  DRIVERI_ONLY: 'Only Driveri.',
});

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description:
    'One person who drives, as both portals know them. GPS is the source of truth wherever it knows the driver.',
})
export class Driver implements Node {
  readonly __typename!: 'Driver';
  readonly key!: DriverKey;

  @Field(() => ID, {
    description: "The gateway's own: stays the same when the DriverID changes or the link moves.",
  })
  readonly id!: string;

  @Field(() => String, {
    description:
      'Changes whenever what GPS says of the driver changes. Give it back in updateDriver to be told of an edit in between.',
  })
  readonly version!: string;

  @Field(() => DriverPresence, { description: 'Which portals know the driver.' })
  readonly presence!: Presence;

  @Field(() => String, { nullable: true, description: 'First name; null when there is none.' })
  readonly firstName!: string | null;

  @Field(() => String, { nullable: true, description: 'Last name; null when there is none.' })
  readonly lastName!: string | null;

  @Field(() => String, { description: 'Never empty: first and last name, or whatever is known.' })
  readonly fullName!: string;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  readonly email!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Phone number as the GPS portal holds it. Driveri takes a phone and never tells it.',
  })
  readonly phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Time zone as the GPS portal names it.' })
  readonly timeZone!: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The company's own reference (Ref ID). Never the primary link to Driveri.",
  })
  readonly referenceId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The Driveri DriverID: the primary identifier between both portals.',
  })
  readonly driveriDriverId!: string | null;

  @Field(() => GpsDriver, {
    nullable: true,
    description: 'The driver as last observed in the GPS portal; null when only Driveri knows them.',
  })
  readonly gps!: Ref<GpsDriver> | null;

  @Field(() => DriveriDriver, {
    nullable: true,
    description: 'The driver as last observed in Driveri; null when not (yet) there, or removed there.',
  })
  readonly driveri!: Ref<DriveriDriver> | null;

  @Field(() => DriverSyncState, { description: 'How Driver Sync stands for this driver.' })
  readonly sync!: Ref<DriverSyncState>;
}

/** A driver as the API shows them: GPS's fields where GPS has the driver, empty ones too, and Driveri's otherwise. */
export function toDriver(view: DriverView): Driver {
  const { gps, driveri } = view;
  const leading = gps ?? driveri;
  return {
    __typename: 'Driver',
    key: view.key,
    id: encodeNodeId('Driver', view.key),
    version: view.version,
    presence: view.presence,
    firstName: leading?.firstName ?? null,
    lastName: leading?.lastName ?? null,
    fullName: view.fullName,
    email: leading?.email ?? null,
    phone: gps?.phone ?? null,
    timeZone: gps?.timeZone ?? null,
    referenceId: gps?.referenceId ?? null,
    driveriDriverId: gps?.driveriDriverId ?? driveri?.driverId ?? null,
    gps,
    driveri,
    sync: view.sync,
  };
}
