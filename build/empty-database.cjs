/** Makes the dump of an empty embedded database that the program begins with; once for each version of PGlite. */
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { PGlite } = require('@electric-sql/pglite');

async function main() {
  const { version } = JSON.parse(
    fs.readFileSync(
      path.join(path.dirname(require.resolve('@electric-sql/pglite')), '../package.json'),
      'utf8',
    ),
  );
  const pglite = await PGlite.create();
  const dump = Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer());
  await pglite.close();
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = zlib.constants;
  const packed = zlib.brotliCompressSync(dump, {
    params: { [BROTLI_PARAM_QUALITY]: 9, [BROTLI_PARAM_LGWIN]: 24 },
  });
  const directory = path.resolve(__dirname, '../src/store/embedded');
  for (const name of fs.readdirSync(directory)) {
    if (/^empty-database-.*\.tar\.br$/.test(name)) fs.rmSync(path.join(directory, name));
  }
  fs.writeFileSync(path.join(directory, `empty-database-${version}.tar.br`), packed);
}

main().catch((error) => {
  process.stderr.write(`${error.stack ?? error}\n`);
  process.exit(1);
});
