import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, '../../src/store/migrations');

/** From here on, two versions run side by side during a deployment. */
const FIRST = '0021';

/** What takes something away from a process of the previous version, or makes it wait for as long as a table is rewritten. */
const CONTRACTS: readonly RegExp[] = [
  /\bdrop\s+(table|column|schema|type|constraint)\b/i,
  /\brename\b/i,
  /\balter\s+column\s+\w+\s+(type|set\s+not\s+null|set\s+data)\b/i,
  /\btruncate\b/i,
  // A column without a default that must be there: inserts of the previous version would fail.
  /\badd\s+column\s+(if\s+not\s+exists\s+)?\w+\s+(?![^,;`]*\bdefault\b)[^,;`]*\bnot\s+null\b/i,
];

/** The statements of a migration that contract; comments apart. */
function contractions(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return CONTRACTS.flatMap((pattern) => pattern.exec(code)?.[0] ?? []);
}

test('migrations expand only: a contraction is announced by its name, one version later', () => {
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file) && file >= FIRST);
  const wrong = files
    .filter((file) => !file.includes('-contract-'))
    .flatMap((file) =>
      contractions(readFileSync(path.join(FOLDER, file), 'utf8')).map((one) => `${file}: ${one}`),
    );
  expect(wrong).toEqual([]);
});

test.each([
  ['alter table gateway.link drop column written', 'drop column'],
  ['alter table gateway.link rename column written to w', 'rename'],
  ['alter table gateway.link alter column written type text', 'alter column written type'],
  ['alter table gateway.link add column a text not null', 'add column a text not null'],
])('%s is found', (statement, found) => {
  expect(contractions(statement)).toEqual([found]);
});

test.each([
  "alter table gateway.link add column a text not null default ''",
  'alter table gateway.link add column a text',
  'create table gateway.more (id text primary key, name text not null)',
  '// drop table gateway.link',
])('%s is none', (statement) => {
  expect(contractions(statement)).toEqual([]);
});
