// The App of this library: everything is rendered in memory first, and then written.
import { App } from 'cdk8s';
import type { AppProps } from 'cdk8s';
import { requireOneOf } from '../core/shape';
import { renderAssembly } from './assembly';
import type { Assembly, AssemblyOptions } from './assembly';
import { printModel } from './model';
import { writeOutputFolder } from './output-folder';
import { MODEL_FILE } from './output-path';

const NETWORK_APP = Symbol.for('cdk8s-netstack.NetworkApp');

/** What cdk8s' `App` takes, and what the whole program asks of its validation. */
export interface NetworkAppProps extends AppProps {
  /**
   * Asks validation for opinions, too: `production` switches on the rules of class practice. Written into `netstack.model.json`.
   *
   * @default - only what the API server refuses, what breaks, and what is silently ineffective
   */
  readonly profile?: 'production';
}

/**
 * The root of a program. Writes the manifests that cdk8s' `App` would write, byte for byte and faster, and beside them Terraform, configuration files and
 * `netstack.model.json`.
 */
export class NetworkApp extends App {
  /** Whether `value` is a `NetworkApp`, also one of another copy of this package. */
  static isNetworkApp(value: unknown): value is NetworkApp {
    return typeof value === 'object' && value !== null && NETWORK_APP in value;
  }

  readonly #recordConstructMetadata: boolean;
  readonly #profile: 'production' | undefined;

  /** @throws NetstackError for a profile that is not known */
  constructor(props: NetworkAppProps = {}) {
    super(props);
    this.#profile = props.profile === undefined ? undefined : requireOneOf<'production'>(props.profile, ['production'], 'the profile', this);
    this.#recordConstructMetadata = props.recordConstructMetadata ?? process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true';
  }

  /**
   * Everything that `synth()` would write, in memory. Renders anew at each call.
   *
   * @throws NetstackError as `synth()` does
   */
  assembly(): Assembly {
    return renderAssembly(this, this.assemblyOptions(true)).assembly;
  }

  /**
   * Writes the output folder. A synth that fails leaves the folder as it was; a file that netstack did not write stays.
   *
   * @throws NetstackError when a validation fails, a document cannot be rendered, an object or a file is declared twice, a file cannot be written
   */
  override synth(): void {
    const { assembly, outputs } = renderAssembly(this, this.assemblyOptions(false));
    writeOutputFolder(this.outdir, outputs, { path: MODEL_FILE, content: printModel(assembly.model) });
  }

  private assemblyOptions(keep: boolean): AssemblyOptions {
    return {
      yamlOutputType: this.yamlOutputType, outputFileExtension: this.outputFileExtension, recordConstructMetadata: this.#recordConstructMetadata, profile: this.#profile, keep,
    };
  }
}

Object.defineProperty(NetworkApp.prototype, NETWORK_APP, { value: true });
