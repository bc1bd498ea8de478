import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The fields of an operation itself, wherever they are written: also in its fragments. */
export interface RootFields {
  readonly names: ReadonlySet<string>;
  /** Each as often as it is asked for, however often its fragment is spread. */
  readonly count: number;
}

/**
 * Finds an operation's root fields. Each fragment is looked at once, so that fragments that spread each other cost no time; one
 * that contains itself, which only validation refuses, counts as nothing where it comes up again.
 */
export function rootFieldsOf(document: DocumentNode, operation: OperationDefinitionNode): RootFields {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const names = new Set<string>();
  const counted = new Map<string, number>();

  function countFragment(name: string): number {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0);
    const fragment = fragments.get(name);
    const count = fragment === undefined ? 0 : countIn(fragment.selectionSet);
    counted.set(name, count);
    return count;
  }

  function countIn({ selections }: SelectionSetNode): number {
    return selections.reduce((count, selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          names.add(selection.name.value);
          return count + 1;
        case Kind.INLINE_FRAGMENT:
          return count + countIn(selection.selectionSet);
        case Kind.FRAGMENT_SPREAD:
          return count + countFragment(selection.name.value);
      }
    }, 0);
  }

  return { count: countIn(operation.selectionSet), names };
}
