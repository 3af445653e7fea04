// Programs in the pages compile; the README's also runs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import * as door from '../../src';

const project = join(__dirname, '../..');
const cache = join(project, '.cache/docs');

/** Blocks of a page as programs. One that imports nothing stands in a program that has a chart, some workloads and a gateway. */
function programs(page: string): string[] {
  const blocks = [...readFileSync(join(project, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
  return blocks.map((text) => (text.includes("from 'cdk8s-netstack") ? text : `import * as netstack from 'cdk8s-netstack';
const { ${Object.keys(door).filter((name) => new RegExp(`\\b${name}\\b`).test(text)).join(', ')} } = netstack;
declare const app: netstack.NetworkApp;
declare const chart: netstack.NetworkChart;
declare const orders: netstack.Workload<{ http: netstack.Port; metrics: netstack.Port }, 'stable' | 'canary' | 'shadow'>;
declare const frontend: netstack.IWorkload;
declare const prometheus: netstack.IWorkload;
declare const postgres: netstack.ExternalWorkload<{ sql: netstack.Port }>;
declare const gateway: netstack.OrderGateway;
declare const route: netstack.Route;
{
${/^[\w.]+\(/.test(text) ? `void ${text.trimEnd().replace(/,$/, '')}` : text}
}
`));
}

const pages = ['README.md', 'docs/validate.md', 'docs/reach.md', ...readdirSync(join(project, 'docs/constructs')).map((name) => `docs/constructs/${name}`)].filter((page) => programs(page).length > 0);

test('every program in the pages compiles', () => {
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const files = pages.flatMap((page) => programs(page).map((text, i) => {
    const file = join(cache, `${page.replace(/\W+/g, '-')}-${i}.ts`);
    writeFileSync(file, text);
    return file;
  }));
  expect(files.length).toBeGreaterThan(2);
  const { config } = ts.readConfigFile(join(project, 'tsconfig.dev.json'), (file) => ts.sys.readFile(file)) as { config: { extends: string } };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, project);
  const program = ts.createProgram(files, {
    ...options, noEmit: true, incremental: false, tsBuildInfoFile: undefined, noUnusedLocals: false, isolatedDeclarations: false, declaration: false,
  });
  const problems = files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(problems.map((problem) => `${problem.file?.fileName.slice(cache.length + 1)}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`)).toEqual([]);
}, 120_000);

test("the README's program writes manifests", () => {
  const out = mkdtempSync(join(tmpdir(), 'netstack-readme-'));
  try {
    const file = join(cache, 'README-run.ts');
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, programs('README.md')[0]!);
    execFileSync(process.execPath, [join(project, 'node_modules/tsx/dist/cli.mjs'), '--tsconfig', join(project, 'tsconfig.dev.json'), file], {
      env: { ...process.env, CDK8S_OUTDIR: out }, cwd: project, stdio: 'pipe',
    });
    expect(readdirSync(out).sort()).toEqual(['files', 'netstack.model.json', 'orders.k8s.yaml']);
    expect(readFileSync(join(out, 'orders.k8s.yaml'), 'utf8')).toContain('weight: 97');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 60_000);
