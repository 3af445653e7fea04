// Between a gateway and what runs it.
import type { Construct } from 'constructs';
import type { NetworkObject } from '../app/network-object';
import type { IWorkload, IWorkloadPort } from '../core/peer';
import type { GatewayState, RouteState } from './state';

/** An implementation of Gateway API, and of the policies that Gateway API has no words for. */
export interface IGatewayImplementation {
  readonly name: string;
  /** Makes its own objects for a gateway below `scope`. @throws NetstackError for what it cannot do, naming what can */
  bind(scope: Construct, gateway: GatewayState): GatewayBinding;
}

/** A gateway as its implementation runs it. */
export interface GatewayBinding {
  readonly gatewayClassName: string;
  /** Parameters on the Gateway itself, when its class is somebody else's. */
  readonly parametersRef: { readonly group: string; readonly kind: string; readonly name: string } | undefined;
  /** The pods that carry the traffic. */
  readonly proxies: IWorkload;
  /** Ports of the proxies, as their pods listen. */
  readonly ports: { readonly https: IWorkloadPort; readonly http3: IWorkloadPort | undefined; readonly http: IWorkloadPort | undefined };
  /** The Service in front of the proxies. */
  readonly service: { readonly name: string; readonly namespace: string };
  /** Whether addresses outside the cluster lead to it. */
  readonly public: boolean;
  /** Its objects by their role. */
  readonly objects: Readonly<Record<string, NetworkObject>>;
  /** Whether the backends of this route keep their weights only when each has a filter of its own. */
  marksBackends(route: RouteState): boolean;
  /** Makes what a route needs beyond its HTTPRoute. */
  bindRoute(scope: Construct, route: RouteState): Readonly<Record<string, NetworkObject>>;
  /** What the implementation's controller must be told when it is installed; undefined when nothing. */
  controllerConfig(): Readonly<Record<string, unknown>> | undefined;
}
