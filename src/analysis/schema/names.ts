// The grammars of names that Kubernetes holds names, keys and values to: apimachinery pkg/util/validation and pkg/api/validation.

/** Undefined for a text that is allowed, else what it should be: `a DNS label: at most …`. */
export type NameRule = (text: string) => string | undefined;

const REMEMBERED = 4096;

/** A rule that remembers what it allows: the same few keys stand on every object, and objects of one name stand together. */
function remembering(rule: NameRule): NameRule {
  const good = new Set<string>();
  let last: string | undefined;
  return (text) => {
    if (text === last) return undefined;
    if (!good.has(text)) {
      const words = rule(text);
      if (words !== undefined) return words;
      if (good.size < REMEMBERED) good.add(text);
    }
    last = text;
    return undefined;
  };
}

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;

/**
 * Letters, digits, "-", "_" and ".", with a letter or digit at both ends. Values of labels differ from object to object: to read one costs less than to look it up among those that
 * are known.
 */
export function isWord(text: string): boolean {
  const last = text.length - 1;
  for (let i = 0; i <= last; i++) {
    const sign = text.charCodeAt(i);
    if (isLetterOrDigit(sign)) continue;
    if (i === 0 || i === last || (sign !== DASH && sign !== DOT && sign !== UNDERSCORE)) return false;
  }
  return last >= 0;
}

const [DASH, DOT, UNDERSCORE] = [0x2d, 0x2e, 0x5f];

function isLetterOrDigit(sign: number): boolean {
  return (sign >= 0x61 && sign <= 0x7a) || (sign >= 0x30 && sign <= 0x39) || (sign >= 0x41 && sign <= 0x5a);
}

function isLabel(part: string): boolean {
  return LABEL.test(part);
}

export const dnsLabel: NameRule = remembering((name) => (name.length <= 63 && LABEL.test(name) ? undefined
  : 'a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends'));

export const dnsLabelWithLetterFirst: NameRule = remembering((name) => (name.length <= 63 && LABEL_1035.test(name) ? undefined
  : 'a DNS label that begins with a letter: at most 63 lower-case letters, digits and "-"'));

export const dnsSubdomain: NameRule = remembering((name) => (name.length <= 253 && name.split('.').every(isLabel) ? undefined
  : 'a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part'));

export const wildcardSubdomain: NameRule = (name) => (name.length <= 253 && name.startsWith('*.') && dnsSubdomain(name.slice(2)) === undefined ? undefined
  : 'a DNS name with "*." in front, and no other "*"');

export const pathSegment: NameRule = (name) => (name !== '.' && name !== '..' && !/[/%]/.test(name) ? undefined : 'a path segment: not "." or "..", without "/" and "%"');

/** The same for roles and bindings, which are held to it also by the beginning of a generated name. */
export const rbacName: NameRule = (name) => pathSegment(name);

/** Keys of labels, and whatever else has their form: finalizers, classes, application protocols. */
export const qualifiedName: NameRule = remembering((text) => {
  const slash = text.indexOf('/');
  const name = text.slice(slash + 1);
  if (slash >= 0 && (slash === 0 || dnsSubdomain(text.slice(0, slash)) !== undefined)) return 'a key whose prefix is a DNS subdomain';
  return name.length <= 63 && isWord(name) ? undefined : 'a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"';
});

export const labelValue: NameRule = (text) => (text === '' || (text.length <= 63 && isWord(text)) ? undefined
  : 'a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends');

/** IANA_SVC_NAME. */
export const portName: NameRule = remembering((text) => {
  const fits = text.length <= 15 && /^[-a-z0-9]+$/.test(text) && /[a-z]/.test(text) && !text.includes('--') && !text.startsWith('-') && !text.endsWith('-');
  return fits ? undefined : 'a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end';
});
