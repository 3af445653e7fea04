// Documents in a line each, with all that is found in them: `field: message; fix`.
import { parseText, validate } from '../../../src/analysis';

/** An object of a kind whose fields follow in YAML's flow style, and what the API server of a line of Kubernetes would refuse. */
export function found(kind: string, fields: string, kubernetes: string = '1.35', metadata: string = 'name: a'): string[] {
  const [apiVersion, name] = kind.split(' ');
  const { documents, findings } = parseText(`apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: { ${metadata} }\n${fields}\n`, 'a.yaml');
  return [...findings, ...validate(documents, { targets: { kubernetes } })].filter(({ id, severity }) => severity === 'error' && id < 'NS0030').map(({ id, message, where, fix }) => (
    `${id === 'NS0020' ? '' : `${id} `}${where.field}: ${message}${fix === undefined ? '' : `; ${fix}`}`
  ));
}

/** The fields of a document, all that is found in it, the line of Kubernetes, and other metadata than a name. */
export type Row = readonly [fields: string, findings: readonly string[], kubernetes?: string, metadata?: string];

export function holds(kind: string, rows: readonly Row[]): void {
  describe(kind, () => {
    for (const [fields, findings, kubernetes, metadata] of rows) {
      test(`${kubernetes === undefined ? '' : `${kubernetes}: `}${metadata ?? ''} ${fields}`, () => {
        expect(found(kind, fields, kubernetes, metadata)).toEqual(findings);
      });
    }
  });
}
