// The grammars of names that Kubernetes holds names, keys and values to: apimachinery pkg/util/validation and pkg/api/validation.

/** Undefined for a text that is allowed, else what it should be: `a DNS label: at most …`. */
export type NameRule = (text: string) => string | undefined;

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

export const dnsLabel: NameRule = (name) => (name.length <= 63 && LABEL.test(name) ? undefined
  : 'a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends');

export const dnsLabelWithLetterFirst: NameRule = (name) => (name.length <= 63 && LABEL_1035.test(name) ? undefined
  : 'a DNS label that begins with a letter: at most 63 lower-case letters, digits and "-"');

export const dnsSubdomain: NameRule = (name) => (name.length <= 253 && name.split('.').every((part) => LABEL.test(part)) ? undefined
  : 'a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part');

export const wildcardSubdomain: NameRule = (name) => (name.length <= 253 && name.startsWith('*.') && dnsSubdomain(name.slice(2)) === undefined ? undefined
  : 'a DNS name with "*." in front, and no other "*"');

export const pathSegment: NameRule = (name) => (name !== '.' && name !== '..' && !/[/%]/.test(name) ? undefined : 'a path segment: not "." or "..", without "/" and "%"');

/** The same for roles and bindings, which are held to it also by the beginning of a generated name. */
export const rbacName: NameRule = (name) => pathSegment(name);

/** Keys of labels, and whatever else has their form: finalizers, classes, application protocols. */
export const qualifiedName: NameRule = (text) => {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash >= 0 && (slash === 0 || dnsSubdomain(text.slice(0, slash)) !== undefined)) return 'a key whose prefix is a DNS subdomain';
  return name.length <= 63 && QUALIFIED.test(name) ? undefined : 'a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"';
};

export const labelValue: NameRule = (text) => (text === '' || (text.length <= 63 && QUALIFIED.test(text)) ? undefined
  : 'a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends');

/** IANA_SVC_NAME. */
export const portName: NameRule = (text) => {
  const fits = text.length <= 15 && /^[-a-z0-9]+$/.test(text) && /[a-z]/.test(text) && !text.includes('--') && !text.startsWith('-') && !text.endsWith('-');
  return fits ? undefined : 'a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end';
};

/** The same few keys stand on every object. */
const remembered = new Map<NameRule, Set<string>>();
const REMEMBERED = 4096;

/** Asks a rule, and remembers what it allows. */
export function accepted(rule: NameRule, text: string): string | undefined {
  let good = remembered.get(rule);
  if (good?.has(text)) return undefined;
  const words = rule(text);
  if (words === undefined) {
    if (!good) remembered.set(rule, (good = new Set()));
    if (good.size < REMEMBERED) good.add(text);
  }
  return words;
}
