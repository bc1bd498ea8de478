import { isMap, isScalar, LineCounter, parseDocument, type Pair, type YAMLError } from 'yaml';
import { ConfigError, type ConfigProblem } from './config-error';

/**
 * The value of a YAML text. Throws a `ConfigError` with every problem and its line: what is no YAML, and keys that are there twice.
 * Never quotes the text, which may hold a secret, except for a key.
 */
export function parseYaml(text: string, source: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false });
  const lineOf = (offset: number) => lineCounter.linePos(offset).line;
  const problems = [
    ...document.errors.map((error) => toProblem(error, lineOf)),
    ...repeatedKeys(document.contents, lineOf),
  ];
  if (problems.length > 0) throw new ConfigError(source, problems);
  return document.toJS();
}

function toProblem(error: YAMLError, lineOf: (offset: number) => number): ConfigProblem {
  return { where: `line ${lineOf(error.pos[0])}`, what: `is not YAML (${error.code})` };
}

/** Keys that stand twice in one map, however deep: of two values, a reader would not know which one counts. */
function repeatedKeys(node: unknown, lineOf: (offset: number) => number): readonly ConfigProblem[] {
  const items = isCollection(node) ? node.items : [];
  const found = isMap(node) ? repeatsIn(node.items, lineOf) : [];
  return [...found, ...items.flatMap((item) => repeatedKeys(isPair(item) ? item.value : item, lineOf))];
}

function repeatsIn(pairs: readonly Pair[], lineOf: (offset: number) => number): readonly ConfigProblem[] {
  const firstLine = new Map<string, number>();
  return pairs.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const line = lineOf(key.range?.[0] ?? 0);
    const first = firstLine.get(name);
    firstLine.set(name, first ?? line);
    return first === undefined
      ? []
      : [
          {
            where: `line ${line}`,
            what: `has "${name}" a second time, after line ${first}; give each key once`,
          },
        ];
  });
}

function isCollection(node: unknown): node is { readonly items: readonly unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items);
}

function isPair(item: unknown): item is Pair {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item;
}
