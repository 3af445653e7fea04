// Lets cdk8s' own `Yaml.stringify` write a manifest with our emitter, also under a stock `App`: to the yaml package the object says "I am a document, ask
// my toString". The marks are not enumerable: JSON, spread, Object.keys and structuredClone do not see them. A yaml package that stops asking writes the
// object as any other.
/* eslint-disable @typescript-eslint/no-require-imports -- the emitter is loaded when the first manifest is printed: importing a class of imports/ stays light */
import type * as Yaml from 'yaml';
import type * as Emitter from './emitter/yaml';

let emitter: typeof Emitter | undefined;

const NODE_TYPE = Symbol.for('yaml.node.type');
const DOCUMENT = Symbol.for('yaml.document');

/** What cdk8s asks the yaml package for. */
function isAskedByCdk8s(options: unknown): boolean {
  const { keepUndefined, lineWidth, version, ...others } = (options ?? {}) as Record<string, unknown>;
  return keepUndefined === true && lineWidth === 0 && version === '1.1' && Object.keys(others).length === 0;
}

const MARKS: PropertyDescriptorMap = {
  [NODE_TYPE]: { value: DOCUMENT, enumerable: false },
  // Read when the manifest is part of another value.
  contents: {
    get(this: object): object {
      return { ...this };
    },
    enumerable: false,
    configurable: true,
  },
  toString: {
    value(this: object, options?: unknown): string {
      // The reader of toJson() may have put one object into several places since.
      if (isAskedByCdk8s(options)) {
        emitter ??= require('./emitter/yaml') as typeof Emitter;
        return emitter.stringifyDocument({ ...this }, false);
      }
      const yaml = require('yaml') as typeof Yaml;
      return yaml.stringify({ ...this }, options as Parameters<typeof yaml.stringify>[1]);
    },
    enumerable: false,
  },
};

/** Marks `manifest` in place and returns it. One that has a field of a mark's name stays as it is. */
export function asYamlDocument<T extends object>(manifest: T): T {
  if (Object.hasOwn(manifest, 'contents') || Object.hasOwn(manifest, 'toString')) return manifest;
  return Object.defineProperties(manifest, MARKS);
}

