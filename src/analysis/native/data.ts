// ConfigMap and Secret: ValidateConfigMap and ValidateSecret of pkg/apis/core/validation. No value is ever shown.
import type { Fields, NativeCheck, Place } from './place';
import { fields, text } from './place';
import { missing } from './words';

const LIMIT = 1024 * 1024;

export const checkConfigMap: NativeCheck = (object, root) => {
  const [data, binary] = [fields(object.data), fields(object.binaryData)];
  checkKeys(data, root.child('data'));
  checkKeys(binary, root.child('binaryData'));
  for (const key in data) if (Object.hasOwn(binary, key)) root.child('data').child(key).refuse(() => 'the key stands in data and in binaryData', 'remove one of them');
  checkSize([[data, plainSize], [binary, decodedSize]], root);
};

export const checkSecret: NativeCheck = (object, root) => {
  // What stands in stringData is written over data.
  const [data, texts] = [fields(object.data), fields(object.stringData)];
  checkKeys(data, root.child('data'));
  checkKeys(texts, root.child('stringData'));
  const kept = Object.fromEntries(Object.entries(data).filter(([key]) => !Object.hasOwn(texts, key)));
  checkSize([[kept, decodedSize], [texts, plainSize]], root.child('data'));
  checkType({ ...data, ...texts }, object, root);
  checkRegistries(data, texts, text(object.type), root);
};

/** What controllers look for in Secrets of these types. */
const NEEDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']], ['kubernetes.io/ssh-auth', ['ssh-privatekey']], ['kubernetes.io/dockercfg', ['.dockercfg']], ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
]);
const ACCOUNT = 'kubernetes.io/service-account.name';

function checkType(data: Fields, object: Fields, root: Place): void {
  const type = text(object.type);
  for (const key of NEEDED.get(type) ?? []) {
    // Only a key for SSH may not be empty.
    if (!Object.hasOwn(data, key) || (key === 'ssh-privatekey' && text(data[key]) === '')) missing(root.child('data').child(key), `a Secret of type ${type} needs ${key}`, `give ${key}`);
  }
  if (type === 'kubernetes.io/basic-auth' && !Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
    for (const key of ['username', 'password']) missing(root.child('data').child(key), `a Secret of type ${type} needs username or password`, `give ${key}`);
  }
  const annotations = fields(fields(object.metadata).annotations);
  if (type === 'kubernetes.io/service-account-token' && text(annotations[ACCOUNT]) === '') {
    missing(root.child('metadata').child('annotations').child(ACCOUNT), `a Secret of type ${type} needs the annotation ${ACCOUNT}`, 'name the ServiceAccount in it');
  }
}

/** Credentials of registries are JSON. */
function checkRegistries(data: Fields, texts: Fields, type: string, root: Place): void {
  const key = type === 'kubernetes.io/dockerconfigjson' ? '.dockerconfigjson' : type === 'kubernetes.io/dockercfg' ? '.dockercfg' : undefined;
  if (key === undefined || !(Object.hasOwn(data, key) || Object.hasOwn(texts, key))) return;
  const plain = Object.hasOwn(texts, key) ? text(texts[key]) : Buffer.from(text(data[key]), 'base64').toString('utf8');
  try {
    const value: unknown = JSON.parse(plain);
    if (typeof value === 'object' && !Array.isArray(value)) return;
  } catch {
    // Told below.
  }
  root.child(Object.hasOwn(texts, key) ? 'stringData' : 'data').child(key).refuse(() => 'the value is not a JSON object', 'write it as docker login does: { "auths": { … } }');
}

function checkKeys(data: Fields, at: Place): void {
  for (const key in data) {
    if (key.length > 253 || !/^[-._a-zA-Z0-9]+$/.test(key) || key === '.' || key.startsWith('..')) at.child(key).refuse((show) => `the key ${show(key)} is not a file name of letters, digits, "-", "_" and "."`);
  }
}

type Sized = readonly [data: Fields, size: (value: string) => number];

function checkSize(parts: readonly Sized[], at: Place): void {
  // No unit of UTF-16 takes more than three bytes, so the exact count is rarely needed.
  if (parts.reduce((sum, [data]) => sum + sizeOf(data, (value) => value.length * 3), 0) <= LIMIT) return;
  const bytes = parts.reduce((sum, [data, size]) => sum + sizeOf(data, size), 0);
  if (bytes > LIMIT) at.refuse(() => `the values have ${bytes} bytes together, at most ${LIMIT} are allowed`);
}

const plainSize = (value: string): number => Buffer.byteLength(value);
const decodedSize = (value: string): number => Math.floor((value.replace(/[\r\n=]/g, '').length * 3) / 4);

function sizeOf(data: Fields, size: (value: string) => number): number {
  let sum = 0;
  for (const key in data) sum += size(text(data[key]));
  return sum;
}
