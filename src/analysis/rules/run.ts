// Asks every rule that the system wakes up, and turns what they say into findings.
import type { Finding } from '../../core/finding';
import type { FieldPath } from '../documents/document';
import { printPath } from '../documents/document';
import type { ConfigDocument } from '../input';
import { Entry } from '../model/entry';
import { podsByImage } from '../model/images';
import type { TerraformResource, World } from '../model/cluster-model';
import { locate, place, reference } from '../place';
import { CATALOGUE } from './catalogue';
import type { Report, Rule, RuleEntry } from './rule';
import { SEVERITY_OF_CLASS } from './rule';

/** A finding and the document that it is of, so that findings can stand in the order of the documents. */
export interface RuleResult {
  readonly finding: Finding;
  readonly at: Entry | TerraformResource | ConfigDocument;
}

/** What the catalogue has to say of a system. Rules of class practice speak only under a profile. */
export function runRules(world: World, rules: readonly RuleEntry[] = CATALOGUE): RuleResult[] {
  const results: RuleResult[] = [];
  if (rules.length === 0) return results;
  const subjects = subjectsOf(world);
  for (const entry of rules) {
    if (entry.class === 'practice' && world.profile === undefined) continue;
    if (!isAwake(entry, subjects)) continue;
    const rule = entry.load();
    const report = reporter(rule, results);
    try {
      if (rule.check) for (const cluster of world.clusters) rule.check(cluster, report);
      rule.checkWorld?.(world, report);
    } catch (error) {
      // A fault of ours, and nobody can do anything about it who does not know which rule it is.
      throw new Error(`rule ${rule.id} cannot judge these documents: ${error instanceof Error ? error.message : String(error)} (please report it; "rules: { ${rule.id}: off }" in netstack.yaml passes it over)`, { cause: error });
    }
  }
  return results;
}

function isAwake({ subjects, needs }: RuleEntry, there: ReadonlySet<string>): boolean {
  return subjects.some((one) => there.has(one)) && (needs === undefined || needs.some((one) => there.has(one)));
}

function subjectsOf(world: World): ReadonlySet<string> {
  const subjects = new Set<string>(['*']);
  for (const cluster of world.clusters) {
    for (const kind of cluster.kinds) subjects.add(kind);
    for (const image of cluster.derive(podsByImage).keys()) subjects.add(`image:${image}`);
  }
  for (const type of world.terraformTypes) subjects.add(`terraform:${type}`);
  if ((world.input.terraform ?? []).length > 0) subjects.add('terraform:*');
  if (world.input.models?.some(({ connections = [] }) => connections.length > 0) === true) subjects.add('model:connections');
  for (const { format } of world.input.files ?? []) subjects.add(`file:${format}`);
  return subjects;
}

function reporter(rule: Rule, results: RuleResult[]): Report {
  const said = new Map<unknown, Set<string>>();
  return (at, path, { message, fix, decidedBy, severity }) => {
    // The same words at the same place are said once, however many ways lead there.
    const target = at instanceof Entry ? at.document : at;
    const words = `${printPath(path)}\n${message}`;
    const before = said.get(target) ?? new Set<string>();
    if (before.has(words)) return;
    said.set(target, before.add(words));
    results.push({
      at,
      finding: {
        id: rule.id, severity: severity ?? SEVERITY_OF_CLASS[rule.class], title: rule.title, message, where: placeOf(at, path), fix: fix ?? rule.fix,
        ...(decidedBy === undefined || decidedBy.length === 0 ? {} : { decidedBy: decidedBy.map((entry) => reference(entry.document)) }),
      },
    });
  };
}

function placeOf(at: Entry | TerraformResource | ConfigDocument, path: FieldPath): Finding['where'] {
  if (at instanceof Entry) return place(at.document, path);
  if ('text' in at) {
    const line = path.find((part) => typeof part === 'number');
    return {
      file: at.file, ...(line === undefined ? {} : { line, column: 1 }),
      ...(at.constructPath === undefined ? {} : { constructPath: at.constructPath }), ...(at.source === undefined ? {} : { source: at.source }),
    };
  }
  const { document, type, name } = at;
  const position = locate(document, ['resource', type, name, ...path]);
  return {
    ...(document.file === undefined ? {} : { file: document.file }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
    // Terraform's own address of the resource.
    object: { apiVersion: 'terraform', kind: type, name },
    ...(path.length === 0 ? {} : { field: printPath(path) }),
    ...(document.constructPath === undefined ? {} : { constructPath: document.constructPath }),
    ...(document.source === undefined ? {} : { source: document.source }),
  };
}
