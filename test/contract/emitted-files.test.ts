import 'reflect-metadata';
import path from 'node:path';
import { staleFiles } from '../../src/graphql/schema/emit-schema';

it('the emitted schema files are what the code says', () => {
  expect(staleFiles(path.resolve(__dirname, '../..'))).toEqual([]);
});
