import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { seenTogether } from '../model/mesh-routes';
import type { Rule } from './rule';

const entry = (name: string, protocol: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: ${name} }
spec:
  hosts: [api.payment.example.com]
  location: MESH_EXTERNAL
  resolution: DNS
  ports: [{ number: 443, name: port, protocol: ${protocol} }]
---`;

export const rule: Rule = {
  id: 'NS3058',
  class: 'risk',
  title: 'Two ServiceEntries give one port of a host two protocols',
  sees: 'ServiceEntries that some namespace sees both of, with the same host and port number and another protocol.',
  why: 'A proxy takes the protocol of one of them, and which may change with every push: requests are then read as bytes or bytes as requests, and routes and timeouts come and go.',
  fix: 'write the same protocol in both, or keep one with exportTo',
  covers: ['IST0177'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/service-entry/'],
  subjects: ['networking.istio.io/ServiceEntry'],
  failing: {
    documents: `${entry('shop', 'TLS')}${entry('web', 'HTTPS')}`,
    says: 'Port 443 of api.payment.example.com is HTTPS here and TLS in ServiceEntry shop/shop',
    field: 'spec.ports[0].protocol',
  },
  passing: { documents: `${entry('shop', 'TLS')}${entry('web', 'TLS')}` },
  check(cluster, report) {
    const known = new Map<string, Array<{ readonly at: Entry; readonly protocol: string }>>();
    for (const at of cluster.objects('networking.istio.io', 'ServiceEntry')) {
      for (const [index, port] of list(at.spec.ports).map(record).entries()) {
        const protocol = (text(port.protocol) ?? 'TCP').toUpperCase();
        for (const host of list(at.spec.hosts).map(String)) {
          const key = `${host} ${String(port.number)}`;
          const before = known.get(key) ?? [];
          known.set(key, before);
          // One of each protocol is enough to compare with.
          const other = before.find((one) => one.at !== at && one.protocol !== protocol && seenTogether(one.at, at));
          if (other) report(at, ['spec', 'ports', index, 'protocol'], { message: `Port ${String(port.number)} of ${host} is ${protocol} here and ${other.protocol} in ${other.at.toString()}`, decidedBy: [other.at] });
          if (before.length < 20) before.push({ at, protocol });
        }
      }
    }
  },
};
