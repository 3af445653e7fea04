import type { HelmValues } from '../model/helm-values';
import { HELM_SUBJECTS, helmValues, isOn, valueAt } from '../model/helm-values';
import type { Rule } from './rule';

const RELEASE = (name: string, values: string): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: ${name}, namespace: consul }
spec:
  interval: 1h
  chart: { spec: { chart: consul, version: 1.9.3, sourceRef: { kind: HelmRepository, name: hashicorp } } }
  values: ${values}
---`;
const GLOBAL = (datacenter: string): string => `{ global: { datacenter: ${datacenter}, federation: { enabled: true }, tls: { enabled: true } }, connectInject: { enabled: true }, meshGateway: { enabled: true } }`;

export const rule: Rule = {
  id: 'NS8000',
  class: 'breaks',
  title: 'Datacenters of Consul cannot federate',
  sees: 'values of the chart consul (HelmRelease, Application, files of values) with global.federation.enabled: two with the same datacenter (where one of them at most is a primary), no mesh gateways, no TLS, no sidecars, and admin partitions beside it.',
  why: 'The chart refuses the combination, or the second datacenter is refused by the first: each answers for its own services alone.',
  fix: 'set what the message says',
  covers: ['R46'],
  docs: ['https://developer.hashicorp.com/consul/docs/k8s/deployment-configurations/multi-cluster/kubernetes'],
  subjects: HELM_SUBJECTS,
  failing: { documents: RELEASE('north', GLOBAL('dc1')) + RELEASE('south', GLOBAL('dc1')), says: 'global.datacenter dc1 is that of HelmRelease consul/north, too', field: 'spec.values.global.datacenter' },
  passing: { documents: RELEASE('north', GLOBAL('dc1')) + RELEASE('south', GLOBAL('dc2')) },
  checkWorld(world, report) {
    const names = new Map<string, HelmValues>();
    const federated = helmValues(world, 'consul').filter((one) => isOn(valueAt(one, 'global.federation.enabled')));
    // Several primaries are several federations (staging beside production), and who belongs to which is not written.
    const one = federated.filter((values) => isOn(valueAt(values, 'global.federation.createFederationSecret'))).length <= 1;
    for (const values of federated) {
      const say = (field: string, message: string, fix: string): void => report(values.at, values.path(valueAt(values, field) === undefined ? ['global', 'federation'] : field.split('.')), { message, fix });
      for (const [field, why] of NEEDED) {
        const value = valueAt(values, field);
        // Values that come from elsewhere may switch it on; the chart does so with sidecars by itself.
        const off = value === undefined ? values.complete && field !== 'connectInject.enabled' : value === false || value === 'false';
        if (off) say(field, `global.federation.enabled needs ${field}: ${why}`, `set ${field}: true`);
      }
      if (isOn(valueAt(values, 'global.adminPartitions.enabled'))) say('global.adminPartitions.enabled', 'global.federation.enabled and global.adminPartitions.enabled exclude each other: the chart refuses both', 'keep one of them');
      const datacenter = valueAt(values, 'global.datacenter') ?? (values.complete ? 'dc1' : undefined);
      if (datacenter === undefined || !one) continue;
      const other = names.get(String(datacenter));
      if (!other) names.set(String(datacenter), values);
      else if (other.at !== values.at) {
        report(values.at, values.path(valueAt(values, 'global.datacenter') === undefined ? ['global', 'federation'] : ['global', 'datacenter']), {
          message: `global.datacenter ${String(datacenter)} is that of ${'object' in other.at ? other.at.toString() : other.at.file}, too`, decidedBy: 'object' in other.at ? [other.at] : [],
          fix: 'give each datacenter a name of its own',
        });
      }
    }
  },
};

const NEEDED: readonly (readonly [string, string])[] = [
  ['global.tls.enabled', 'the chart refuses federation without TLS'],
  ['meshGateway.enabled', 'datacenters reach each other only through their mesh gateways'],
  ['connectInject.enabled', 'mesh gateways are part of the service mesh'],
];
