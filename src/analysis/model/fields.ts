// Careful reading of documents whose shape nobody has proved.

/** The fields of an object that its schema has accepted, or of which only the presence is asked. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- manifests of 260 kinds; rules see only what a schema has accepted
export type Fields = any;

export type Labels = Readonly<Record<string, string>>;

const NO_FIELDS: Readonly<Record<string, Fields>> = Object.freeze({});
const NO_ITEMS: readonly Fields[] = Object.freeze([]);

/** The value when it is an object, otherwise an empty one. */
export function record(value: unknown): Readonly<Record<string, Fields>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Fields>) : NO_FIELDS;
}

/** The value when it is a list, otherwise an empty one. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** The value when it is a text that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Labels or annotations: the pairs of texts. */
export function labelsOf(value: unknown): Labels {
  const fields = record(value);
  for (const key in fields) {
    if (typeof fields[key] !== 'string') return Object.fromEntries(Object.entries(fields).filter(([, one]) => typeof one === 'string')) as Labels;
  }
  return fields as Labels;
}
