import { access, readFile, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { dependencies } from '../../package.json';

// By version: another PGlite may have another catalogue.
const FILE = path.join(os.tmpdir(), `gateway-pglite-${dependencies['@electric-sql/pglite']}.tar`);

/** Makes the dump of an empty embedded database, unless an earlier run has left one. Takes two seconds, the first time. */
export async function prepareEmbeddedTemplate(): Promise<void> {
  if (await exists(FILE)) return;
  const pglite = await PGlite.create();
  const dump = await pglite.dumpDataDir('none');
  await pglite.close();
  const draft = `${FILE}.${process.pid}`;
  await writeFile(draft, Buffer.from(await dump.arrayBuffer()));
  await rename(draft, FILE);
}

/** The dump. */
export async function embeddedTemplate(): Promise<Blob> {
  await prepareEmbeddedTemplate();
  return new Blob([await readFile(FILE)]);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
