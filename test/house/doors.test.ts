import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const SRC = path.resolve(__dirname, '../../src');

/** Who may import whom (the design's house); a room may always import itself. Type imports count. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  driver: [],
  config: ['driver', 'platform'],
  check: ['config', 'driver', 'platform', 'portals'],
  gateway: ['driver'],
  measure: ['driver', 'gateway', 'platform', 'sync'],
  notify: ['config', 'driver', 'gateway', 'platform'],
  sync: ['driver', 'gateway', 'platform'],
  portals: ['driver', 'platform'],
  store: ['driver', 'gateway', 'sync', 'notify', 'platform'],
  queue: ['driver', 'gateway', 'sync', 'notify', 'platform', 'store'],
  graphql: ['driver', 'gateway', 'platform'],
  sandbox: ['platform'],
  console: [],
  assembly: ['config', 'driver', 'graphql', 'platform', 'portals', 'sandbox', 'store', 'sync'],
  'data-request.ts': ['config', 'driver', 'platform', 'store'],
  'main.ts': ['app.ts', 'check', 'config', 'data-request.ts', 'platform'],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
const imports = files.flatMap(importsOf);

/** Every import of a file of ours by another, whichever way it is written. */
function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  const found = [...text.matchAll(/(?:from|import|require\()\s*'(\.[^']+)'/g)];
  return found.map(([, target = '']) => ({ from: file, to: resolve(file, target) }));
}

function resolve(from: string, target: string): string {
  const joined = path.join(path.dirname(from), target);
  return files.find((file) => file === `${joined}.ts` || file === `${joined}.tsx`) ?? joined;
}

const roomOf = (file: string): string => file.split(path.sep)[0] ?? file;

describe('the house', () => {
  it('has no import through a door that is not there', () => {
    const wrong = imports.filter(({ from, to }) => {
      const room = roomOf(from);
      const allowed = DOORS[room];
      return allowed !== undefined && roomOf(to) !== room && !allowed.includes(roomOf(to));
    });
    expect(wrong).toEqual([]);
  });

  it('knows every room that there is', () => {
    const rooms = new Set(files.map(roomOf));
    rooms.delete('app.ts');
    expect([...rooms].filter((room) => DOORS[room] === undefined)).toEqual([]);
  });

  it('has no import cycle, type imports included', () => {
    const targets = new Map<string, string[]>();
    for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
    expect(findCycle(targets)).toEqual([]);
  });

  it('lets only the portals and the sandbox know a portal wire format', () => {
    const outside = files.filter((file) => !['portals', 'sandbox'].includes(roomOf(file)));
    const telling = outside.filter((file) =>
      /session_token|accessTokenId|messageCode/.test(readFileSync(path.join(SRC, file), 'utf8')),
    );
    expect(telling).toEqual([]);
  });
});

/** One cycle, as the files on it; empty when there is none. */
function findCycle(targets: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target, [...trail, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
