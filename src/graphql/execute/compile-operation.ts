import {
  getVariableValues,
  Kind,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { completeRoot } from './complete-value';
import { createPlanner, type Planner } from './operation-plan';

/** One operation of a valid document, ready to run any number of times. */
export interface CompiledOperation {
  /**
   * Answers exactly as graphql-js's `execute`: same data, same errors with paths and locations, same null propagation. Variables
   * are raw; they are coerced here. Never throws and never rejects for what a resolver does.
   */
  run(
    rootValue: unknown,
    context: unknown,
    variables: Readonly<Record<string, unknown>>,
  ): ExecutionResult | Promise<ExecutionResult>;
}

/** Combinations of `@skip` and `@include` variables whose plans are kept; a client uses a few. */
const MAX_VARIANTS = 8;
const MAX_COERCION_ERRORS = 50;

/**
 * Prepares an operation, so that a run finds fields, types and resolvers at hand instead of looking them up for each value.
 *
 * A plan is a tree of closures, made while an operation runs for the first time. No code is generated: a library that does so
 * (graphql-jit 0.8) turns a string literal of a certain form into code, and documents come from callers.
 */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation {
  const fragments = fragmentsOf(document);
  const conditions = conditionVariables(document);
  const planners = new Map<string, Planner>();

  function plannerFor(variables: Readonly<Record<string, unknown>>): Planner {
    const key = conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const known = planners.get(key);
    if (known) return known;
    const planner = createPlanner({ schema, fragments, operation, conditions: variables });
    const oldest = planners.keys().next();
    if (planners.size >= MAX_VARIANTS && !oldest.done) planners.delete(oldest.value);
    planners.set(key, planner);
    return planner;
  }

  return {
    run(rootValue, context, variables) {
      const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
        maxErrors: MAX_COERCION_ERRORS,
      });
      if (errors) return { errors };
      return completeRoot(plannerFor(coerced), { rootValue, context, variables: coerced });
    },
  };
}

function fragmentsOf(document: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  // Without a prototype: a fragment may be called like one of its members.
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** Variables that decide which fields an operation has. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      for (const { value } of node.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}
