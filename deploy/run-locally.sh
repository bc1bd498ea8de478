#!/usr/bin/env bash
# The processes of compose.yaml without containers: Postgres, Redis, two api and two worker processes, and a balancer before the api
# processes, as an operator configures them. Checks the account, waits until all are ready, asks each for its probes, turns Driver Sync
# on and changes a driver through the balancer, stops everything in order, and fails when anything is not as it should be.
#   deploy/run-locally.sh           checks and ends
#   deploy/run-locally.sh --stay    stays until Ctrl-C
# Needs redis-server, curl, and PostgreSQL's initdb and postgres. ACCOUNTS_FILE and what it uses may be set: then nothing is written.
# Without it, an account is made up on emulated portals.
set -euo pipefail
cd "$(dirname "$0")/.."

directory=$(mktemp -d)
base=$((20000 + RANDOM % 20000))
postgres_bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null | tail -1 || command -v postgres)")
as_postgres=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$directory"
  as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
pids=()
gateways=()

stop_all() {
  for pid in "${gateways[@]}" "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$directory"
}
trap stop_all EXIT

"${as_postgres[@]}" "$postgres_bin/initdb" -D "$directory/postgres" -U gateway -A trust -E UTF8 --locale=C >/dev/null
"${as_postgres[@]}" "$postgres_bin/postgres" -D "$directory/postgres" -p $base -h 127.0.0.1 -k '' >"$directory/postgres.log" 2>&1 &
pids+=($!)
redis-server --port $((base + 1)) --bind 127.0.0.1 --save '' --appendonly no >"$directory/redis.log" 2>&1 &
pids+=($!)

export NODE_ENV=production HOST=127.0.0.1 LOG_FORMAT=json
export DATABASE_URL="postgres://gateway@127.0.0.1:$base/postgres" REDIS_URL="redis://127.0.0.1:$((base + 1))"
node build/compile.cjs
made_up=
if [ -z "${ACCOUNTS_FILE:-}" ]; then
  made_up=1
  export ACCOUNTS_FILE="$directory/accounts.yaml" AUTH_SECRET_FILE="$directory/auth-secret"
  head -c 32 /dev/urandom | base64 >"$AUTH_SECRET_FILE"
  # Both portals in a process of their own; it writes the accounts file when they listen.
  node -e '
    const { writeFileSync } = require("node:fs");
    require("./dist/sandbox/sandbox").startSandbox({ fleet: "demo" }).then(({ gps, driveri }) => {
      const accounts = [{ id: "acme", name: "Acme Logistics", tier: "PRO",
        gps: { baseUrl: gps.url, username: gps.username, appToken: gps.appToken },
        driveri: { baseUrl: driveri.url, tenant: driveri.tenant, clientId: driveri.clientId, clientSecret: driveri.clientSecret, requestsPerSecond: 100 } }];
      writeFileSync(process.env.ACCOUNTS_FILE, JSON.stringify({ accounts }));
    });' &
  pids+=($!)
  for ((try = 0; try < 150; try++)); do [ -s "$ACCOUNTS_FILE" ] && break; sleep 0.2; done
fi
node dist/main.js --check
number=2
# All at once, as a cluster starts them: one of them migrates, and all wait for Postgres.
for role in api api worker worker; do
  PORT=$((base + number)) ROLE=$role node dist/main.js >"$directory/$role-$number.log" 2>&1 &
  gateways+=($!)
  number=$((number + 1))
done

for ((port = base + 2; port < base + number; port++)); do
  for ((try = 0; ; try++)); do
    if curl -fsS "http://127.0.0.1:$port/readyz" >/dev/null 2>&1; then break; fi
    if [ $try -ge 600 ]; then
      echo "the process on port $port is not ready" >&2
      tail -n 20 "$directory"/*.log >&2
      exit 1
    fi
    sleep 0.2
  done
  curl -fsS "http://127.0.0.1:$port/livez" >/dev/null
  curl -fsS "http://127.0.0.1:$port/metrics" | grep '^process_cpu_seconds_total' >/dev/null
  echo "ready: http://127.0.0.1:$port"
done
for port in $((base + 2)) $((base + 3)); do
  # Nothing is answered without a token.
  curl -sS "http://127.0.0.1:$port/graphql" -H 'content-type: application/json' -d '{"query":"{ viewer { id } }"}' | grep UNAUTHENTICATED >/dev/null
done

# Connections in turn to both, as the balancer of compose.yaml does.
node -e '
  const { connect, createServer } = require("node:net");
  const [port, ...targets] = process.argv.slice(1).map(Number);
  let turn = 0;
  createServer((client) => {
    const target = connect(targets[turn++ % targets.length], "127.0.0.1");
    for (const [one, other] of [[client, target], [target, client]]) one.on("error", () => other.destroy()).pipe(other);
  }).listen(port, "127.0.0.1");' $((base + 10)) $((base + 2)) $((base + 3)) &
pids+=($!)

if [ -n "$made_up" ]; then
  token=$(node -e '
    const { SignJWT } = require("jose");
    const secret = require("node:fs").readFileSync(process.env.AUTH_SECRET_FILE, "utf8").trim();
    new SignJWT({ account: "acme", role: "MASTER" }).setProtectedHeader({ alg: "HS256" }).setSubject("operator")
      .setExpirationTime("1h").sign(new TextEncoder().encode(secret)).then((token) => console.log(token));')
  ask() {
    curl -sS --retry 5 --retry-connrefused "http://127.0.0.1:$((base + 10))/graphql" -H 'content-type: application/json' \
      -H "authorization: Bearer $token" -d "{\"query\":\"$1\"}"
  }
  # Asks until the answer holds a text.
  ask_until() {
    for ((try = 0; ; try++)); do
      if ask "$1" | grep "$2" >/dev/null; then return; fi
      if [ $try -ge 300 ]; then
        echo "no answer to $1 had $2" >&2
        ask "$1" >&2
        tail -n 20 "$directory"/*.log >&2
        exit 1
      fi
      sleep 0.2
    done
  }
  ask 'mutation { setDriverSync(enabled: true) { run { id } userErrors { message } } }' | grep '"userErrors":\[\]' >/dev/null
  ask_until '{ syncRuns(first: 1) { nodes { status } } }' '"status":"\(SUCCEEDED\|PARTIAL\|AWAITING_APPROVAL\)'
  ask 'mutation { createDriver(input: { firstName: \"Lena\", lastName: \"Berg\", driveriDriverId: \"TX-9001\" }) { userErrors { message } } }' |
    grep '"userErrors":\[\]' >/dev/null
  ask_until '{ drivers(first: 1, filter: { search: \"TX-9001\" }) { nodes { sync { status } } } }' IN_SYNC
  echo 'a driver that was created through the balancer is in Driveri'
fi

if [ "${1:-}" = --stay ]; then
  echo 'all processes run; Ctrl-C stops them'
  wait "${gateways[@]}"
fi

for pid in "${gateways[@]}"; do kill "$pid"; done
for pid in "${gateways[@]}"; do
  wait "$pid" || { echo 'a process did not stop cleanly' >&2; tail -n 20 "$directory"/*.log >&2; exit 1; }
done
gateways=()
echo 'all processes started, served and stopped'
