import { splits, WEIGHT_SUBJECTS } from '../model/weights';
import type { Rule } from './rule';

const ROUTE = (stable: number, canary: number): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - route:
        - { destination: { host: orders, subset: stable }, weight: ${stable} }
        - { destination: { host: orders, subset: canary }, weight: ${canary} }
`;

export const rule: Rule = {
  id: 'NS2021',
  class: 'practice',
  title: 'Weights look like percentages and are none',
  sees: 'Weights of a split whose sum is near 100 without being 100. Ratios (9 to 1), equal shares and sums of other sizes are left alone.',
  why: 'Weights are shares of their sum: 97 and 30 are 76 % and 24 %, not 97 % and a rest. Who changed one of them most likely forgot the other.',
  fix: 'make the weights add up to 100',
  covers: ['R5', 'analysis 1.3: weights that do not add up to 100'],
  docs: ['https://gateway-api.sigs.k8s.io/guides/traffic-splitting/'],
  subjects: WEIGHT_SUBJECTS,
  failing: { documents: ROUTE(97, 13), says: 'The weights 97 and 13 add up to 110: they are 88.2 % and 11.8 %', field: 'spec.http[0].route' },
  passing: { documents: ROUTE(9, 1) },
  check(cluster, report) {
    for (const split of cluster.derive(splits)) {
      const { at, shares, weighted } = split;
      if (!weighted || shares.length < 2) continue;
      const weights = shares.map(({ weight }) => weight);
      const total = weights.reduce((one, other) => one + other, 0);
      if (total === 100 || total < 80 || total > 150 || Math.max(...weights) < 40 || new Set(weights).size === 1) continue;
      const percentages = weights.map((weight) => `${Math.round((weight / total) * 1000) / 10} %`);
      report(at, split.path, { message: `The weights ${weights.join(' and ')} add up to ${total}: they are ${percentages.join(' and ')}` });
    }
  },
};
