// Namespace: its finalizers, and what the admission of pod security asks of its labels (k8s.io/pod-security-admission/api).
import { qualifiedName } from '../schema/names';
import type { NativeCheck } from './place';
import { fields, list, text } from './place';
import { checkChoice, checkName } from './words';

const LEVELS: readonly string[] = ['privileged', 'baseline', 'restricted'];

const KNOWN_FINALIZERS: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const checkNamespace: NativeCheck = (object, root) => {
  list(fields(object.spec).finalizers).map(text).forEach((finalizer, i) => {
    const at = root.child('spec').child('finalizers').child(i);
    checkName(finalizer, qualifiedName, at, 'the finalizer');
    if (finalizer !== '' && !finalizer.includes('/') && !KNOWN_FINALIZERS.includes(finalizer)) at.refuse((show) => `the finalizer ${show(finalizer)} has no prefix that says whose it is`, `write it as example.com/${finalizer}`);
  });
  const labels = fields(fields(object.metadata).labels);
  for (const mode of ['enforce', 'audit', 'warn']) {
    const [key, versionKey] = [`pod-security.kubernetes.io/${mode}`, `pod-security.kubernetes.io/${mode}-version`];
    const at = root.child('metadata').child('labels');
    const version = text(labels[versionKey]);
    if (Object.hasOwn(labels, key)) checkChoice(text(labels[key]), LEVELS, at.child(key), 'the level of pod security');
    if (Object.hasOwn(labels, versionKey) && !/^(?:latest|v1\.(?:0|[1-9][0-9]*))$/.test(version)) at.child(versionKey).refuse((show) => `${show(version)} is neither latest nor a version of Kubernetes such as v1.35`);
  }
};
