// The ApiObject of this library: the bytes of cdk8s' own, no namespace where the kind has none.
import { ApiObject } from 'cdk8s';
import type { ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';

const NETWORK_OBJECT = Symbol.for('cdk8s-netstack.NetworkObject');

/** What a manifest holds: `apiVersion`, `kind`, `metadata` and whatever else the kind has, under its wire names. */
export interface NetworkObjectProps extends ApiObjectProps {}

/** What the manifest itself does not say. */
export interface NetworkObjectOptions {
  /** The kind has no namespace: the chart's default namespace is not stamped on it. @default false */
  readonly clusterScoped?: boolean;
}

/** An object of the Kubernetes API. Renders to the same bytes as cdk8s' `ApiObject`; patches of unknown fields reach the manifest. */
export class NetworkObject extends ApiObject {
  /** Whether `value` is a `NetworkObject`, also one of another copy of this package. */
  static isNetworkObject(value: unknown): value is NetworkObject {
    return typeof value === 'object' && value !== null && NETWORK_OBJECT in value;
  }

  /** Whether the kind has no namespace. */
  readonly clusterScoped: boolean;

  constructor(scope: Construct, id: string, props: NetworkObjectProps, options: NetworkObjectOptions = {}) {
    super(scope, id, props);
    this.clusterScoped = options.clusterScoped ?? false;
    Object.defineProperty(this, NETWORK_OBJECT, { value: true });
    if (this.clusterScoped) (this.metadata as { namespace?: string }).namespace = undefined;
  }
}
