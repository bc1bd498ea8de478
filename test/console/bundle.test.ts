import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ASSETS = path.resolve(__dirname, '../../src/console/assets');
const FIRST_SCREEN_BYTES = 200_000;

/** As it goes over the wire. */
const sizeOf = (name: string): number => statSync(path.join(ASSETS, `${name}.br`)).size;

/** Every file that these load before they run: what a module imports, not what it may load later. */
function withImports(names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    if (!name.endsWith('.js')) return;
    const text = readFileSync(path.join(ASSETS, name), 'utf8');
    for (const [, target = ''] of text.matchAll(/(?:from|^import|;import)\s*["']\.\/([^"']+\.js)["']/g))
      visit(target);
  };
  names.forEach(visit);
  return found;
}

/** What the page itself loads. */
function ofPage(): readonly string[] {
  const html = readFileSync(path.join(ASSETS, 'index.html'), 'utf8');
  return [
    'index.html',
    ...[...html.matchAll(/(?:src|href)="\/console\/([^"]+)"/g)].map(([, name = '']) => name),
  ];
}

describe('the bundle', () => {
  const chunks = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));

  it.each(['home', 'drivers', 'sign-in', 'turn-on', 'driver'])(
    'shows %s as the first screen with less than 200 kB',
    (screen) => {
      const chunk = chunks.find((name) => new RegExp(`^${screen}-[\\w-]{8}\\.js$`).test(name));
      if (chunk === undefined) throw new Error(`there is no chunk for ${screen}: ${chunks.join(', ')}`);
      const files = withImports([...ofPage(), chunk]);
      expect(files.size).toBeGreaterThan(5);
      const bytes = [...files].reduce((sum, name) => sum + sizeOf(name), 0);
      expect(bytes).toBeLessThan(FIRST_SCREEN_BYTES);
    },
  );

  it('loads screens, plots and the identity provider only when they are needed', () => {
    const first = withImports(ofPage());
    for (const late of ['plot', 'palette', 'oidc', 'drivers', 'turn-on'])
      expect([late, [...first].some((name) => name.startsWith(`${late}-`))]).toEqual([late, false]);
  });
});
