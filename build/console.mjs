/**
 * Builds the console: `src/console/app` → `src/console/assets`, with the compressed forms that the gateway serves. The result
 * is committed, so that a start needs no build. With `--check` nothing is written: exit code 1 when the committed files are not
 * what the sources give.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const APP = path.join(ROOT, 'src/console/app');
const ASSETS = path.join(ROOT, 'src/console/assets');

/** What the first screen needs anyway, and what changes only with its version: it stays in the browser's cache. */
const FOUNDATION =
  /node_modules\/(react|react-dom|scheduler|urql|@urql|@0no-co|wonka|graphql-ws|@tanstack\/(react-router|router-core|history|react-store|store))\//;

async function bundle(outDir) {
  await build({
    root: APP,
    base: '/console/',
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"', CONSOLE_BUILD: JSON.stringify(versions()) },
    plugins: [englishOnly()],
    build: {
      outDir,
      emptyOutDir: true,
      target: ['chrome123', 'firefox121', 'safari17.5'],
      assetsDir: '.',
      // The policy allows no data: addresses.
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      sourcemap: false,
      rolldownOptions: {
        onLog(level, log, report) {
          // "use client" is for servers that render.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
        },
        output: {
          entryFileNames: 'main-[hash].js',
          chunkFileNames: '[name]-[hash].js',
          assetFileNames: '[name]-[hash][extname]',
          codeSplitting: { groups: [{ name: 'foundation', test: FOUNDATION }] },
        },
      },
    },
  });
}

/** What the settings screen tells of itself. */
function versions() {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const schema = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'schema/schema.graphql')))
    .digest('hex');
  return { version, schema: schema.slice(0, 12) };
}

/** React Aria brings its few words in thirty languages; the console is in one. */
function englishOnly() {
  return {
    name: 'english-only',
    enforce: 'pre',
    load(id) {
      const locale = /\/intl\/.*\/([a-z]{2}-[A-Z]{2})\.m?js$/.exec(id)?.[1];
      if (locale === undefined || locale === 'en-US' || !id.includes('node_modules/react-')) return undefined;
      return { code: 'export default {};', moduleSideEffects: false };
    },
  };
}

/** Every file of the bundle with its compressed forms, by name. */
function withCompressedForms(folder) {
  const files = new Map();
  for (const name of readdirSync(folder).sort()) {
    const body = readFileSync(path.join(folder, name));
    files.set(name, body);
    files.set(`${name}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
    files.set(`${name}.gz`, gzipSync(body, { level: 9 }));
  }
  return files;
}

/** Names of files that are missing, too many, or different. Another zlib may compress differently: then what is in it counts. */
function differences(wanted) {
  const found = new Set(readdirSync(ASSETS));
  const wrong = [...wanted].filter(([name, body]) => {
    if (!found.delete(name)) return true;
    const committed = readFileSync(path.join(ASSETS, name));
    return !committed.equals(body) && !unpacked(name, committed).equals(unpacked(name, body));
  });
  return [...wrong.map(([name]) => name), ...found];
}

function unpacked(name, body) {
  if (name.endsWith('.br')) return brotliDecompressSync(body);
  return name.endsWith('.gz') ? gunzipSync(body) : body;
}

function replaceAssets(files) {
  rmSync(ASSETS, { recursive: true, force: true });
  mkdirSync(ASSETS, { recursive: true });
  for (const [name, body] of files) writeFileSync(path.join(ASSETS, name), body);
}

const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
try {
  await bundle(folder);
  // Not for the page: where only trusted documents run, the gateway lets these run as well.
  copyFileSync(path.join(ROOT, 'src/console/console.graphql'), path.join(folder, 'operations.graphql'));
  const files = withCompressedForms(folder);
  if (process.argv.includes('--check')) {
    const wrong = differences(files);
    if (wrong.length > 0) {
      process.stderr.write(`The console is not up to date: run \`npm run console\`. ${wrong.join(', ')}\n`);
      process.exitCode = 1;
    }
  } else replaceAssets(files);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
