// The only file that names cdktf: it is archived, and a successor is a change of this file and of the provider's bindings.
// Loaded when a Terraform tree is rendered, never at require of the package.
import { createRequire } from 'node:module';
import { NetstackError } from '../../core/errors';
import type * as cdktf from 'cdktf';

/** Loads cdktf, with a clear sentence when it is not installed. */
export function loadCdktf(): typeof cdktf {
  requireTerraformPackages(['cdktf']);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('cdktf') as typeof cdktf;
}

/** Gives a stack its one backend: beside an override, cdktf would write its own as well, with a path of this machine. */
export function addBackend(stack: cdktf.TerraformStack, type: string, config: Readonly<Record<string, unknown>>): void {
  const { TerraformBackend } = loadCdktf();
  class Backend extends TerraformBackend {
    constructor() {
      super(stack, 'backend', type);
    }

    protected override synthesizeAttributes(): Record<string, unknown> {
      return { ...config };
    }

    protected override synthesizeHclAttributes(): Record<string, unknown> {
      return {};
    }

    override getRemoteStateDataSource(): cdktf.TerraformRemoteState {
      throw new Error('a stack of netstack has no remote state of its own');
    }
  }
  new Backend();
}

/**
 * Checks that optional peers are installed, at the line of the program that needs them.
 *
 * @throws NetstackError naming what to install
 */
export function requireTerraformPackages(packages: readonly string[], resolve: (name: string) => string = createRequire(__filename).resolve): void {
  const missing = packages.filter((name) => {
    try {
      resolve(`${name}/package.json`);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length > 0) {
    throw new NetstackError({
      what: `Terraform output needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed`,
      fix: 'run npm install cdktf@^0.21 @cdktf/provider-cloudflare@^13.9',
    });
  }
}
