// Records the names that the real `cdk8s import` gives: `tsx tools/imports/golden.ts DIR`, DIR holding crds/. Output: test/fixtures/imports/cdk8s-import.json.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const LINES = ['gateway-api/1.6.1/experimental', 'cilium/1.20.2', 'istio/1.30.3'];
const ROOT = path.join(__dirname, '..', '..');

const [, , from] = process.argv;
if (from === undefined) throw new Error('usage: tsx tools/imports/golden.ts DIR (which holds crds/)');
const golden: Record<string, Record<string, string[]>> = {};
for (const line of LINES) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-import-'));
  const folder = path.join(from, 'crds', line);
  fs.writeFileSync(path.join(work, 'crds.yaml'), fs.readdirSync(folder).sort().map((name) => `---\n${fs.readFileSync(path.join(folder, name), 'utf8')}`).join('\n'));
  fs.writeFileSync(path.join(work, 'cdk8s.yaml'), 'language: typescript\napp: node main.js\n');
  execFileSync(path.join(ROOT, 'node_modules', '.bin', 'cdk8s'), ['import', 'crds.yaml', '--language', 'typescript', '--output', 'out'], { cwd: work, stdio: 'ignore' });
  for (const file of fs.readdirSync(path.join(work, 'out')).sort()) {
    const group = file.replace(/\.ts$/, '');
    const text = fs.readFileSync(path.join(work, 'out', file), 'utf8');
    golden[group] = { classes: [], interfaces: [], enums: [], values: [] };
    for (const [, word, name, parent] of text.matchAll(/^export (class|interface|enum) (\w+)(?: extends (\w+))?/gm)) {
      if (word === 'class' && parent === 'ApiObject') {
        const [, apiVersion, kind] = /apiVersion: '([^']+)',\s+kind: '([^']+)'/.exec(text.slice(text.indexOf(`export class ${name} extends`)))!;
        golden[group].classes!.push(`${name} ${apiVersion!.split('/')[1]} ${kind}`);
      } else {
        golden[group][word === 'class' ? 'values' : `${word}s`]!.push(name!);
      }
    }
  }
  fs.rmSync(work, { recursive: true });
}
const out = path.join(ROOT, 'test', 'fixtures', 'imports', 'cdk8s-import.json');
fs.mkdirSync(path.dirname(out), { recursive: true });
fs.writeFileSync(out, `${JSON.stringify(golden, null, 1)}\n`);
