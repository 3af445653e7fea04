import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const project = join(__dirname, '../..');

interface Violation { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }

function cruise(root: string, ...folders: string[]): Violation[] {
  const output = execFileSync(
    process.execPath,
    [join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
    { cwd: project, env: { ...process.env, NETSTACK_ROOMS_ROOT: root }, maxBuffer: 1 << 28, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

test('a wrong arrow, a hidden one by a type, and a cycle are refused', () => {
  const root = 'test/fixtures/rooms';
  const found = cruise(root, root).map(({ from, rule }) => `${from.slice(root.length + 1)}: ${rule.name}`).sort();
  expect(found).toEqual([
    'analysis/wrong.ts: analysis-reaches-only',
    'core/a.ts: no-cycles',
    'gateway/wrong.ts: gateway-reaches-only',
  ]);
});

test('the sources keep to their rooms', () => {
  expect(cruise('src', 'src', 'imports').map(({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`)).toEqual([]);
}, 60_000);
