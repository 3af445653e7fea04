// The findings that are not rules of the catalogue: what the tool says of itself, and what the API server decides.
import type { Severity } from '../../core/finding';

export interface DecidedFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
}

/** In the order of their ids. */
export const DECIDED: readonly DecidedFinding[] = [
  {
    id: 'NS0002', severity: 'warning', title: 'An acknowledgement accepts nothing',
    why: 'The finding is gone, or the acknowledgement stands at the wrong construct; left in place it would hide the next finding of its id', fix: 'Remove it, or move it to the construct that has the finding',
  },
  {
    id: 'NS0003', severity: 'warning', title: 'An acknowledgement has expired',
    why: 'It was accepted until a day that has passed, so the finding counts again', fix: 'Mend the finding, or say anew until when it is accepted and why',
  },
  {
    id: 'NS0010', severity: 'error', title: 'A document cannot be read: broken YAML or JSON, a key twice, no apiVersion or kind, aliases that explode, nesting without end',
    why: "Kubernetes' reader refuses it, and everything behind it in the same apply waits",
    fix: 'Mend the line that is named. Files that are no manifests do not belong into the folder (JSON files of other tools are passed over)',
  },
  {
    id: 'NS0011', severity: 'error', title: 'A field that the kind does not have',
    why: 'With strict field validation the server refuses it; without, it drops it, and the setting that you meant is not in force', fix: 'Take the name that is offered, or remove the field',
  },
  {
    id: 'NS0012', severity: 'error', title: 'A value of the wrong type',
    why: 'The server refuses it. Often YAML read a number or a boolean (`yes`, `on`, `1.3`) where text was meant', fix: 'Put it in quotes, or give the value itself',
  },
  { id: 'NS0013', severity: 'error', title: 'A required field is missing (fields with a default are never missing)', why: 'The server refuses it', fix: 'Give the field' },
  {
    id: 'NS0014', severity: 'error', title: 'A value or a combination that is not allowed: enum, pattern, bounds, length, format, number of items, oneOf, anyOf, allOf, not',
    why: 'The server refuses it', fix: 'Give a value that fits; where fields exclude each other, keep one',
  },
  {
    id: 'NS0015', severity: 'error', title: 'Two items of a list that must tell its items apart, by value or by key',
    why: 'The server refuses it. Keyed lists of built-in kinds count only where the server itself holds them unique', fix: 'Keep one of them',
  },
  { id: 'NS0016', severity: 'error', title: "A rule of the kind's definition does not hold", why: 'The definition carries rules in CEL, which the server evaluates on every create and update', fix: 'Give values for which the rule that is shown holds' },
  {
    id: 'NS0017', severity: 'error', title: 'An apiVersion that the target does not serve', why: 'The server answers that it knows no such kind, and the apply stops there',
    fix: 'Take the version that the target serves, or name the target that is installed (`--target`)',
  },
  {
    id: 'NS0018', severity: 'error', title: "A field or value that the target's version or channel does not have yet, or no longer has",
    why: 'With strict field validation the server refuses it; without, it drops it, and the setting is not in force', fix: 'Leave it out, or name the version and channel that are installed (`--target`)',
  },
  { id: 'NS0019', severity: 'error', title: 'The same object twice in one cluster', why: 'The later one overwrites the first on apply', fix: 'Rename or remove one of them' },
  { id: 'NS0020', severity: 'error', title: "What the API server's own code refuses of a built-in kind", why: 'Beyond their schema, built-in kinds are held to rules that only the server knows', fix: 'Give values that fit' },
  {
    id: 'NS0021', severity: 'error', title: 'Object metadata: names, generateName, namespace, labels, annotations, finalizers, owner references',
    why: 'The server refuses it. A namespace on a cluster-scoped kind is no finding: the server clears it', fix: 'Give a name of the form that is told',
  },
  { id: 'NS0022', severity: 'warning', title: 'A deprecated apiVersion', why: 'It is served still, and a later version of the target will not', fix: 'Take the apiVersion that is offered' },
  {
    id: 'NS0023', severity: 'info', title: 'A kind without schema, once per kind, with the number of its objects',
    why: 'Its objects were only looked at by name; `--strict` turns that into exit code 3, unless it is accepted', fix: 'Give its definition with `--crds`, or name another version of the kind if one is offered',
  },
];
