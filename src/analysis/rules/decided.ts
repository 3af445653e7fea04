// The findings that are not rules of the catalogue: what the tool says of itself (NS0001 to NS0009), and what the API server decides (NS0010 to NS0029).
import type { Severity } from '../../core/finding';

export interface DecidedFinding {
  readonly id: string;
  readonly severity: Severity;
  /** A headline, the same for all of its findings. */
  readonly title: string;
  /** When it is said. */
  readonly sees: string;
  readonly why: string;
  readonly fix: string;
}

/** In the order of their ids. */
export const DECIDED: readonly DecidedFinding[] = [
  {
    id: 'NS0001', severity: 'error', title: 'The validation itself failed',
    sees: 'An error inside of the tool, while it ran as a plugin of cdk8s-cli', why: 'Nothing is known of the documents: they may be right or wrong',
    fix: 'Mend what the message names; if it names nothing of yours, report it',
  },
  {
    id: 'NS0002', severity: 'warning', title: 'An acknowledgement accepts nothing',
    sees: 'An acknowledgement without a finding of its id, kind, name and field at or below its construct',
    why: 'The finding is gone, or the acknowledgement stands at the wrong construct; left in place it would hide the next finding of its id', fix: 'Remove it, or move it to the construct that has the finding',
  },
  {
    id: 'NS0003', severity: 'warning', title: 'An acknowledgement has expired',
    sees: 'An acknowledgement whose last day (`expires`, in UTC) is over', why: 'It was accepted until a day that has passed, so the finding counts again',
    fix: 'Mend the finding, or say anew until when it is accepted and why',
  },
  {
    id: 'NS0004', severity: 'warning', title: 'The model file was written by another version',
    sees: 'A `netstack.model.json` whose `toolVersion` is not the version that validates', why: 'What one version declares, another may not know; findings may be missing or wrong',
    fix: 'Install one version for the program and for the validation: `npm ls cdk8s-netstack` says which there are',
  },
  {
    id: 'NS0010', severity: 'error', title: 'A document cannot be read',
    sees: 'Broken YAML or JSON, a key twice, no apiVersion or kind, aliases that explode, nesting without end, files that are no text', why: "Kubernetes' reader refuses it, and everything behind it in the same apply waits",
    fix: 'Mend the line that is named. Files that are no manifests do not belong into the folder (JSON files of other tools are passed over)',
  },
  {
    id: 'NS0011', severity: 'error', title: 'The kind has no such field', sees: 'A field that the schema of the kind does not have',
    why: 'With strict field validation the server refuses it; without, it drops it, and the setting that you meant is not in force', fix: 'Take the name that is offered, or remove the field',
  },
  {
    id: 'NS0012', severity: 'error', title: 'A value is of the wrong type', sees: 'A number, text, boolean, list or mapping where another is asked for',
    why: 'The server refuses it. Often YAML read a number or a boolean (`yes`, `on`, `1.3`) where text was meant', fix: 'Put it in quotes, or give the value itself',
  },
  { id: 'NS0013', severity: 'error', title: 'A required field is missing', sees: 'A required field that is not there; fields with a default are never missing', why: 'The server refuses it', fix: 'Give the field' },
  {
    id: 'NS0014', severity: 'error', title: 'A value or a combination of fields is not allowed', sees: 'Enum, pattern, bounds, length, format, number of items, oneOf, anyOf, allOf, not',
    why: 'The server refuses it', fix: 'Give a value that fits; where fields exclude each other, keep one',
  },
  {
    id: 'NS0015', severity: 'error', title: 'Two items of a list are the same', sees: 'Two items of a list that must tell its items apart, by value or by key',
    why: 'The server refuses it. Keyed lists of built-in kinds count only where the server itself holds them unique', fix: 'Keep one of them',
  },
  {
    id: 'NS0016', severity: 'error', title: 'A rule of the definition does not hold', sees: 'A rule in CEL of the custom resource definition; rules about changes only with `--base`',
    why: 'The definition carries rules that the server evaluates on every create and update', fix: 'Give values for which the rule that is shown holds',
  },
  {
    id: 'NS0017', severity: 'error', title: 'The target does not serve this apiVersion', sees: 'A kind that the version of the cluster has under another apiVersion, or not at all',
    why: 'The server answers that it knows no such kind, and the apply stops there', fix: 'Take the version that the target serves, or name the target that is installed (`--target`)',
  },
  {
    id: 'NS0018', severity: 'error', title: 'The target does not have this field or value', sees: 'A field or value that another version of the kind has, or that only the experimental channel has',
    why: 'With strict field validation the server refuses it; without, it drops it, and the setting is not in force', fix: 'Leave it out, or name the version and channel that are installed (`--target`)',
  },
  { id: 'NS0019', severity: 'error', title: 'An object stands twice', sees: 'Two objects of one group, kind, namespace and name in one cluster', why: 'The later one overwrites the first on apply', fix: 'Rename or remove one of them' },
  {
    id: 'NS0020', severity: 'error', title: 'The API server refuses it beyond its schema', sees: "What the API server's own code asks of built-in kinds: Service, NetworkPolicy, Ingress, EndpointSlice, autoscalers and others",
    why: 'Beyond their schema, built-in kinds are held to rules that only the server knows', fix: 'Give values that fit',
  },
  {
    id: 'NS0021', severity: 'error', title: "The object's metadata is not allowed", sees: 'Names, generateName, namespace, labels, annotations, finalizers, owner references. A namespace on a cluster-scoped kind is no finding: the server clears it',
    why: 'The server refuses it', fix: 'Give a name of the form that is told',
  },
  { id: 'NS0022', severity: 'warning', title: 'The apiVersion or a field is deprecated', sees: 'What the target still serves and calls deprecated', why: 'A later version of the target will not serve it', fix: 'Take what is offered in its place' },
  {
    id: 'NS0023', severity: 'info', title: 'No schema is known for the kind', sees: 'A kind that neither the package nor `--crds` has a definition of; said once per kind, with the number of its objects',
    why: 'Its objects were only looked at by name; `--strict` turns that into exit code 3, unless it is accepted', fix: 'Give its definition with `--crds`, or name another version of the kind if one is offered',
  },
];
