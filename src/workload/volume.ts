import { NetstackError, shorten } from '../core/errors';
import { dnsSubdomain } from '../core/kubernetes-name';
import { requireSecretRef } from '../core/secret-ref';
import type { SecretRef } from '../core/secret-ref';

export interface EmptyDirOptions {
  /** A Kubernetes quantity, after which the pod is evicted. @default - none */
  readonly sizeLimit?: string;
  /** Kept in memory, which counts against the container's limit. @default false */
  readonly memory?: boolean;
}

export interface ClaimOptions {
  /** A Kubernetes quantity: `10Gi`. */
  readonly size: string;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
  /** @default 'ReadWriteOnce' */
  readonly accessMode?: 'ReadWriteOnce' | 'ReadWriteOncePod' | 'ReadWriteMany';
}

/** What a volume holds, as plain state. */
export type VolumeSource =
  | { readonly type: 'emptyDir'; readonly options: EmptyDirOptions }
  | { readonly type: 'configMap'; readonly name: string }
  | { readonly type: 'secret'; readonly refs: readonly SecretRef[] }
  | { readonly type: 'claim'; readonly options: ClaimOptions };

/** A volume and where the container finds it. */
export class Volume {
  /** Room that lasts as long as the pod: what a read-only root file system leaves to be written. */
  static emptyDir(mountPath: string, options: EmptyDirOptions = {}): Volume {
    return new Volume(mountPath, { type: 'emptyDir', options });
  }

  /** The keys of a ConfigMap as files, read-only. */
  static configMap(mountPath: string, name: string): Volume {
    return new Volume(mountPath, { type: 'configMap', name: dnsSubdomain(name, 'ConfigMap name') });
  }

  /** Keys of one Secret as files of the same names, read-only. */
  static secret(mountPath: string, ...refs: readonly SecretRef[]): Volume {
    if (refs.length === 0) throw new NetstackError({ what: `The Secret volume at ${shorten(mountPath)} has no key`, fix: "give such as SecretRef.existing('tls', 'tls.crt')" });
    return new Volume(mountPath, { type: 'secret', refs: refs.map((ref) => requireSecretRef(ref, 'A key of a Secret volume')) });
  }

  /** Storage of each pod, kept when the pod is gone. StatefulSet only. */
  static claim(mountPath: string, options: ClaimOptions): Volume {
    return new Volume(mountPath, { type: 'claim', options });
  }

  readonly mountPath: string;
  readonly source: VolumeSource;

  private constructor(mountPath: string, source: VolumeSource) {
    if (typeof mountPath !== 'string' || !/^(?:\/[-\w.~@+ ]{1,255}){1,32}$/.test(mountPath) || /\/\.{1,2}(?:\/|$)/.test(mountPath)) {
      throw new NetstackError({ what: `${shorten(mountPath)} is not a path to mount a volume at`, fix: "give an absolute path such as '/var/cache/orders'" });
    }
    this.mountPath = mountPath;
    this.source = source;
    Object.freeze(this);
  }
}
