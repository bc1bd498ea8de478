import 'reflect-metadata';
import { Field, ID, ObjectType } from 'type-graphql';
import type { SyncAction as Action } from '../../driver/driver-plan';
import type { DriverKey, RunId } from '../../driver/ids';
import type { ItemOutcome, RunItemView } from '../../sync/views';
import { describedEnum } from '../described-enum';
import { encodeNodeId } from '../node-id';
import type { Ref } from '../ref';
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
