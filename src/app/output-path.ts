// Names of output files come from programs and from a model file on the disk: none of them may lead out of the output folder.
import { NetstackError, shorten } from '../core/errors';

/** Name of the model file in the output folder. */
export const MODEL_FILE = 'netstack.model.json';

/** Whether `path` stays below the folder that it is relative to: plain names with `/` between them. */
export function isInsidePath(path: unknown): path is string {
  return typeof path === 'string' && path.length <= 1024 && !/[\\\x00-\x1f\x7f]/.test(path) && !/^[A-Za-z]:/.test(path)
    && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && Buffer.byteLength(name) <= 255);
}

/** Whether cdk8s-cli takes the file for a Kubernetes manifest. */
export function isManifestName(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** @throws NetstackError for a path that leads out of the output folder */
export function checkedPath(path: string, what: string): string {
  if (!isInsidePath(path)) {
    throw new NetstackError({
      what: `The path ${shorten(path)} of ${what} leads out of the output folder or is no plain path`,
      fix: 'use names without "..", backslashes and control characters, with "/" between them',
    });
  }
  return path;
}
