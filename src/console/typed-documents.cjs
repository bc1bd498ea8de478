/**
 * A plugin of the code generator, for the console: each operation of `console.graphql` as a constant, with just the fragments
 * that it uses, typed with its result and its variables. The texts are parsed in the browser: they are a third of the size of
 * what parsing gives, and most are never used in a session.
 */
const { concatAST, Kind, print, separateOperations } = require('graphql');

const NOTE = '// Generated from src/console/console.graphql by `npm run codegen`. Not to be edited.';

function plugin(_schema, files) {
  const documents = Object.entries(separateOperations(concatAST(files.map(({ document }) => document))));
  return {
    prepend: [
      NOTE,
      "import { type TypedDocumentNode } from '@urql/core';",
      "import { typed } from '../api/typed';",
    ],
    content: documents.map(([name, document]) => declare(name, document)).join('\n\n') + '\n',
  };
}

/** `ConsoleRunItems` → `RUN_ITEMS`. */
const constantFor = (name) =>
  name
    .replace(/^Console/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();

function declare(name, document) {
  // The operation first, whatever the file's order: a reader sees by the first word what it is.
  const definitions = [...document.definitions].sort((a, b) => rank(a) - rank(b));
  const { operation } = definitions[0];
  const result = name + operation.charAt(0).toUpperCase() + operation.slice(1);
  const text = print({ ...document, definitions }).replace(/[\\`]|\$\{/g, '\\$&');
  return [
    `export const ${constantFor(name)}: TypedDocumentNode<${result}, ${result}Variables> = /* @__PURE__ */ typed(\``,
    `${text}\`);`,
  ].join('');
}

const rank = ({ kind }) => (kind === Kind.OPERATION_DEFINITION ? 0 : 1);

module.exports = { plugin };
