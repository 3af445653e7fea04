import Ajv from 'ajv';
import { acknowledge, renderJson, renderText, reportSchema, summarize } from '../../src/analysis';
import type { Finding, Report } from '../../src/analysis';

const unknown: Finding = {
  id: 'NS0011', severity: 'error', message: 'There is no field backoff here', fix: 'did you mean backOff?', docs: 'https://example.com/NS0011',
  where: {
    file: 'dist/orders.k8s.yaml', line: 41, column: 5, field: 'spec.retry.perRetry.backoff', constructPath: 'app/beijing-orders/gateway/orders', source: 'infra/gateway.ts:17',
    object: { apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'BackendTrafficPolicy', namespace: 'order-system', name: 'orders' },
  },
};
const twin: Finding = {
  id: 'NS0019', severity: 'error', message: 'This object stands twice: first in a.yaml:3, and the later one overwrites it', where: { file: 'b.yaml', line: 3, object: { apiVersion: 'v1', kind: 'Service', name: 'a' } },
  decidedBy: [{ apiVersion: 'v1', kind: 'Service', name: 'a' }],
};
const hostile: Finding = { id: 'NS0010', severity: 'error', message: 'This document is not valid YAML: x\u001b[31m\nerror NS0000 forged', where: { file: 'a\n\u202eb.yaml', line: 1, column: 1 } };
const unchecked: Finding = { id: 'NS0023', severity: 'info', message: 'No schema is known for Bar of foo.example.com/v1, so one object was not checked', where: {} };
const report = (findings: readonly Finding[], documents: number = 3): Report => ({ toolVersion: '1.2.3', documents, findings });

test('text: what, where in the program, where in the manifest, fix', () => {
  expect(renderText(report([unknown, twin, unchecked, { ...unknown, acknowledged: { reason: 'known and harmless', constructPath: 'app' } }]))).toMatchSnapshot();
});

test('text has 80 columns, except where a word is longer', () => {
  const text = renderText(report([unknown, { ...unknown, message: `${'many words '.repeat(20)}${'x'.repeat(90)}`, where: { ...unknown.where, file: `${'a/'.repeat(60)}b.yaml` } }]));
  const long = text.split('\n').filter((line) => line.length > 80);
  expect(long.map((line) => line.trim().split(/ +/).length)).toEqual([1, 2]);
});

test('text never lets a file name or a value write lines or colours of its own', () => {
  const text = renderText(report([hostile]));
  expect(text).toContain('a\\n\\u202eb.yaml:1:1');
  expect(text.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
  expect(text).not.toMatch(/[\u001b\u202e]/);
});

test('colours only when asked for, and the words are the same', () => {
  const colored = renderText(report([unknown]), { color: true });
  expect(colored).toContain('\u001b[31m');
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(renderText(report([unknown])));
});

test('the summary is the last line', () => {
  const last = (findings: readonly Finding[], documents?: number): string => renderText(report(findings, documents)).trimEnd().split('\n').pop()!;
  expect(last([])).toBe('3 documents, no findings');
  expect(last([], 1)).toBe('1 document, no findings');
  expect(last([unknown])).toBe('3 documents, 1 finding: 1 error');
  expect(last([unknown, twin, unchecked, { ...unknown, acknowledged: { reason: 'r', constructPath: '' } }])).toBe('3 documents, 4 findings: 2 errors, 1 info, 1 acknowledged');
});

test('JSON fits its schema, and holds what is known', () => {
  const json = JSON.parse(renderJson(report([unknown, twin, hostile, unchecked, { ...unknown, acknowledged: { reason: 'r', constructPath: 'app' } }]))) as { findings: unknown[] };
  const validate = new Ajv({ allErrors: true }).compile(reportSchema());
  expect(validate(json) ? [] : validate.errors).toEqual([]);
  expect(json).toMatchObject({ schema: 'netstack/report/v1', toolVersion: '1.2.3', documents: 3, summary: { errors: 3, warnings: 0, infos: 1, acknowledged: 1 } });
  expect(json.findings[0]).toEqual({
    id: 'NS0011', severity: 'error', title: 'There is no field backoff here', message: 'There is no field backoff here', object: unknown.where.object, field: 'spec.retry.perRetry.backoff', file: 'dist/orders.k8s.yaml', line: 41, column: 5,
    construct: 'app/beijing-orders/gateway/orders', source: 'infra/gateway.ts:17', decidedBy: [], fix: 'did you mean backOff?', docs: 'https://example.com/NS0011',
  });
  expect(validate({ ...json, findings: [{ id: 'X' }] })).toBe(false);
});

test('a finding is acknowledged at its construct and above, by id', () => {
  const accepted = (id: string, constructPath: string): boolean => acknowledge([unknown], [{ id, constructPath, reason: 'known and harmless' }])[0]!.acknowledged !== undefined;
  expect(accepted('NS0011', 'app/beijing-orders')).toBe(true);
  expect(accepted('NS0011', 'app/beijing-orders/gateway/orders')).toBe(true);
  expect(accepted('NS0011', '')).toBe(true);
  expect(accepted('NS0011', 'app/beijing')).toBe(false);
  expect(accepted('NS0012', 'app')).toBe(false);
  expect(acknowledge([unchecked], [{ id: 'NS0023', constructPath: '', reason: 'r' }])[0]!.acknowledged).toBeUndefined();
  expect(summarize(acknowledge([unknown], [{ id: 'NS0011', constructPath: '', reason: 'r' }]))).toEqual({ errors: 0, warnings: 0, infos: 0, acknowledged: 1 });
});
