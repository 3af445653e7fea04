import { atLeast } from '../../core/targets';
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
  id: 'NS4120',
  class: 'risk',
  title: 'Values of the Cilium chart contradict each other',
  sees: 'values of the chart cilium (HelmRelease, Application, files of values): words for kubeProxyReplacement that count as off, XDP acceleration without kube-proxy replacement, DSR through a tunnel that cannot carry it, values that were removed.',
  why: 'The agents ignore the value, or refuse to start on every node at once.',
  fix: 'set what the message says',
  covers: ['R24', 'R96'],
  docs: ['https://docs.cilium.io/en/stable/network/kubernetes/kubeproxy-free/'],
  subjects: HELM_SUBJECTS,
  failing: {
    documents: RELEASE('{ kubeProxyReplacement: strict, loadBalancer: { acceleration: native } }'),
    says: 'kubeProxyReplacement strict is neither true nor false',
    field: 'spec.values.kubeProxyReplacement',
  },
  passing: { documents: RELEASE('{ kubeProxyReplacement: "true", routingMode: native, loadBalancer: { acceleration: native, mode: dsr } }') },
  checkWorld(world, report) {
    for (const values of helmValues(world, 'cilium')) {
      const say = (field: string, message: string, fix: string): void => report(values.at, values.path(field.split('.')), { message, fix });
      const replacement = valueAt(values, 'kubeProxyReplacement');
      if (typeof replacement === 'string' && !['true', 'false', ''].includes(replacement) && atLeast(values.version ?? '1.20', '1.14')) {
        say('kubeProxyReplacement', `kubeProxyReplacement ${replacement} is neither true nor false: the chart refuses it since 1.20, and counted it as false before`, 'write "true"');
      }
      const acceleration = valueAt(values, 'loadBalancer.acceleration');
      if ((acceleration === 'native' || acceleration === 'best-effort') && !isOn(replacement) && (values.complete || replacement !== undefined)) {
        say('loadBalancer.acceleration', `loadBalancer.acceleration ${acceleration} has no effect without kubeProxyReplacement "true"`, 'set kubeProxyReplacement: "true", or leave the acceleration out');
      }
      const mode = valueAt(values, 'loadBalancer.mode');
      const tunnelled = (valueAt(values, 'routingMode') ?? 'tunnel') === 'tunnel' && CLOUDS.every((cloud) => !isOn(valueAt(values, cloud)));
      if ((mode === 'dsr' || mode === 'hybrid') && tunnelled && values.complete) {
        const protocol = valueAt(values, 'tunnelProtocol') ?? 'vxlan';
        if (protocol !== 'geneve') say('loadBalancer.mode', `loadBalancer.mode ${mode} cannot go through a tunnel of ${String(protocol)}: the agents do not start`, 'set routingMode: native, or tunnelProtocol and loadBalancer.dsrDispatch to geneve');
        else if (valueAt(values, 'loadBalancer.dsrDispatch') !== 'geneve') say('loadBalancer.mode', `loadBalancer.mode ${mode} needs loadBalancer.dsrDispatch geneve in a tunnel: the agents do not start`, 'set loadBalancer.dsrDispatch: geneve');
      }
      if (valueAt(values, 'tunnel') !== undefined && atLeast(values.version ?? '1.20', '1.15')) say('tunnel', 'The value tunnel was removed in 1.15: the chart refuses it', 'write routingMode and tunnelProtocol');
    }
  },
};

/** Values that route packets as the cloud does, without a tunnel. */
const CLOUDS: readonly string[] = ['eni.enabled', 'gke.enabled', 'azure.enabled', 'alibabacloud.enabled'];
