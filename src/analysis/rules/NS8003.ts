import { calicoObjects } from '../model/bgp';
import { record, text } from '../model/fields';
import { HELM_SUBJECTS, helmValues, isOn, valueAt } from '../model/helm-values';
import type { Rule } from './rule';

const RELEASE = (values: string): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 1h
  chart: { spec: { chart: cilium, version: 1.20.2, sourceRef: { kind: HelmRepository, name: cilium } } }
  values: ${values}
`;

export const rule: Rule = {
  id: 'NS8003',
  class: 'practice',
  title: 'The CNI runs as for an experiment',
  sees: 'values of the chart cilium: debug on, no resources for the agents, no metrics; and Calico\'s FelixConfiguration that logs more than Info or serves no metrics.',
  why: 'The agent runs on every node: without a request for resources it is the first to starve, debug fills the disks of all of them, and without metrics nobody sees dropped packets.',
  fix: 'set resources, leave debug off, and switch the metrics on',
  covers: ['R92'],
  docs: ['https://docs.cilium.io/en/stable/observability/metrics/', 'https://docs.tigera.io/calico/latest/reference/resources/felixconfig'],
  subjects: [...HELM_SUBJECTS, 'projectcalico.org/FelixConfiguration', 'crd.projectcalico.org/FelixConfiguration'],
  failing: {
    documents: RELEASE('{ debug: { enabled: true } }'),
    says: 'debug.enabled is on, resources are not set, and prometheus.enabled is off',
    field: 'spec.values',
  },
  passing: { documents: RELEASE('{ resources: { requests: { cpu: 100m, memory: 512Mi } }, prometheus: { enabled: true } }') },
  check(cluster, report) {
    for (const values of helmValues(cluster.world, 'cilium').filter((one) => one.cluster === cluster)) {
      const missing = (field: string): boolean => valueAt(values, field) === undefined && values.complete;
      say([
        ...isOn(valueAt(values, 'debug.enabled')) ? ['debug.enabled is on'] : [],
        ...missing('resources') || Object.keys(record(valueAt(values, 'resources') ?? { requests: {} })).length === 0 ? ['resources are not set'] : [],
        ...missing('prometheus.enabled') || valueAt(values, 'prometheus.enabled') === false ? ['prometheus.enabled is off'] : [],
      ], (message) => report(values.at, values.path([]), { message }));
    }
    for (const felix of calicoObjects(cluster, 'FelixConfiguration').filter(({ name }) => name === 'default')) {
      const level = text(felix.spec.logSeverityScreen) ?? 'Info';
      say([
        ...['Debug', 'Trace'].includes(level) ? [`logSeverityScreen is ${level}`] : [], ...felix.spec.prometheusMetricsEnabled === false ? ['prometheusMetricsEnabled is off'] : [],
      ], (message) => report(felix, ['spec'], { message }));
    }
  },
};

function say(troubles: readonly string[], report: (message: string) => void): void {
  if (troubles.length > 0) report(troubles.length === 1 ? troubles[0]! : `${troubles.slice(0, -1).join(', ')}, and ${troubles[troubles.length - 1]!}`);
}
