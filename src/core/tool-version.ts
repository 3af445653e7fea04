import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let version: string | undefined;

/** The version of this package, for the model file. Read when it is first asked for. */
export function toolVersion(): string {
  for (let folder = __dirname; version === undefined; folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
      if (manifest.name === 'cdk8s-netstack') version = manifest.version ?? '0.0.0';
    } catch {
      // Not the package's folder yet.
    }
    // A bundled copy has no package.json above it.
    if (dirname(folder) === folder) version ??= '0.0.0';
  }
  return version;
}
