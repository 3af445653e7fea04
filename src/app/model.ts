// netstack.model.json: what the documents cannot say of themselves. `netstack.model.schema.json` beside this file is its JSON Schema.
import type { CoreModel } from '../core/describe';
import { Utf8Sink } from './emitter/utf8-sink';

/** Version of the model's form. */
export const MODEL_FORMAT = 'netstack/model/v1';

/** A file of the output folder. The model itself is not listed. */
export interface OutputModel {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly kind: 'kubernetes' | 'terraform' | 'file' | 'construct-metadata';
  /** Of a configuration file: the host or component that reads it. */
  readonly owner?: string;
  /** Of a configuration file: its language. */
  readonly format?: string;
  readonly constructPath?: string | undefined;
  readonly source?: string | undefined;
}

/** A Kubernetes object: its identity, and where it comes from. */
export interface ObjectModel {
  readonly cluster: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** The file of the output folder that holds it. */
  readonly file: string;
  readonly constructPath: string;
  /** `file:line` of the program that made the nearest netstack construct, relative to the folder that the program ran in. */
  readonly source?: string | undefined;
}

/** The content of `netstack.model.json`. */
export interface NetstackModel extends CoreModel {
  readonly format: typeof MODEL_FORMAT;
  readonly toolVersion: string;
  /** Opinions that validation is asked for. */
  readonly profile?: 'production';
  readonly outputs: readonly OutputModel[];
  readonly objects: readonly ObjectModel[];
}

/** The model as text: one line for each element of a list, so that a review shows what changed. */
export function printModel(model: NetstackModel): Buffer {
  const sink = new Utf8Sink();
  let separator = '{\n';
  for (const [key, value] of Object.entries(model) as Array<[string, unknown]>) {
    sink.add(`${separator}  ${JSON.stringify(key)}: `);
    separator = ',\n';
    if (!Array.isArray(value) || value.length === 0) {
      sink.add(JSON.stringify(value));
      continue;
    }
    let before = '[\n    ';
    for (const element of value as unknown[]) {
      sink.add(before + JSON.stringify(element));
      before = ',\n    ';
    }
    sink.add('\n  ]');
  }
  sink.add('\n}\n');
  return sink.take();
}
