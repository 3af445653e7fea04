// promtool of Prometheus 3: `check rules` with every lint as a failure. Samples are also fired by `promtool test rules`, so that the text which an alert
// shows is the engine's own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printRuleFile } from '../../../src/formats/prometheus';
import { HOSTILE } from '../../formats/hostile';
import type { GoProgram } from '../cache';
import { buildGo, goBinary, inFolder, run } from '../cache';
import type { Engine, EngineFile } from '../engine';
import { carried } from '../hostile-samples';

// The module calls Prometheus 3.14 v0.314.
const PROGRAM: GoProgram = { name: 'promtool', module: 'github.com/prometheus/prometheus', version: 'v0.314.0', package: 'github.com/prometheus/prometheus/cmd/promtool' };

const isRules = (file: EngineFile): boolean => file.path.endsWith('.rules');
const isTest = (file: EngineFile): boolean => file.path.endsWith('.rules.test');

export const promtool: Engine = {
  name: 'promtool',
  target: 'prometheus 3',
  source: 'its Go module',
  reads: (file) => isRules(file) || isTest(file),
  prepare: () => buildGo(PROGRAM),
  version: async () => (existsSync(goBinary(PROGRAM)) ? PROGRAM.version.slice(1) : undefined),
  check: (files) => inFolder(files, async (folder) => {
    const rules = files.filter(isRules).map((file) => join(folder, file.path));
    const tests = files.filter(isTest).map((file) => join(folder, file.path));
    const results = [await run(goBinary(PROGRAM), ['check', 'rules', '--lint=all', '--lint-fatal', ...rules])];
    if (tests.length > 0) results.push(await run(goBinary(PROGRAM), ['test', 'rules', ...tests]));
    return { accepted: results.every((result) => result.code === 0), output: results.map((result) => result.output).join('') };
  }),
  samples: () => [
    ...carried('an annotation, as the alert shows it', HOSTILE, (text) => alert(text, text)),
    { name: 'an annotation that is not the one expected', accepted: false, files: alert('a', 'b') },
    { name: 'a waiting time on a recording rule', accepted: false, files: [{ path: 'a.rules', content: 'groups:\n  - name: g\n    rules:\n      - record: a:b\n        expr: up\n        for: 5m\n' }] },
    { name: 'a duration with decimals', accepted: false, files: [{ path: 'a.rules', content: 'groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up\n        for: 4.7s\n' }] },
  ],
};

/** An alert that fires at once and the text that it must show. The test file is JSON, which every YAML reader takes. */
function alert(text: string, expected: string): EngineFile[] {
  const test = {
    rule_files: ['a.rules'],
    tests: [{ input_series: [], alert_rule_test: [{ eval_time: '1m', alertname: 'A', exp_alerts: [{ exp_labels: { team: expected }, exp_annotations: { summary: expected } }] }] }],
  };
  return [
    { path: 'a.rules', content: printRuleFile({ groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'vector(1)', labels: { team: text }, annotations: { summary: text } }] }] }) },
    { path: 'a.rules.test', content: JSON.stringify(test) },
  ];
}
