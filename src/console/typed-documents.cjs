/**
 * A plugin of the code generator, for clients without a build: each operation of `console.graphql` as a text, with just the
 * fragments that it uses, ready to be sent. Into a `.js` file it writes the texts, into a `.d.ts` file what they are: strings
 * that know their result and their variables, by the types that `typescript-operations` writes into the same file.
 */
const { concatAST, Kind, print, separateOperations } = require('graphql');

const NOTE = '// Generated from src/console/console.graphql by `npm run codegen`. Not to be edited.';

/** `Required`, although no text has that property: otherwise any string would be taken for a document. */
const TYPED_DOCUMENT = `/** A document's text that knows what it is answered with, and what it has to be given. */
export type TypedDocument<Result, Variables> = string & Required<DocumentTypeDecoration<Result, Variables>>;`;

function plugin(_schema, files, _config, info) {
  const isTypes = info.outputFile.endsWith('.d.ts');
  const documents = Object.entries(separateOperations(concatAST(files.map(({ document }) => document))));
  const declare = isTypes ? declareType : declareText;
  const declarations = documents.map(([name, document]) => declare(name, document));
  return {
    prepend: isTypes
      ? [NOTE, "import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';"]
      : [NOTE],
    content: [...(isTypes ? [TYPED_DOCUMENT] : []), ...declarations].join('\n\n') + '\n',
  };
}

/** `ConsoleRunItems` → `RUN_ITEMS`. */
const constantFor = (name) =>
  name
    .replace(/^Console/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toUpperCase();

function declareText(name, document) {
  // The operation first, whatever the file's order: whoever sends a text sees by its first word what it is.
  const definitions = [...document.definitions].sort((a, b) => rank(a) - rank(b));
  const text = print({ ...document, definitions }).replace(/[\\`]|\$\{/g, '\\$&');
  return `export const ${constantFor(name)} = \`${text}\`;`;
}

const rank = ({ kind }) => (kind === Kind.OPERATION_DEFINITION ? 0 : 1);

function declareType(name, document) {
  const { operation } = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const result = name + operation.charAt(0).toUpperCase() + operation.slice(1);
  return `export declare const ${constantFor(name)}: TypedDocument<${result}, ${result}Variables>;`;
}

/** The texts or their types: nothing else can be made of documents here. */
function validate(_schema, _files, _config, outputFile) {
  if (!/(\.js|\.d\.ts)$/.test(outputFile))
    throw new Error(`typed-documents writes .js and .d.ts files, and not ${outputFile}`);
}

module.exports = { plugin, validate };
