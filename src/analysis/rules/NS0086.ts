import type { Rule } from './rule';

const ROUTE = (weight: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders.shop.svc.cluster.local
  trafficPolicy: { connectionPool: { tcp: { maxConnections: ${weight} } } }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { ports: [{ port: 80 }] }
`;

export const rule: Rule = {
  id: 'NS0086',
  class: 'breaks',
  title: 'The API server takes a value that its controller cannot read',
  sees: 'custom resources: numbers of format int32 that need more than 32 bits, and lists where a text with a format belongs. The schemas say it, while they are asked.',
  why: 'The server holds custom resources to neither, so the object is stored. A controller that decodes it into its own types fails, often for every object of the kind.',
  fix: 'write a value of the type and size that the field is declared with',
  docs: ['https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation'],
  // Nothing is asked of the rule: the check that knows the field has said it.
  subjects: [],
  failing: { documents: ROUTE('3000000000'), says: '3000000000 does not fit into int32', field: 'spec.trafficPolicy.connectionPool.tcp.maxConnections' },
  passing: { documents: ROUTE('2147483647') },
};
