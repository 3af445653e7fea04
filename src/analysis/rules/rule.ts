// What a rule is. One file per rule, `NS####.ts`, exporting `rule`; `catalogue.ts` is written from the files (`npx projen rules`), and so are docs/rules.md and docs/rules/.
import type { Severity } from '../../core/finding';
import type { Targets } from '../../core/targets';
import type { FieldPath } from '../documents/document';
import type { ConfigDocument, DeclaredModel } from '../input';
import type { ClusterModel, TerraformResource, World } from '../model/cluster-model';
import type { Entry } from '../model/entry';

/** `breaks`: refused, or broken traffic. `risk`: silently ineffective or contradictory. `practice`: an opinion, asked for with a profile. */
export type RuleClass = 'breaks' | 'risk' | 'practice';

/** How severe the findings of a class are, unless a rule says otherwise. */
export const SEVERITY_OF_CLASS: Readonly<Record<RuleClass, Severity>> = { breaks: 'error', risk: 'warning', practice: 'warning' };

/** A small system that shows a rule. */
export interface RuleFixture {
  /** Kubernetes manifests in YAML. */
  readonly documents?: string;
  /** The manifests that these take the place of, in YAML: for rules about changes. */
  readonly base?: string;
  /** Kubernetes manifests of several clusters, by their names. */
  readonly clusters?: Readonly<Record<string, string>>;
  /** Terraform JSON. */
  readonly terraform?: string;
  /** Configuration files by `format:name`: `corefile:Corefile`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly targets?: Targets;
  /** What the program says beside the documents, as in `netstack.model.json`. */
  readonly model?: DeclaredModel;
  /** Of a failing fixture: the part of the message that must be said, and where. */
  readonly says?: string;
  readonly field?: string;
}

/** What a rule has to say of one place. */
export interface RuleFinding {
  /** One sentence without a full stop: what is wrong, with the values in it. */
  readonly message: string;
  /** One step that mends it. @default - the rule's own */
  readonly fix?: string;
  /** The objects that decided, when they are others. */
  readonly decidedBy?: readonly Entry[];
  /** @default - error for breaks, warning for risk and practice */
  readonly severity?: Severity;
}

/** Says something of a field of an object, a Terraform resource (path below the resource), or a configuration file (path: its line). */
export type Report = (at: Entry | TerraformResource | ConfigDocument, path: FieldPath, finding: RuleFinding) => void;

export interface Rule {
  /** `NS` and four digits, for ever. */
  readonly id: string;
  readonly class: RuleClass;
  /** What is wrong, as a headline: `A route refers to a Gateway that is not there`. */
  readonly title: string;
  /** What the rule looks at and when it speaks. */
  readonly sees: string;
  /** What happens in the cluster. */
  readonly why: string;
  /** One step that mends it; may be made concrete by a finding. */
  readonly fix: string;
  /** Rules of other catalogues that this one holds: `R26`, `IST0101`. */
  readonly covers?: readonly string[];
  /** The specifications and upstream pages that decide. */
  readonly docs?: readonly string[];
  /**
   * Kinds that wake the rule up, as `group/Kind` (`/Service` for the core group), `terraform:<type>` or `terraform:*`, `file:<format>`; `*` for every system.
   * A rule is loaded only for systems that have one of them.
   */
  readonly subjects: readonly string[];
  /**
   * What the rule has nothing to say without, in the words of `subjects`, `image:<name>` for an image that some pods run, or `model:connections` for declared connections:
   * one of these must be there, too.
   *
   * @default - the subjects are enough
   */
  readonly needs?: readonly string[];
  readonly failing: RuleFixture;
  /** A near miss: what looks like it and is right. */
  readonly passing: RuleFixture;
  /** Asked once for each cluster that has a subject. */
  readonly check?: (cluster: ClusterModel, report: Report) => void;
  /** Asked once, for rules that compare clusters, Terraform or files. */
  readonly checkWorld?: (world: World, report: Report) => void;
}

/** A rule as the catalogue knows it before it is loaded. */
export interface RuleEntry {
  readonly id: string;
  readonly class: RuleClass;
  readonly title: string;
  readonly subjects: readonly string[];
  readonly needs?: readonly string[];
  readonly load: () => Rule;
}
