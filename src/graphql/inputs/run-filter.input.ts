import 'reflect-metadata';
import { Field, InputType } from 'type-graphql';
import type { RunFilter } from '../../gateway/queries';
import type { RunKind, RunStatus } from '../../gateway/views/run-view';
import { DateTime } from '../types/date-time.scalar';
import { SyncRunKind, SyncRunStatus } from '../types/sync-run.type';

@InputType({
  description: 'Which runs. A field that is left out or null matches any; all fields must match.',
})
export class SyncRunFilter {
  @Field(() => [SyncRunKind], { nullable: true, description: 'Of one of these kinds.' })
  readonly kinds?: readonly RunKind[] | null;

  @Field(() => [SyncRunStatus], { nullable: true, description: 'With one of these statuses.' })
  readonly statuses?: readonly RunStatus[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only dry runs. False: only runs that write.' })
  readonly dryRun?: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'Started at this time or later.' })
  readonly from?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Started before this time.' })
  readonly to?: number | null;
}

/** The filter as the queries take it: null means the same as left out. */
export function toRunFilter(filter: SyncRunFilter | null | undefined): RunFilter {
  return {
    ...(filter?.kinds && { kinds: filter.kinds }),
    ...(filter?.statuses && { statuses: filter.statuses }),
    ...(filter?.dryRun != null && { dryRun: filter.dryRun }),
    ...(filter?.from != null && { from: filter.from }),
    ...(filter?.to != null && { to: filter.to }),
  };
}
