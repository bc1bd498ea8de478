import {
  getOperationAST,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { apiError } from './api-error';
import { authorise } from './authorization';
import { costOf } from './cost';
import { exceededLimit, type DocumentLimits } from './document-limits';
import { rootFieldsOf } from './root-fields';
import type { Role } from './types/viewer.type';
import { unstorableText } from './unstorable-text';

export interface AdmissionOptions {
  readonly limits: DocumentLimits;
  readonly maxCost: number;
  readonly introspection: boolean;
}

export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
}

/** An operation that may run, and what it costs at most. */
export interface AdmittedOperation {
  readonly operation: OperationDefinitionNode;
  readonly cost: number;
  /** How many fields it has at its root. */
  readonly rootFields: number;
}

export type AdmissionResult =
  | { readonly admitted: AdmittedOperation; readonly errors: null }
  | { readonly admitted: null; readonly errors: readonly GraphQLError[] };

/** The one door that every operation comes through, over HTTP, WebSocket and SSE alike, before anything of it runs. */
export interface Admission {
  /** Throws a `GraphQLError` for a syntax error, or more tokens than allowed. */
  parse(source: string): DocumentNode;
  /** In this order: size, validity, which operation, its text, who may use it, what it costs. */
  admit(request: OperationRequest): AdmissionResult;
}

export function createAdmission(schema: GraphQLSchema, options: AdmissionOptions): Admission {
  // A document that was found good stays good; transports that keep parsed documents are spared the work.
  const valid = new WeakSet<DocumentNode>();

  function documentErrors(document: DocumentNode): readonly GraphQLError[] {
    if (valid.has(document)) return [];
    const exceeded = exceededLimit(document, options.limits);
    if (exceeded) return [exceeded];
    const hidden = options.introspection ? null : introspectionError(document);
    if (hidden) return [hidden];
    const errors = validate(schema, document, undefined, { maxErrors: 10 }).map(asValidationError);
    if (errors.length === 0) valid.add(document);
    return errors;
  }

  return {
    parse: (source) => parse(source, { maxTokens: options.limits.tokens, noLocation: false }),
    admit({ document, operationName, variables, role }) {
      const errors = documentErrors(document);
      if (errors.length > 0) return refused(errors);
      const operation = getOperationAST(document, operationName);
      if (!operation) return refused([operationNotFound(operationName)]);
      try {
        const text = unstorableText(document, variables);
        if (text) throw text;
        const { names, count } = rootFieldsOf(document, operation);
        for (const field of names) authorise(role, operation.operation, field);
        const cost = costOf(schema, document, operation, variables);
        if (cost > options.maxCost) throw tooCostly(cost, options.maxCost);
        return { admitted: { operation, cost, rootFields: count }, errors: null };
      } catch (error) {
        if (error instanceof GraphQLError) return refused([error]);
        throw error;
      }
    },
  };
}

const refused = (errors: readonly GraphQLError[]): AdmissionResult => ({ admitted: null, errors });

function asValidationError(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: { status: 400, headers: new Map() } },
  });
}

function introspectionError(document: DocumentNode): GraphQLError | null {
  const names = fieldNames(document);
  const asked = ['__schema', '__type', '_service'].find((name) => names.has(name));
  return asked === undefined
    ? null
    : apiError('INTROSPECTION_DISABLED', `"${asked}" is turned off here; the schema is published as a file.`);
}

function fieldNames(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (node: SelectionSetNode): void => {
    for (const selection of node.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) collect(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if ('selectionSet' in definition && definition.selectionSet) collect(definition.selectionSet);
  }
  return names;
}

function operationNotFound(name: string | null | undefined): GraphQLError {
  return apiError(
    'OPERATION_NOT_FOUND',
    name
      ? 'The document has no operation with this name.'
      : 'The document has several operations, or none: say which by operationName.',
  );
}

function tooCostly(cost: number, limit: number): GraphQLError {
  return apiError('COST_LIMIT_EXCEEDED', `The operation may cost ${cost}; up to ${limit} is allowed.`, {
    cost,
    limit,
  });
}
