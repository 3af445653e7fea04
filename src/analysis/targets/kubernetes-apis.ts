// The life of Kubernetes' own API versions, from the lifecycle marks of k8s.io/api (v0.19 to v0.35), apiextensions and kube-aggregator, and the deprecation guide.

/** One API version of built-in kinds. */
export interface ApiLife {
  /** The release that began to warn. */
  readonly deprecated?: string;
  /** The first release that no longer serves it. */
  readonly removed?: string;
  /** The apiVersion to write instead; with a kind behind it where that changed, too. */
  readonly use?: string;
  /** How to mend it, where no other apiVersion is the answer. */
  readonly fix?: string;
}

type Row = readonly [apiVersion: string, kinds: string, deprecated: string | undefined, removed: string | undefined, use?: string, fix?: string];

const POD_SECURITY = 'remove it, and label the namespaces with pod-security.kubernetes.io/enforce, or write the policy for a policy engine';

const ROWS: readonly Row[] = [
  ['v1', 'Endpoints', '1.33', undefined, 'discovery.k8s.io/v1 EndpointSlice'],
  ['v1', 'ComponentStatus', '1.19', undefined, undefined, 'remove it: nothing reads it'],
  ['admissionregistration.k8s.io/v1alpha1', 'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding', '1.35', '1.38', 'admissionregistration.k8s.io/v1beta1'],
  ['admissionregistration.k8s.io/v1alpha1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', '1.29', '1.32', 'admissionregistration.k8s.io/v1'],
  ['admissionregistration.k8s.io/v1beta1', 'MutatingWebhookConfiguration ValidatingWebhookConfiguration', '1.16', '1.22', 'admissionregistration.k8s.io/v1'],
  ['admissionregistration.k8s.io/v1beta1', 'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding', '1.31', '1.34', 'admissionregistration.k8s.io/v1'],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', '1.16', '1.22', 'apiextensions.k8s.io/v1'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', '1.19', '1.22', 'apiregistration.k8s.io/v1'],
  ['apps/v1beta1', 'ControllerRevision Deployment StatefulSet', '1.8', '1.16', 'apps/v1'],
  ['apps/v1beta2', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', '1.9', '1.16', 'apps/v1'],
  ['authentication.k8s.io/v1beta1', 'TokenReview', '1.19', '1.22', 'authentication.k8s.io/v1'],
  ['authorization.k8s.io/v1beta1', 'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview', '1.19', '1.22', 'authorization.k8s.io/v1'],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', '1.22', '1.25', 'autoscaling/v2'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.23', '1.26', 'autoscaling/v2'],
  ['batch/v1beta1', 'CronJob', '1.21', '1.25', 'batch/v1'],
  ['batch/v2alpha1', 'CronJob', '1.8', '1.21', 'batch/v1'],
  ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle', '1.34', '1.37', 'certificates.k8s.io/v1beta1'],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', '1.19', '1.22', 'certificates.k8s.io/v1'],
  ['coordination.k8s.io/v1alpha2', 'LeaseCandidate', '1.35', '1.38', 'coordination.k8s.io/v1beta1'],
  ['coordination.k8s.io/v1beta1', 'Lease', '1.19', '1.22', 'coordination.k8s.io/v1'],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', '1.21', '1.25', 'discovery.k8s.io/v1'],
  ['events.k8s.io/v1beta1', 'Event', '1.22', '1.25', 'events.k8s.io/v1'],
  ['extensions/v1beta1', 'DaemonSet Deployment ReplicaSet', '1.8', '1.16', 'apps/v1'],
  ['extensions/v1beta1', 'Ingress', '1.14', '1.22', 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'NetworkPolicy', '1.9', '1.16', 'networking.k8s.io/v1'],
  ['extensions/v1beta1', 'PodSecurityPolicy', '1.11', '1.16', undefined, POD_SECURITY],
  ['flowcontrol.apiserver.k8s.io/v1alpha1', 'FlowSchema PriorityLevelConfiguration', '1.20', '1.21', 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', '1.23', '1.26', 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema PriorityLevelConfiguration', '1.26', '1.29', 'flowcontrol.apiserver.k8s.io/v1'],
  ['flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema PriorityLevelConfiguration', '1.29', '1.32', 'flowcontrol.apiserver.k8s.io/v1'],
  ['kubeadm.k8s.io/v1beta3', 'ClusterConfiguration InitConfiguration JoinConfiguration', '1.31', undefined, 'kubeadm.k8s.io/v1beta4'],
  ['networking.k8s.io/v1alpha1', 'IPAddress ServiceCIDR', '1.30', '1.33', 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1alpha1', 'ClusterCIDR', undefined, '1.29', undefined, 'remove it: pod ranges per node are the network plugin\'s'],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', '1.19', '1.22', 'networking.k8s.io/v1'],
  ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', '1.34', '1.37', 'networking.k8s.io/v1'],
  ['node.k8s.io/v1alpha1', 'RuntimeClass', undefined, '1.24', 'node.k8s.io/v1'],
  ['node.k8s.io/v1beta1', 'RuntimeClass', '1.22', '1.25', 'node.k8s.io/v1'],
  ['policy/v1beta1', 'PodDisruptionBudget', '1.21', '1.25', 'policy/v1'],
  ['policy/v1beta1', 'PodSecurityPolicy', '1.21', '1.25', undefined, POD_SECURITY],
  ['rbac.authorization.k8s.io/v1alpha1', 'ClusterRole ClusterRoleBinding Role RoleBinding', '1.17', '1.23', 'rbac.authorization.k8s.io/v1'],
  ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole ClusterRoleBinding Role RoleBinding', '1.17', '1.22', 'rbac.authorization.k8s.io/v1'],
  ['resource.k8s.io/v1beta1', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', '1.35', '1.38', 'resource.k8s.io/v1'],
  ['resource.k8s.io/v1beta2', 'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice', '1.36', '1.39', 'resource.k8s.io/v1'],
  ['scheduling.k8s.io/v1alpha1', 'PriorityClass', '1.14', '1.23', 'scheduling.k8s.io/v1'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', '1.14', '1.22', 'scheduling.k8s.io/v1'],
  ['settings.k8s.io/v1alpha1', 'PodPreset', undefined, '1.20', undefined, 'remove it, and set what it injected in the pod templates'],
  ['storage.k8s.io/v1alpha1', 'CSIStorageCapacity VolumeAttachment', '1.21', '1.24', 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1alpha1', 'VolumeAttributesClass', '1.32', '1.35', 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIDriver StorageClass VolumeAttachment', '1.19', '1.22', 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSINode', '1.17', '1.22', 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', '1.24', '1.27', 'storage.k8s.io/v1'],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', '1.34', '1.37', 'storage.k8s.io/v1'],
];

/** What an API server serves, and for which no schema is shipped although other versions of the kind have one. */
const SERVED_WITHOUT_SCHEMA: ReadonlySet<string> = new Set(['autoscaling/v1 HorizontalPodAutoscaler']);

function given(life: { readonly [K in keyof ApiLife]: string | undefined }): ApiLife {
  return Object.fromEntries(Object.entries(life).filter(([, value]) => value !== undefined));
}

let lives: Map<string, ApiLife> | undefined;

/** What is known of the life of a built-in API version. */
export function lifeOf(apiVersion: string, kind: string): ApiLife | undefined {
  if (!lives) {
    lives = new Map();
    for (const [version, kinds, deprecated, removed, use, fix] of ROWS) {
      const life = given({ deprecated, removed, use, fix });
      for (const name of kinds.split(' ')) lives.set(`${version} ${name}`, life);
    }
  }
  return lives.get(`${apiVersion} ${kind}`);
}

/** Whether API servers serve this built-in kind although no schema is shipped. */
export function isServedWithoutSchema(apiVersion: string, kind: string): boolean {
  return SERVED_WITHOUT_SCHEMA.has(`${apiVersion} ${kind}`);
}
