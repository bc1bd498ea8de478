// For benches, which run without Jest: every .ts file goes through SWC when it is required. `node -r ./test/bench/typescript.js <file>`
const { transformFileSync } = require('@swc/core');

const options = {
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'commonjs', ignoreDynamic: true },
};
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
require('reflect-metadata');
