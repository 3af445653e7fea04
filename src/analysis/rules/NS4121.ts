import { policyOfRequests } from '../model/cilium-requests';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { HELM_SUBJECTS, helmValues, isOn, valueAt } from '../model/helm-values';
import type { Rule } from './rule';

const SYSTEM = (values: string): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 1h
  chart: { spec: { chart: cilium, version: 1.20.2, sourceRef: { kind: HelmRepository, name: cilium } } }
  values: ${values}
---
apiVersion: cilium.io/v2
kind: CiliumBGPClusterConfig
metadata: { name: rack }
spec:
  bgpInstances: [{ name: main, localASN: 64512, peers: [] }]
`;

export const rule: Rule = {
  id: 'NS4121',
  class: 'breaks',
  title: 'Cilium is told to do what its chart leaves off',
  sees: 'kinds of Cilium that its agents read only when a value of the chart is on (BGP, L2 announcements, egress gateway, local redirects, Gateway API, rules of requests), beside values of the chart cilium that leave it off.',
  why: 'The API server takes the objects, and nobody reads them: no session, no announcement, no redirect, or a policy that is refused.',
  fix: 'switch the value on',
  covers: ['R2', 'R21'],
  docs: ['https://docs.cilium.io/en/stable/helm-reference/'],
  subjects: HELM_SUBJECTS,
  failing: { documents: SYSTEM('{ ipam: { mode: kubernetes } }'), says: 'CiliumBGPClusterConfig rack is read only with bgpControlPlane.enabled, which the chart leaves off', field: 'spec.values' },
  passing: { documents: SYSTEM('{ bgpControlPlane: { enabled: true } }') },
  checkWorld(world, report) {
    for (const values of helmValues(world, 'cilium')) {
      for (const cluster of values.cluster ? [values.cluster] : []) {
        // Several sets of values may be merged into one installation.
        if (!values.complete || helmValues(world, 'cilium').filter((one) => one.cluster === cluster).length > 1) break;
        for (const [needs, find] of SWITCHES) {
          const used = needs.some((field) => isOn(valueAt(values, field))) ? undefined : find(cluster);
          if (used) report(values.at, values.path([]), { message: `${used.toString()} is read only with ${needs[0]!}, which the chart leaves off`, decidedBy: [used] });
        }
        const inspecting = valueAt(values, 'l7Proxy') === false ? policyOfRequests(cluster) : undefined;
        if (inspecting) report(values.at, values.path(['l7Proxy']), { message: `${inspecting.toString()} has rules of requests or names, and l7Proxy is off: Cilium refuses the policy`, decidedBy: [inspecting] });
      }
    }
  },
};

type Find = (cluster: ClusterModel) => Entry | undefined;
const first = (...kinds: readonly string[]): Find => (cluster) => kinds.map((kind) => cluster.objects('cilium.io', kind)[0]).find((entry) => entry !== undefined);

/** Values, of which one has to be on, and what needs it. */
const SWITCHES: readonly (readonly [readonly string[], Find])[] = [
  [['bgpControlPlane.enabled', 'bgp.enabled'], first('CiliumBGPClusterConfig', 'CiliumBGPPeeringPolicy')],
  [['l2announcements.enabled'], first('CiliumL2AnnouncementPolicy')],
  [['egressGateway.enabled'], first('CiliumEgressGatewayPolicy')],
  [['localRedirectPolicies.enabled', 'localRedirectPolicy'], first('CiliumLocalRedirectPolicy')],
  [['gatewayAPI.enabled'], (cluster) => cluster.objects('gateway.networking.k8s.io', 'GatewayClass').find(({ spec }) => spec.controllerName === 'io.cilium/gateway-controller')],
];
