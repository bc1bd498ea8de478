import {
  GraphQLError,
  Kind,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { apiError } from '../answers/api-error';
import { authorise } from './authorization';
import { exceededLimit, type DocumentLimits } from './document-limits';
import type { CompiledOperation } from '../execute/compile-operation';
import type { Role } from '../types/viewer.type';
import { createKnownDocuments, type KnownDocuments } from './known-documents';
import { notTrusted, type TrustedDocuments } from './trusted-documents';
import { unstorableVariable } from './unstorable-text';

export interface AdmissionOptions {
  readonly limits: DocumentLimits;
  readonly maxCost: number;
  readonly introspection: boolean;
  /** Only these run; undefined: all that are valid. */
  readonly trusted?: TrustedDocuments | undefined;
}

/** An operation as a caller asks for it. */
export interface OperationRequest {
  readonly source: string;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly role: Role;
}

/** An operation that may run, and what it costs at most. */
export interface AdmittedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly compiled: CompiledOperation;
  /** Variables that fields below the root use. */
  readonly answerVariables: readonly string[];
  readonly cost: number;
  /** How many fields it has at its root. */
  readonly rootFields: number;
}

export type AdmissionResult =
  | { readonly admitted: AdmittedOperation; readonly errors: null }
  | { readonly admitted: null; readonly errors: readonly GraphQLError[] };

/** The one door that every operation comes through, over HTTP, WebSocket and SSE alike, before anything of it runs. */
export interface Admission {
  /** In this order: syntax and size, validity, which operation, its text, who may use it, what it costs. Never throws. */
  admit(request: OperationRequest): AdmissionResult;
}

/** Documents that were found good are kept, compiled; only what depends on the caller is checked each time. */
export function createAdmission(schema: GraphQLSchema, options: AdmissionOptions): Admission {
  const documents = createKnownDocuments({
    schema,
    maxTokens: options.limits.tokens,
    errorsOf: (document) => documentErrors(schema, document, options),
  });
  return {
    admit(request) {
      try {
        return admitKnown(documents.find(request.source), request, options);
      } catch (error) {
        if (error instanceof GraphQLError) return refused([error]);
        throw error;
      }
    },
  };
}

function admitKnown(
  found: ReturnType<KnownDocuments['find']>,
  { operationName, variables, role }: OperationRequest,
  options: AdmissionOptions,
): AdmissionResult {
  if ('errors' in found) return refused(found.errors);
  const { known } = found;
  const operation = known.operation(operationName);
  if (!operation) return refused([operationNotFound(operationName)]);
  const text = known.textError ?? unstorableVariable(variables);
  if (text) return refused([text]);
  const { definition, rootFields, compiled, answerVariables } = operation;
  for (const field of rootFields.names) authorise(role, definition.operation, field);
  const cost = operation.cost(variables);
  if (cost > options.maxCost) return refused([tooCostly(cost, options.maxCost)]);
  const admitted = {
    document: known.document,
    operation: definition,
    compiled,
    answerVariables,
    cost,
    rootFields: rootFields.count,
  };
  return { admitted, errors: null };
}

function documentErrors(
  schema: GraphQLSchema,
  document: DocumentNode,
  options: AdmissionOptions,
): readonly GraphQLError[] {
  const exceeded = exceededLimit(document, options.limits);
  if (exceeded) return [exceeded];
  if (options.trusted?.has(document) === false) return [notTrusted()];
  const hidden = options.introspection ? null : introspectionError(document);
  if (hidden) return [hidden];
  return validate(schema, document, undefined, { maxErrors: MAX_ERRORS }).map(asValidationError);
}

/** A caller mends a few at a time; a list of many is work that nobody reads, and that scanners ask for. */
const MAX_ERRORS = 5;

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
