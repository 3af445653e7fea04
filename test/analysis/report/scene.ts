// Findings of every form, as the renderers meet them.
import type { Finding, Report } from '../../../src/analysis';

const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'shop', name: 'cart' };

export const mine: Finding = {
  id: 'NS0033', severity: 'warning', title: 'A Service selects no pods', message: 'No pod of namespace shop has the labels app=cart', fix: 'give the Service the labels of the pods that it is for', docs: 'docs/rules/NS0033.md',
  where: {
    file: 'dist/shop.k8s.yaml', line: 41, column: 5, field: 'spec.selector', constructPath: 'prod/shop/cart', source: 'infra/shop.ts:17',
    object: { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'cart' },
  },
  decidedBy: [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cart' }],
};
export const foreign: Finding = {
  id: 'NS0011', severity: 'error', title: 'The kind has no such field', message: 'There is no field nam here', fix: 'did you mean name?',
  where: { file: 'k8s/a b/ä.yaml', line: 7, column: 7, field: 'spec.rules[0].nam', object: route },
};
export const hostile: Finding = {
  id: 'NS0010', severity: 'error', message: 'This document is not valid YAML: </failure> ]]> & "x" \u001b[31m\n::error::forged %0A `code` <b>@team', where: { file: 'a\n<b>,:\u202e.yaml', line: 1, column: 1 },
};
export const stdin: Finding = { id: 'NS0012', severity: 'error', message: 'A text stands where an integer belongs', where: { file: '<stdin>', line: 3, column: 1, object: route } };
export const placeless: Finding = { id: 'NS0023', severity: 'info', message: 'No schema is known for Bar of foo.example.com/v1, so one object was not checked', where: {} };
export const accepted: Finding = { ...mine, where: { ...mine.where, object: { ...mine.where.object!, name: 'old' } }, acknowledged: { reason: 'the pods come with Helm', constructPath: 'prod', expires: '2027-01-31' } };
export const everything: readonly Finding[] = [mine, foreign, hostile, stdin, placeless, accepted];

export const report = (findings: readonly Finding[], more: Partial<Report> = {}): Report => ({ toolVersion: '1.2.3', documents: 3, findings, ...more });
