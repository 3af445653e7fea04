// The API servers of the two version lines and the store that they need, as Go modules.
import type { GoProgram } from '../../cache';

// Modules that the source tree of Kubernetes carries in staging/; as modules of their own they are v0 of the same release.
const STAGING: readonly string[] = [
  'api', 'apiextensions-apiserver', 'apimachinery', 'apiserver', 'cli-runtime', 'client-go', 'cloud-provider', 'cluster-bootstrap', 'code-generator', 'component-base',
  'component-helpers', 'controller-manager', 'cri-api', 'cri-client', 'csi-translation-lib', 'dynamic-resource-allocation', 'endpointslice', 'externaljwt', 'kms',
  'kube-aggregator', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet', 'metrics', 'mount-utils', 'pod-security-admission', 'sample-apiserver',
  'sample-cli-plugin', 'sample-controller',
];

/** The API server of a release, without its `v`. It calls itself v0.0.0-master, so the version is kept here. */
export function apiServer(version: string): GoProgram {
  return {
    name: 'kube-apiserver',
    module: 'k8s.io/kubernetes',
    version: `v${version}`,
    package: 'k8s.io/kubernetes/cmd/kube-apiserver',
    replace: STAGING.map((module) => `k8s.io/${module} => k8s.io/${module} v0${version.slice(version.indexOf('.'))}`),
  };
}

export const ETCD: GoProgram = { name: 'etcd', module: 'go.etcd.io/etcd/server/v3', version: 'v3.6.5' };
