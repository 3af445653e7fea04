// What cdk8s-cli asks of a validation plugin, in our own words: its own types cannot be imported under every module resolution. A test holds that they fit.

/** A resource that a finding is about. */
export interface PluginResource {
  readonly resourceName: string;
  readonly locations: readonly string[];
  readonly manifestPath: string;
}

/** One line of cdk8s-cli's report. */
export interface PluginViolation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly PluginResource[];
}

/** What cdk8s-cli hands to a plugin. */
export interface PluginContext {
  /** Paths of every manifest that was synthesized. */
  readonly manifests: readonly string[];
  /** The version that the configuration names. */
  readonly version: string;
  /** Construct paths by the name of the resource; of two resources with one name it knows one. */
  readonly metadata: { readonly [resourceName: string]: { readonly path: string } };
  /** The manifests go to standard output, and their paths are temporary. */
  readonly stdout?: boolean | undefined;
  readonly report: {
    addViolation(violation: PluginViolation): void;
    submit(status: 'success' | 'failure', metadata?: { readonly [key: string]: string }): void;
  };
}
