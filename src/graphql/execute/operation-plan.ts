import {
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
// graphql-js's own rules for merging selections; stable throughout version 16.
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';

type Values = Readonly<Record<string, unknown>>;

/** What a field's value has to become. */
export type Shape =
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly item: TypePlan }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType; readonly fields: () => SelectionPlan }
  | {
      readonly kind: 'abstract';
      readonly type: GraphQLAbstractType;
      readonly fieldsOf: (type: GraphQLObjectType) => SelectionPlan;
    };

/** A type as a field has it. */
export interface TypePlan {
  readonly isNonNull: boolean;
  readonly shape: Shape;
}

/** One field of an answer. */
export interface FieldPlan extends TypePlan {
  /** Its key in the answer: alias or name. */
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** Undefined: the value is the source's property of this name. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** Throws for a required argument without a value. */
  args(variables: Values): Record<string, unknown>;
}

/** The fields of one object type under one selection, in the order of the answer. */
export interface SelectionPlan {
  readonly fields: readonly FieldPlan[];
}

export interface PlannerOptions {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly operation: OperationDefinitionNode;
  /** Values of the variables in `@skip` and `@include`. */
  readonly conditions: Values;
}

/** Plans one operation under one set of conditions. Each selection is planned when it is met for the first time. */
export interface Planner extends PlannerOptions {
  root(): SelectionPlan;
}

/** Makes a planner that has planned nothing yet. */
export function createPlanner(options: PlannerOptions): Planner {
  const { schema, fragments, operation, conditions } = options;

  function planType(type: GraphQLOutputType, nodes: readonly FieldNode[]): TypePlan {
    const isNonNull = isNonNullType(type);
    const nullable = isNonNull ? type.ofType : type;
    return { isNonNull, shape: planShape(nullable, nodes) };
  }

  function planShape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Shape {
    if (isListType(type)) return { kind: 'list', item: planType(type.ofType, nodes) };
    if (isLeafType(type)) return { kind: 'leaf', type };
    if (isObjectType(type)) return { kind: 'object', type, fields: once(() => planObject(type, nodes)) };
    if (isAbstractType(type)) {
      const plans = new Map<GraphQLObjectType, SelectionPlan>();
      const fieldsOf = (concrete: GraphQLObjectType): SelectionPlan => {
        const known = plans.get(concrete) ?? planObject(concrete, nodes);
        plans.set(concrete, known);
        return known;
      };
      return { kind: 'abstract', type, fieldsOf };
    }
    throw new Error(`A field cannot have the type ${String(type)}`);
  }

  const planObject = (type: GraphQLObjectType, nodes: readonly FieldNode[]): SelectionPlan =>
    planFields(type, collectSubfields(schema, fragments, conditions, type, nodes));

  function planFields(
    parentType: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): SelectionPlan {
    const fields: FieldPlan[] = [];
    for (const [key, nodes] of collected) {
      const [node] = nodes;
      const definition = node && fieldOf(schema, parentType, node.name.value);
      if (!definition) continue;
      fields.push({
        ...planType(definition.type, nodes),
        key,
        name: definition.name,
        nodes,
        parentType,
        definition,
        resolve: definition.resolve,
        args: argumentsOf(definition, node),
      });
    }
    return { fields };
  }

  const root = once(() => {
    const type = schema.getRootType(operation.operation);
    if (!type) throw new Error(`The schema has no ${operation.operation}`);
    return planFields(type, collectFields(schema, fragments, conditions, type, operation.selectionSet));
  });
  return { ...options, root };
}

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parent === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parent.getFields()[name];
}

/** Arguments without variables are read once. */
function argumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan['args'] {
  if (definition.args.length === 0) return () => ({});
  if (hasVariables(node)) return (variables) => getArgumentValues(definition, node, variables);
  const constant = once(() => getArgumentValues(definition, node));
  // A resolver owns what it is given.
  return () => ({ ...constant() });
}

function hasVariables(node: FieldNode): boolean {
  let found = false;
  for (const argument of node.arguments ?? []) {
    visit(argument, {
      [Kind.VARIABLE]: () => {
        found = true;
      },
    });
  }
  return found;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
