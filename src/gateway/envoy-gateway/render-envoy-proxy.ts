// EnvoyProxy: the proxies that Envoy Gateway runs for a gateway.
import type { EnvoyProxySpec } from '../../../imports/gateway.envoyproxy.io/v1alpha1/EnvoyProxy';

export interface EnvoyProxyState {
  readonly replicas: number;
  readonly service: {
    readonly name: string;
    readonly type: 'LoadBalancer' | 'ClusterIP' | 'NodePort';
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly pods: { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> };
  /** Undefined where the line names the ServiceAccount itself. */
  readonly serviceAccountName: string | undefined;
  readonly ipFamily: 'IPv4' | 'IPv6' | 'DualStack' | undefined;
}

export function renderEnvoyProxy(state: EnvoyProxyState): EnvoyProxySpec {
  const { service } = state;
  const pod = meta(state.pods);
  return {
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        envoyDeployment: { replicas: state.replicas, ...Object.keys(pod).length > 0 && { pod } },
        ...state.replicas > 1 && { envoyPDB: { minAvailable: state.replicas - 1 } },
        envoyService: {
          name: service.name,
          type: service.type,
          ...meta(service),
        },
        ...state.serviceAccountName !== undefined && { envoyServiceAccount: { name: state.serviceAccountName } },
      },
    },
    ...state.ipFamily && { ipFamily: state.ipFamily },
  };
}

function meta({ labels, annotations }: EnvoyProxyState['pods']): Partial<EnvoyProxyState['pods']> {
  return { ...Object.keys(labels).length > 0 && { labels }, ...Object.keys(annotations).length > 0 && { annotations } };
}
