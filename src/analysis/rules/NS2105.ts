import { record, text } from '../model/fields';
import { GATEWAY_API, gatewayModel } from '../model/gateway-api';
import type { Rule } from './rule';

const SYSTEM = (allowed: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: edge }
spec:
  gatewayClassName: envoy${allowed}
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: shop, namespace: shop }
spec:
  parentRef: { name: web, namespace: edge }
  listeners: [{ name: shop, port: 443, protocol: HTTPS, hostname: shop.example.com, tls: { certificateRefs: [{ name: shop-tls }] } }]
`;

export const rule: Rule = {
  id: 'NS2105',
  class: 'breaks',
  title: 'A Gateway does not take listeners from this ListenerSet',
  sees: 'ListenerSets whose Gateway admits none (the default of allowedListeners) or only those of other namespaces.',
  why: 'The listeners are not programmed (NotAllowed): their ports stay closed and their routes answer nothing.',
  fix: 'set spec.allowedListeners.namespaces of the Gateway so that it admits the namespace of the ListenerSet',
  docs: ['https://gateway-api.sigs.k8s.io/geps/gep-1713/'],
  subjects: ['gateway.networking.k8s.io/ListenerSet'],
  failing: { documents: SYSTEM(''), says: 'Gateway edge/web takes listeners of no ListenerSet (allowedListeners is not given)', field: 'spec.parentRef' },
  passing: { documents: SYSTEM('\n  allowedListeners: { namespaces: { from: All } }') },
  check(cluster, report) {
    const model = cluster.derive(gatewayModel);
    for (const set of cluster.objects(GATEWAY_API, 'ListenerSet')) {
      const { namespace, name } = record(set.spec.parentRef);
      const gateway = model.gateway(text(namespace) ?? set.namespace, String(name));
      if (!gateway || gateway.listeners.some(({ home }) => home === set)) continue;
      const { from } = record(gateway.entry.spec.allowedListeners?.namespaces);
      const takes = from === undefined || from === 'None' ? `of no ListenerSet (allowedListeners is ${from === undefined ? 'not given' : 'None'})`
        : from === 'Same' ? `of its own namespace only, and this one is in ${set.namespace}` : `of namespaces with other labels than those of ${set.namespace}`;
      report(set, ['spec', 'parentRef'], { message: `${gateway.entry.toString()} takes listeners ${takes}`, decidedBy: [gateway.entry] });
    }
  },
};
