import {
  getOperationAST,
  Kind,
  parse,
  valueFromASTUntyped,
  visit,
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileOperation, type CompiledOperation } from '../execute/compile-operation';
import { rootFieldsOf, type RootFields } from '../schema/root-fields';
import { costOf, hasSearch, SIZE_ARGUMENTS } from './cost';
import { unstorableLiteral } from './unstorable-text';

type Variables = Readonly<Record<string, unknown>>;

/** A document and all that is known of it without knowing the caller: worked out once, for as long as it is kept. */
export interface KnownDocument {
  readonly document: DocumentNode;
  /** Text in the document that cannot be stored; null when there is none. */
  readonly textError: GraphQLError | null;
  /** Null when the document has no such operation, or several and no name was given. */
  operation(name: string | null | undefined): KnownOperation | null;
}

/** One operation of a known document. */
export interface KnownOperation {
  readonly definition: OperationDefinitionNode;
  readonly rootFields: RootFields;
  readonly compiled: CompiledOperation;
  /** Variables that the fields below the root use: of a subscription, those that its answers depend on. */
  readonly answerVariables: readonly string[];
  /** In points, with these variables. Variables have no influence but by page sizes and lists of ids. */
  cost(variables: Variables): number;
}

/** What makes a document known, and what is wrong with it. */
export interface DocumentRules {
  readonly schema: GraphQLSchema;
  readonly maxTokens: number;
  /** Empty for a document that may run. */
  errorsOf(document: DocumentNode): readonly GraphQLError[];
}

/** Documents that may run. Bounded: the ones unused for longest are forgotten. */
export interface KnownDocuments {
  /** Throws a `GraphQLError` for a syntax error or too many tokens. Documents with errors are not kept. */
  find(source: string): { readonly known: KnownDocument } | { readonly errors: readonly GraphQLError[] };
}

/** How many documents are kept, and how many characters of source in all. A plan takes some 20 times its source. */
const MAX_DOCUMENTS = 1_000;
const MAX_CHARACTERS = 1_000_000;
/** Costs kept for each operation: one for each combination of page sizes. */
const MAX_COSTS = 50;

/** Starts with none. */
export function createKnownDocuments(rules: DocumentRules): KnownDocuments {
  // Maps keep the order of insertion: a document that is used goes to the end.
  const kept = new Map<string, KnownDocument>();
  let characters = 0;

  function keep(source: string, known: KnownDocument): void {
    if (source.length > MAX_CHARACTERS / 10) return;
    kept.set(source, known);
    characters += source.length;
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_DOCUMENTS && characters <= MAX_CHARACTERS) return;
      kept.delete(oldest);
      characters -= oldest.length;
    }
  }

  return {
    find(source) {
      const found = kept.get(source);
      if (found) {
        kept.delete(source);
        kept.set(source, found);
        return { known: found };
      }
      const document = parse(source, { maxTokens: rules.maxTokens });
      const errors = rules.errorsOf(document);
      if (errors.length > 0) return { errors };
      const known = toKnownDocument(rules.schema, document);
      keep(source, known);
      return { known };
    },
  };
}

function toKnownDocument(schema: GraphQLSchema, document: DocumentNode): KnownDocument {
  // By definition, not by name: names that are not there come from callers, without end.
  const operations = new Map<OperationDefinitionNode, KnownOperation>();
  return {
    document,
    textError: unstorableLiteral(document),
    operation(name) {
      const definition = getOperationAST(document, name);
      if (!definition) return null;
      const known = operations.get(definition) ?? toKnownOperation(schema, document, definition);
      operations.set(definition, known);
      return known;
    },
  };
}

function toKnownOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
): KnownOperation {
  const presets = presetsOf(definition);
  const sizes = sizeVariables(document);
  const costs = new Map<string, number>();
  return {
    definition,
    rootFields: rootFieldsOf(document, definition),
    compiled: compileOperation(schema, document, definition),
    answerVariables: answerVariables(document, definition),
    cost(given) {
      const valueOf = (name: string): unknown => (given[name] === undefined ? presets[name] : given[name]);
      const key = sizes.map((name) => sizeOf(valueOf(name))).join(' ');
      const known = costs.get(key);
      if (known !== undefined) return known;
      const variables = Object.fromEntries(sizes.map((name) => [name, valueOf(name)]));
      const cost = costOf(schema, document, definition, variables);
      if (costs.size >= MAX_COSTS) costs.clear();
      costs.set(key, cost);
      return cost;
    },
  };
}

/** Values that variables have when they are left out. */
function presetsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}

function answerVariables(document: DocumentNode, definition: OperationDefinitionNode): readonly string[] {
  const names = new Set<string>();
  const collect = (node: ASTNode) =>
    visit(node, {
      VariableDefinition: () => false,
      Variable(variable) {
        names.add(variable.name.value);
      },
    });
  for (const selection of definition.selectionSet.selections) {
    collect(selection.kind === Kind.FIELD ? { ...selection, arguments: [] } : selection);
  }
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) collect(one);
  return [...names];
}

/** Variables that say how long a list is, or what is searched for. */
function sizeVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Argument(node) {
      if (!SIZE_ARGUMENTS.includes(node.name.value)) return;
      visit(node.value, {
        Variable(variable) {
          names.add(variable.name.value);
        },
      });
    },
  });
  return [...names];
}

function sizeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'string') return value.trim() === '' ? '' : 'text';
  if (hasSearch(value)) return 'search';
  return typeof value === 'number' ? String(value) : '';
}
