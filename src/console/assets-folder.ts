import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the built page lies. The compiler leaves it where it is: compiled, this runs from `dist/console`, two levels below the project. */
export function assetsFolder(): string {
  const candidates = [path.join(__dirname, 'assets'), path.join(__dirname, '../../src/console/assets')];
  const folder = candidates.find((candidate) => existsSync(path.join(candidate, 'index.html')));
  if (folder === undefined)
    throw new Error(`The console has no assets: looked for ${candidates.join(' and ')}`);
  return folder;
}
