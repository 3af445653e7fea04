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

/** The id that `wrong` was most likely meant to be: zeros left out, or one slip of the finger that leads to one rule only. Numbers that are merely near mean nothing. */
export function suggestRule(wrong: string): string | undefined {
  const ids = [...ruleInfos().keys()];
  const [, digits] = /^(?:NS)?0*(\d{1,4})$/i.exec(wrong) ?? [];
  const full = `NS${(digits ?? '').padStart(4, '0')}`;
  if (full !== wrong && ruleInfos().has(full)) return full;
  const near = ids.filter((id) => isOneSlipFrom(id, wrong.toUpperCase()));
  return near.length === 1 ? near[0] : undefined;
}

/** One character left out, put in, replaced, or swapped with its neighbour. */
function isOneSlipFrom(id: string, wrong: string): boolean {
  let from = 0;
  while (from < id.length && id[from] === wrong[from]) from++;
  const [rest, other] = [id.slice(from), wrong.slice(from)];
  return rest.slice(1) === other || rest === other.slice(1) || rest.slice(1) === other.slice(1)
    || (rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2));
}
