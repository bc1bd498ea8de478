import 'reflect-metadata';
import { Field, ObjectType } from 'type-graphql';
import type { DriverQueryFilter } from '../../gateway/queries';
import type { Ref } from '../schema/ref';
import { Driver } from './driver.type';
import { PageInfo } from './page-info.type';

@ObjectType({ description: 'A driver and their place in the list.', simpleResolvers: true })
export class DriverEdge {
  @Field(() => String, {
    description: 'Give it as after or before, with the same orderBy, to go on from here.',
  })
  readonly cursor!: string;

  @Field(() => Driver, { description: 'The driver.' })
  readonly node!: Ref<Driver>;
}

@ObjectType({ description: 'A page of drivers.', simpleResolvers: true })
export class DriverConnection {
  readonly filter!: DriverQueryFilter;

  @Field(() => [DriverEdge], { description: 'The drivers with their cursors.' })
  readonly edges!: readonly Ref<DriverEdge>[];

  @Field(() => [Driver], { description: 'The drivers alone.' })
  readonly nodes!: readonly Ref<Driver>[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  readonly pageInfo!: Ref<PageInfo>;
}
