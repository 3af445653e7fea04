// Which kinds are built in.
import type { Json } from '../engines/kube-apiserver/documents';

/** Groups of custom resources whose names look like those of built-in kinds. */
const CUSTOM = /^(?:gateway|policy)\.networking\.(?:x-)?k8s\.io$|\.x-k8s\.io$/;

/** Whether the API server knows the kind by itself, not from a definition. */
export function builtIn(object: Json): boolean {
  const apiVersion = String(object.apiVersion);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return !group.includes('.') || (group.endsWith('.k8s.io') && !CUSTOM.test(group) && group !== 'externaldns.k8s.io');
}
