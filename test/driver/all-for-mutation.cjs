/**
 * The tests of this room as one file, for `npm run mutation`: it runs them thousands of times, and this way loads the room once
 * each time instead of once per file. Left out is what tries at random, or tries size: slow, and not the same every time.
 */
const { readdirSync } = require('node:fs');

for (const file of readdirSync(__dirname)) {
  if (file.endsWith('.test.ts') && !/\.(property|size)\.test\.ts$/.test(file)) require(`./${file}`);
}
