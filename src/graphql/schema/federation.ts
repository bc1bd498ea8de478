import {
  extendSchema,
  Kind,
  parse,
  print,
  printSchema,
  visit,
  type ConstDirectiveNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { driverKey } from '../../driver/ids';
import { apiError } from '../answers/api-error';
import { keyOfNode, NODE_TYPES } from './node-id';
import type { ApiContext } from '../request-context';
import { toDriver, type Driver } from '../types/driver.type';

/** A router asks for as many entities as its own page has; more than this is no page. */
export const MAX_ENTITIES = 1_000;

/** Types that only this subgraph has: they can be found by id, or are operations. */
const OWN_TYPES: ReadonlySet<string> = new Set([...NODE_TYPES, 'Query', 'Mutation', 'Subscription']);

/** Another subgraph may refer to a driver by id, and define value types (`UserError`, `PageInfo`) itself as well. */
function directiveOf(type: string): string | undefined {
  if (type === 'Driver') return '@key(fields: "id")';
  return OWN_TYPES.has(type) ? undefined : '@shareable';
}

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';

const EXTENSION = parse(`
  "A reference to an entity: its type name and its key fields."
  scalar _Any
  "What other subgraphs may refer to."
  union _Entity = Driver
  "What a federation router has to know of this subgraph."
  type _Service {
    "This API as an Apollo Federation 2 subgraph."
    sdl: String!
  }
  extend type Query {
    "For federation routers: entities by their references, in the order asked; null for what is not there."
    _entities("References, up to ${MAX_ENTITIES}." representations: [_Any!]!): [_Entity]!
    "For federation routers."
    _service: _Service!
  }
`);

/** The public contract as the SDL of an Apollo Federation 2 subgraph. */
export function printSubgraph(schema: GraphQLSchema): string {
  const marked = visit(parse(printSchema(schema)), {
    ObjectTypeDefinition(node) {
      const text = directiveOf(node.name.value);
      return text === undefined ? undefined : { ...node, directives: [parseDirective(text)] };
    },
  });
  return `${LINK}\n\n${print(marked)}\n`;
}

/** The public contract with what a federation router asks for. */
export function withFederation(schema: GraphQLSchema): GraphQLSchema {
  const extended = extendSchema(schema, EXTENSION);
  const fields = extended.getQueryType()?.getFields();
  const { _service: service, _entities: entities } = fields ?? {};
  if (!service || !entities) throw new Error('The schema has no Query type to extend');
  service.resolve = (_root, _args, context: ApiContext) => ({ sdl: context.services.subgraphSdl });
  entities.resolve = resolveEntities;
  return extended;
}

const resolveEntities: GraphQLFieldResolver<unknown, ApiContext, { representations: readonly unknown[] }> = (
  _root,
  { representations },
  context,
) => {
  if (representations.length > MAX_ENTITIES) {
    throw apiError(
      'TOO_MANY_IDS',
      `${representations.length} references; up to ${MAX_ENTITIES} are answered.`,
      {
        argument: 'representations',
      },
    );
  }
  return Promise.all(representations.map((representation) => resolveEntity(context, representation)));
};

async function resolveEntity(context: ApiContext, representation: unknown): Promise<Driver | null> {
  if (typeof representation !== 'object' || representation === null) return null;
  const { __typename: type, id } = representation as Readonly<Record<string, unknown>>; // any JSON object
  const key = type === 'Driver' && typeof id === 'string' ? keyOfNode('Driver', id) : null;
  const view = key === null ? null : await context.loaders.driver.load(driverKey(key));
  return view === null ? null : toDriver(view);
}

function parseDirective(text: string): ConstDirectiveNode {
  const document = parse(`type T ${text} { f: Int }`);
  const definition = document.definitions[0];
  const directive = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.directives?.[0] : undefined;
  if (!directive) throw new Error(`Not a directive: ${text}`);
  return directive;
}
