import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

describe('the package', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'gateway-packed-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has what a start needs, and neither sources, tests nor anything of this checkout', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as readonly { readonly files: readonly { readonly path: string }[] }[]; // npm's own form
    const files = (packed?.files ?? []).map((file) => file.path);
    const [empty] = readdirSync(path.join(ROOT, 'src/store/embedded')).filter((one) =>
      one.endsWith('.tar.br'),
    );
    expect(files).toEqual(
      expect.arrayContaining([
        ...['package.json', 'README.md', 'build/compile.cjs', 'docs/operating.md', 'schema/schema.graphql'],
        ...['src/console/assets/index.html', `src/store/embedded/${empty}`],
      ]),
    );
    const rooms = ['build', 'dist', 'docs', 'schema', 'src/console/assets', 'src/store/embedded'];
    const strange = files.filter(
      (file) => file.includes('/') && !rooms.some((room) => file.startsWith(`${room}/`)),
    );
    expect(strange).toEqual([]);
    expect(
      files.filter((file) => /\.(ts|tsx|log|env|pem|key)$|\.env|accounts\.yaml|(^|\/)test\//.test(file)),
    ).toEqual([]);
  });

  it('has the versions that were tested: `npm ci` works where it is unpacked', () => {
    const { files, scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      files: readonly string[];
      scripts: Readonly<Record<string, string>>;
    }; // the file is ours
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(path.join(ROOT, file), path.join(folder, file));
    mkdirSync(path.join(folder, 'build'));
    writeFileSync(path.join(folder, 'build/compile.cjs'), '');
    execFileSync('sh', ['-c', scripts['prepack'] ?? ''], { cwd: folder });
    expect(readFileSync(path.join(folder, 'npm-shrinkwrap.json'), 'utf8')).toBe(
      readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'),
    );
    expect(files).toContain('npm-shrinkwrap.json');
    execFileSync('sh', ['-c', scripts['postpack'] ?? ''], { cwd: folder });
    expect(existsSync(path.join(folder, 'npm-shrinkwrap.json'))).toBe(false);
  });

  it('keeps what was compiled, although there are no sources beside it', () => {
    for (const name of ['build', 'dist', 'src/console/assets'])
      mkdirSync(path.join(folder, name), { recursive: true });
    cpSync(path.join(ROOT, 'build/compile.cjs'), path.join(folder, 'build/compile.cjs'));
    // A compiler that only copies will do.
    const node = (script: string) => execFileSync(process.execPath, ['-e', script], { cwd: folder });
    mkdirSync(path.join(folder, 'node_modules/@swc/core'), { recursive: true });
    writeFileSync(
      path.join(folder, 'node_modules/@swc/core/index.js'),
      'exports.transformFile = async () => ({ code: "compiled", map: "" });',
    );
    writeFileSync(
      path.join(folder, 'node_modules/@swc/core/package.json'),
      JSON.stringify({ name: '@swc/core', version: '1.0.0', main: 'index.js' }),
    );
    writeFileSync(path.join(folder, 'src/main.ts'), '');
    node('require("./build/compile.cjs")');
    expect(existsSync(path.join(folder, 'dist/main.js'))).toBe(true);
    rmSync(path.join(folder, 'src/main.ts'));
    node('require("./build/compile.cjs")');
    expect(existsSync(path.join(folder, 'dist/main.js'))).toBe(true);
  });
});
