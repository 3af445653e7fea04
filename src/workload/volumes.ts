import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel, dnsSubdomain } from '../core/kubernetes-name';
import { requireObject } from '../core/shape';
import { quantityAmount } from './quantity';
import { secretKey } from './secret-key';
import { Volume } from './volume';
import type { ClaimOptions, EmptyDirOptions } from './volume';

const ACCESS_MODES = ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'];

/** A checked volume, as plain state. */
export interface VolumeState {
  readonly name: string;
  readonly mountPath: string;
  readonly holds:
    | { readonly type: 'emptyDir'; readonly options: EmptyDirOptions }
    | { readonly type: 'configMap'; readonly name: string }
    | { readonly type: 'secret'; readonly name: string; readonly keys: readonly string[] }
    | { readonly type: 'claim'; readonly options: ClaimOptions };
}

/** The volumes of a workload, sorted by name. @throws NetstackError for two at one path, a claim outside a StatefulSet, keys of two Secrets in one volume */
export function checkVolumes(
  volumes: Readonly<Record<string, Volume>> | undefined, namespace: string, controller: string, workload: string, scope: ErrorScope,
): readonly VolumeState[] {
  const paths = new Map<string, string>();
  return Object.entries(requireObject(volumes ?? {}, `volumes of workload ${workload}`, scope)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, volume]): VolumeState => {
    dnsLabel(name, `The volume of workload ${workload} named`, scope);
    const where = `Volume ${name} of workload ${workload}`;
    const refuse = (what: string, fix: string): never => {
      throw new NetstackError({ what: `${where} ${what}`, scope, fix });
    };
    if (!(volume instanceof Volume)) refuse(`is ${shorten(volume)}`, "give a Volume such as Volume.emptyDir('/tmp')");
    const twin = paths.get(volume.mountPath);
    if (twin !== undefined) refuse(`is mounted at ${volume.mountPath}, where volume ${twin} is`, 'give one of them another path');
    paths.set(volume.mountPath, name);
    const { source } = volume;
    if (source.type === 'emptyDir' && source.options.sizeLimit !== undefined) quantityAmount(source.options.sizeLimit, `The size limit of ${where}`, scope);
    if (source.type === 'claim') {
      if (controller !== 'StatefulSet') refuse('is a claim of each pod, which a Deployment cannot have', "set controller: 'StatefulSet'");
      quantityAmount(source.options.size, `The size of ${where}`, scope);
      if (source.options.storageClass !== undefined) dnsSubdomain(source.options.storageClass, `The storage class of ${where}`, scope);
      if (source.options.accessMode !== undefined && !ACCESS_MODES.includes(source.options.accessMode)) refuse(`has access mode ${shorten(source.options.accessMode)}`, `give one of ${ACCESS_MODES.join(', ')}`);
    }
    if (source.type !== 'secret') return { name, mountPath: volume.mountPath, holds: source };
    const keys = source.refs.map((ref) => secretKey(ref, namespace, where, scope));
    const names = new Set(keys.map((key) => key.name));
    if (names.size > 1) refuse(`mixes keys of the Secrets ${[...names].sort().join(', ')}`, 'use a volume for each');
    return { name, mountPath: volume.mountPath, holds: { type: 'secret', name: keys[0]!.name, keys: [...new Set(keys.map(({ key }) => key))].sort() } };
  });
}
