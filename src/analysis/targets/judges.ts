// Which judge a document comes before: the schemas of its cluster, those of the user's own among them, for its cluster's targets.
import type { ResolvedTargets, Targets } from '../../core/targets';
import { resolveTargets } from '../../core/targets';
import type { DefinedKind } from '../crds/definition';
import { isDefinition, readDefinition } from '../crds/definition';
import type { ManifestDocument } from '../documents/document';
import { SchemaStore } from '../schema/store';
import type { Judgement } from './judge';
import { Judge } from './judge';
import { mergeTargets } from './merge';

export interface JudgeOptions {
  readonly targets?: Targets;
  readonly overrideTargets?: Targets;
  readonly schemas?: SchemaStore;
  readonly definitions?: readonly ManifestDocument[];
}

export class Judges {
  private readonly options: JudgeOptions;
  /** The shipped schemas, with the definitions that were given over them. */
  private readonly schemas: SchemaStore;
  /** The schemas of clusters whose documents define kinds themselves. */
  private readonly byCluster: Map<string | undefined, SchemaStore> = new Map();
  private readonly judges: Map<SchemaStore, Map<Targets | undefined, Judge>> = new Map();
  private readonly judged: Map<ManifestDocument, Judgement> = new Map();
  /** Definitions that were given and are wrong, which stand among no documents. */
  readonly broken: readonly { readonly document: ManifestDocument; readonly judgement: Judgement }[];

  constructor(options: JudgeOptions, documents: readonly ManifestDocument[]) {
    this.options = options;
    this.schemas = options.schemas ?? SchemaStore.shipped();
    const among = documents.filter(defines);
    const places = new Set(among.map(placeOf));
    const given = (options.definitions ?? []).filter(({ object }) => isDefinition(object));
    const kinds = this.kindsOf(given);
    this.broken = given.map((document) => ({ document, judgement: this.judged.get(document)! }))
      .filter(({ document, judgement }) => judgement.problems.length > 0 && !places.has(placeOf(document)));
    if (kinds.length > 0) this.schemas = this.schemas.with(kinds);
    for (const [cluster, own] of groupByCluster(among)) {
      const defined = this.kindsOf(own);
      if (defined.length > 0) this.byCluster.set(cluster, this.schemas.with(defined, false));
    }
  }

  /** The schemas that a cluster's objects are held against. */
  schemasOf(cluster: string | undefined): SchemaStore {
    return this.byCluster.get(cluster) ?? this.schemas;
  }

  /** @param old the object that the document's takes the place of */
  judge(document: ManifestDocument, old?: ManifestDocument['object']): Judgement {
    return (this.judged.size === 0 ? undefined : this.judged.get(document)) ?? this.judgeOf(document).judge(document.object, old);
  }

  /** The judge of a document's cluster and targets. */
  judgeOf(document: ManifestDocument): Judge {
    const schemas = this.schemasOf(document.cluster);
    let judges = this.judges.get(schemas);
    if (!judges) this.judges.set(schemas, (judges = new Map()));
    const targets = document.targets ?? this.options.targets;
    let judge = judges.get(targets);
    if (!judge) {
      judge = sharedJudge(schemas, resolveTargets(mergeTargets(targets, this.options.overrideTargets), document.cluster === undefined ? undefined : `cluster ${document.cluster}`));
      judges.set(targets, judge);
    }
    return judge;
  }

  /** The kinds of definitions that the API server would take; each is judged once. */
  private kindsOf(documents: readonly ManifestDocument[]): DefinedKind[] {
    return documents.flatMap((document) => {
      const judgement = this.judgeOf(document).judge(document.object);
      this.judged.set(document, judgement);
      return judgement.sound ? [readDefinition(document.object, document.file ?? 'the documents')] : [];
    });
  }
}

/** What a judge has compiled serves every later run with the same schemas, and what a run has warmed up stays warm. */
const shared = new WeakMap<SchemaStore, Map<string, Judge>>();

function sharedJudge(schemas: SchemaStore, targets: ResolvedTargets): Judge {
  let judges = shared.get(schemas);
  if (!judges) shared.set(schemas, (judges = new Map()));
  const lines = JSON.stringify(targets);
  let judge = judges.get(lines);
  if (!judge) judges.set(lines, (judge = new Judge(schemas, targets)));
  return judge;
}

function defines({ object }: ManifestDocument): boolean {
  return isDefinition(object);
}

function groupByCluster(documents: readonly ManifestDocument[]): Map<string | undefined, ManifestDocument[]> {
  const groups = new Map<string | undefined, ManifestDocument[]>();
  for (const document of documents) {
    const known = groups.get(document.cluster);
    if (known) known.push(document);
    else groups.set(document.cluster, [document]);
  }
  return groups;
}

function placeOf({ file, object }: ManifestDocument): string {
  return `${file ?? ''}\n${JSON.stringify(object.metadata ?? null)}`;
}
