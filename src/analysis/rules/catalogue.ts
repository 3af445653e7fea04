// Written by `npx projen rules` from the rule files. Do not edit.
/* eslint-disable @typescript-eslint/no-require-imports */
import type { Rule, RuleEntry } from './rule';

/** Every rule of the catalogue, in the order of their ids. Nothing is loaded before it is asked. */
export const CATALOGUE: readonly RuleEntry[] = [
  {
    id: 'NS0030', class: 'breaks',
    title: 'An object refers to one that is not there',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0030') as { rule: Rule }).rule,
  },
  {
    id: 'NS0031', class: 'breaks',
    title: 'A reference crosses namespaces without a ReferenceGrant',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/ListenerSet', 'gateway.networking.k8s.io/HTTPRoute',
      'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute',
      'gateway.networking.k8s.io/UDPRoute', 'gateway.networking.x-k8s.io/XBackend', 'gateway.envoyproxy.io/SecurityPolicy',
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyExtensionPolicy', 'gateway.envoyproxy.io/EnvoyProxy',
      'gateway.envoyproxy.io/Backend', 'gateway.envoyproxy.io/HTTPRouteFilter',
    ],
    load: () => (require('./NS0031') as { rule: Rule }).rule,
  },
  {
    id: 'NS0032', class: 'breaks',
    title: 'A reference asks for a port, key or listener that its object does not have',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0032') as { rule: Rule }).rule,
  },
  {
    id: 'NS0033', class: 'risk',
    title: 'A Service selects no pods',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0033') as { rule: Rule }).rule,
  },
  {
    id: 'NS0034', class: 'risk',
    title: 'A reference to nothing has no effect',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0034') as { rule: Rule }).rule,
  },
  {
    id: 'NS0035', class: 'breaks',
    title: 'A Secret or ConfigMap is read that nothing makes',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0035') as { rule: Rule }).rule,
  },
  {
    id: 'NS0036', class: 'breaks',
    title: 'A route names a subset that no DestinationRule of the same host has',
    subjects: [
      'networking.istio.io/VirtualService', 'networking.istio.io/Sidecar',
    ],
    load: () => (require('./NS0036') as { rule: Rule }).rule,
  },
  {
    id: 'NS0037', class: 'risk',
    title: 'A policy, budget or monitor selects nobody',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'policy/PodDisruptionBudget', 'policy.linkerd.io/Server', 'cilium.io/CiliumLocalRedirectPolicy',
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy', 'projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/NetworkPolicy', 'security.istio.io/AuthorizationPolicy', 'security.istio.io/PeerAuthentication',
      'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry', 'extensions.istio.io/WasmPlugin', 'networking.istio.io/ProxyConfig',
      'networking.istio.io/Sidecar', 'networking.istio.io/EnvoyFilter', 'networking.istio.io/DestinationRule', 'networking.istio.io/ServiceEntry',
      'monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor',
    ],
    load: () => (require('./NS0037') as { rule: Rule }).rule,
  },
  {
    id: 'NS0038', class: 'risk',
    title: 'A network policy speaks of pods that nobody has',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS0038') as { rule: Rule }).rule,
  },
  {
    id: 'NS0039', class: 'risk',
    title: 'A selector of namespaces finds none',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy', 'gateway.networking.k8s.io/Gateway',
      'gateway.networking.k8s.io/ListenerSet',
    ],
    load: () => (require('./NS0039') as { rule: Rule }).rule,
  },
  {
    id: 'NS0040', class: 'breaks',
    title: 'A Service leads to a port name that its pods do not have',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0040') as { rule: Rule }).rule,
  },
  {
    id: 'NS0041', class: 'risk',
    title: 'A Service leads to none of the ports that its pods declare',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0041') as { rule: Rule }).rule,
  },
  {
    id: 'NS0042', class: 'practice',
    title: 'A port name stands for several numbers behind one Service',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0042') as { rule: Rule }).rule,
  },
  {
    id: 'NS0043', class: 'breaks',
    title: 'A probe asks a port name that its container does not have',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS0043') as { rule: Rule }).rule,
  },
  {
    id: 'NS0044', class: 'risk',
    title: 'A monitor asks a port that what it selects does not have',
    subjects: [
      'monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor',
    ],
    load: () => (require('./NS0044') as { rule: Rule }).rule,
  },
  {
    id: 'NS0045', class: 'breaks',
    title: 'Two Services claim the same node port or address',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0045') as { rule: Rule }).rule,
  },
  {
    id: 'NS0046', class: 'risk',
    title: 'A Service asks for an address or node port outside of the range',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0046') as { rule: Rule }).rule,
  },
  {
    id: 'NS0047', class: 'practice',
    title: 'A Service is open on every node',
    subjects: [
      '/Service', 'gateway.envoyproxy.io/EnvoyProxy',
    ],
    load: () => (require('./NS0047') as { rule: Rule }).rule,
  },
  {
    id: 'NS0048', class: 'practice',
    title: 'A cluster has outgrown its data plane',
    subjects: [
      '/ConfigMap', 'networking.k8s.io/Ingress', 'networking.k8s.io/NetworkPolicy',
    ],
    load: () => (require('./NS0048') as { rule: Rule }).rule,
  },
  {
    id: 'NS0049', class: 'risk',
    title: 'A pod sets a kernel parameter that nodes refuse',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS0049') as { rule: Rule }).rule,
  },
  {
    id: 'NS0050', class: 'practice',
    title: 'A database is addressed without TLS',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0050') as { rule: Rule }).rule,
  },
  {
    id: 'NS0051', class: 'risk',
    title: 'A secret stands where everybody can read it',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0051') as { rule: Rule }).rule,
  },
  {
    id: 'NS0052', class: 'practice',
    title: 'A password stands in the manifest itself',
    subjects: [
      '*',
    ],
    load: () => (require('./NS0052') as { rule: Rule }).rule,
  },
  {
    id: 'NS0053', class: 'practice',
    title: 'A Service asks for short ways by an annotation',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0053') as { rule: Rule }).rule,
  },
  {
    id: 'NS0054', class: 'practice',
    title: 'A Service keeps traffic on the node, and its pods may all be on one',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0054') as { rule: Rule }).rule,
  },
  {
    id: 'NS0055', class: 'practice',
    title: 'Connections are shared out in a way that does not fit the protocol',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0055') as { rule: Rule }).rule,
  },
  {
    id: 'NS0056', class: 'practice',
    title: 'A load balancer is used again without saying who owns its listeners',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0056') as { rule: Rule }).rule,
  },
  {
    id: 'NS0057', class: 'practice',
    title: 'Traffic is sent to pods that nobody asks whether they are ready',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0057') as { rule: Rule }).rule,
  },
  {
    id: 'NS0058', class: 'practice',
    title: 'Metrics are offered and nobody reads them',
    subjects: [
      'monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor',
    ],
    load: () => (require('./NS0058') as { rule: Rule }).rule,
  },
  {
    id: 'NS0059', class: 'practice',
    title: 'An Ingress does not say who serves it',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0059') as { rule: Rule }).rule,
  },
  {
    id: 'NS0060', class: 'practice',
    title: 'An Ingress serves its hosts without TLS',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0060') as { rule: Rule }).rule,
  },
  {
    id: 'NS0061', class: 'practice',
    title: 'A host with TLS answers in the clear as well',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0061') as { rule: Rule }).rule,
  },
  {
    id: 'NS0063', class: 'risk',
    title: 'Two Ingresses serve the same host and path',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0063') as { rule: Rule }).rule,
  },
  {
    id: 'NS0064', class: 'practice',
    title: 'A path that is not for everybody is open to everybody',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0064') as { rule: Rule }).rule,
  },
  {
    id: 'NS0065', class: 'risk',
    title: 'Nobody enforces the network policies',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy', 'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
      'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS0065') as { rule: Rule }).rule,
  },
  {
    id: 'NS0066', class: 'practice',
    title: 'A NetworkPolicy forbids everything outwards without saying so',
    subjects: [
      'networking.k8s.io/NetworkPolicy',
    ],
    load: () => (require('./NS0066') as { rule: Rule }).rule,
  },
  {
    id: 'NS0067', class: 'risk',
    title: 'JSON inside of an object cannot be read',
    subjects: [
      '/ConfigMap', 'k8s.cni.cncf.io/NetworkAttachmentDefinition', 'networking.k8s.io/Ingress', '/Service',
    ],
    load: () => (require('./NS0067') as { rule: Rule }).rule,
  },
  {
    id: 'NS0068', class: 'risk',
    title: 'A subset selects no pods of its Service',
    subjects: [
      'networking.istio.io/DestinationRule',
    ],
    load: () => (require('./NS0068') as { rule: Rule }).rule,
  },
  {
    id: 'NS0069', class: 'breaks',
    title: 'A PodSecurityPolicy is no longer known',
    subjects: [
      'policy/PodSecurityPolicy', 'extensions/PodSecurityPolicy', 'rbac.authorization.k8s.io/ClusterRole', 'rbac.authorization.k8s.io/Role',
    ],
    load: () => (require('./NS0069') as { rule: Rule }).rule,
  },
  {
    id: 'NS0070', class: 'practice',
    title: 'A container may run as root',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS0070') as { rule: Rule }).rule,
  },
  {
    id: 'NS0071', class: 'practice',
    title: 'Karmada takes every ConfigMap of a namespace to its clusters',
    subjects: [
      'policy.karmada.io/PropagationPolicy', 'policy.karmada.io/ClusterPropagationPolicy',
    ],
    load: () => (require('./NS0071') as { rule: Rule }).rule,
  },
  {
    id: 'NS0072', class: 'risk',
    title: 'Clients of a database may open more connections than it takes',
    subjects: [
      'apps/Deployment', 'apps/StatefulSet',
    ],
    load: () => (require('./NS0072') as { rule: Rule }).rule,
  },
  {
    id: 'NS0073', class: 'breaks',
    title: 'KEDA refuses the bounds of a ScaledObject',
    subjects: [
      'keda.sh/ScaledObject',
    ],
    load: () => (require('./NS0073') as { rule: Rule }).rule,
  },
  {
    id: 'NS0074', class: 'breaks',
    title: 'Two autoscalers have the same pods',
    subjects: [
      'autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject',
    ],
    load: () => (require('./NS0074') as { rule: Rule }).rule,
  },
  {
    id: 'NS0075', class: 'breaks',
    title: 'An autoscaler measures use of what its pods do not request',
    subjects: [
      'autoscaling/HorizontalPodAutoscaler',
    ],
    load: () => (require('./NS0075') as { rule: Rule }).rule,
  },
  {
    id: 'NS0076', class: 'breaks',
    title: 'Two disruption budgets have the same pods',
    subjects: [
      'policy/PodDisruptionBudget',
    ],
    load: () => (require('./NS0076') as { rule: Rule }).rule,
  },
  {
    id: 'NS0077', class: 'practice',
    title: 'A disruption budget lets no pod be moved',
    subjects: [
      'policy/PodDisruptionBudget',
    ],
    load: () => (require('./NS0077') as { rule: Rule }).rule,
  },
  {
    id: 'NS0078', class: 'practice',
    title: 'The pods of a StatefulSet have no names of their own',
    subjects: [
      'apps/StatefulSet',
    ],
    load: () => (require('./NS0078') as { rule: Rule }).rule,
  },
  {
    id: 'NS0079', class: 'risk',
    title: 'The governing Service of a StatefulSet selects other pods',
    subjects: [
      'apps/StatefulSet',
    ],
    load: () => (require('./NS0079') as { rule: Rule }).rule,
  },
  {
    id: 'NS0080', class: 'breaks',
    title: 'Two programs claim the same port of every node',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS0080') as { rule: Rule }).rule,
  },
  {
    id: 'NS0081', class: 'risk',
    title: 'Two containers of a pod declare the same port',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS0081') as { rule: Rule }).rule,
  },
  {
    id: 'NS0082', class: 'practice',
    title: 'Routing is told by annotations',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS0082') as { rule: Rule }).rule,
  },
  {
    id: 'NS0083', class: 'risk',
    title: 'An object is delivered before its kind is known',
    subjects: [
      'apiextensions.k8s.io/CustomResourceDefinition',
    ],
    load: () => (require('./NS0083') as { rule: Rule }).rule,
  },
  {
    id: 'NS0084', class: 'breaks',
    title: 'An ExternalName Service names an address',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0084') as { rule: Rule }).rule,
  },
  {
    id: 'NS0085', class: 'practice',
    title: 'A namespace of the cluster is selected by a label that it does not have by itself',
    subjects: [
      'networking.k8s.io/NetworkPolicy',
    ],
    load: () => (require('./NS0085') as { rule: Rule }).rule,
  },
  {
    id: 'NS0086', class: 'breaks',
    title: 'The API server takes a value that its controller cannot read',
    subjects: [
    ],
    load: () => (require('./NS0086') as { rule: Rule }).rule,
  },
  {
    id: 'NS1001', class: 'breaks',
    title: 'TLS settings of a Cloudflare zone leave no version, or take away the one that HTTP/3 and 0-RTT need',
    subjects: [
      'terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override',
    ],
    load: () => (require('./NS1001') as { rule: Rule }).rule,
  },
  {
    id: 'NS1010', class: 'breaks',
    title: 'cloudflared refuses the rules of a tunnel',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1010') as { rule: Rule }).rule,
  },
  {
    id: 'NS1011', class: 'risk',
    title: 'A rule of a tunnel is never reached',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1011') as { rule: Rule }).rule,
  },
  {
    id: 'NS1012', class: 'breaks',
    title: 'A host name of a tunnel does not lead to it in DNS',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1012') as { rule: Rule }).rule,
  },
  {
    id: 'NS1013', class: 'breaks',
    title: 'DNS leads a name to a tunnel that has no rule for it',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1013') as { rule: Rule }).rule,
  },
  {
    id: 'NS1014', class: 'breaks',
    title: 'A tunnel leads to a Service or port that is not there',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1014') as { rule: Rule }).rule,
  },
  {
    id: 'NS1015', class: 'breaks',
    title: 'A tunnel asks a gateway for a TLS name or a protocol that it does not serve',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1015') as { rule: Rule }).rule,
  },
  {
    id: 'NS1016', class: 'breaks',
    title: 'A tunnel sends a host to a gateway that has no route for it, or that sends it back',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS1016') as { rule: Rule }).rule,
  },
  {
    id: 'NS1017', class: 'practice',
    title: 'A tunnel does not check who its origin is',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    load: () => (require('./NS1017') as { rule: Rule }).rule,
  },
  {
    id: 'NS1018', class: 'risk',
    title: 'The credential of a tunnel stands in the manifest',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    needs: [
      'image:cloudflared',
    ],
    load: () => (require('./NS1018') as { rule: Rule }).rule,
  },
  {
    id: 'NS1020', class: 'risk',
    title: 'A Worker is bound to a host that no request comes to',
    subjects: [
      'terraform:cloudflare_workers_route', 'terraform:cloudflare_worker_route',
    ],
    load: () => (require('./NS1020') as { rule: Rule }).rule,
  },
  {
    id: 'NS1021', class: 'breaks',
    title: 'A zone has two rulesets of one phase',
    subjects: [
      'terraform:cloudflare_ruleset',
    ],
    load: () => (require('./NS1021') as { rule: Rule }).rule,
  },
  {
    id: 'NS1022', class: 'practice',
    title: 'A public zone has no firewall or no rate limit',
    subjects: [
      'terraform:cloudflare_dns_record', 'terraform:cloudflare_record',
    ],
    load: () => (require('./NS1022') as { rule: Rule }).rule,
  },
  {
    id: 'NS1023', class: 'practice',
    title: 'A zone takes requests that may be replayed, or speaks plain text with its origin',
    subjects: [
      'terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override',
    ],
    load: () => (require('./NS1023') as { rule: Rule }).rule,
  },
  {
    id: 'NS1024', class: 'practice',
    title: 'A certificate of Cloudflare does not renew itself',
    subjects: [
      'terraform:cloudflare_origin_ca_certificate', 'terraform:cloudflare_custom_ssl',
    ],
    load: () => (require('./NS1024') as { rule: Rule }).rule,
  },
  {
    id: 'NS1025', class: 'practice',
    title: 'No alert says that a tunnel is down',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    load: () => (require('./NS1025') as { rule: Rule }).rule,
  },
  {
    id: 'NS1026', class: 'breaks',
    title: 'A network policy keeps cloudflared from Cloudflare',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    needs: [
      'image:cloudflared',
    ],
    load: () => (require('./NS1026') as { rule: Rule }).rule,
  },
  {
    id: 'NS2001', class: 'breaks',
    title: 'HTTP/3 is served where TLS 1.3 is not allowed',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyProxy', 'gateway.envoyproxy.io/Backend', 'networking.istio.io/Gateway',
      'traefik.io/TLSOption', 'traefik.io/ServersTransport', '/ConfigMap',
    ],
    load: () => (require('./NS2001') as { rule: Rule }).rule,
  },
  {
    id: 'NS2002', class: 'practice',
    title: 'TLS 1.3 is shut out',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyProxy', 'gateway.envoyproxy.io/Backend', 'networking.istio.io/Gateway',
      'traefik.io/TLSOption', 'traefik.io/ServersTransport', '/ConfigMap', 'consul.hashicorp.com/Mesh', 'consul.hashicorp.com/IngressGateway',
      'projectcontour.io/HTTPProxy', 'terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override',
    ],
    load: () => (require('./NS2002') as { rule: Rule }).rule,
  },
  {
    id: 'NS2003', class: 'breaks',
    title: 'Two hops that talk to each other have no TLS version in common',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/EnvoyProxy', 'gateway.envoyproxy.io/Backend', 'networking.istio.io/Gateway',
      'traefik.io/TLSOption', 'traefik.io/ServersTransport', '/ConfigMap', 'terraform:cloudflare_zero_trust_tunnel_cloudflared_config',
      'terraform:cloudflare_tunnel_config',
    ],
    load: () => (require('./NS2003') as { rule: Rule }).rule,
  },
  {
    id: 'NS2010', class: 'breaks',
    title: 'HTTP/3 is announced and the Service opens no UDP port for it',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    needs: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'image:traefik', 'image:nginx', 'image:nginx-unprivileged', 'image:haproxy', 'image:pilot',
    ],
    load: () => (require('./NS2010') as { rule: Rule }).rule,
  },
  {
    id: 'NS2011', class: 'breaks',
    title: 'HTTP/3 is announced and a network policy lets only TCP in',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', 'projectcalico.org/NetworkPolicy',
      'projectcalico.org/GlobalNetworkPolicy',
    ],
    needs: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'image:traefik', 'image:nginx', 'image:nginx-unprivileged', 'image:haproxy', 'image:pilot',
    ],
    load: () => (require('./NS2011') as { rule: Rule }).rule,
  },
  {
    id: 'NS2012', class: 'breaks',
    title: 'Alt-Svc announces HTTP/3 on a port that nobody answers',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', 'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'image:traefik', 'image:nginx', 'image:nginx-unprivileged', 'image:haproxy', 'image:pilot',
    ],
    load: () => (require('./NS2012') as { rule: Rule }).rule,
  },
  {
    id: 'NS2013', class: 'risk',
    title: 'HTTP/3 is served and no client is told of it',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', 'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'image:traefik', 'image:nginx', 'image:nginx-unprivileged', 'image:haproxy', 'image:pilot',
    ],
    load: () => (require('./NS2013') as { rule: Rule }).rule,
  },
  {
    id: 'NS2020', class: 'risk',
    title: 'The canary gets the larger share',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute',
      'gateway.networking.k8s.io/TCPRoute', 'networking.istio.io/VirtualService', 'policy.linkerd.io/HTTPRoute', 'traefik.io/TraefikService',
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/IngressRouteUDP', 'argoproj.io/Rollout', 'flagger.app/Canary',
      'consul.hashicorp.com/ServiceSplitter', 'split.smi-spec.io/TrafficSplit', 'projectcontour.io/HTTPProxy', 'k8s.nginx.org/VirtualServer',
      'k8s.nginx.org/VirtualServerRoute', 'serving.knative.dev/Service', 'serving.knative.dev/Route', 'cilium.io/CiliumEnvoyConfig',
      'cilium.io/CiliumClusterwideEnvoyConfig', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2020') as { rule: Rule }).rule,
  },
  {
    id: 'NS2021', class: 'practice',
    title: 'Weights look like percentages and are none',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute',
      'gateway.networking.k8s.io/TCPRoute', 'networking.istio.io/VirtualService', 'policy.linkerd.io/HTTPRoute', 'traefik.io/TraefikService',
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/IngressRouteUDP', 'argoproj.io/Rollout', 'flagger.app/Canary',
      'consul.hashicorp.com/ServiceSplitter', 'split.smi-spec.io/TrafficSplit', 'projectcontour.io/HTTPProxy', 'k8s.nginx.org/VirtualServer',
      'k8s.nginx.org/VirtualServerRoute', 'serving.knative.dev/Service', 'serving.knative.dev/Route', 'cilium.io/CiliumEnvoyConfig',
      'cilium.io/CiliumClusterwideEnvoyConfig', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2021') as { rule: Rule }).rule,
  },
  {
    id: 'NS2022', class: 'breaks',
    title: 'Every weight of a rule is 0',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute',
      'gateway.networking.k8s.io/TCPRoute', 'networking.istio.io/VirtualService', 'policy.linkerd.io/HTTPRoute', 'traefik.io/TraefikService',
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/IngressRouteUDP', 'argoproj.io/Rollout', 'flagger.app/Canary',
      'consul.hashicorp.com/ServiceSplitter', 'split.smi-spec.io/TrafficSplit', 'projectcontour.io/HTTPProxy', 'k8s.nginx.org/VirtualServer',
      'k8s.nginx.org/VirtualServerRoute', 'serving.knative.dev/Service', 'serving.knative.dev/Route', 'cilium.io/CiliumEnvoyConfig',
      'cilium.io/CiliumClusterwideEnvoyConfig', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2022') as { rule: Rule }).rule,
  },
  {
    id: 'NS2023', class: 'risk',
    title: 'All requests go over to another version at once',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute',
      'gateway.networking.k8s.io/TCPRoute', 'networking.istio.io/VirtualService', 'policy.linkerd.io/HTTPRoute', 'traefik.io/TraefikService',
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP', 'traefik.io/IngressRouteUDP', 'argoproj.io/Rollout', 'flagger.app/Canary',
      'consul.hashicorp.com/ServiceSplitter', 'split.smi-spec.io/TrafficSplit', 'projectcontour.io/HTTPProxy', 'k8s.nginx.org/VirtualServer',
      'k8s.nginx.org/VirtualServerRoute', 'serving.knative.dev/Service', 'serving.knative.dev/Route', 'cilium.io/CiliumEnvoyConfig',
      'cilium.io/CiliumClusterwideEnvoyConfig', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2023') as { rule: Rule }).rule,
  },
  {
    id: 'NS2030', class: 'breaks',
    title: 'The certificate is not for the name that clients ask for',
    subjects: [
      'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2030') as { rule: Rule }).rule,
  },
  {
    id: 'NS2031', class: 'breaks',
    title: 'The certificate is written in another namespace than where it is looked for',
    subjects: [
      'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2031') as { rule: Rule }).rule,
  },
  {
    id: 'NS2032', class: 'breaks',
    title: 'A certificate is to be renewed before it is issued',
    subjects: [
      'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2032') as { rule: Rule }).rule,
  },
  {
    id: 'NS2033', class: 'breaks',
    title: 'A wildcard certificate is asked for over HTTP-01',
    subjects: [
      'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2033') as { rule: Rule }).rule,
  },
  {
    id: 'NS2034', class: 'practice',
    title: 'Nobody renews a certificate',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'networking.istio.io/Gateway', 'traefik.io/IngressRoute',
      'traefik.io/IngressRouteTCP', 'traefik.io/TLSStore', 'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2034') as { rule: Rule }).rule,
  },
  {
    id: 'NS2035', class: 'practice',
    title: 'No alert says that a certificate ends soon',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'networking.istio.io/Gateway', 'traefik.io/IngressRoute',
      'traefik.io/IngressRouteTCP', 'traefik.io/TLSStore',
    ],
    load: () => (require('./NS2035') as { rule: Rule }).rule,
  },
  {
    id: 'NS2036', class: 'breaks',
    title: 'A duration is not in the grammar of its engine',
    subjects: [
      'cert-manager.io/Certificate',
    ],
    load: () => (require('./NS2036') as { rule: Rule }).rule,
  },
  {
    id: 'NS2040', class: 'risk',
    title: 'Requests in 0-RTT reach a backend that cannot tell them',
    subjects: [
      '/ConfigMap',
    ],
    load: () => (require('./NS2040') as { rule: Rule }).rule,
  },
  {
    id: 'NS2100', class: 'breaks',
    title: 'No listener takes routes of this namespace',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
      'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute', 'gateway.networking.k8s.io/UDPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2100') as { rule: Rule }).rule,
  },
  {
    id: 'NS2101', class: 'breaks',
    title: 'The host names of a route and of its listeners have nothing in common',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
      'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute', 'gateway.networking.k8s.io/UDPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2101') as { rule: Rule }).rule,
  },
  {
    id: 'NS2102', class: 'breaks',
    title: 'A listener cannot carry routes of this kind',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
      'gateway.networking.k8s.io/TLSRoute', 'gateway.networking.k8s.io/TCPRoute', 'gateway.networking.k8s.io/UDPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2102') as { rule: Rule }).rule,
  },
  {
    id: 'NS2103', class: 'practice',
    title: 'A listener has no route',
    subjects: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2103') as { rule: Rule }).rule,
  },
  {
    id: 'NS2104', class: 'breaks',
    title: 'Two listeners want the same port in ways that exclude each other',
    subjects: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2104') as { rule: Rule }).rule,
  },
  {
    id: 'NS2105', class: 'breaks',
    title: 'A Gateway does not take listeners from this ListenerSet',
    subjects: [
      'gateway.networking.k8s.io/ListenerSet',
    ],
    load: () => (require('./NS2105') as { rule: Rule }).rule,
  },
  {
    id: 'NS2110', class: 'risk',
    title: 'Two rules match the same requests',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2110') as { rule: Rule }).rule,
  },
  {
    id: 'NS2111', class: 'risk',
    title: 'A regular expression for every path takes the requests of all prefixes',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2111') as { rule: Rule }).rule,
  },
  {
    id: 'NS2112', class: 'breaks',
    title: 'A redirect leads back to itself',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2112') as { rule: Rule }).rule,
  },
  {
    id: 'NS2113', class: 'risk',
    title: 'One filter does two things to one header',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    ],
    load: () => (require('./NS2113') as { rule: Rule }).rule,
  },
  {
    id: 'NS2114', class: 'risk',
    title: 'CORS allows credentials from every origin',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.envoyproxy.io/SecurityPolicy', 'networking.istio.io/VirtualService', 'traefik.io/Middleware',
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2114') as { rule: Rule }).rule,
  },
  {
    id: 'NS2120', class: 'breaks',
    title: 'Two policies of one kind are for the same target',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy', 'gateway.envoyproxy.io/BackendTrafficPolicy', 'gateway.envoyproxy.io/SecurityPolicy',
    ],
    load: () => (require('./NS2120') as { rule: Rule }).rule,
  },
  {
    id: 'NS2121', class: 'practice',
    title: 'A policy of a route takes away what the policy of its Gateway protects with',
    subjects: [
      'gateway.envoyproxy.io/BackendTrafficPolicy', 'gateway.envoyproxy.io/SecurityPolicy',
    ],
    load: () => (require('./NS2121') as { rule: Rule }).rule,
  },
  {
    id: 'NS2122', class: 'breaks',
    title: 'A ClientTrafficPolicy is for one of several plain HTTP listeners of a port',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy',
    ],
    load: () => (require('./NS2122') as { rule: Rule }).rule,
  },
  {
    id: 'NS2123', class: 'risk',
    title: 'Retries on status codes are not switched on',
    subjects: [
      'gateway.envoyproxy.io/BackendTrafficPolicy',
    ],
    load: () => (require('./NS2123') as { rule: Rule }).rule,
  },
  {
    id: 'NS2124', class: 'risk',
    title: 'Retries are said twice, or where the gateway does not read them',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2124') as { rule: Rule }).rule,
  },
  {
    id: 'NS2125', class: 'breaks',
    title: 'A global rate limit has no place to count',
    subjects: [
      'gateway.envoyproxy.io/BackendTrafficPolicy',
    ],
    needs: [
      '/ConfigMap',
    ],
    load: () => (require('./NS2125') as { rule: Rule }).rule,
  },
  {
    id: 'NS2126', class: 'breaks',
    title: 'The gateway does not know this kind of filter',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2126') as { rule: Rule }).rule,
  },
  {
    id: 'NS2127', class: 'risk',
    title: 'An annotation looks like a setting of Envoy Gateway and is none',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    ],
    load: () => (require('./NS2127') as { rule: Rule }).rule,
  },
  {
    id: 'NS2128', class: 'practice',
    title: 'Retries do not fit into the time of the request',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS2128') as { rule: Rule }).rule,
  },
  {
    id: 'NS2129', class: 'practice',
    title: 'Requests that change something are sent again',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS2129') as { rule: Rule }).rule,
  },
  {
    id: 'NS2130', class: 'breaks',
    title: 'A route leads to a port of the other transport',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute', 'gateway.networking.k8s.io/TLSRoute',
      'gateway.networking.k8s.io/TCPRoute', 'gateway.networking.k8s.io/UDPRoute',
    ],
    load: () => (require('./NS2130') as { rule: Rule }).rule,
  },
  {
    id: 'NS2131', class: 'breaks',
    title: 'A Service leads to a port that the proxies of Envoy Gateway do not open',
    subjects: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2131') as { rule: Rule }).rule,
  },
  {
    id: 'NS2132', class: 'breaks',
    title: 'Only one side speaks the PROXY protocol',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config',
      'apps/Deployment', 'apps/DaemonSet',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway', 'image:traefik', 'image:controller', 'image:nginx-ingress-controller', 'image:controller-chroot',
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared',
    ],
    load: () => (require('./NS2132') as { rule: Rule }).rule,
  },
  {
    id: 'NS2133', class: 'practice',
    title: 'A gateway injects faults into production',
    subjects: [
      'gateway.envoyproxy.io/BackendTrafficPolicy',
    ],
    load: () => (require('./NS2133') as { rule: Rule }).rule,
  },
  {
    id: 'NS2134', class: 'practice',
    title: 'A route has no rate limit',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute',
    ],
    load: () => (require('./NS2134') as { rule: Rule }).rule,
  },
  {
    id: 'NS2135', class: 'practice',
    title: 'Responses over TLS do not tell browsers to stay there',
    subjects: [
      'gateway.networking.k8s.io/HTTPRoute', 'traefik.io/Middleware',
    ],
    load: () => (require('./NS2135') as { rule: Rule }).rule,
  },
  {
    id: 'NS2136', class: 'practice',
    title: 'An internal path is open to everybody',
    subjects: [
      'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute',
    ],
    load: () => (require('./NS2136') as { rule: Rule }).rule,
  },
  {
    id: 'NS2137', class: 'risk',
    title: 'A GatewayClass names a controller that nobody is',
    subjects: [
      'gateway.networking.k8s.io/GatewayClass',
    ],
    load: () => (require('./NS2137') as { rule: Rule }).rule,
  },
  {
    id: 'NS2200', class: 'practice',
    title: 'An Ingress leaves its class or its encryption to chance',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2200') as { rule: Rule }).rule,
  },
  {
    id: 'NS2201', class: 'practice',
    title: 'A host that has TLS is served in plain text as well',
    subjects: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2201') as { rule: Rule }).rule,
  },
  {
    id: 'NS2202', class: 'breaks',
    title: 'A canary of ingress-nginx is alone, one too many, or says what is not read',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2202') as { rule: Rule }).rule,
  },
  {
    id: 'NS2203', class: 'risk',
    title: 'Two Ingresses want the same path of a host',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2203') as { rule: Rule }).rule,
  },
  {
    id: 'NS2204', class: 'breaks',
    title: 'ingress-nginx does not take snippets',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2204') as { rule: Rule }).rule,
  },
  {
    id: 'NS2205', class: 'risk',
    title: 'An annotation of ingress-nginx is misspelt, or its value is not what it takes',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2205') as { rule: Rule }).rule,
  },
  {
    id: 'NS2206', class: 'breaks',
    title: 'A rewrite of ingress-nginx refers to a group that the path does not have',
    subjects: [
      'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS2206') as { rule: Rule }).rule,
  },
  {
    id: 'NS2300', class: 'breaks',
    title: 'Traefik cannot read a rule, or reads it as something that never matches',
    subjects: [
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP',
    ],
    load: () => (require('./NS2300') as { rule: Rule }).rule,
  },
  {
    id: 'NS2301', class: 'practice',
    title: 'An expression or prefix of Traefik takes more than it says',
    subjects: [
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP',
    ],
    load: () => (require('./NS2301') as { rule: Rule }).rule,
  },
  {
    id: 'NS2303', class: 'risk',
    title: 'A longer rule of Traefik takes the requests of a narrower one',
    subjects: [
      'traefik.io/IngressRoute',
    ],
    load: () => (require('./NS2303') as { rule: Rule }).rule,
  },
  {
    id: 'NS2304', class: 'breaks',
    title: 'A router is for an entry point that Traefik does not have, or serves plain HTTP at one for TLS',
    subjects: [
      'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP',
    ],
    load: () => (require('./NS2304') as { rule: Rule }).rule,
  },
  {
    id: 'NS2305', class: 'practice',
    title: 'Traefik is started in a way that is not for production',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    load: () => (require('./NS2305') as { rule: Rule }).rule,
  },
  {
    id: 'NS2306', class: 'breaks',
    title: 'A Middleware of Traefik is not exactly one',
    subjects: [
      'traefik.io/Middleware', 'traefik.io/MiddlewareTCP',
    ],
    load: () => (require('./NS2306') as { rule: Rule }).rule,
  },
  {
    id: 'NS2307', class: 'practice',
    title: 'Middlewares of Traefik stand in an order that defeats them',
    subjects: [
      'traefik.io/IngressRoute', 'traefik.io/Middleware',
    ],
    load: () => (require('./NS2307') as { rule: Rule }).rule,
  },
  {
    id: 'NS2308', class: 'breaks',
    title: 'Traefik does not follow references to other namespaces',
    subjects: [
      'traefik.io/IngressRoute', 'traefik.io/Middleware', 'traefik.io/IngressRouteTCP',
    ],
    load: () => (require('./NS2308') as { rule: Rule }).rule,
  },
  {
    id: 'NS2309', class: 'practice',
    title: 'The burst of a rate limit does not fit its average',
    subjects: [
      'traefik.io/Middleware',
    ],
    load: () => (require('./NS2309') as { rule: Rule }).rule,
  },
  {
    id: 'NS2310', class: 'risk',
    title: 'A health check may take longer than the time between two',
    subjects: [
      'gateway.envoyproxy.io/BackendTrafficPolicy', 'traefik.io/IngressRoute', 'traefik.io/TraefikService',
    ],
    load: () => (require('./NS2310') as { rule: Rule }).rule,
  },
  {
    id: 'NS2311', class: 'breaks',
    title: 'gRPC is passed on over HTTP/1.1',
    subjects: [
      'traefik.io/IngressRoute', 'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute',
    ],
    load: () => (require('./NS2311') as { rule: Rule }).rule,
  },
  {
    id: 'NS2312', class: 'risk',
    title: 'Certificates that Traefik gets itself are lost, or cannot be got',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    needs: [
      'image:traefik',
    ],
    load: () => (require('./NS2312') as { rule: Rule }).rule,
  },
  {
    id: 'NS2313', class: 'breaks',
    title: 'A listener has a port that no entry point of Traefik opens',
    subjects: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS2313') as { rule: Rule }).rule,
  },
  {
    id: 'NS2314', class: 'risk',
    title: 'An annotation is for Traefik 1',
    subjects: [
      'networking.k8s.io/Ingress', '/Service',
    ],
    load: () => (require('./NS2314') as { rule: Rule }).rule,
  },
  {
    id: 'NS3001', class: 'breaks',
    title: 'STRICT mTLS refuses a caller that the program declares',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    load: () => (require('./NS3001') as { rule: Rule }).rule,
  },
  {
    id: 'NS3002', class: 'breaks',
    title: 'A gateway outside the mesh forwards to a backend with STRICT mTLS',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress', 'traefik.io/IngressRoute', 'traefik.io/IngressRouteTCP',
    ],
    load: () => (require('./NS3002') as { rule: Rule }).rule,
  },
  {
    id: 'NS3003', class: 'breaks',
    title: 'Prometheus scrapes a STRICT port in plain text',
    subjects: [
      'monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor',
    ],
    load: () => (require('./NS3003') as { rule: Rule }).rule,
  },
  {
    id: 'NS3004', class: 'breaks',
    title: 'STRICT mTLS refuses the kubelet\'s probes',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    load: () => (require('./NS3004') as { rule: Rule }).rule,
  },
  {
    id: 'NS3005', class: 'breaks',
    title: 'STRICT mTLS refuses the API server\'s calls to a webhook',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    needs: [
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration',
      'apiregistration.k8s.io/APIService', 'apiextensions.k8s.io/CustomResourceDefinition',
    ],
    load: () => (require('./NS3005') as { rule: Rule }).rule,
  },
  {
    id: 'NS3006', class: 'breaks',
    title: 'A DestinationRule has clients leave out the mTLS that the server insists on',
    subjects: [
      'networking.istio.io/DestinationRule',
    ],
    load: () => (require('./NS3006') as { rule: Rule }).rule,
  },
  {
    id: 'NS3007', class: 'breaks',
    title: 'A DestinationRule asks for mTLS with a server that has no sidecar',
    subjects: [
      'networking.istio.io/DestinationRule',
    ],
    load: () => (require('./NS3007') as { rule: Rule }).rule,
  },
  {
    id: 'NS3008', class: 'risk',
    title: 'A network policy admits callers that STRICT mTLS refuses',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS3008') as { rule: Rule }).rule,
  },
  {
    id: 'NS3009', class: 'breaks',
    title: 'A program outside the mesh is given the address of a Service with STRICT mTLS',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    load: () => (require('./NS3009') as { rule: Rule }).rule,
  },
  {
    id: 'NS3010', class: 'risk',
    title: 'A load balancer leads to pods that take STRICT mTLS only',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    load: () => (require('./NS3010') as { rule: Rule }).rule,
  },
  {
    id: 'NS3012', class: 'breaks',
    title: 'An AuthorizationPolicy allows the identity of pods that have none',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3012') as { rule: Rule }).rule,
  },
  {
    id: 'NS3013', class: 'risk',
    title: 'STRICT mTLS is asked of pods that have no sidecar',
    subjects: [
      'security.istio.io/PeerAuthentication',
    ],
    load: () => (require('./NS3013') as { rule: Rule }).rule,
  },
  {
    id: 'NS3020', class: 'risk',
    title: 'An AuthorizationPolicy names a service account that nobody has',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3020') as { rule: Rule }).rule,
  },
  {
    id: 'NS3021', class: 'risk',
    title: 'An AuthorizationPolicy names a principal that no certificate can have',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3021') as { rule: Rule }).rule,
  },
  {
    id: 'NS3022', class: 'breaks',
    title: 'An AuthorizationPolicy asks for identities where mTLS is switched off',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3022') as { rule: Rule }).rule,
  },
  {
    id: 'NS3023', class: 'breaks',
    title: 'A port takes plain text, and no ALLOW rule admits who calls in plain text',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3023') as { rule: Rule }).rule,
  },
  {
    id: 'NS3024', class: 'breaks',
    title: 'An ALLOW rule asks for parts of a request at a port that carries bytes',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3024') as { rule: Rule }).rule,
  },
  {
    id: 'NS3025', class: 'breaks',
    title: 'A DENY rule for requests denies every connection of a port that carries bytes',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3025') as { rule: Rule }).rule,
  },
  {
    id: 'NS3026', class: 'breaks',
    title: 'A policy asks for parts of a request of pods in ambient mode',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3026') as { rule: Rule }).rule,
  },
  {
    id: 'NS3027', class: 'risk',
    title: 'Routes for a Service in ambient mode have nobody who keeps them',
    subjects: [
      'networking.istio.io/VirtualService', 'gateway.networking.k8s.io/HTTPRoute', 'gateway.networking.k8s.io/GRPCRoute',
    ],
    load: () => (require('./NS3027') as { rule: Rule }).rule,
  },
  {
    id: 'NS3028', class: 'risk',
    title: 'A policy selects the pods of a waypoint by their labels',
    subjects: [
      'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry',
      'extensions.istio.io/WasmPlugin',
    ],
    load: () => (require('./NS3028') as { rule: Rule }).rule,
  },
  {
    id: 'NS3029', class: 'risk',
    title: 'A policy is attached to a Service that has no waypoint',
    subjects: [
      'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication', 'telemetry.istio.io/Telemetry',
      'extensions.istio.io/WasmPlugin',
    ],
    load: () => (require('./NS3029') as { rule: Rule }).rule,
  },
  {
    id: 'NS3031', class: 'breaks',
    title: 'A policy decides by tokens that nobody checks',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3031') as { rule: Rule }).rule,
  },
  {
    id: 'NS3032', class: 'risk',
    title: 'An AuthorizationPolicy names a namespace that is not there',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3032') as { rule: Rule }).rule,
  },
  {
    id: 'NS3033', class: 'practice',
    title: 'Pods of the mesh answer everybody',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3033') as { rule: Rule }).rule,
  },
  {
    id: 'NS3040', class: 'breaks',
    title: 'A destination says no port, and none of the Service is the one that is meant',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3040') as { rule: Rule }).rule,
  },
  {
    id: 'NS3041', class: 'breaks',
    title: 'A VirtualService asks a Gateway for hosts that the Gateway does not serve',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3041') as { rule: Rule }).rule,
  },
  {
    id: 'NS3042', class: 'risk',
    title: 'A VirtualService refers to a Gateway that Istio makes for itself',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3042') as { rule: Rule }).rule,
  },
  {
    id: 'NS3043', class: 'risk',
    title: 'Two VirtualServices of the mesh are for the same host',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3043') as { rule: Rule }).rule,
  },
  {
    id: 'NS3044', class: 'breaks',
    title: 'A route of a VirtualService is never reached',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3044') as { rule: Rule }).rule,
  },
  {
    id: 'NS3045', class: 'risk',
    title: 'A gateway goes around the split of the Service that it calls',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3045') as { rule: Rule }).rule,
  },
  {
    id: 'NS3046', class: 'breaks',
    title: 'Routes by claims of a token that nobody checks',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3046') as { rule: Rule }).rule,
  },
  {
    id: 'NS3048', class: 'practice',
    title: 'A DestinationRule takes any certificate',
    subjects: [
      'networking.istio.io/DestinationRule',
    ],
    load: () => (require('./NS3048') as { rule: Rule }).rule,
  },
  {
    id: 'NS3049', class: 'breaks',
    title: 'Two Gateways serve the same name over TLS on one port',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3049') as { rule: Rule }).rule,
  },
  {
    id: 'NS3050', class: 'risk',
    title: 'Two Gateways share a certificate on one port',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3050') as { rule: Rule }).rule,
  },
  {
    id: 'NS3051', class: 'breaks',
    title: 'A Gateway listens on a port that its Service does not open',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3051') as { rule: Rule }).rule,
  },
  {
    id: 'NS3052', class: 'breaks',
    title: 'A Gateway is for pods that nobody has',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3052') as { rule: Rule }).rule,
  },
  {
    id: 'NS3053', class: 'breaks',
    title: 'A Gateway\'s credential is none',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3053') as { rule: Rule }).rule,
  },
  {
    id: 'NS3054', class: 'risk',
    title: 'Two Sidecars are for the same pods',
    subjects: [
      'networking.istio.io/Sidecar',
    ],
    load: () => (require('./NS3054') as { rule: Rule }).rule,
  },
  {
    id: 'NS3055', class: 'risk',
    title: 'Two Telemetries are for the same pods',
    subjects: [
      'telemetry.istio.io/Telemetry',
    ],
    load: () => (require('./NS3055') as { rule: Rule }).rule,
  },
  {
    id: 'NS3057', class: 'risk',
    title: 'A ServiceEntry for TCP has no addresses',
    subjects: [
      'networking.istio.io/ServiceEntry',
    ],
    load: () => (require('./NS3057') as { rule: Rule }).rule,
  },
  {
    id: 'NS3058', class: 'risk',
    title: 'Two ServiceEntries give one port of a host two protocols',
    subjects: [
      'networking.istio.io/ServiceEntry',
    ],
    load: () => (require('./NS3058') as { rule: Rule }).rule,
  },
  {
    id: 'NS3059', class: 'risk',
    title: 'Two Services give one port of a pod two protocols',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS3059') as { rule: Rule }).rule,
  },
  {
    id: 'NS3060', class: 'practice',
    title: 'A Service leaves its protocol to be guessed',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS3060') as { rule: Rule }).rule,
  },
  {
    id: 'NS3061', class: 'risk',
    title: 'One Service of a mesh is two different ones in its clusters',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS3061') as { rule: Rule }).rule,
  },
  {
    id: 'NS3062', class: 'breaks',
    title: 'A program runs as the user of the sidecar',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS3062') as { rule: Rule }).rule,
  },
  {
    id: 'NS3063', class: 'breaks',
    title: 'A proxy waits for an image that nobody fills in',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS3063') as { rule: Rule }).rule,
  },
  {
    id: 'NS3064', class: 'risk',
    title: 'A namespace asks for the mesh in two ways',
    subjects: [
      '/Namespace',
    ],
    load: () => (require('./NS3064') as { rule: Rule }).rule,
  },
  {
    id: 'NS3065', class: 'risk',
    title: 'An annotation or label of Istio stands where nobody reads it',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service', '/Namespace', '/Service', 'security.istio.io/AuthorizationPolicy',
      'networking.istio.io/ServiceEntry', 'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS3065') as { rule: Rule }).rule,
  },
  {
    id: 'NS3066', class: 'breaks',
    title: 'An annotation of Istio has a value that the injector refuses',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service',
    ],
    load: () => (require('./NS3066') as { rule: Rule }).rule,
  },
  {
    id: 'NS3067', class: 'practice',
    title: 'An annotation of Istio is deprecated',
    subjects: [
      '/Pod', '/ReplicationController', 'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob',
      'argoproj.io/Rollout', 'serving.knative.dev/Service', '/Service',
    ],
    load: () => (require('./NS3067') as { rule: Rule }).rule,
  },
  {
    id: 'NS3068', class: 'breaks',
    title: 'A patch of an EnvoyFilter is ignored',
    subjects: [
      'networking.istio.io/EnvoyFilter',
    ],
    load: () => (require('./NS3068') as { rule: Rule }).rule,
  },
  {
    id: 'NS3069', class: 'practice',
    title: 'A relative patch of an EnvoyFilter has no priority',
    subjects: [
      'networking.istio.io/EnvoyFilter',
    ],
    load: () => (require('./NS3069') as { rule: Rule }).rule,
  },
  {
    id: 'NS3070', class: 'breaks',
    title: 'A provider is named that the mesh does not have',
    subjects: [
      'telemetry.istio.io/Telemetry', 'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS3070') as { rule: Rule }).rule,
  },
  {
    id: 'NS3071', class: 'breaks',
    title: 'The injection webhooks of Istio contradict each other',
    subjects: [
      'admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    ],
    load: () => (require('./NS3071') as { rule: Rule }).rule,
  },
  {
    id: 'NS3072', class: 'breaks',
    title: 'The definitions of Gateway API are too old for Istio',
    subjects: [
      'apiextensions.k8s.io/CustomResourceDefinition',
    ],
    load: () => (require('./NS3072') as { rule: Rule }).rule,
  },
  {
    id: 'NS3073', class: 'practice',
    title: 'Istiod fetches keys from wherever a policy says',
    subjects: [
      'security.istio.io/RequestAuthentication',
    ],
    load: () => (require('./NS3073') as { rule: Rule }).rule,
  },
  {
    id: 'NS3074', class: 'practice',
    title: 'Faults are injected into production',
    subjects: [
      'networking.istio.io/VirtualService', 'gateway.envoyproxy.io/BackendTrafficPolicy',
    ],
    load: () => (require('./NS3074') as { rule: Rule }).rule,
  },
  {
    id: 'NS3075', class: 'practice',
    title: 'A field of Istio is deprecated',
    subjects: [
      'networking.istio.io/VirtualService', 'networking.istio.io/Sidecar',
    ],
    load: () => (require('./NS3075') as { rule: Rule }).rule,
  },
  {
    id: 'NS3076', class: 'risk',
    title: 'A network of the mesh is of a cluster that nobody knows',
    subjects: [
      '/ConfigMap',
    ],
    load: () => (require('./NS3076') as { rule: Rule }).rule,
  },
  {
    id: 'NS3077', class: 'practice',
    title: 'Code for the proxies is fetched without a digest',
    subjects: [
      'extensions.istio.io/WasmPlugin', 'gateway.envoyproxy.io/EnvoyExtensionPolicy',
    ],
    load: () => (require('./NS3077') as { rule: Rule }).rule,
  },
  {
    id: 'NS3078', class: 'practice',
    title: 'An EnvoyFilter does what a WasmPlugin or an API of Istio does',
    subjects: [
      'networking.istio.io/EnvoyFilter',
    ],
    load: () => (require('./NS3078') as { rule: Rule }).rule,
  },
  {
    id: 'NS3079', class: 'practice',
    title: 'A namespace of the mesh takes plain text',
    subjects: [
      '/Namespace',
    ],
    load: () => (require('./NS3079') as { rule: Rule }).rule,
  },
  {
    id: 'NS3080', class: 'breaks',
    title: 'Linkerd refuses a caller that has no proxy',
    subjects: [
      '/Namespace', 'policy.linkerd.io/Server',
    ],
    load: () => (require('./NS3080') as { rule: Rule }).rule,
  },
  {
    id: 'NS3081', class: 'breaks',
    title: 'A Server of Linkerd admits nobody',
    subjects: [
      'policy.linkerd.io/Server',
    ],
    load: () => (require('./NS3081') as { rule: Rule }).rule,
  },
  {
    id: 'NS3082', class: 'risk',
    title: 'A MeshTLSAuthentication names an identity that nobody has',
    subjects: [
      'policy.linkerd.io/MeshTLSAuthentication', 'policy.linkerd.io/ServerAuthorization',
    ],
    load: () => (require('./NS3082') as { rule: Rule }).rule,
  },
  {
    id: 'NS3083', class: 'risk',
    title: 'Linkerd is told of a port that it is bytes and that it is HTTP',
    subjects: [
      'policy.linkerd.io/Server',
    ],
    load: () => (require('./NS3083') as { rule: Rule }).rule,
  },
  {
    id: 'NS3090', class: 'risk',
    title: 'An intention of Consul names a service that nobody registers',
    subjects: [
      'consul.hashicorp.com/ServiceIntentions',
    ],
    load: () => (require('./NS3090') as { rule: Rule }).rule,
  },
  {
    id: 'NS3100', class: 'breaks',
    title: 'Istiod refuses a VirtualService',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS3100') as { rule: Rule }).rule,
  },
  {
    id: 'NS3101', class: 'breaks',
    title: 'Istiod refuses a DestinationRule',
    subjects: [
      'networking.istio.io/DestinationRule',
    ],
    load: () => (require('./NS3101') as { rule: Rule }).rule,
  },
  {
    id: 'NS3102', class: 'breaks',
    title: 'Istiod refuses a Gateway',
    subjects: [
      'networking.istio.io/Gateway',
    ],
    load: () => (require('./NS3102') as { rule: Rule }).rule,
  },
  {
    id: 'NS3103', class: 'breaks',
    title: 'Istiod refuses a ServiceEntry or a Sidecar',
    subjects: [
      'networking.istio.io/ServiceEntry', 'networking.istio.io/Sidecar',
    ],
    load: () => (require('./NS3103') as { rule: Rule }).rule,
  },
  {
    id: 'NS3104', class: 'breaks',
    title: 'Istiod refuses a policy of security',
    subjects: [
      'security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication',
    ],
    load: () => (require('./NS3104') as { rule: Rule }).rule,
  },
  {
    id: 'NS4000', class: 'breaks',
    title: 'A BGP peer is told no routes',
    subjects: [
      'cilium.io/CiliumBGPClusterConfig',
    ],
    load: () => (require('./NS4000') as { rule: Rule }).rule,
  },
  {
    id: 'NS4001', class: 'risk',
    title: 'A BGP advertisement is announced to nobody',
    subjects: [
      'cilium.io/CiliumBGPAdvertisement',
    ],
    load: () => (require('./NS4001') as { rule: Rule }).rule,
  },
  {
    id: 'NS4002', class: 'breaks',
    title: 'Two BGP configurations of Cilium claim the same nodes',
    subjects: [
      'cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy',
    ],
    load: () => (require('./NS4002') as { rule: Rule }).rule,
  },
  {
    id: 'NS4003', class: 'practice',
    title: 'A hop limit for eBGP stands on sessions inside one AS',
    subjects: [
      'cilium.io/CiliumBGPPeerConfig', 'cilium.io/CiliumBGPPeeringPolicy',
    ],
    load: () => (require('./NS4003') as { rule: Rule }).rule,
  },
  {
    id: 'NS4004', class: 'breaks',
    title: 'Two BGP sessions of the same nodes go to one neighbour',
    subjects: [
      'cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer',
      'crd.projectcalico.org/BGPPeer',
    ],
    load: () => (require('./NS4004') as { rule: Rule }).rule,
  },
  {
    id: 'NS4005', class: 'practice',
    title: 'BGP is declared in two systems for the same nodes',
    subjects: [
      'cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer',
      'crd.projectcalico.org/BGPPeer',
    ],
    load: () => (require('./NS4005') as { rule: Rule }).rule,
  },
  {
    id: 'NS4006', class: 'risk',
    title: 'A BGP session ends before three keepalives were missed',
    subjects: [
      'cilium.io/CiliumBGPPeerConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer',
    ],
    load: () => (require('./NS4006') as { rule: Rule }).rule,
  },
  {
    id: 'NS4007', class: 'breaks',
    title: 'A BGP configuration selects no node',
    subjects: [
      '/Node',
    ],
    load: () => (require('./NS4007') as { rule: Rule }).rule,
  },
  {
    id: 'NS4008', class: 'breaks',
    title: 'Calico has neither its mesh of nodes nor a BGP peer',
    subjects: [
      'projectcalico.org/BGPConfiguration', 'crd.projectcalico.org/BGPConfiguration',
    ],
    load: () => (require('./NS4008') as { rule: Rule }).rule,
  },
  {
    id: 'NS4009', class: 'risk',
    title: 'A BGP advertisement selects no Service',
    subjects: [
      'cilium.io/CiliumBGPAdvertisement',
    ],
    load: () => (require('./NS4009') as { rule: Rule }).rule,
  },
  {
    id: 'NS4010', class: 'risk',
    title: 'Load balancer addresses are announced and nobody gives them out',
    subjects: [
      'cilium.io/CiliumBGPAdvertisement',
    ],
    load: () => (require('./NS4010') as { rule: Rule }).rule,
  },
  {
    id: 'NS4011', class: 'breaks',
    title: 'Two pools give out the same addresses',
    subjects: [
      'cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool',
    ],
    load: () => (require('./NS4011') as { rule: Rule }).rule,
  },
  {
    id: 'NS4012', class: 'risk',
    title: 'A pool of MetalLB is announced by nobody',
    subjects: [
      'metallb.io/IPAddressPool',
    ],
    load: () => (require('./NS4012') as { rule: Rule }).rule,
  },
  {
    id: 'NS4013', class: 'risk',
    title: 'Cilium and MetalLB both give an address to one Service',
    subjects: [
      'metallb.io/IPAddressPool',
    ],
    load: () => (require('./NS4013') as { rule: Rule }).rule,
  },
  {
    id: 'NS4014', class: 'breaks',
    title: 'MetalLB refuses a BGP peer',
    subjects: [
      'metallb.io/BGPPeer',
    ],
    load: () => (require('./NS4014') as { rule: Rule }).rule,
  },
  {
    id: 'NS4015', class: 'breaks',
    title: 'A Service asks for an address that no pool has',
    subjects: [
      'cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool',
    ],
    load: () => (require('./NS4015') as { rule: Rule }).rule,
  },
  {
    id: 'NS4100', class: 'breaks',
    title: 'Cilium refuses a policy that the API server takes',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4100') as { rule: Rule }).rule,
  },
  {
    id: 'NS4101', class: 'breaks',
    title: 'A policy lets pods call by name and keeps them from DNS',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS4101') as { rule: Rule }).rule,
  },
  {
    id: 'NS4102', class: 'risk',
    title: 'A policy lets DNS through over UDP only',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS4102') as { rule: Rule }).rule,
  },
  {
    id: 'NS4103', class: 'risk',
    title: 'A policy lets pods ask the DNS of the cluster and not the cache of their node',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS4103') as { rule: Rule }).rule,
  },
  {
    id: 'NS4104', class: 'risk',
    title: 'A Cilium policy means to deny and denies nothing',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4104') as { rule: Rule }).rule,
  },
  {
    id: 'NS4106', class: 'breaks',
    title: 'A network policy names the port of the Service, not that of its pods',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS4106') as { rule: Rule }).rule,
  },
  {
    id: 'NS4107', class: 'risk',
    title: 'A route sends paths that a Cilium policy refuses',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4107') as { rule: Rule }).rule,
  },
  {
    id: 'NS4108', class: 'breaks',
    title: 'Cilium is to read requests that the mesh encrypts',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4108') as { rule: Rule }).rule,
  },
  {
    id: 'NS4109', class: 'breaks',
    title: 'A policy denies the probes of the kubelet',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4109') as { rule: Rule }).rule,
  },
  {
    id: 'NS4110', class: 'breaks',
    title: 'Cilium never learns the addresses of a name that it is to admit',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4110') as { rule: Rule }).rule,
  },
  {
    id: 'NS4111', class: 'risk',
    title: 'A Cilium policy means pods by their addresses',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS4111') as { rule: Rule }).rule,
  },
  {
    id: 'NS4113', class: 'practice',
    title: 'A namespace has no default denial',
    subjects: [
      'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet',
    ],
    load: () => (require('./NS4113') as { rule: Rule }).rule,
  },
  {
    id: 'NS4120', class: 'risk',
    title: 'Values of the Cilium chart contradict each other',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS4120') as { rule: Rule }).rule,
  },
  {
    id: 'NS4121', class: 'breaks',
    title: 'Cilium is told to do what its chart leaves off',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS4121') as { rule: Rule }).rule,
  },
  {
    id: 'NS4122', class: 'practice',
    title: 'Cilium refuses requests and nobody can see which',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS4122') as { rule: Rule }).rule,
  },
  {
    id: 'NS4123', class: 'breaks',
    title: 'Clusters of one mesh are not told apart',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS4123') as { rule: Rule }).rule,
  },
  {
    id: 'NS4124', class: 'breaks',
    title: 'A rule of Calico names ports and no protocol that has any',
    subjects: [
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy',
    ],
    load: () => (require('./NS4124') as { rule: Rule }).rule,
  },
  {
    id: 'NS5000', class: 'breaks',
    title: 'The DNS of the cluster has no cache',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5000') as { rule: Rule }).rule,
  },
  {
    id: 'NS5001', class: 'risk',
    title: 'The cache of the DNS is smaller than the default',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5001') as { rule: Rule }).rule,
  },
  {
    id: 'NS5002', class: 'breaks',
    title: 'Answers of the DNS live less than 5 seconds',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5002') as { rule: Rule }).rule,
  },
  {
    id: 'NS5003', class: 'practice',
    title: 'Answers of the DNS live less than 30 seconds',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5003') as { rule: Rule }).rule,
  },
  {
    id: 'NS5004', class: 'risk',
    title: 'Names of the internet are forwarded without a cache',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5004') as { rule: Rule }).rule,
  },
  {
    id: 'NS5005', class: 'practice',
    title: 'A zone is forwarded without a cache',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5005') as { rule: Rule }).rule,
  },
  {
    id: 'NS5010', class: 'breaks',
    title: 'CoreDNS cannot read its Corefile',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5010') as { rule: Rule }).rule,
  },
  {
    id: 'NS5011', class: 'breaks',
    title: 'Two server blocks serve the same zone on the same port',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5011') as { rule: Rule }).rule,
  },
  {
    id: 'NS5012', class: 'breaks',
    title: 'CoreDNS forwards to itself',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5012') as { rule: Rule }).rule,
  },
  {
    id: 'NS5013', class: 'risk',
    title: 'A plugin of CoreDNS never sees the queries that it is for',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5013') as { rule: Rule }).rule,
  },
  {
    id: 'NS5014', class: 'risk',
    title: 'Autopath does nothing',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5014') as { rule: Rule }).rule,
  },
  {
    id: 'NS5015', class: 'risk',
    title: 'A forward names a TLS server and asks in plain text',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5015') as { rule: Rule }).rule,
  },
  {
    id: 'NS5016', class: 'breaks',
    title: 'CoreDNS refuses a value of its Corefile',
    subjects: [
      '/ConfigMap', 'file:corefile', 'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS5016') as { rule: Rule }).rule,
  },
  {
    id: 'NS5020', class: 'risk',
    title: 'Services of other clusters have no name here',
    subjects: [
      'multicluster.x-k8s.io/ServiceImport', 'multicluster.x-k8s.io/ServiceExport',
    ],
    load: () => (require('./NS5020') as { rule: Rule }).rule,
  },
  {
    id: 'NS5021', class: 'breaks',
    title: 'Pods in the network of their node cannot resolve a name of the cluster',
    subjects: [
      'apps/DaemonSet', 'apps/Deployment', 'apps/StatefulSet', '/Pod', 'batch/Job', 'batch/CronJob',
    ],
    load: () => (require('./NS5021') as { rule: Rule }).rule,
  },
  {
    id: 'NS5022', class: 'risk',
    title: 'Two records of external-dns contradict each other',
    subjects: [
      'externaldns.k8s.io/DNSEndpoint',
    ],
    load: () => (require('./NS5022') as { rule: Rule }).rule,
  },
  {
    id: 'NS5023', class: 'practice',
    title: 'Nobody scales or watches the DNS of the cluster',
    subjects: [
      'apps/Deployment',
    ],
    load: () => (require('./NS5023') as { rule: Rule }).rule,
  },
  {
    id: 'NS6000', class: 'breaks',
    title: 'Two WireGuard peers have the same addresses',
    subjects: [
      'file:wireguard',
    ],
    load: () => (require('./NS6000') as { rule: Rule }).rule,
  },
  {
    id: 'NS6001', class: 'breaks',
    title: 'Tailscale lets people log in and does not let them through',
    subjects: [
      'file:hujson',
    ],
    load: () => (require('./NS6001') as { rule: Rule }).rule,
  },
  {
    id: 'NS6002', class: 'breaks',
    title: 'A tag of the tailnet has no owner',
    subjects: [
      'file:hujson',
    ],
    load: () => (require('./NS6002') as { rule: Rule }).rule,
  },
  {
    id: 'NS6010', class: 'breaks',
    title: 'A kernel setting does not exist any more',
    subjects: [
      'file:sysctl', '/Pod', 'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet', 'batch/Job', 'batch/CronJob',
    ],
    load: () => (require('./NS6010') as { rule: Rule }).rule,
  },
  {
    id: 'NS6011', class: 'risk',
    title: 'Kernel settings of a host contradict each other',
    subjects: [
      'file:sysctl',
    ],
    load: () => (require('./NS6011') as { rule: Rule }).rule,
  },
  {
    id: 'NS6012', class: 'practice',
    title: 'A host is prepared for many connections by half',
    subjects: [
      'file:sysctl',
    ],
    load: () => (require('./NS6012') as { rule: Rule }).rule,
  },
  {
    id: 'NS6013', class: 'risk',
    title: 'A proxy asks for a longer queue than the kernel gives it',
    subjects: [
      'file:haproxy', 'file:nginx', '/ConfigMap',
    ],
    load: () => (require('./NS6013') as { rule: Rule }).rule,
  },
  {
    id: 'NS6014', class: 'risk',
    title: 'HAProxy has other threads than its CPU map',
    subjects: [
      'file:haproxy',
    ],
    load: () => (require('./NS6014') as { rule: Rule }).rule,
  },
  {
    id: 'NS6020', class: 'risk',
    title: 'The proxy behind closes connections that the one in front still uses',
    subjects: [
      'gateway.envoyproxy.io/ClientTrafficPolicy',
    ],
    load: () => (require('./NS6020') as { rule: Rule }).rule,
  },
  {
    id: 'NS7000', class: 'breaks',
    title: 'Two programs want the same port of the same nodes',
    subjects: [
      'apps/DaemonSet',
    ],
    load: () => (require('./NS7000') as { rule: Rule }).rule,
  },
  {
    id: 'NS7010', class: 'risk',
    title: 'A quantile is asked of a histogram without its buckets',
    subjects: [
      'monitoring.coreos.com/PrometheusRule', 'file:prometheus',
    ],
    load: () => (require('./NS7010') as { rule: Rule }).rule,
  },
  {
    id: 'NS7011', class: 'risk',
    title: 'A histogram has no bucket at the threshold that is asked for',
    subjects: [
      'monitoring.coreos.com/PrometheusRule', 'file:prometheus',
    ],
    load: () => (require('./NS7011') as { rule: Rule }).rule,
  },
  {
    id: 'NS7012', class: 'risk',
    title: 'A rule of Prometheus asks for series that nobody makes',
    subjects: [
      'monitoring.coreos.com/PrometheusRule', 'file:prometheus',
    ],
    load: () => (require('./NS7012') as { rule: Rule }).rule,
  },
  {
    id: 'NS7020', class: 'breaks',
    title: 'Chaos Mesh refuses the experiment',
    subjects: [
      'chaos-mesh.org/NetworkChaos', 'chaos-mesh.org/DNSChaos', 'chaos-mesh.org/Schedule',
    ],
    load: () => (require('./NS7020') as { rule: Rule }).rule,
  },
  {
    id: 'NS7021', class: 'risk',
    title: 'A chaos experiment meets no pod',
    subjects: [
      'chaos-mesh.org/NetworkChaos', 'chaos-mesh.org/DNSChaos', 'chaos-mesh.org/Schedule',
    ],
    load: () => (require('./NS7021') as { rule: Rule }).rule,
  },
  {
    id: 'NS7022', class: 'practice',
    title: 'A chaos experiment has no bounds',
    subjects: [
      'chaos-mesh.org/NetworkChaos', 'chaos-mesh.org/DNSChaos', 'chaos-mesh.org/Schedule',
    ],
    load: () => (require('./NS7022') as { rule: Rule }).rule,
  },
  {
    id: 'NS8000', class: 'breaks',
    title: 'Datacenters of Consul cannot federate',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values',
    ],
    load: () => (require('./NS8000') as { rule: Rule }).rule,
  },
  {
    id: 'NS8001', class: 'breaks',
    title: 'The kernel of a node is too old for Cilium',
    subjects: [
      '/Node',
    ],
    load: () => (require('./NS8001') as { rule: Rule }).rule,
  },
  {
    id: 'NS8002', class: 'practice',
    title: 'The network of every node hangs on one API server',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values', '/ConfigMap',
    ],
    load: () => (require('./NS8002') as { rule: Rule }).rule,
  },
  {
    id: 'NS8003', class: 'practice',
    title: 'The CNI runs as for an experiment',
    subjects: [
      'helm.toolkit.fluxcd.io/HelmRelease', 'argoproj.io/Application', 'file:helm-values', 'projectcalico.org/FelixConfiguration',
      'crd.projectcalico.org/FelixConfiguration',
    ],
    load: () => (require('./NS8003') as { rule: Rule }).rule,
  },
  {
    id: 'NS8004', class: 'practice',
    title: 'Another CNI fits this cluster better',
    subjects: [
      'apps/DaemonSet',
    ],
    load: () => (require('./NS8004') as { rule: Rule }).rule,
  },
  {
    id: 'NS9000', class: 'breaks',
    title: 'A route leads to pods that let nobody in',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway', 'networking.k8s.io/Ingress',
    ],
    load: () => (require('./NS9000') as { rule: Rule }).rule,
  },
  {
    id: 'NS9001', class: 'breaks',
    title: 'A network policy stands between a gateway and its backend',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS9001') as { rule: Rule }).rule,
  },
  {
    id: 'NS9002', class: 'risk',
    title: 'A Service leads to pods that let nobody in',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9002') as { rule: Rule }).rule,
  },
  {
    id: 'NS9003', class: 'breaks',
    title: 'A network policy keeps Prometheus from what it is to read',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    needs: [
      'monitoring.coreos.com/PodMonitor', 'monitoring.coreos.com/ServiceMonitor',
    ],
    load: () => (require('./NS9003') as { rule: Rule }).rule,
  },
  {
    id: 'NS9004', class: 'breaks',
    title: 'A network policy keeps the API server from a webhook',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    needs: [
      'admissionregistration.k8s.io/ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/MutatingWebhookConfiguration',
      'apiregistration.k8s.io/APIService', 'apiextensions.k8s.io/CustomResourceDefinition',
    ],
    load: () => (require('./NS9004') as { rule: Rule }).rule,
  },
  {
    id: 'NS9005', class: 'breaks',
    title: 'A network policy keeps a sidecar from istiod',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9005') as { rule: Rule }).rule,
  },
  {
    id: 'NS9006', class: 'breaks',
    title: 'A network policy keeps the ambient mesh from its pods',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9006') as { rule: Rule }).rule,
  },
  {
    id: 'NS9007', class: 'breaks',
    title: 'A network policy keeps Envoy from the controller of its gateway',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    needs: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS9007') as { rule: Rule }).rule,
  },
  {
    id: 'NS9008', class: 'breaks',
    title: 'A network policy denies a call that the environment of pods names',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9008') as { rule: Rule }).rule,
  },
  {
    id: 'NS9009', class: 'breaks',
    title: 'A network policy stands between the tunnel and its target',
    subjects: [
      'apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet',
    ],
    needs: [
      'image:cloudflared',
    ],
    load: () => (require('./NS9009') as { rule: Rule }).rule,
  },
  {
    id: 'NS9010', class: 'breaks',
    title: 'The network stops a connection that the program declares',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy', 'security.istio.io/AuthorizationPolicy',
      'security.istio.io/PeerAuthentication', 'security.istio.io/RequestAuthentication', 'policy.linkerd.io/Server',
      'policy.linkerd.io/AuthorizationPolicy', 'policy.linkerd.io/ServerAuthorization',
    ],
    needs: [
      'model:connections',
    ],
    load: () => (require('./NS9010') as { rule: Rule }).rule,
  },
  {
    id: 'NS9011', class: 'risk',
    title: 'The network lets through what the program does not declare',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy', 'security.istio.io/AuthorizationPolicy',
      'security.istio.io/PeerAuthentication', 'security.istio.io/RequestAuthentication', 'policy.linkerd.io/Server',
      'policy.linkerd.io/AuthorizationPolicy', 'policy.linkerd.io/ServerAuthorization',
    ],
    needs: [
      'model:connections',
    ],
    load: () => (require('./NS9011') as { rule: Rule }).rule,
  },
  {
    id: 'NS9020', class: 'breaks',
    title: 'Two networks overlap',
    subjects: [
      'cilium.io/CiliumLoadBalancerIPPool', 'metallb.io/IPAddressPool', 'projectcalico.org/IPPool', 'crd.projectcalico.org/IPPool',
      'cilium.io/CiliumPodIPPool', 'file:wireguard',
    ],
    load: () => (require('./NS9020') as { rule: Rule }).rule,
  },
  {
    id: 'NS9021', class: 'breaks',
    title: 'Two things have the same address',
    subjects: [
      '/Service', 'cilium.io/CiliumBGPClusterConfig', 'cilium.io/CiliumBGPPeeringPolicy', 'metallb.io/BGPPeer', 'projectcalico.org/BGPPeer',
      'crd.projectcalico.org/BGPPeer', 'gateway.envoyproxy.io/EnvoyProxy', 'file:wireguard', '/Node',
    ],
    load: () => (require('./NS9021') as { rule: Rule }).rule,
  },
  {
    id: 'NS9022', class: 'breaks',
    title: 'Packets of a tunnel do not fit into the network below it',
    subjects: [
      'projectcalico.org/FelixConfiguration', 'crd.projectcalico.org/FelixConfiguration', 'operator.tigera.io/Installation', '/ConfigMap',
      'file:wireguard', 'file:helm-values', 'helm.toolkit.fluxcd.io/HelmRelease',
    ],
    load: () => (require('./NS9022') as { rule: Rule }).rule,
  },
  {
    id: 'NS9400', class: 'practice',
    title: 'What a tunnel hides stands open beside it',
    subjects: [
      'terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet',
    ],
    load: () => (require('./NS9400') as { rule: Rule }).rule,
  },
  {
    id: 'NS9410', class: 'risk',
    title: 'A host firewall opens a port over TCP and not over UDP, and HTTP/3 is served on it',
    subjects: [
      'file:nftables',
    ],
    load: () => (require('./NS9410') as { rule: Rule }).rule,
  },
  {
    id: 'NS9420', class: 'practice',
    title: 'A canary gets requests and nobody watches it',
    subjects: [
      'monitoring.coreos.com/ServiceMonitor', 'monitoring.coreos.com/PodMonitor',
    ],
    load: () => (require('./NS9420') as { rule: Rule }).rule,
  },
  {
    id: 'NS9421', class: 'practice',
    title: 'Two gateways on one path do the same work',
    subjects: [
      'gateway.networking.k8s.io/Gateway',
    ],
    load: () => (require('./NS9421') as { rule: Rule }).rule,
  },
  {
    id: 'NS9430', class: 'practice',
    title: 'HTTP/3 is on at one hop and off at the other',
    subjects: [
      'terraform:cloudflare_zone_setting', 'terraform:cloudflare_zone_settings_override',
    ],
    load: () => (require('./NS9430') as { rule: Rule }).rule,
  },
  {
    id: 'NS9440', class: 'risk',
    title: 'A route is advertised to the tailnet and nobody takes it',
    subjects: [
      'tailscale.com/Connector',
    ],
    load: () => (require('./NS9440') as { rule: Rule }).rule,
  },
  {
    id: 'NS9441', class: 'breaks',
    title: 'The kernel of a router drops what its tunnels bring',
    subjects: [
      'file:wireguard',
    ],
    load: () => (require('./NS9441') as { rule: Rule }).rule,
  },
  {
    id: 'NS9700', class: 'breaks',
    title: 'Cilium is to read requests that the mesh has encrypted',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS9700') as { rule: Rule }).rule,
  },
  {
    id: 'NS9701', class: 'breaks',
    title: 'Sidecars cannot reach their control plane',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9701') as { rule: Rule }).rule,
  },
  {
    id: 'NS9702', class: 'breaks',
    title: 'A network policy shuts out the tunnel of ambient mode',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9702') as { rule: Rule }).rule,
  },
  {
    id: 'NS9703', class: 'risk',
    title: 'The mesh admits a caller that the network keeps out',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS9703') as { rule: Rule }).rule,
  },
  {
    id: 'NS9704', class: 'risk',
    title: 'The network admits a caller that the mesh refuses',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS9704') as { rule: Rule }).rule,
  },
  {
    id: 'NS9705', class: 'risk',
    title: 'A gateway and its sidecar both retry',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS9705') as { rule: Rule }).rule,
  },
  {
    id: 'NS9706', class: 'practice',
    title: 'A canary is split in two places with two shares',
    subjects: [
      'networking.istio.io/VirtualService',
    ],
    load: () => (require('./NS9706') as { rule: Rule }).rule,
  },
  {
    id: 'NS9707', class: 'practice',
    title: 'The mesh alone decides who calls a workload',
    subjects: [
      'security.istio.io/AuthorizationPolicy',
    ],
    load: () => (require('./NS9707') as { rule: Rule }).rule,
  },
  {
    id: 'NS9708', class: 'breaks',
    title: 'A network policy closes the control plane of the mesh',
    subjects: [
      'networking.k8s.io/NetworkPolicy', 'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
      'projectcalico.org/NetworkPolicy', 'projectcalico.org/GlobalNetworkPolicy', 'crd.projectcalico.org/NetworkPolicy',
      'crd.projectcalico.org/GlobalNetworkPolicy', 'policy.networking.k8s.io/AdminNetworkPolicy',
      'policy.networking.k8s.io/BaselineAdminNetworkPolicy', 'policy.networking.k8s.io/ClusterNetworkPolicy',
    ],
    load: () => (require('./NS9708') as { rule: Rule }).rule,
  },
  {
    id: 'NS9709', class: 'breaks',
    title: 'Cilium refuses the kubelet\'s probes of pods in ambient mode',
    subjects: [
      'cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy',
    ],
    load: () => (require('./NS9709') as { rule: Rule }).rule,
  },
];
