// Written by `npx projen rules` from the rule files. Do not edit.
/* eslint-disable @typescript-eslint/no-require-imports */
import type { Rule, RuleEntry } from './rule';

/** Every rule of the catalogue, in the order of their ids. Nothing is loaded before it is asked. */
export const CATALOGUE: readonly RuleEntry[] = [
  {
    id: 'NS0033', class: 'risk',
    title: 'A Service selects no pods',
    subjects: [
      '/Service',
    ],
    load: () => (require('./NS0033') as { rule: Rule }).rule,
  },
];
