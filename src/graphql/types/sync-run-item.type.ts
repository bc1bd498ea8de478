import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import type { SyncAction as Action } from '../../driver/plan/driver-plan';
import type { DriverKey, RunId } from '../../driver/ids';
import type { AbsenceKind as Kind } from '../../gateway/views/absence-evidence';
import type { HeldForView, ItemOutcome, RunItemView } from '../../gateway/views/run-view';
import { describedEnum } from '../schema/described-enum';
import { encodeNodeId } from '../schema/node-id';
import type { Ref } from '../schema/ref';
import { DateTime } from './date-time.scalar';
import { FieldChange } from './field-change.type';
import { Node } from './node.type';
import { PageInfo } from './page-info.type';
import { SyncProblem } from './sync-problem.type';

export const SyncAction = describedEnum('SyncAction', 'What would make Driveri match for one driver.', {
  NONE: 'Nothing: it matches.',
  CREATE: 'Create the driver in Driveri.',
  REINSTATE: 'Bring back a removed Driveri driver that has this DriverID, with its history.',
  LINK: 'Link to a Driveri driver that already has this DriverID.',
  RENAME: 'Change the DriverID of the linked Driveri driver.',
  UPDATE: 'Change fields of the linked Driveri driver.',
  REMOVE: 'Remove the linked Driveri driver: set to its deleted status.',
  CONFLICT: 'Nothing, until a person decides who has the DriverID.',
});

export const SyncItemOutcome = describedEnum('SyncItemOutcome', 'What came of one item of a run.', {
  PENDING: 'Not settled yet.',
  APPLIED: 'The planned action was carried out.',
  SKIPPED: 'Another action, or none, was right by then.',
  FAILED: "Rejected, or not settled within the run's time.",
  HELD: 'Waits for approval.',
});

export const HeldFor = describedEnum('HeldFor', 'Why a guard held an item.', {
  REMOVAL: 'It removes a driver from Driveri, and too many are missing from GPS.',
  IDENTITY: 'It changes a DriverID, and too many change at one time.',
  MASS_CHANGE: 'The plan changes a large part of the fleet at one time.',
  SUSPICIOUS_DRIVER_ID:
    'The new DriverID looks like a placeholder, or like another spelling of the one before.',
});

export const AbsenceKind = describedEnum(
  'AbsenceKind',
  'Which observations show that a driver is gone from GPS.',
  {
    DELETED_HERE: 'Deleted through this gateway, and confirmed by GPS.',
    MISSING_TWICE: 'Missing from two complete listings, at least ten minutes apart.',
    MISSING_THEN_READ: 'Missing from a complete listing, and unknown to GPS when read directly.',
  },
);

@ObjectType({ description: 'Why a driver counts as gone from GPS.', simpleResolvers: true })
export class AbsenceEvidence {
  @Field(() => AbsenceKind, { description: 'Which observations show it.' })
  readonly kind!: Kind;

  @Field(() => String, {
    description: 'The complete listings and the direct read that show it, in words with times.',
  })
  readonly statement!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When GPS last had the driver; null when that is not known.',
  })
  readonly lastSeenAt!: number | null;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'What a run planned for one driver, and what came of it.',
})
export class SyncRunItem implements Node {
  readonly __typename!: 'SyncRunItem';
  readonly runId!: RunId;
  readonly driverKey!: DriverKey | null;

  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;

  @Field(() => String, { description: 'The name at planning time; stays readable after a removal.' })
  readonly driverName!: string;

  @Field(() => SyncAction, { description: 'What was planned.' })
  readonly action!: Action;

  @Field(() => [FieldChange], { description: 'Which fields change in Driveri with it.' })
  readonly changes!: readonly Ref<FieldChange>[];

  @Field(() => String, { description: 'The rule that led to the action, in words.' })
  readonly reason!: string;

  @Field(() => SyncItemOutcome, { description: 'What came of it.' })
  readonly outcome!: ItemOutcome;

  @Field(() => SyncProblem, { nullable: true, description: 'What stands in the way.' })
  readonly problem!: Ref<SyncProblem> | null;

  @Field(() => HeldFor, { nullable: true, description: 'Why a guard held it; null when none did.' })
  readonly heldFor!: HeldForView | null;

  @Field(() => AbsenceEvidence, {
    nullable: true,
    description: 'How it is known that the driver is gone from GPS; null when nothing is removed.',
  })
  readonly evidence!: Ref<AbsenceEvidence> | null;

  @Field(() => String, {
    nullable: true,
    description: 'User id of the person who approved or rejected it; null without a decision.',
  })
  readonly decidedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was approved or rejected.' })
  readonly decidedAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why, in the words of the person who decided; null when no reason was given.',
  })
  readonly decisionReason!: string | null;
}

@ObjectType({ description: 'An item and its place in the run.', simpleResolvers: true })
export class SyncRunItemEdge {
  @Field(() => String, { description: 'Give it as after to go on from here.' })
  readonly cursor!: string;

  @Field(() => SyncRunItem, { description: 'The item.' })
  readonly node!: Ref<SyncRunItem>;
}

@ObjectType({ description: "A page of a run's items.", simpleResolvers: true })
export class SyncRunItemConnection {
  readonly count!: () => Promise<number>;

  @Field(() => [SyncRunItemEdge], { description: 'The items with their cursors.' })
  readonly edges!: readonly Ref<SyncRunItemEdge>[];

  @Field(() => [SyncRunItem], { description: 'The items alone.' })
  readonly nodes!: readonly Ref<SyncRunItem>[];

  @Field(() => PageInfo, { description: 'Where the page stands in the run.' })
  readonly pageInfo!: Ref<PageInfo>;
}

/** An item as the API shows it. */
export function toSyncRunItem(view: RunItemView): SyncRunItem {
  return { __typename: 'SyncRunItem', ...view, id: encodeNodeId('SyncRunItem', view.id) };
}
