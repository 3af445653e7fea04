// Keys of Cilium's selectors, which say where a label comes from and of what it is: `k8s:app`, `any:app`, `io.kubernetes.pod.namespace`.

export interface CiliumKey {
  /** `other`: something that is no pod, or that the documents do not say. */
  readonly about: 'pods' | 'namespace' | 'namespaceLabels' | 'other';
  /** The name of the label that is asked for. */
  readonly name: string;
}

const SOURCE = /^(?:k8s|any)[:.]/;
const OTHER_SOURCE = /^[a-z0-9-]+:/;
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';

/** What a key of a selector asks for. A system has few keys and thousands of selectors, so that each is read once. */
export function ciliumKey(key: string): CiliumKey {
  let known = KEYS.get(key);
  if (!known) KEYS.set(key, (known = read(SOURCE.test(key) ? key.slice(4) : key)));
  return known;
}

const KEYS: Map<string, CiliumKey> = new Map();

function read(key: string): CiliumKey {
  if (OTHER_SOURCE.test(key) || key.startsWith('io.cilium.k8s.policy.')) return { about: 'other', name: key };
  if (key === 'io.kubernetes.pod.namespace') return { about: 'namespace', name: 'kubernetes.io/metadata.name' };
  if (key.startsWith(NAMESPACE_LABELS)) return { about: 'namespaceLabels', name: key.slice(NAMESPACE_LABELS.length) };
  return { about: 'pods', name: key };
}

/** The label of pods that a key asks for. */
export function podKey(key: string): string | undefined {
  const { about, name } = ciliumKey(key);
  return about === 'pods' ? name : undefined;
}
