import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { labelKey, labelValue } from '../core/kubernetes-name';
import { refuseSecrets } from '../core/secrets';

// With the u flag a surrogate class matches lone halves only, which UTF-8 cannot carry.
const UNCARRIED = /[\0\ud800-\udfff]/u;

/** Returns the labels when every key and value is one, sorted; `reserved` keys are refused. */
export function checkLabels(labels: Readonly<Record<string, string>> | undefined, where: string, scope: ErrorScope, reserved: readonly string[] = []): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [key, value] of entries(labels, where, scope)) {
    labelKey(key, `Label key of ${where}`, scope);
    if (reserved.includes(key)) {
      throw new NetstackError({ what: `Label ${key} of ${where} is set by the workload itself`, scope, fix: 'leave it out; the name and the versions decide it' });
    }
    checked[key] = labelValue(value, `Label ${key} of ${where}`, scope);
  }
  return checked;
}

/** Returns the annotations when every key is one and every value is text that YAML carries, sorted. */
export function checkAnnotations(annotations: Readonly<Record<string, string>> | undefined, where: string, scope: ErrorScope): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [key, value] of entries(annotations, where, scope)) {
    labelKey(key, `Annotation key of ${where}`, scope);
    checked[key] = checkText(value, `Annotation ${key} of ${where}`, scope);
  }
  return checked;
}

/** Returns `text` when it is a string without a secret, without NUL and with whole characters only: what every reader gives back unchanged. */
export function checkText(text: string, where: string, scope: ErrorScope): string {
  if (typeof text !== 'string' || UNCARRIED.test(text)) {
    throw new NetstackError({ what: `${where} ${shorten(text)} is not a text of whole characters without NUL`, scope, fix: 'give a string' });
  }
  refuseSecrets(text, where, scope);
  return text;
}

function entries(record: Readonly<Record<string, string>> | undefined, where: string, scope: ErrorScope): Array<[string, string]> {
  if (record === undefined) return [];
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    throw new NetstackError({ what: `${shorten(record)} of ${where} is no record of texts`, scope, fix: "give such as { tier: 'backend' }" });
  }
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
