import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { silentLogger } from '../src/platform/logger';
import { startSandbox, type Sandbox } from '../src/sandbox/sandbox';
import { takeEmbeddedLock } from '../src/store/embedded/embedded-lock';
import { temporaryDirectory } from './support/temporary-directory';

const ROOT = path.join(__dirname, '..');
const SECRET = 'a secret for processes that has 32 bytes or more';

/** The program as an operator starts it, to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(
    process.execPath,
    ['-r', './test/support/register-typescript.cjs', 'src/main.ts', ...args],
    { cwd: ROOT, env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const told = { out: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (told.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (told.errors += chunk.toString()));
  const [code]: unknown[] = await once(child, 'close');
  return { ...told, code };
}

const accountsFor = ({ gps, driveri }: Sandbox): string => `accounts:
  - id: acme
    name: Acme Logistics
    tier: PRO
    gps: { baseUrl: ${gps.url}, username: ${gps.username}, appToken: "\${TOKEN}" }
    driveri: { baseUrl: ${driveri.url}, tenant: ${driveri.tenant}, clientId: ${driveri.clientId}, clientSecret: ${driveri.clientSecret} }
`;

describe('the program with --check', () => {
  let sandbox: Sandbox;
  const file = path.join(temporaryDirectory(), 'accounts.yaml');
  const env = { ACCOUNTS_FILE: file, AUTH_SECRET: SECRET };
  beforeAll(async () => {
    sandbox = await startSandbox();
    writeFileSync(file, accountsFor(sandbox));
  });
  afterAll(() => sandbox.close());

  it('contacts both portals, says what it found, without a secret, and starts nothing', async () => {
    const { out, errors, code } = await run(['--check'], { ...env, TOKEN: sandbox.gps.appToken });
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(out).toMatch(/^acme\n {2}ok +GPS +proxy +none\n/);
    expect(out).toMatch(/ok +Driveri +scopes +View Drivers, Update Drivers/);
    expect(out).not.toContain(sandbox.gps.appToken);
  });

  it('ends with 1 when something would stop the sync, as JSON on request', async () => {
    const { out, code } = await run(['--check', 'acme', '--json'], { ...env, TOKEN: 'hush-hush' });
    const report = JSON.parse(out) as { stopsSync: boolean; accounts: { findings: { state: string }[] }[] };
    expect(code).toBe(1);
    expect(report).toMatchObject({ stopsSync: true, accounts: [{ account: 'acme' }] });
    expect(report.accounts[0]?.findings.filter(({ state }) => state === 'wrong')).toMatchObject([
      { portal: 'gps', check: 'logIn', where: 'gps.username, gps.appToken' },
    ]);
    expect(out).not.toContain('hush');
  });

  it('says what is wrong in the file before anything is contacted, and ends with 1', async () => {
    const broken = path.join(temporaryDirectory(), 'accounts.yaml');
    writeFileSync(broken, accountsFor(sandbox).replace('tier: PRO', 'tier: GOLD'));
    const { errors, code } = await run(['--check'], { ACCOUNTS_FILE: broken, AUTH_SECRET: SECRET });
    expect(errors).toBe(
      `${broken} cannot be used:\n` +
        '  TOKEN: is not set in the environment, nor is TOKEN_FILE, and the accounts file uses it\n' +
        '  accounts[0].tier: give STANDARD, PRO or ENTERPRISE\n',
    );
    expect(code).toBe(1);
    expect((await run(['--check'], { PORT: 'x' })).errors).toContain('PORT: is not a port');
  });
});

describe('the program', () => {
  it('does not start beside another one on the same DATA_DIR, and touches nothing there', async () => {
    const dataDir = temporaryDirectory();
    const lock = await takeEmbeddedLock(path.join(dataDir, 'database.lock'), {
      logger: silentLogger,
      onLost: () => undefined,
    });
    const { errors, code } = await run([], { DATA_DIR: dataDir, PORT: '0' });
    const files = readdirSync(dataDir);
    await lock.release();
    expect(files).toEqual(['database.lock']);
    expect(code).toBe(1);
    expect(errors).toContain(`The embedded database is in use by process ${process.pid}`);
  });

  it('names the variable of a port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // a TCP server that listens has one
    const ports = { SANDBOX_GPS_PORT: '0', SANDBOX_DRIVERI_PORT: `${port}`, PORT: '0' };
    const { errors, code } = await run([], { DATA_DIR: temporaryDirectory(), ...ports });
    server.close();
    expect(code).toBe(1);
    expect(errors).toContain(`SANDBOX_DRIVERI_PORT: ${port} is in use on 127.0.0.1`);
  });
});
