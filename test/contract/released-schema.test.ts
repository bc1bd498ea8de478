import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, findBreakingChanges, parse, validate } from 'graphql';

const SCHEMA = path.resolve(__dirname, '../../schema');
const read = (file: string): string => readFileSync(path.join(SCHEMA, file), 'utf8');
const current = buildSchema(read('schema.graphql'));

describe('the public contract', () => {
  it('breaks nothing that the last released schema promised', () => {
    const breaks = findBreakingChanges(buildSchema(read('released.graphql')), current);
    expect(breaks.map((change) => `${change.type}: ${change.description}`)).toEqual([]);
  });

  it('notices a broken promise: a number that may be missing now', () => {
    const looser = buildSchema(read('schema.graphql').replace('totalCount: Int!', 'totalCount: Int'));
    expect(findBreakingChanges(current, looser).length).toBe(1);
  });

  it('allows the example operations, which share their fragments', () => {
    const files = readdirSync(path.join(SCHEMA, 'operations'));
    const operations = files.map((file) => read(path.join('operations', file))).join('\n');
    expect(validate(current, parse(operations))).toEqual([]);
  });

  it('describes every type, field, argument and enum value', () => {
    const silent: string[] = [];
    for (const type of Object.values(current.getTypeMap())) {
      if (type.name.startsWith('__') || ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name))
        continue;
      const isRoot = ['Query', 'Mutation', 'Subscription'].includes(type.name); // what they are, every client knows
      if (!type.description && !isRoot) silent.push(type.name);
      if ('getValues' in type) {
        for (const value of type.getValues())
          if (!value.description) silent.push(`${type.name}.${value.name}`);
      }
      if (!('getFields' in type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (!field.description) silent.push(`${type.name}.${field.name}`);
        if (!('args' in field)) continue;
        for (const arg of field.args)
          if (!arg.description) silent.push(`${type.name}.${field.name}(${arg.name})`);
      }
    }
    expect(silent).toEqual([]);
  });
});
