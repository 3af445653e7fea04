import { goDuration } from './durations';

/** A duration of Go in seconds; undefined for anything else. */
export function parseSeconds(text: unknown): number | undefined {
  const millis = typeof text === 'string' ? goDuration(text) : undefined;
  return millis === undefined ? undefined : millis / 1000;
}
