// References of Kubernetes' own kinds.
import { claim, podSpec } from './pods';
import type { FieldReference, KindReferences } from './reference';
import { secret, to } from './reference';

// Application load balancers of AWS and Alibaba take the action of an annotation for such a port.
const BACKEND = { port: ['port.number', 'port.name'], action: 'use-annotation' } as const;

const SCALED: readonly string[] = ['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', '/ReplicationController', 'argoproj.io/Rollout'];

/** `clientConfig.service` of a webhook. */
function webhookService(at: string): FieldReference {
  return to('/Service', at, { namespace: 'namespace', port: ['port'], defaultPort: 443 });
}

const volumeSecrets = (source: string): FieldReference[] => [
  ...['cephfs', 'cinder', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((driver) => secret(`${source}.${driver}.secretRef`, { namespace: 'namespace', anywhere: true })),
  ...['controllerExpandSecretRef', 'controllerPublishSecretRef', 'nodeExpandSecretRef', 'nodePublishSecretRef', 'nodeStageSecretRef']
    .map((field) => secret(`${source}.csi.${field}`, { namespace: 'namespace', anywhere: true })),
  secret(`${source}.azureFile`, { name: 'secretName', namespace: 'secretNamespace', anywhere: true }),
  to('storage.k8s.io/StorageClass', `${source}.storageClassName`),
  to('storage.k8s.io/VolumeAttributesClass', `${source}.volumeAttributesClassName`),
];

export const KUBERNETES: readonly KindReferences[] = [
  { kinds: ['/Pod'], fields: () => podSpec('spec') },
  { kinds: ['/PodTemplate'], fields: () => podSpec('template.spec') },
  { kinds: ['apps/Deployment', 'apps/ReplicaSet', 'apps/DaemonSet', 'batch/Job', '/ReplicationController'], fields: () => podSpec('spec.template.spec') },
  { kinds: ['batch/CronJob'], fields: () => podSpec('spec.jobTemplate.spec.template.spec') },
  {
    kinds: ['apps/StatefulSet'],
    // Pods run without it; their own DNS names do not exist.
    fields: () => [...podSpec('spec.template.spec'), ...claim('spec.volumeClaimTemplates[].spec'), to('/Service', 'spec.serviceName', { idle: true })],
  },
  { kinds: ['/ServiceAccount'], fields: () => [secret('imagePullSecrets[]', { idle: true }), secret('secrets[]', { idle: true })] },
  { kinds: ['/PersistentVolumeClaim'], fields: () => claim('spec') },
  { kinds: ['/PersistentVolume'], fields: () => volumeSecrets('spec') },
  { kinds: ['storage.k8s.io/VolumeAttachment'], fields: () => [...volumeSecrets('spec.source.inlineVolumeSpec'), to('/PersistentVolume', 'spec.source.persistentVolumeName')] },
  { kinds: ['storage.k8s.io/CSIStorageCapacity'], fields: () => [to('storage.k8s.io/StorageClass', 'storageClassName')] },
  {
    kinds: ['/Service'],
    fields: () => [
      to(['gateway.networking.k8s.io/Gateway'], ['metadata', 'labels', 'istio.io/use-waypoint'], { except: ['none'] }),
      to('tailscale.com/ProxyClass', ['metadata', 'labels', 'tailscale.com/proxy-class']),
      to('tailscale.com/ProxyGroup', ['metadata', 'annotations', 'tailscale.com/proxy-group']),
      to('metallb.io/IPAddressPool', ['metadata', 'annotations', 'metallb.io/address-pool'], { anywhere: true }),
      to('metallb.io/IPAddressPool', ['metadata', 'annotations', 'metallb.universe.tf/address-pool'], { anywhere: true }),
    ],
  },
  { kinds: ['/Namespace'], fields: () => [to(['gateway.networking.k8s.io/Gateway'], ['metadata', 'labels', 'istio.io/use-waypoint'], { except: ['none'] })] },
  {
    kinds: ['networking.k8s.io/Ingress'],
    fields: () => [
      to('/Service', 'spec.defaultBackend.service', BACKEND),
      to('/Service', 'spec.rules[].http.paths[].backend.service', BACKEND),
      to('networking.k8s.io/IngressClass', 'spec.ingressClassName'),
      secret('spec.tls[].secretName', { keys: ['tls.crt', 'tls.key'] }),
      to('tailscale.com/ProxyClass', ['metadata', 'labels', 'tailscale.com/proxy-class']),
      to('tailscale.com/ProxyGroup', ['metadata', 'annotations', 'tailscale.com/proxy-group']),
      to('cert-manager.io/Issuer', ['metadata', 'annotations', 'cert-manager.io/issuer']),
      to('cert-manager.io/ClusterIssuer', ['metadata', 'annotations', 'cert-manager.io/cluster-issuer']),
    ],
  },
  {
    kinds: ['discovery.k8s.io/EndpointSlice'],
    fields: () => [to('/Service', ['metadata', 'labels', 'kubernetes.io/service-name'], { idle: true })],
  },
  {
    kinds: ['autoscaling/HorizontalPodAutoscaler'],
    fields: () => [
      to(SCALED, 'spec.scaleTargetRef', { typed: 'apiVersion' }),
      to(['/Service', 'networking.k8s.io/Ingress'], 'spec.metrics[].object.describedObject', { typed: 'apiVersion' }),
    ],
  },
  {
    kinds: ['rbac.authorization.k8s.io/RoleBinding'],
    fields: () => [
      to(['rbac.authorization.k8s.io/Role', 'rbac.authorization.k8s.io/ClusterRole'], 'roleRef', { typed: 'apiGroup', idle: true }),
      to('/ServiceAccount', 'subjects[]', { typed: 'apiGroup', namespace: 'namespace', idle: true }),
    ],
  },
  {
    kinds: ['rbac.authorization.k8s.io/ClusterRoleBinding'],
    fields: () => [
      to('rbac.authorization.k8s.io/ClusterRole', 'roleRef', { typed: 'apiGroup', idle: true }),
      to('/ServiceAccount', 'subjects[]', { typed: 'apiGroup', namespace: 'namespace', idle: true }),
    ],
  },
  {
    kinds: ['admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
    fields: () => [webhookService('webhooks[].clientConfig.service')],
  },
  { kinds: ['apiextensions.k8s.io/CustomResourceDefinition'], fields: () => [webhookService('spec.conversion.webhook.clientConfig.service')] },
  {
    kinds: ['admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding'],
    fields: () => [to('admissionregistration.k8s.io/ValidatingAdmissionPolicy', 'spec.policyName')],
  },
];
