// References of Cilium, Calico, MetalLB and the Tailscale operator.
import type { FieldReference, KindReferences } from './reference';
import { secret, to } from './reference';

const PER_DIRECTION = ['egress', 'egressDeny', 'ingress', 'ingressDeny'] as const;

/** A rule of a Cilium policy, in `spec` and in each of `specs`. */
function ciliumRules(spec: string): FieldReference[] {
  return PER_DIRECTION.flatMap((direction) => {
    const rule = `${spec}.${direction}[]`;
    const outwards = direction.startsWith('egress');
    return [
      to('cilium.io/CiliumCIDRGroup', `${rule}.${outwards ? 'toCIDRSet' : 'fromCIDRSet'}[].cidrGroupRef`),
      ...outwards ? [to('/Service', `${rule}.toServices[].k8sService`, { name: 'serviceName', namespace: 'namespace' })] : [],
      ...direction.endsWith('Deny') ? [] : [
        ...['terminatingTLS.secret', 'originatingTLS.secret', 'rules.http[].headerMatches[].secret'].map((at) => secret(`${rule}.toPorts[].${at}`, { namespace: 'namespace', anywhere: true })),
        to(['cilium.io/CiliumEnvoyConfig', 'cilium.io/CiliumClusterwideEnvoyConfig'], `${rule}.toPorts[].listener.envoyConfig`, { typed: 'kind' }),
      ],
    ];
  });
}

const peers: FieldReference = to('cilium.io/CiliumBGPPeerConfig', 'spec.bgpInstances[].peers[].peerConfigRef');
const envoyServices: readonly FieldReference[] = ['spec.services[]', 'spec.backendServices[]'].map((at) => to('/Service', at, { namespace: 'namespace' }));

/** A rule of a Calico policy. */
const calicoRules: readonly FieldReference[] = ['egress', 'ingress'].flatMap((direction) => ['source', 'destination'].flatMap((end) => [
  to('/Service', `spec.${direction}[].${end}.services`, { namespace: 'namespace' }),
  to('/ServiceAccount', `spec.${direction}[].${end}.serviceAccounts.names[]`, { anywhere: true }),
]));

const tier: FieldReference = to(['projectcalico.org/Tier', 'crd.projectcalico.org/Tier'], 'spec.tier', {
  except: ['default', 'kube-admin', 'kube-baseline', 'adminnetworkpolicy', 'baselineadminnetworkpolicy'],
});

const both = (kind: string): string[] => [`projectcalico.org/${kind}`, `crd.projectcalico.org/${kind}`];

export const NETWORKS: readonly KindReferences[] = [
  { kinds: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy'], fields: () => [...ciliumRules('spec'), ...ciliumRules('specs[]')] },
  { kinds: ['cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPNodeConfig'], fields: () => [peers] },
  // Read in the namespace that Cilium was told to keep BGP secrets in.
  { kinds: ['cilium.io/CiliumBGPPeerConfig'], fields: () => [secret('spec.authSecretRef', { anywhere: true })] },
  { kinds: ['cilium.io/CiliumBGPPeeringPolicy'], fields: () => [secret('spec.virtualRouters[].neighbors[].authSecretRef', { anywhere: true })] },
  { kinds: ['cilium.io/CiliumEnvoyConfig', 'cilium.io/CiliumClusterwideEnvoyConfig'], fields: () => envoyServices },
  { kinds: ['cilium.io/CiliumLocalRedirectPolicy'], fields: () => [to('/Service', 'spec.redirectFrontend.serviceMatcher', { name: 'serviceName', namespace: 'namespace' })] },
  { kinds: [...both('NetworkPolicy'), ...both('GlobalNetworkPolicy'), 'projectcalico.org/StagedNetworkPolicy', 'projectcalico.org/StagedGlobalNetworkPolicy'], fields: () => [...calicoRules, tier] },
  {
    kinds: both('BGPPeer'),
    fields: () => [secret('spec.password.secretKeyRef', { key: 'key', optional: true, anywhere: true }), to(['projectcalico.org/BGPFilter', 'crd.projectcalico.org/BGPFilter'], 'spec.filters[]')],
  },
  { kinds: both('BGPConfiguration'), fields: () => [secret('spec.nodeMeshPassword.secretKeyRef', { key: 'key', optional: true, anywhere: true })] },
  {
    kinds: ['metallb.io/BGPAdvertisement'],
    fields: () => [to('metallb.io/IPAddressPool', 'spec.ipAddressPools[]'), to('metallb.io/BGPPeer', 'spec.peers[]')],
  },
  { kinds: ['metallb.io/L2Advertisement'], fields: () => [to('metallb.io/IPAddressPool', 'spec.ipAddressPools[]')] },
  {
    kinds: ['metallb.io/BGPPeer'],
    fields: () => [to('metallb.io/BFDProfile', 'spec.bfdProfile'), secret('spec.passwordSecret', { namespace: 'namespace', keys: ['password'] })],
  },
  {
    kinds: ['tailscale.com/ProxyGroup', 'tailscale.com/Connector', 'tailscale.com/Recorder', 'tailscale.com/PeerRelay'],
    fields: () => [
      to('tailscale.com/ProxyClass', 'spec.proxyClass'), to('tailscale.com/Tailnet', 'spec.tailnet'),
      secret('spec.storage.s3.credentials.secret', { anywhere: true }), secret('spec.statefulSet.pod.imagePullSecrets[]', { anywhere: true, idle: true }),
    ],
  },
  {
    kinds: ['tailscale.com/ProxyClass'],
    fields: () => [
      secret('spec.statefulSet.pod.imagePullSecrets[]', { anywhere: true, idle: true }),
      to('scheduling.k8s.io/PriorityClass', 'spec.statefulSet.pod.priorityClassName', { except: ['system-node-critical', 'system-cluster-critical'] }),
    ],
  },
  { kinds: ['tailscale.com/Tailnet'], fields: () => [secret('spec.credentials.secretName', { anywhere: true })] },
];
