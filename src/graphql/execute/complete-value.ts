import {
  GraphQLError,
  isObjectType,
  locatedError,
  OperationTypeNode,
  defaultTypeResolver,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import type { FieldPlan, Planner, SelectionPlan, Shape, TypePlan } from './operation-plan';

/*
 * Runs a plan by the rules of the GraphQL specification (section 6.4), as graphql-js does. What differs is cost:
 * - a value that is there is completed without a promise;
 * - the path of a scalar is made only when it is needed, for an error or a resolver.
 */

/** What one run is given. */
export interface RunArguments {
  readonly rootValue: unknown;
  readonly context: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A place in an answer, as `GraphQLResolveInfo` has it. Compared by identity where errors are collected. */
interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
  readonly typename: string | undefined;
}

interface Run extends RunArguments {
  readonly planner: Planner;
  readonly errors: CollectedErrors;
}

/** An object of an answer. Without a prototype, so that a key may have any name; a class, because `Object.create(null)` is slow. */
const Row = function Row() {} as unknown as new () => Record<string, unknown>; // a class's prototype cannot be replaced
Row.prototype = Object.create(null) as object;

/** Runs the operation of a plan. */
export function completeRoot(
  planner: Planner,
  given: RunArguments,
): ExecutionResult | Promise<ExecutionResult> {
  const run: Run = { ...given, planner, errors: new CollectedErrors() };
  const fail = (error: unknown): ExecutionResult => {
    run.errors.add(error as GraphQLError, undefined); // located on its way up
    return run.errors.answer(null);
  };
  try {
    const isSerial = planner.operation.operation === OperationTypeNode.MUTATION;
    const data = (isSerial ? completeSerially : completeFields)(
      run,
      planner.root(),
      given.rootValue,
      undefined,
    );
    return isPromise(data)
      ? data.then((done) => run.errors.answer(done as ExecutionResult['data'] & object), fail)
      : run.errors.answer(data);
  } catch (error) {
    return fail(error);
  }
}

type Fields = Record<string, unknown>;

function completeFields(
  run: Run,
  plan: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): Fields | Promise<Fields> {
  const row = new Row();
  let waits = false;
  try {
    for (const field of plan.fields) {
      const value = completeField(run, field, source, path);
      row[field.key] = value;
      if (isPromise(value)) waits = true;
    }
  } catch (error) {
    if (!waits) throw error;
    // Fields that are under way may fail, too: they are waited for, so that none is left unhandled.
    return settle(row).finally(() => {
      throw error;
    });
  }
  return waits ? settle(row) : row;
}

/** Mutations: each field begins when the one before it is done. */
async function completeSerially(run: Run, plan: SelectionPlan, source: unknown): Promise<Fields> {
  const row = new Row();
  for (const field of plan.fields) row[field.key] = await completeField(run, field, source, undefined);
  return row;
}

async function settle(row: Fields): Promise<Fields> {
  const keys = Object.keys(row);
  const values = await Promise.all(Object.values(row));
  const settled = new Row();
  for (const [index, key] of keys.entries()) settled[key] = values[index];
  return settled;
}

function completeField(run: Run, field: FieldPlan, source: unknown, parent: Path | undefined): unknown {
  const { shape, resolve } = field;
  // A property that is a scalar: the bulk of every answer.
  if (shape.kind === 'leaf' && resolve === undefined) {
    const value = property(source, field.name);
    if (typeof value !== 'function' && !isPromise(value)) {
      try {
        return completeLeaf(field, field, shape, value);
      } catch (error) {
        return fail(run, field, field, error, pathOf(parent, field));
      }
    }
  }
  return completeAt(run, field, source, pathOf(parent, field));
}

const pathOf = (prev: Path | undefined, field: FieldPlan): Path => ({
  prev,
  key: field.key,
  typename: field.parentType.name,
});

function completeAt(run: Run, field: FieldPlan, source: unknown, path: Path): unknown {
  try {
    const value = resolveField(run, field, source, path);
    const completed = isPromise(value)
      ? value.then((resolved) => complete(run, field, field, path, resolved))
      : complete(run, field, field, path, value);
    return isPromise(completed)
      ? completed.then(undefined, (error: unknown) => fail(run, field, field, error, path))
      : completed;
  } catch (error) {
    return fail(run, field, field, error, path);
  }
}

function resolveField(run: Run, field: FieldPlan, source: unknown, path: Path): unknown {
  if (field.resolve) {
    return field.resolve(source, field.args(run.variables), run.context, infoOf(run, field, path));
  }
  const value = property(source, field.name);
  if (typeof value !== 'function') return value;
  // As graphql-js's default resolver: a method of the source.
  const method = value as (args: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;
  return method.call(source, field.args(run.variables), run.context, infoOf(run, field, path));
}

function property(source: unknown, name: string): unknown {
  return (typeof source === 'object' && source !== null) || typeof source === 'function'
    ? (source as Fields)[name]
    : undefined;
}

function infoOf(run: Run, field: FieldPlan, path: Path): GraphQLResolveInfo {
  const { schema, fragments, operation } = run.planner;
  return {
    fieldName: field.name,
    fieldNodes: field.nodes,
    returnType: field.definition.type,
    parentType: field.parentType,
    path,
    schema,
    fragments,
    rootValue: run.rootValue,
    operation,
    variableValues: run.variables as GraphQLResolveInfo['variableValues'], // declared mutable there
  };
}

/** An error nulls the nearest place that may be null: this one, or one above. */
function fail(run: Run, field: FieldPlan, type: TypePlan, raw: unknown, path: Path): null {
  const error = locatedError(raw, field.nodes, keysOf(path));
  if (type.isNonNull) throw error;
  run.errors.add(error, path);
  return null;
}

function keysOf(path: Path): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}

function complete(run: Run, field: FieldPlan, type: TypePlan, path: Path, value: unknown): unknown {
  if (type.shape.kind === 'leaf') return completeLeaf(field, type, type.shape, value);
  if (value instanceof Error) throw value;
  if (value == null) {
    if (type.isNonNull) throw nullError(field);
    return null;
  }
  switch (type.shape.kind) {
    case 'list':
      return completeList(run, field, type.shape.item, path, value);
    case 'object':
      return completeObject(run, field, type.shape.type, type.shape.fields(), path, value);
    case 'abstract':
      return completeAbstract(run, field, type.shape, path, value);
  }
}

function nullError({ parentType, name }: FieldPlan): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`);
}

function completeLeaf(
  field: FieldPlan,
  type: TypePlan,
  { type: leaf }: Extract<Shape, { kind: 'leaf' }>,
  value: unknown,
): unknown {
  if (value instanceof Error) throw value;
  if (value == null) {
    if (type.isNonNull) throw nullError(field);
    return null;
  }
  const serialized: unknown = leaf.serialize(value);
  if (serialized == null) throw new Error(`"${leaf.name}" has no form for a value of ${field.name}`);
  return serialized;
}

function completeList(run: Run, field: FieldPlan, item: TypePlan, path: Path, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.name}".`,
    );
  }
  let waits = false;
  const items: unknown[] = [];
  try {
    for (const one of value as Iterable<unknown>) {
      const completed = completeItem(run, field, item, path, items.length, one);
      if (isPromise(completed)) waits = true;
      items.push(completed);
    }
  } catch (error) {
    // Items that are under way may fail, too, and a failure that nobody handles ends the process.
    void Promise.allSettled(items);
    throw error;
  }
  return waits ? Promise.all(items) : items;
}

