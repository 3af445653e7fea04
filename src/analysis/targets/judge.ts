// What the API server of one set of targets would say of single objects: NS0011 to NS0022.
import type { ResolvedTargets } from '../../core/targets';
import type { KubernetesObject } from '../documents/document';
import type { Problem } from '../schema/problem';
import type { SchemaStore } from '../schema/store';
import type { KindChecks } from '../schema/validator';
import { groupVersion, ObjectValidator } from '../schema/validator';
import { deprecatedFields, deprecationOf } from './deprecated';
import { Elsewhere } from './elsewhere';
import type { Unserved } from './served';
import { explainUnserved } from './served';

/** What is known of one apiVersion and kind. */
export interface Known {
  /** The two halves of apiVersion: one text for all objects. */
  readonly group: string;
  readonly version: string;
  readonly clusterScoped: boolean;
  readonly checks: KindChecks | undefined;
  /** Why the target does not serve it, when that is known. */
  readonly unserved: Unserved | undefined;
  /** The kind in the version that the target serves instead. */
  readonly instead: KindChecks | undefined;
  /** What is to be said of the version although it is served. */
  readonly deprecated: Problem | undefined;
}

export interface Judgement {
  /** A schema, or why there is none, is known. */
  readonly known: boolean;
  /** The API server would take the object, but for what only tools write, and what changes nothing of what it does: a status, or the version of an object that is there. */
  readonly sound: boolean;
  readonly problems: readonly Problem[];
}

/** The schemas of one set of targets, ready to judge objects. */
export class Judge {
  readonly targets: ResolvedTargets;
  private readonly store: SchemaStore;
  private readonly validator: ObjectValidator;
  private readonly elsewhere: Elsewhere;
  private readonly kinds: Map<string, Map<string, Known>> = new Map();

  constructor(store: SchemaStore, targets: ResolvedTargets) {
    this.store = store;
    this.targets = targets;
    this.validator = new ObjectValidator(store, targets);
    this.elsewhere = new Elsewhere(store, targets);
  }

  /** @param old the object that it takes the place of */
  judge(object: KubernetesObject, old?: KubernetesObject): Judgement {
    const { checks, unserved, instead, deprecated } = this.known(object.apiVersion, object.kind);
    if (unserved) return { known: true, sound: false, problems: [{ id: 'NS0017', ...unserved }, ...(instead ? this.moved(object, instead) : NONE)] };
    if (!checks) return deprecated ? { known: false, sound: false, problems: [deprecated] } : UNKNOWN;
    const found = this.problems(object, checks, old);
    const warnings = deprecatedFields(object, this.targets);
    if (found.length === 0 && warnings.length === 0 && !deprecated) return SOUND;
    const problems = found.map((problem) => this.elsewhere.explain(problem, checks.schema, object));
    return { known: true, sound: found.every(isOfTools), problems: [...(deprecated ? [deprecated] : NONE), ...problems, ...warnings] };
  }

  /** What stands in the way of writing the object in the version that is served: the fields that it knows differently. */
  private moved(object: KubernetesObject, checks: KindChecks): Problem[] {
    const { group, version, kind } = checks.schema;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return this.problems({ ...object, apiVersion }, checks)
      .filter(({ id }) => id === 'NS0011' || id === 'NS0012' || id === 'NS0013')
      .map((problem) => {
        const explained = this.elsewhere.explain(problem, checks.schema, object);
        return explained === problem ? { ...problem, id: 'NS0018', message: `in ${apiVersion} ${kind} ${problem.message}` } : explained;
      });
  }

  private problems(object: KubernetesObject, checks: KindChecks, old?: KubernetesObject): readonly Problem[] {
    try {
      return this.validator.problems(object, checks, old);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return [{ id: 'NS0010', path: [], message: 'this document is nested too deeply to be read', fix: 'give a document that Kubernetes can read' }];
    }
  }

  /** What is known of a kind, made once. */
  known(apiVersion: string, kind: string): Known {
    let kinds = this.kinds.get(apiVersion);
    if (!kinds) this.kinds.set(apiVersion, (kinds = new Map()));
    let known = kinds.get(kind);
    if (!known) kinds.set(kind, (known = this.look(apiVersion, kind)));
    return known;
  }

  private look(apiVersion: string, kind: string): Known {
    const { group, version } = groupVersion(apiVersion);
    const asked = { group, version, kind };
    const checks = this.validator.checksOf(apiVersion, kind);
    const unserved = checks ? undefined : explainUnserved(this.store, asked, this.targets);
    const instead = unserved?.instead === undefined ? undefined : this.validator.checksOf(group === '' ? unserved.instead : `${group}/${unserved.instead}`, kind);
    const clusterScoped = this.store.kind(group, kind)?.scope === 'Cluster';
    return { group, version, clusterScoped, checks, unserved, instead, deprecated: unserved ? undefined : deprecationOf(this.store, asked, this.targets) };
  }
}

const NONE: readonly Problem[] = [];
/** A `status` of a kind that has none (any more): tools write it empty, and the server keeps nothing of it. A resourceVersion: what was read from a cluster has it. */
function isOfTools({ id, path }: Problem): boolean {
  return path.length === 1 ? id === 'NS0011' && path[0] === 'status' : path.length === 2 && id === 'NS0021' && path[0] === 'metadata' && path[1] === 'resourceVersion';
}

const SOUND: Judgement = { known: true, sound: true, problems: NONE };
const UNKNOWN: Judgement = { known: false, sound: false, problems: NONE };
