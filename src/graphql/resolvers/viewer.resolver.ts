import 'reflect-metadata';
import { Ctx, Query, Resolver } from 'type-graphql';
import type { ApiContext } from '../request-context';
import { Viewer } from '../types/viewer.type';
import { accountOf } from './node.resolver';

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who is asking.' })
  viewer(@Ctx() context: ApiContext): Viewer {
    const { userId, role } = context.identity;
    return { userId, role, account: accountOf(context) };
  }
}
