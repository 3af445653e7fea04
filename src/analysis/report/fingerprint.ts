// What a finding is, whatever line it stands on: the same in the baseline file, against another state, and in SARIF.
import { createHash } from 'node:crypto';
import type { Finding } from '../../core/finding';

/**
 * The name of a finding that survives edits around it: rule, cluster, object and field without the places in lists. Two findings may share one.
 */
export function fingerprint(finding: Finding): string {
  return digest(identityOf(finding));
}

/** A short name of a text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}

/** What the fingerprint is made of. */
export function identityOf({ id, message, where: { cluster, object, field, file } }: Finding): string {
  // What is no object (a text that cannot be read, a configuration file) is told by its file and words.
  if (!object) return JSON.stringify([id, file ?? '', message]);
  const slash = object.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : object.apiVersion.slice(0, slash);
  return JSON.stringify([id, cluster ?? '', group, object.kind, object.namespace ?? '', object.name ?? '', (field ?? '').replace(/\[\d+\]/g, '[]')]);
}