function completeItem(
  run: Run,
  field: FieldPlan,
  type: TypePlan,
  list: Path,
  index: number,
  value: unknown,
): unknown {
  const path: Path = { prev: list, key: index, typename: undefined };
  try {
    const completed = isPromise(value)
      ? value.then((resolved) => complete(run, field, type, path, resolved))
      : complete(run, field, type, path, value);
    return isPromise(completed)
      ? completed.then(undefined, (error: unknown) => fail(run, field, type, error, path))
      : completed;
  } catch (error) {
    return fail(run, field, type, error, path);
  }
}

function completeObject(
  run: Run,
  field: FieldPlan,
  type: GraphQLObjectType,
  fields: SelectionPlan,
  path: Path,
  value: unknown,
): unknown {
  if (!type.isTypeOf) return completeFields(run, fields, value, path);
  const assert = (isOne: boolean) => {
    if (isOne) return completeFields(run, fields, value, path);
    throw new GraphQLError(`Expected value of type "${type.name}".`, { nodes: field.nodes });
  };
  const isOne = type.isTypeOf(value, run.context, infoOf(run, field, path));
  return isPromise(isOne) ? isOne.then((sure) => assert(sure === true)) : assert(isOne as boolean);
}

function completeAbstract(
  run: Run,
  field: FieldPlan,
  { type, fieldsOf }: Extract<Shape, { kind: 'abstract' }>,
  path: Path,
  value: unknown,
): unknown {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const go = (name: unknown) => {
    const concrete = concreteType(run, field, type, name);
    return completeObject(run, field, concrete, fieldsOf(concrete), path, value);
  };
  const name: unknown = resolveType(value, run.context, infoOf(run, field, path), type);
  return isPromise(name) ? name.then(go) : go(name);
}

function concreteType(
  { planner: { schema } }: Run,
  field: FieldPlan,
  type: GraphQLAbstractType,
  name: unknown,
): GraphQLObjectType {
  const concrete = typeof name === 'string' ? schema.getType(name) : undefined;
  if (isObjectType(concrete) && schema.isSubType(type, concrete)) return concrete;
  throw new GraphQLError(
    `Abstract type "${type.name}" has no object type for a value of "${field.parentType.name}.${field.name}".`,
    { nodes: field.nodes },
  );
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Fields)['then'] === 'function';
}

/** Errors of one run. What fails below a place that an error has nulled already is not told again. */
class CollectedErrors {
  private readonly errors: GraphQLError[] = [];
  private readonly nulled = new Set<Path | undefined>();

  add(error: GraphQLError, path: Path | undefined): void {
    if (this.nulled.has(undefined)) return;
    for (let at = path; at; at = at.prev) if (this.nulled.has(at)) return;
    this.nulled.add(path);
    this.errors.push(error);
  }

  answer(data: Fields | null): ExecutionResult {
    return this.errors.length === 0 ? { data } : { errors: this.errors, data };
  }
}
