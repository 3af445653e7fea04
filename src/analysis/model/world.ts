// The whole system: its clusters, Terraform and configuration files in one place, for rules that look across layers.
import type { AnalysisInput, ConfigDocument, TerraformDocument } from '../input';
import type { ClusterFacts } from './cluster-model';
import { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { record } from './fields';

/** A resource of Terraform. */
export interface TerraformResource {
  readonly document: TerraformDocument;
  readonly type: string;
  /** Its name in Terraform, not in the service. */
  readonly name: string;
  readonly attributes: Fields;
}

export interface ClusterEntries {
  readonly facts: ClusterFacts;
  readonly entries: readonly Entry[];
}

export class World {
  readonly input: AnalysisInput;
  readonly clusters: readonly ClusterModel[];
  /** @default - none: opinions are not asked for */
  readonly profile: string | undefined;
  private resources: ReadonlyMap<string, readonly TerraformResource[]> | undefined;

  constructor(input: AnalysisInput, clusters: readonly ClusterEntries[], profile?: string) {
    this.input = input;
    this.profile = profile;
    this.clusters = clusters.map(({ facts, entries }) => new ClusterModel(this, facts, entries));
  }

  /** The Terraform resources of a type: `cloudflare_dns_record`. */
  terraform(type: string): readonly TerraformResource[] {
    return this.indexedTerraform().get(type) ?? [];
  }

  /** Every type of resource that Terraform has here. */
  get terraformTypes(): readonly string[] {
    return [...this.indexedTerraform().keys()];
  }

  /** The configuration files of one language. */
  files(format: string): readonly ConfigDocument[] {
    return (this.input.files ?? []).filter((file) => file.format === format);
  }

  private indexedTerraform(): ReadonlyMap<string, readonly TerraformResource[]> {
    if (this.resources) return this.resources;
    const byType = new Map<string, TerraformResource[]>();
    for (const document of this.input.terraform ?? []) {
      for (const [type, resources] of Object.entries(record(document.content.resource))) {
        for (const [name, attributes] of Object.entries(record(resources))) {
          const known = byType.get(type) ?? [];
          known.push({ document, type, name, attributes: record(attributes) });
          byType.set(type, known);
        }
      }
    }
    return (this.resources = byType);
  }
}
