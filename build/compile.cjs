/**
 * Compiles `src` into `dist` with SWC: only what has changed since the last time, by size and time of change. Types are not
 * checked here (`npm run typecheck`). It writes nothing when nothing has changed, and does nothing where there are no sources,
 * as in the published package, whose `src` has assets only: both work on a read-only file system.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const SRC = path.join(ROOT, 'src');
const DIST = path.join(ROOT, 'dist');
const BROWSER = path.join('console', 'app', path.sep);
const MANIFEST = path.join(DIST, '.compiled.json');

/** As `tsconfig.json` and the tests have them. */
const OPTIONS = {
  swcrc: false,
  sourceMaps: true,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs', ignoreDynamic: true },
};

async function main() {
  if (!fs.existsSync(path.join(SRC, 'main.ts'))) return;
  const version = versionOfCompiler();
  const before = readManifest(version);
  const sources = findSources();
  const stale = [...sources].filter(
    ([file, stamp]) => before.get(file) !== stamp || !fs.existsSync(outputOf(file)),
  );
  const removed = [...before.keys()].filter((file) => !sources.has(file));
  if (stale.length === 0 && removed.length === 0) return;
  // Loaded late: it takes longer than finding out that there is nothing to do.
  const { transformFile } = require('@swc/core');
  await Promise.all(stale.map(([file]) => compile(transformFile, file)));
  for (const file of removed) {
    for (const output of [outputOf(file), `${outputOf(file)}.map`]) fs.rmSync(output, { force: true });
  }
  writeWhole(MANIFEST, JSON.stringify({ version, files: Object.fromEntries(sources) }));
}

/** Every source with what shows that it has changed. */
function findSources() {
  const names = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  // The browser's part of the console has a build of its own: build/console.mjs.
  const isOurs = (name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !name.startsWith(BROWSER);
  const sources = names.filter(isOurs);
  return new Map(
    sources.sort().map((name) => {
      const { size, mtimeMs } = fs.statSync(path.join(SRC, name));
      return [name, `${size} ${mtimeMs}`];
    }),
  );
}

async function compile(transformFile, file) {
  const output = outputOf(file);
  const sourceFileName = path.relative(path.dirname(output), path.join(SRC, file));
  const { code, map } = await transformFile(path.join(SRC, file), { ...OPTIONS, sourceFileName });
  fs.mkdirSync(path.dirname(output), { recursive: true });
  writeWhole(`${output}.map`, map ?? '');
  writeWhole(output, `${code}\n//# sourceMappingURL=${path.basename(output)}.map\n`);
}

/** Beside and then into place: two starts at once never leave half a file. */
function writeWhole(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

function outputOf(file) {
  return path.join(DIST, file.replace(/\.ts$/, '.js'));
}

function readManifest(version) {
  try {
    const manifest = JSON.parse(fs.readFileSync(MANIFEST, 'utf8'));
    return manifest.version === version ? new Map(Object.entries(manifest.files)) : new Map();
  } catch {
    return new Map();
  }
}

/** Another compiler, or other options, make other files. */
function versionOfCompiler() {
  const { version } = JSON.parse(fs.readFileSync(require.resolve('@swc/core/package.json'), 'utf8'));
  return createHash('sha256')
    .update(JSON.stringify([version, OPTIONS]))
    .digest('hex')
    .slice(0, 16);
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exit(1);
});
