// Hostile values through a printer: what it carries, the engine must take; what it refuses is no sample.
import { NetstackError } from '../../src/core/errors';
import type { EngineFile, Sample } from './engine';

/** The values that a printer carries. */
export function carriedValues(values: readonly string[], print: (value: string) => unknown): string[] {
  return values.filter((value) => {
    try {
      print(value);
      return true;
    } catch (error) {
      if (!NetstackError.is(error)) throw error;
      return false;
    }
  });
}

/** One sample per value that the printer carries; `readBack` is what the engine's output must then hold. */
export function carried(name: string, values: readonly string[], files: (value: string) => readonly EngineFile[], readBack?: (value: string) => string): Sample[] {
  return carriedValues(values, files).map((value) => ({
    name: `${name}: ${JSON.stringify(value.slice(0, 24))}`, files: files(value), accepted: true, ...readBack && { readsBack: [readBack(value)] },
  }));
}
