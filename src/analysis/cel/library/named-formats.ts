// Named formats: `format.dns1123Label().validate(x)` is an optional list of complaints. Source: apiserver pkg/cel/library/format.go over apimachinery pkg/api/validation.
import { formatCheck } from '../../schema/formats';
import type { CelValue } from '../value';
import { ItemList, Opaque, Optional } from '../value';
import type { CelFunction, Library } from './library';
import { isRequestUri } from './urls';

class Format extends Opaque {
  readonly type = 'kubernetes.NamedFormat';
  readonly name: string;
  readonly complaint: (text: string) => string | undefined;

  constructor(name: string, complaint: (text: string) => string | undefined) {
    super();
    this.name = name;
    this.complaint = complaint;
  }

  equals(other: CelValue): boolean {
    return other instanceof Format && other.name === this.name;
  }
}

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const isSubdomain = (text: string): boolean => text.length <= 253 && text.split('.').every((part) => LABEL.test(part));
const is1123 = (text: string): boolean => text.length <= 63 && LABEL.test(text);
const is1035 = (text: string): boolean => text.length <= 63 && LABEL_1035.test(text);
/** What will still have a suffix may end in a dash. */
const asPrefix = (text: string): string => (text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

function isQualified(text: string): boolean {
  const [prefix, name, more] = text.includes('/') ? text.split('/') : [undefined, text];
  return more === undefined && (prefix === undefined || (prefix !== '' && isSubdomain(prefix))) && name !== '' && name!.length <= 63 && LABEL_VALUE.test(name!);
}

function checked(format: string): (text: string) => boolean {
  return formatCheck(format, false)!;
}

const FORMATS: ReadonlyMap<string, Format> = new Map(Object.entries<readonly [(text: string) => boolean, string]>({
  dns1123Label: [is1123, 'a DNS label'],
  dns1123Subdomain: [isSubdomain, 'a DNS subdomain'],
  dns1035Label: [is1035, 'a DNS label that begins with a letter'],
  qualifiedName: [isQualified, 'a qualified name'],
  dns1123LabelPrefix: [(text) => is1123(asPrefix(text)), 'the beginning of a DNS label'],
  dns1123SubdomainPrefix: [(text) => isSubdomain(asPrefix(text)), 'the beginning of a DNS subdomain'],
  dns1035LabelPrefix: [(text) => is1035(asPrefix(text)), 'the beginning of a DNS label that begins with a letter'],
  labelValue: [(text) => text.length <= 63 && LABEL_VALUE.test(text), 'the value of a label'],
  uri: [isRequestUri, 'a URI'],
  uuid: [checked('uuid'), 'a UUID'],
  byte: [checked('byte'), 'base64'],
  date: [checked('date'), 'a date'],
  datetime: [checked('date-time'), 'a date and time'],
}).map(([name, [test, words]]) => [name, new Format(name, (text) => (test(text) ? undefined : `${JSON.stringify(text)} is not ${words}`))]));

const validate: CelFunction = (format, text) => {
  if (!(format instanceof Format) || typeof text !== 'string') return undefined;
  const complaint = format.complaint(text);
  return complaint === undefined ? Optional.NONE : new Optional(new ItemList([complaint]));
};

export const NAMED_FORMATS: Library = {
  name: 'named formats', since: 31,
  functions: {
    ...Object.fromEntries([...FORMATS].map(([name, format]) => [`format.${name}/0`, () => format])),
    'format.named/1': (name) => {
      if (typeof name !== 'string') return undefined;
      const format = FORMATS.get(name);
      return format === undefined ? Optional.NONE : new Optional(format);
    },
    '.validate/1': validate,
  },
};
