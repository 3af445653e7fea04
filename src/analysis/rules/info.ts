// What is known of a finding's id: the rule of the catalogue, or what the tool and the API server decide.
import type { Severity } from '../../core/finding';
import { CATALOGUE } from './catalogue';
import { DECIDED } from './decided';
import type { RuleClass } from './rule';
import { SEVERITY_OF_CLASS } from './rule';

/** Where the pages of the rules are, relative to the package. They have no home on the web yet: this is the one place that says so. */
const DOCS = 'docs';

export interface RuleInfo {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Absent for what the tool and the API server decide. */
  readonly class?: RuleClass;
  /** Its page, relative to the package. */
  readonly docs: string;
}

let infos: ReadonlyMap<string, RuleInfo> | undefined;

/** Every id, in order. */
export function ruleInfos(): ReadonlyMap<string, RuleInfo> {
  infos ??= new Map([
    ...DECIDED.map(({ id, severity, title }): RuleInfo => ({ id, severity, title, docs: `${DOCS}/rules.md` })),
    ...CATALOGUE.map(({ id, class: ruleClass, title }): RuleInfo => ({ id, severity: SEVERITY_OF_CLASS[ruleClass], title, class: ruleClass, docs: `${DOCS}/rules/${id}.md` })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1)).map((info) => [info.id, info]));
  return infos;
}
