// What a pod's specification refers to; several systems keep it, or a part of it, at other places.
import type { FieldReference } from './reference';
import { configMap, configMapKey, secret, secretKey, to } from './reference';

/** Single variables of a container, at the path of the container. */
export function variables(container: string): FieldReference[] {
  return [secretKey(`${container}.env[].valueFrom.secretKeyRef`), configMapKey(`${container}.env[].valueFrom.configMapKeyRef`)];
}

/** Everything that a container's environment comes from, at the path of the container. */
export function environment(container: string): FieldReference[] {
  return [
    ...variables(container),
    secret(`${container}.envFrom[].secretRef`, { optional: true }),
    configMap(`${container}.envFrom[].configMapRef`, { optional: true }),
  ];
}

/** Volumes, at the path of the volume. */
export function volumes(volume: string): FieldReference[] {
  return [
    secret(`${volume}.secret`, { name: 'secretName', key: 'items[].key', optional: true }),
    configMap(`${volume}.configMap`, { key: 'items[].key', optional: true }),
    secret(`${volume}.projected.sources[].secret`, { key: 'items[].key', optional: true }),
    configMap(`${volume}.projected.sources[].configMap`, { key: 'items[].key', optional: true }),
    to('/PersistentVolumeClaim', `${volume}.persistentVolumeClaim.claimName`),
    secret(`${volume}.azureFile.secretName`),
    secret(`${volume}.csi.nodePublishSecretRef`),
    ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((driver) => secret(`${volume}.${driver}.secretRef`)),
    ...claim(`${volume}.ephemeral.volumeClaimTemplate.spec`),
  ];
}

/** The specification of a PersistentVolumeClaim, or of the template of one. */
export function claim(spec: string): FieldReference[] {
  return [
    to('storage.k8s.io/StorageClass', `${spec}.storageClassName`),
    to('storage.k8s.io/VolumeAttributesClass', `${spec}.volumeAttributesClassName`),
    to('/PersistentVolume', `${spec}.volumeName`),
    to('/PersistentVolumeClaim', `${spec}.dataSource`, { typed: 'apiGroup' }),
    to('/PersistentVolumeClaim', `${spec}.dataSourceRef`, { typed: 'apiGroup', namespace: 'namespace', grant: true }),
  ];
}

/** A whole pod specification, at its path. */
export function podSpec(spec: string): FieldReference[] {
  return [
    to('/ServiceAccount', `${spec}.serviceAccountName`),
    to('/ServiceAccount', `${spec}.serviceAccount`),
    // A pull secret that is not there is passed over: the image may be pulled without.
    secret(`${spec}.imagePullSecrets[]`, { idle: true }),
    ...['containers', 'initContainers', 'ephemeralContainers'].flatMap((containers) => environment(`${spec}.${containers}[]`)),
    ...volumes(`${spec}.volumes[]`),
    to('scheduling.k8s.io/PriorityClass', `${spec}.priorityClassName`, { except: ['system-node-critical', 'system-cluster-critical'] }),
    to('node.k8s.io/RuntimeClass', `${spec}.runtimeClassName`),
    to('resource.k8s.io/ResourceClaim', `${spec}.resourceClaims[].resourceClaimName`),
    to('resource.k8s.io/ResourceClaimTemplate', `${spec}.resourceClaims[].resourceClaimTemplateName`),
    to('scheduling.k8s.io/Workload', `${spec}.workloadRef`),
  ];
}
