import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { printSchema } from 'graphql';
import { printSubgraph } from './federation';
import { buildPublicSchema } from './schema';

/** The files that are made from the code, by their path from the project's root. */
export function emittedFiles(): ReadonlyMap<string, string> {
  const schema = buildPublicSchema();
  return new Map([
    ['schema/schema.graphql', `${printSchema(schema)}\n`],
    ['schema/subgraph.graphql', printSubgraph(schema)],
  ]);
}

/** Those of them that are not what the code says. */
export function staleFiles(root: string): readonly string[] {
  return [...emittedFiles()]
    .filter(([file, text]) => readOrEmpty(path.join(root, file)) !== text)
    .map(([file]) => file);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function main(root: string, check: boolean): void {
  const stale = staleFiles(root);
  if (check) {
    if (stale.length > 0) {
      process.stderr.write(`Not what the code says: ${stale.join(', ')}. Run "npm run schema" and commit.\n`);
      process.exitCode = 1;
    }
    return;
  }
  for (const [file, text] of emittedFiles()) writeFileSync(path.join(root, file), text);
  process.stdout.write(stale.length === 0 ? 'Up to date.\n' : `Written: ${stale.join(', ')}\n`);
}

// npm runs scripts in the project's root.
if (require.main === module) main(process.cwd(), process.argv.includes('--check'));
