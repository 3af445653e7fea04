// The ApiObject of this library: the bytes of cdk8s' own, rendered faster; no namespace where the kind has none.
import { ApiObject } from 'cdk8s';
import type { ApiObjectProps, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { NetstackError, shorten } from '../core/errors';
import { sourceOf } from '../core/provenance';
import { reasonOf } from './reason';
import { renderObject } from './render-object';
import type { Manifest } from './render-object';
import { asYamlDocument } from './yaml-document';

const NETWORK_OBJECT = Symbol.for('cdk8s-netstack.NetworkObject');

/** What a manifest holds: `apiVersion`, `kind`, `metadata` and whatever else the kind has, under its wire names. */
export type NetworkObjectProps = ApiObjectProps;

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

  /** `instanceof` for objects of any copy of this package; cdk8s' own, inherited, is true for every ApiObject. */
  static override [Symbol.hasInstance](value: unknown): value is NetworkObject {
    return this === NetworkObject ? NetworkObject.isNetworkObject(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** Whether the kind has no namespace. */
  readonly clusterScoped: boolean;
  readonly #props: NetworkObjectProps;
  #patched = false;

  /**
   * @param props the manifest; without `metadata.name` cdk8s makes a name of the construct's path
   * @throws NetstackError for a cluster-scoped object with a namespace
   */
  constructor(scope: Construct, id: string, props: NetworkObjectProps, options: NetworkObjectOptions = {}) {
    super(scope, id, props);
    this.#props = props;
    this.clusterScoped = options.clusterScoped ?? false;
    if (this.clusterScoped) {
      if (props.metadata?.namespace !== undefined) {
        throw new NetstackError({
          what: `${props.kind} has no namespace and was given ${shorten(props.metadata.namespace)}`,
          scope: this,
          fix: 'leave metadata.namespace out: the kind is cluster-scoped',
        });
      }
      // ApiObject stamps the chart's namespace on everything.
      (this.metadata as { namespace?: string }).namespace = undefined;
    }
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    super.addJsonPatch(...ops);
    this.#patched = true;
  }

  /** The manifest. @throws NetstackError when a lazy field fails */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type of ApiObject.toJson
  override toJson(): any {
    const manifest = this._render() ?? (super.toJson() as Manifest);
    return asYamlDocument(manifest);
  }

  /**
   * The manifest as a tree in which no object occurs twice, or `undefined` where only cdk8s itself can render it.
   *
   * @internal
   */
  _render(): Manifest | undefined {
    if (this.#patched) return undefined;
    try {
      return renderObject(this, this.#props);
    } catch (error) {
      throw renderingFailed(this, error);
    }
  }
}

Object.defineProperty(NetworkObject.prototype, NETWORK_OBJECT, { value: true });

/** `error`, which was thrown while `object` was rendered, as one that says where. */
export function renderingFailed(object: ApiObject, error: unknown): NetstackError {
  // A sentence of ours that names its place already is clear.
  if (NetstackError.is(error) && error.where !== undefined) return error;
  const what = `${object.kind} ${shorten(object.name)} cannot be rendered: ${reasonOf(error)}`;
  const failure = new NetstackError({ what, where: sourceOf(object), scope: object });
  if (!NetstackError.is(error)) Object.defineProperty(failure, 'cause', { value: error, configurable: true });
  return failure;
}
