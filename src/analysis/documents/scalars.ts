// The scalars of YAML as Kubernetes reads them. Its converter (sigs.k8s.io/yaml, a fork of go-yaml v2: goyaml.v2/resolve.go) takes the booleans of YAML 1.1 and the
// integer forms of Go, knows no base 60, and leaves timestamps as text.
import yaml from 'js-yaml';

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const SPECIAL = new Map([
  ['.nan', NaN], ['.NaN', NaN], ['.NAN', NaN], ['.inf', Infinity], ['.Inf', Infinity], ['.INF', Infinity],
  ['+.inf', Infinity], ['+.Inf', Infinity], ['+.INF', Infinity], ['-.inf', -Infinity], ['-.Inf', -Infinity], ['-.INF', -Infinity],
]);

const INTEGER = /^[-+]?(?:0|[1-9][0-9]*)$/;
const RADIX = /^([-+]?)0(?:[xX]([0-9a-fA-F]+)|[bB]([01]+)|[oO]?([0-7]+))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** The number that a plain scalar stands for, or undefined for text. */
export function readNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  if (!numeric) return undefined;
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  // Go drops underscores before it looks for an integer, and does not before a float that begins with a point.
  const plain = first === 46 ? text : text.replaceAll('_', '');
  if (INTEGER.test(plain)) return finite(Number(plain));
  const radix = RADIX.exec(plain);
  if (radix) {
    const [, sign, hex, binary, octal] = radix;
    const value = hex !== undefined ? parseInt(hex, 16) : binary !== undefined ? parseInt(binary, 2) : parseInt(octal!, 8);
    return sign === '-' ? -value : value;
  }
  return FLOAT.test(plain) ? finite(Number(plain)) : undefined;
}

/** What is too large for a number stays text: `1e400`. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

const NULL_TYPE = new yaml.Type('tag:yaml.org,2002:null', { kind: 'scalar', resolve: (data: unknown) => data === null || NULL.has(data as string), construct: () => null });
const BOOLEAN_TYPE = new yaml.Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (data: unknown) => TRUE.has(data as string) || FALSE.has(data as string),
  construct: (data: unknown) => TRUE.has(data as string),
});
const INTEGER_TYPE = new yaml.Type('tag:yaml.org,2002:int', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && Number.isInteger(readNumber(data)),
  construct: (data: unknown) => readNumber(data as string),
});
const FLOAT_TYPE = new yaml.Type('tag:yaml.org,2002:float', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && readNumber(data) !== undefined,
  construct: (data: unknown) => readNumber(data as string),
});
const MERGE_TYPE = new yaml.Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (data: unknown) => data === '<<' });
/** Only when a document says so explicitly. */
const TIMESTAMP_TYPE = new yaml.Type('tag:yaml.org,2002:timestamp', { kind: 'scalar', resolve: (data: unknown) => typeof data === 'string' });
const BINARY_TYPE = new yaml.Type('tag:yaml.org,2002:binary', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && /^[A-Za-z0-9+/=\s]*$/.test(data),
  construct: (data: unknown) => Buffer.from(data as string, 'base64').toString('utf8'),
});

/** Tags that the reader does not know change nothing, but that a scalar is text: `!vault 80`. */
const OTHER_TAGS = ['!', 'tag:'].flatMap((tag) => (['scalar', 'sequence', 'mapping'] as const).map((kind) => new yaml.Type(tag, {
  kind, multi: true, construct: (data: unknown) => (kind === 'scalar' ? data ?? '' : data),
})));

/** The js-yaml schema that reads scalars as Kubernetes does. */
export const KUBERNETES_SCALARS: yaml.Schema = yaml.FAILSAFE_SCHEMA.extend({
  implicit: [NULL_TYPE, BOOLEAN_TYPE, INTEGER_TYPE, FLOAT_TYPE, MERGE_TYPE],
  explicit: [TIMESTAMP_TYPE, BINARY_TYPE, ...OTHER_TAGS],
});
