// Documents of a manifest as a client sends them: their text, unread, with the little that is needed to find the address that they are sent to.
import { parse } from 'yaml';

export interface RawDocument {
  readonly file: string;
  /** As it stands in the file, so that the server's own reader meets duplicate keys and odd scalars. */
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  /** The document could not be read here; its address is what a search for the fields found. */
  readonly unreadable?: boolean;
}

/** Cuts a text as kubectl does: at lines that begin with `---`. Lists are taken apart, as kubectl does too. */
export function rawDocuments(file: string, content: string): RawDocument[] {
  return content.split(/^---.*$/m).filter((text) => !/^(\s*(#.*|%.*)?\n?)*$/.test(text)).flatMap((text) => read(file, text));
}

/** The document of an object in memory. */
export function rawObject(file: string, object: Json): RawDocument {
  return { file, text: JSON.stringify(object), ...addressOf(object) };
}

export interface Json {
  readonly [field: string]: unknown;
}

function read(file: string, text: string): RawDocument[] {
  let object: Json;
  try {
    object = parse(text) as Json;
    if (typeof object !== 'object' || object === null) throw new Error('no object');
  } catch {
    const field = (name: string): string => new RegExp(`^\\s*${name}: (\\S+)`, 'm').exec(text)?.[1] ?? '';
    return [{ file, text, apiVersion: field('apiVersion'), kind: field('kind'), unreadable: true }];
  }
  if (typeof object.kind === 'string' && object.kind.endsWith('List') && Array.isArray(object.items)) {
    const common = object.kind === 'List' ? {} : { apiVersion: object.apiVersion, kind: object.kind.slice(0, -'List'.length) };
    return (object.items as Json[]).map((item) => rawObject(file, { ...common, ...item }));
  }
  return [{ file, text, ...addressOf(object) }];
}

function addressOf(object: Json): Pick<RawDocument, 'apiVersion' | 'kind' | 'namespace' | 'name'> {
  const metadata = (typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : {}) as Json;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    apiVersion: text(object.apiVersion), kind: text(object.kind),
    ...(typeof metadata.namespace === 'string' ? { namespace: metadata.namespace } : {}),
    ...(typeof metadata.name === 'string' ? { name: metadata.name } : {}),
  };
}
