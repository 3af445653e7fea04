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

describe('a rule with needs', () => {
  const workload = (image: string): KubernetesObject => ({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'edge', namespace: 'edge' },
    spec: { selector: { matchLabels: { app: 'edge' } }, template: { metadata: { labels: { app: 'edge' } }, spec: { containers: [{ name: 'edge', image }] } } },
  } as KubernetesObject);
  const gateway: KubernetesObject = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web', namespace: 'edge' },
    spec: { gatewayClassName: 'envoy', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  } as KubernetesObject;
  const wakes = (subjects: string[], needs: string[] | undefined, ...objects: KubernetesObject[]): boolean => {
    let awake = false;
    const rule = { id: 'NS9999', class: 'risk' as const, title: 'Awake', subjects, ...(needs && { needs }) };
    validate(objects.map((object) => ({ object })), { rules: [{ ...rule, load: () => ({ ...rule, sees: '', why: '', fix: '', failing: {}, passing: {}, check: () => void (awake = true) }) }] });
    return awake;
  };

  test.each([
    ['nothing more', undefined, true],
    ['a kind that is there', ['gateway.networking.k8s.io/Gateway'], true],
    ['one of two that is there', ['/Service', 'gateway.networking.k8s.io/Gateway'], true],
    ['a kind that is not there', ['/Service'], false],
    ['an image that pods run', ['image:cloudflared'], true],
    ['an image that no pods run', ['image:traefik'], false],
  ])('%s', (_, needs, expected) => {
    expect(wakes(['apps/Deployment'], needs, workload('docker.io/cloudflare/cloudflared:2026.9.0@sha256:00'), gateway)).toBe(expected);
  });

  test('is asleep without its subjects, whatever it needs', () => {
    expect(wakes(['apps/Deployment'], ['gateway.networking.k8s.io/Gateway'], gateway)).toBe(false);
  });
});
