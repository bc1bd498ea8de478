/** PGlite without the gateway: `node bare-pglite.cjs <directory> [start parameter …]`; without a directory Node alone. Says `ready`. */
const [, , directory, ...startParams] = process.argv;

async function main() {
  if (directory !== undefined) {
    const { PGlite } = require('@electric-sql/pglite');
    const { pg_trgm } = require('@electric-sql/pglite/contrib/pg_trgm');
    const pglite = await PGlite.create({
      dataDir: directory,
      extensions: { pg_trgm },
      ...(startParams.length > 0 && { startParams: [...PGlite.defaultStartParams, ...startParams] }),
    });
    await pglite.query('SELECT count(*) FROM gateway.driver');
  }
  setInterval(() => undefined, 60_000);
  process.stdout.write('ready\n');
}

void main();
