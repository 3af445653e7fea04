import type { KubernetesObject } from '../../../src/analysis';
import { validate } from '../../../src/analysis';
import type { RuleEntry } from '../../../src/analysis/rules/rule';

test('a rule that fails is named, with the way round it', () => {
  const broken: RuleEntry = {
    id: 'NS9999', class: 'risk', title: 'Broken', subjects: ['*'],
    load: () => ({ id: 'NS9999', class: 'risk', title: 'Broken', check: () => { throw new TypeError('x is not iterable'); } }) as unknown as ReturnType<RuleEntry['load']>,
  };
  const object: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a' } };
  expect(() => validate([{ object }], { rules: [broken] })).toThrow(
    'rule NS9999 cannot judge these documents: x is not iterable (please report it; "rules: { NS9999: off }" in netstack.yaml passes it over)');
});
