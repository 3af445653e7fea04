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
  /** Undefined where the line names the ServiceAccount itself. */
  readonly serviceAccountName: string | undefined;
  readonly ipFamily: 'IPv4' | 'IPv6' | 'DualStack' | undefined;
}

export function renderEnvoyProxy(state: EnvoyProxyState): EnvoyProxySpec {
  const { service } = state;
  return {
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        envoyDeployment: { replicas: state.replicas },
        ...state.replicas > 1 && { envoyPDB: { minAvailable: state.replicas - 1 } },
        envoyService: {
          name: service.name,
          type: service.type,
          ...Object.keys(service.labels).length > 0 && { labels: service.labels },
          ...Object.keys(service.annotations).length > 0 && { annotations: service.annotations },
        },
        ...state.serviceAccountName !== undefined && { envoyServiceAccount: { name: state.serviceAccountName } },
      },
    },
    ...state.ipFamily && { ipFamily: state.ipFamily },
  };
}
