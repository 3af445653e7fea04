// Where rules stand in the documents of policies: most in the first few places, whose paths are shared.
import type { FieldPath } from '../../documents/document';

const SECTIONS: readonly string[] = ['ingress', 'egress', 'ingressDeny', 'egressDeny'];
const FEW = 4;

const OF_SECTIONS: ReadonlyMap<string, FieldPath> = new Map(SECTIONS.map((section) => [section, ['spec', section]]));
const OF_RULES: ReadonlyMap<string, readonly FieldPath[]> = new Map(SECTIONS.map((section) => [section, Array.from({ length: FEW }, (_, i) => ['spec', section, i])]));

/** The rules of one section, below a path. */
export function sectionPath(base: FieldPath, section: string): FieldPath {
  return (base.length === 1 ? OF_SECTIONS.get(section) : undefined) ?? [...base, section];
}

/** One of its rules. */
export function rulePath(base: FieldPath, section: string, i: number): FieldPath {
  return (base.length === 1 ? OF_RULES.get(section)?.[i] : undefined) ?? [...base, section, i];
}

/** Where policies say what they want. */
export const SPEC_PATH: FieldPath = ['spec'];
