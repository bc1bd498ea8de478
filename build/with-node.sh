#!/usr/bin/env bash
# Runs a command with another version of Node: build/with-node.sh 24 npx jest --maxWorkers=1 test/store
set -euo pipefail
[ $# -ge 2 ] || { echo "usage: $0 <version of Node> <command> [arguments]" >&2; exit 64; }
version=$1
shift
# Kept from one call to the next; the package `node` brings the program of this platform.
folder=${NODE_VERSIONS_DIR:-${TMPDIR:-/tmp}/gateway-node-versions}/$version
bin=$folder/node_modules/.bin
if ! "$bin/node" --version >/dev/null 2>&1; then
  npm install --no-save --no-audit --no-fund --prefix "$folder" "node@$version" >&2
fi
PATH=$bin:$PATH
echo "Node $(node --version)" >&2
exec "$@"
