import {
  Kind,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type SelectionSetNode,
} from 'graphql';
import { apiError } from '../answers/api-error';
import { rootFieldsOf } from '../schema/root-fields';

/** How large a document may be. Each has its own error, which says the limit. */
export interface DocumentLimits {
  /** Words and marks, which is what parsing costs. */
  readonly tokens: number;
  /** Levels of fields. Introspection has its own: the standard query is deeper than any use of this API. */
  readonly depth: number;
  readonly introspectionDepth: number;
  /** In the whole document, `__typename` included. */
  readonly aliases: number;
  readonly directives: number;
  /** The same answer key within one selection. */
  readonly repetitions: number;
  /** Of one operation, in fragments too. */
  readonly rootFields: number;
}

export const DOCUMENT_LIMITS: DocumentLimits = {
  tokens: 2_000,
  depth: 12,
  introspectionDepth: 16,
  aliases: 30,
  directives: 30,
  repetitions: 10,
  rootFields: 20,
};

/**
 * Checked between parsing and validation: some validation rules take quadratic time, so that what is too large must not come
 * so far. The first limit that is exceeded; null when none is.
 */
export function exceededLimit(document: DocumentNode, limits: DocumentLimits): GraphQLError | null {
  return exceededCount(document, limits) ?? exceededDepth(document, limits);
}

function exceededCount(document: DocumentNode, limits: DocumentLimits): GraphQLError | null {
  let aliases = 0;
  let directives = 0;
  let repetitions = 0;
  visit(document, {
    Field: (node) => {
      if (node.alias) aliases += 1;
    },
    Directive: () => {
      directives += 1;
    },
    SelectionSet: (node) => {
      repetitions = Math.max(repetitions, mostRepeated(node));
    },
  });
  if (aliases > limits.aliases) return exceeded('TOO_MANY_ALIASES', 'aliases', aliases, limits.aliases);
  if (directives > limits.directives) {
    return exceeded('TOO_MANY_DIRECTIVES', 'directives', directives, limits.directives);
  }
  if (repetitions > limits.repetitions) {
    return exceeded('TOO_MANY_REPETITIONS', 'repetitions of one field', repetitions, limits.repetitions);
  }
  const rootFields = Math.max(0, ...document.definitions.map((one) => countRootFields(document, one)));
  return rootFields > limits.rootFields
    ? exceeded('TOO_MANY_ROOT_FIELDS', 'fields at the root', rootFields, limits.rootFields)
    : null;
}

function mostRepeated(node: SelectionSetNode): number {
  const counts = new Map<string, number>();
  for (const selection of node.selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) continue;
    const key = selection.kind === Kind.FIELD ? answerKey(selection) : `...${selection.name.value}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

const answerKey = (field: FieldNode): string => field.alias?.value ?? field.name.value;

function countRootFields(document: DocumentNode, definition: DefinitionNode): number {
  return definition.kind === Kind.OPERATION_DEFINITION ? rootFieldsOf(document, definition).count : 0;
}

function exceededDepth(document: DocumentNode, limits: DocumentLimits): GraphQLError | null {
  const depthOf = depthMeter(document);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const [isIntrospection, limit] of [
      [false, limits.depth],
      [true, limits.introspectionDepth],
    ] as const) {
      const depth = depthOf(definition.selectionSet, isIntrospection);
      if (depth > limit) return exceeded('DOCUMENT_TOO_DEEP', 'levels', depth, limit);
    }
  }
  return null;
}

/** Each fragment is measured once, however often it is spread; one that contains itself counts where it comes up again as nothing. */
function depthMeter(document: DocumentNode) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, number>();

  function depthOfFragment(name: string): number {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, 0);
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? 0 : depthOf(fragment.selectionSet);
    measured.set(name, depth);
    return depth;
  }

  /** `introspection` undefined: whatever is there; at the root it separates the two kinds. */
  function depthOf(node: SelectionSetNode, introspection?: boolean): number {
    const depths = node.selections.map((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          if (introspection !== undefined && isIntrospectionField(selection) !== introspection) return 0;
          return 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0);
        case Kind.INLINE_FRAGMENT:
          return depthOf(selection.selectionSet, introspection);
        case Kind.FRAGMENT_SPREAD:
          return introspection === true ? 0 : depthOfFragment(selection.name.value);
      }
    });
    return Math.max(0, ...depths);
  }

  return depthOf;
}

function isIntrospectionField(field: FieldNode): boolean {
  return field.name.value === '__schema' || field.name.value === '__type';
}

function exceeded(
  code:
    | 'TOO_MANY_ALIASES'
    | 'TOO_MANY_DIRECTIVES'
    | 'TOO_MANY_REPETITIONS'
    | 'TOO_MANY_ROOT_FIELDS'
    | 'DOCUMENT_TOO_DEEP',
  what: string,
  found: number,
  limit: number,
): GraphQLError {
  return apiError(code, `The document has ${found} ${what}; up to ${limit} are allowed.`, { found, limit });
}
