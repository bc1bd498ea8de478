import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { MAX_PAGE_SIZE } from '../paging';
import { rootFieldsOf } from '../schema/root-fields';

/** What an operation may cost: about the number of objects in its answer. */
export const MAX_COST = 5_000;

// What the database does for them is far more than their answer shows: whole tables are counted. Measured beside a page of 50.
const FIELD_COSTS: Readonly<Record<string, number>> = {
  totalCount: 100,
  counts: 100,
  health: 5,
  heldItems: 5,
  syncStatistics: 400,
  __schema: 100,
  __type: 20,
};
/** A search may look at every driver before it finds one. */
const SEARCH_COST = 200;
const MUTATION_COST = 10;
/** A list without a page size: usually a handful. */
const SHORT_LIST = 3;
const DEFAULT_PAGE = 50;
const LIST_ARGUMENTS = ['ids', 'inputs', 'representations'];
/** Arguments whose value decides how much an operation costs. */
export const SIZE_ARGUMENTS: readonly string[] = ['first', 'last', 'filter', 'search', ...LIST_ARGUMENTS];

/**
 * What an operation costs at most, before it runs: an object 1, a value nothing, a page as many times as it may be long. Each
 * fragment is weighed once for each page size it is used under, so that fragments that spread each other cost no time.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  const perField = operation.operation === 'mutation' ? MUTATION_COST : 0;
  const weigh = scales(schema, document, variables);
  return weigh(operation.selectionSet, root, 1) + perField * rootFieldsOf(document, operation).count;
}

function scales(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const weighed = new Map<string, number>();

  function weighFragment(name: string, pageSize: number): number {
    const key = `${pageSize} ${name}`;
    const known = weighed.get(key);
    if (known !== undefined) return known;
    weighed.set(key, 0);
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = fragment && type ? weigh(fragment.selectionSet, type, pageSize) : 0;
    weighed.set(key, cost);
    return cost;
  }

  /** `pageSize`: how long the page is whose connection this selection is about. */
  function weigh(node: SelectionSetNode, type: GraphQLNamedType, pageSize: number): number {
    let cost = 0;
    for (const selection of node.selections) {
      switch (selection.kind) {
        case Kind.FIELD:
          cost += weighField(selection, type, pageSize);
          break;
        case Kind.FRAGMENT_SPREAD:
          cost += weighFragment(selection.name.value, pageSize);
          break;
        case Kind.INLINE_FRAGMENT: {
          const name = selection.typeCondition?.name.value;
          const inner = name === undefined ? type : (schema.getType(name) ?? type);
          cost += weigh(selection.selectionSet, inner, pageSize);
        }
      }
    }
    return cost;
  }

  function weighField(node: FieldNode, parent: GraphQLNamedType, pageSize: number): number {
    const own = (FIELD_COSTS[node.name.value] ?? 0) + (isSearch(node, variables) ? SEARCH_COST : 0);
    const field = fieldOf(parent, node.name.value);
    const type = field && getNamedType(field.type);
    if (!field || !type || !isCompositeType(type) || !node.selectionSet) return own;
    const times = isPageOf(parent, field) ? pageSize : timesOf(node, field, variables);
    return own + times * (1 + weigh(node.selectionSet, type, pageSizeOf(node, field, variables)));
  }

  return weigh;
}

function fieldOf(type: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isPageOf(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): boolean {
  return parent.name.endsWith('Connection') && (field.name === 'edges' || field.name === 'nodes');
}

/** How many objects a field gives that is no page. */
function timesOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  variables: Readonly<Record<string, unknown>>,
): number {
  for (const name of LIST_ARGUMENTS) {
    const value = argument(node, name, variables);
    if (Array.isArray(value)) return value.length;
  }
  return String(field.type).startsWith('[') ? SHORT_LIST : 1;
}

// A size that is not allowed is refused where the page is read, with its path; here it counts as the largest.
function pageSizeOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  variables: Readonly<Record<string, unknown>>,
): number {
  const asked = argument(node, 'first', variables) ?? argument(node, 'last', variables);
  const preset = field.args.find((arg) => arg.name === 'first')?.defaultValue;
  const size = typeof asked === 'number' ? asked : typeof preset === 'number' ? preset : DEFAULT_PAGE;
  return Math.min(Math.max(size, 1), MAX_PAGE_SIZE);
}

function isSearch(node: FieldNode, variables: Readonly<Record<string, unknown>>): boolean {
  return searchesBy(argument(node, 'search', variables)) || hasSearch(argument(node, 'filter', variables));
}

/** Whether the value of a filter has a search in it. */
export function hasSearch(filter: unknown): boolean {
  return typeof filter === 'object' && filter !== null && 'search' in filter && searchesBy(filter.search);
}

const searchesBy = (text: unknown): boolean => typeof text === 'string' && text.trim() !== '';

function argument(node: FieldNode, name: string, variables: Readonly<Record<string, unknown>>): unknown {
  const given = node.arguments?.find((arg) => arg.name.value === name)?.value;
  if (given === undefined) return undefined;
  if (given.kind === Kind.VARIABLE) return variables[given.name.value];
  return valueFromASTUntyped(given, variables);
}
