// Documents of a manifest as a client sends them: their text, unread, with the little that is needed to find the address that they are sent to.
import { parse } from 'yaml';
import { parseText } from '../../../../src/analysis';

export interface RawDocument {
  readonly file: string;
  /** As it stands in the file, so that the server's own reader meets duplicate keys and odd scalars. */
  readonly text: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
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
    // The server is to say that it cannot be read: a search finds where to send it.
    const field = (name: string): string => new RegExp(`^\\s*${name}: (\\S+)`, 'm').exec(text)?.[1] ?? '';
    return [{ file, text, apiVersion: field('apiVersion'), kind: field('kind') }];
  }
  // The items of a list share anchors: they are sent one by one as they are read here.
  if (typeof object.kind === 'string' && object.kind.endsWith('List')) return parseText(text, file).documents.map((item) => rawObject(file, item.object));
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
