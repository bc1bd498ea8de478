import 'reflect-metadata';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { RunId } from '../../driver/ids';
import type { RunKind, RunStatus, RunView } from '../../gateway/views/run-view';
import { describedEnum } from '../schema/described-enum';
import { encodeNodeId } from '../schema/node-id';
import type { Ref } from '../schema/ref';
import { DateTime } from './date-time.scalar';
import { Node } from './node.type';
import { PageInfo } from './page-info.type';
import { SyncProblem } from './sync-problem.type';

export const SyncRunKind = describedEnum('SyncRunKind', 'Why a run was made.', {
  INITIAL: 'The first run after Driver Sync was turned on.',
  DAILY: "The account's nightly run.",
  RESYNC: 'Asked for with resyncDrivers.',
});

export const SyncRunStatus = describedEnum('SyncRunStatus', 'How far a run is.', {
  PLANNING: 'Both portals are being read and compared.',
  PLANNED: 'A dry run: nothing has been written. It can be applied.',
  RUNNING: 'Its drivers are being synced.',
  AWAITING_APPROVAL: 'Everything else is done; what a guard holds waits for a person.',
  SUCCEEDED: 'Finished, and everything worked.',
  PARTIAL: 'Finished, with items that failed or are in conflict.',
  FAILED: 'Could not be carried out: see problem.',
  CANCELLED: 'A person, or a newer run, ended it.',
});

@ObjectType({
  description: 'What a run planned, and what came of it, in numbers of drivers.',
  simpleResolvers: true,
})
export class SyncRunTotals {
  @Field(() => Int, { description: 'To be created in Driveri.' })
  readonly create!: number;

  @Field(() => Int, { description: 'To be brought back in Driveri.' })
  readonly reinstate!: number;

  @Field(() => Int, { description: 'To be linked to a Driveri driver who is there.' })
  readonly link!: number;

  @Field(() => Int, { description: 'To get another DriverID in Driveri.' })
  readonly rename!: number;

  @Field(() => Int, { description: 'To be updated in Driveri.' })
  readonly update!: number;

  @Field(() => Int, { description: 'To be removed from Driveri.' })
  readonly remove!: number;

  @Field(() => Int, { description: 'Already as they should be.' })
  readonly unchanged!: number;

  @Field(() => Int, { description: 'In conflict: nothing is written.' })
  readonly conflict!: number;

  @Field(() => Int, { description: 'Done.' })
  readonly applied!: number;

  @Field(() => Int, { description: "Rejected, or not settled within the run's time." })
  readonly failed!: number;

  @Field(() => Int, { description: 'Held back until a person approves.' })
  readonly held!: number;

  @Field(() => Int, {
    description: 'Driveri drivers that get another name or e-mail than they have now, whatever the action.',
  })
  readonly overwrites!: number;

  @Field(() => Int, {
    description: 'Removals and changes that a person rejected: not counted in the other numbers.',
  })
  readonly rejected!: number;
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'One comparison of both portals, and what came of it.',
})
export class SyncRun implements Node {
  readonly __typename!: 'SyncRun';
  readonly runId!: RunId;

  @Field(() => ID, { description: 'Globally unique and opaque.' })
  readonly id!: string;

  @Field(() => SyncRunKind, { description: 'Why it was made.' })
  readonly kind!: RunKind;

  @Field(() => SyncRunStatus, { description: 'How far it is.' })
  readonly status!: RunStatus;

  @Field(() => Boolean, { description: 'Whether it only plans.' })
  readonly dryRun!: boolean;

  @Field(() => String, { nullable: true, description: 'User id of who asked; null for the schedule.' })
  readonly requestedBy!: string | null;

  @Field(() => DateTime, { description: 'When it started.' })
  readonly startedAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  readonly finishedAt!: number | null;

  @Field(() => Float, { description: '0 to 1.' })
  readonly progress!: number;

  @Field(() => SyncRunTotals, { description: 'What it planned, and what came of it.' })
  readonly totals!: Ref<SyncRunTotals>;

  @Field(() => SyncProblem, { nullable: true, description: 'What went wrong, or what it waits for.' })
  readonly problem!: Ref<SyncProblem> | null;
}

@ObjectType({ description: 'A run and its place in the list.', simpleResolvers: true })
export class SyncRunEdge {
  @Field(() => String, { description: 'Give it as after to go on from here.' })
  readonly cursor!: string;

  @Field(() => SyncRun, { description: 'The run.' })
  readonly node!: Ref<SyncRun>;
}

@ObjectType({ description: 'A page of runs, newest first.', simpleResolvers: true })
export class SyncRunConnection {
  readonly count!: () => Promise<number>;

  @Field(() => [SyncRunEdge], { description: 'The runs with their cursors.' })
  readonly edges!: readonly Ref<SyncRunEdge>[];

  @Field(() => [SyncRun], { description: 'The runs alone.' })
  readonly nodes!: readonly Ref<SyncRun>[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  readonly pageInfo!: Ref<PageInfo>;
}

/** A run as the API shows it. */
export function toSyncRun(view: RunView): SyncRun {
  const { id, ...rest } = view;
  return { __typename: 'SyncRun', runId: id, ...rest, id: encodeNodeId('SyncRun', id) };
}
