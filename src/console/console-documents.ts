import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, print, separateOperations } from 'graphql';
import { assetsFolder } from './assets-folder';

/** The documents that the page sends, one for each of its operations: what has to be allowed for it to work. */
export function consoleDocuments(): ReadonlyMap<string, string> {
  const all = parse(readFileSync(path.join(assetsFolder(), 'operations.graphql'), 'utf8'));
  const documents = Object.entries(separateOperations(all));
  return new Map(documents.map(([name, document]) => [`console:${name}`, print(document)]));
}
