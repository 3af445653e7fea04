// Namespace: what the admission of pod security asks of its labels (k8s.io/pod-security-admission/api).
import type { NativeCheck } from './place';
import { fields } from './place';
import { checkChoice } from './words';

const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];

export const checkNamespace: NativeCheck = (object, root) => {
  const labels = fields(fields(object.metadata).labels);
  for (const mode of ['enforce', 'audit', 'warn']) {
    const [key, versionKey] = [`pod-security.kubernetes.io/${mode}`, `pod-security.kubernetes.io/${mode}-version`];
    const at = root.child('metadata').child('labels');
    const [level, version] = [labels[key], labels[versionKey]];
    if (typeof level === 'string') checkChoice(level, LEVELS, at.child(key), 'the level of pod security');
    if (typeof version === 'string' && !/^(?:latest|v1\.(?:0|[1-9][0-9]*))$/.test(version)) at.child(versionKey).refuse((show) => `${show(version)} is neither latest nor a version of Kubernetes such as v1.35`);
  }
};
