import type { Share, Split } from '../model/split';
import { PROMOTE, splits, WEIGHT_SUBJECTS } from '../model/weights';
import type { Rule } from './rule';

const ROUTE = (stable: number, next: number): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: public }]
  rules:
    - backendRefs:
        - { name: orders-v1, port: 80, weight: ${stable} }
        - { name: orders-v2, port: 80, weight: ${next} }
`;

export const rule: Rule = {
  id: 'NS2023',
  class: 'risk',
  title: 'All requests go over to another version at once',
  sees: `with --base: backends of a split that had no requests before and have all of them now, while another had them all. Routes with the annotation ${PROMOTE}: "true" are passed over.`,
  why: 'What is wrong with the new version is wrong for everybody in the same second, and the way back is one more change.',
  fix: `give the new version a small weight first, mirror to it, or say that it is meant with the annotation ${PROMOTE}: "true"`,
  covers: ['R37'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/traffic-splitting/'],
  subjects: WEIGHT_SUBJECTS,
  failing: { base: ROUTE(100, 0), documents: ROUTE(0, 100), says: 'Every request goes over from orders-v1 to orders-v2 at once', field: 'spec.rules[0].backendRefs[1]' },
  passing: { base: ROUTE(100, 0), documents: ROUTE(97, 3) },
  check(cluster, report) {
    const { before } = cluster;
    if (!before) return;
    const earlier = new Map(before.derive(splits).map((split) => [keyOf(split), split]));
    for (const split of earlier.size === 0 ? [] : cluster.derive(splits)) {
      const was = earlier.get(keyOf(split));
      if (!was || split.at.annotations[PROMOTE] === 'true') continue;
      const [from, to] = [wholeOf(was), wholeOf(split)];
      // A backend that is new in the list is another route, and its old one may be gone with it.
      if (!from || !to || from.name === to.name || was.shares.find(({ name }) => name === to.name)?.weight !== 0) continue;
      report(split.at, to.path, { message: `Every request goes over from ${from.name} to ${to.name} at once` });
    }
  },
};

function keyOf({ at, path }: Split): string {
  return `${at.group} ${at.toString()} ${path.join('.')}`;
}

/** The share that has everything. */
function wholeOf({ shares }: Split): Share | undefined {
  const some = shares.filter(({ weight }) => weight > 0);
  return some.length === 1 ? some[0] : undefined;
}
