import type { ApiObject } from 'cdk8s';
import { NetstackError, shorten } from '../core/errors';
import type { ErrorScope } from '../core/errors';

/** The objects of one version. */
export interface VersionObjects {
  controller?: ApiObject;
  service?: ApiObject;
  headlessService?: ApiObject;
  disruptionBudget?: ApiObject;
  autoscaler?: ApiObject;
}

/** The objects that a workload made, for patches: `workload.resources.deployment('canary').addJsonPatch(…)`. Without a version it is the main one. */
export class WorkloadResources<V extends string = string> {
  /** Undefined when somebody else makes it. */
  readonly serviceAccount: ApiObject | undefined;
  private readonly scope: ErrorScope;
  private readonly main: string;
  private readonly objects: ReadonlyMap<string, VersionObjects>;

  /** @internal */
  constructor(scope: ErrorScope, main: string, objects: ReadonlyMap<string, VersionObjects>, serviceAccount: ApiObject | undefined) {
    this.scope = scope;
    this.main = main;
    this.objects = objects;
    this.serviceAccount = serviceAccount;
  }

  /** @throws NetstackError when the workload is a StatefulSet */
  deployment(version?: V): ApiObject {
    return this.controller('Deployment', version);
  }

  /** @throws NetstackError when the workload is a Deployment */
  statefulSet(version?: V): ApiObject {
    return this.controller('StatefulSet', version);
  }

  /** @throws NetstackError when it has none */
  service(version?: V): ApiObject {
    return this.get('service', 'Service', version);
  }

  /** The Service that gives each pod of a StatefulSet its DNS name. @throws NetstackError when it has none */
  headlessService(version?: V): ApiObject {
    return this.get('headlessService', 'headless Service', version);
  }

  /** @throws NetstackError when it has none */
  disruptionBudget(version?: V): ApiObject {
    return this.get('disruptionBudget', 'PodDisruptionBudget', version);
  }

  /** @throws NetstackError when it has none */
  autoscaler(version?: V): ApiObject {
    return this.get('autoscaler', 'HorizontalPodAutoscaler', version);
  }

  private controller(kind: string, version: V | undefined): ApiObject {
    const object = this.get('controller', kind, version);
    if (object.kind === kind) return object;
    throw new NetstackError({ what: `The workload is a ${object.kind} and no ${kind}`, scope: this.scope, fix: `set controller: '${kind}'` });
  }

  private get(role: keyof VersionObjects, kind: string, version: V | undefined): ApiObject {
    const objects = this.objects.get(version ?? this.main);
    if (!objects) {
      throw new NetstackError({ what: `The workload has no version ${shorten(version)}`, scope: this.scope, fix: `name one of ${[...this.objects.keys()].sort().join(', ')}` });
    }
    const object = objects[role];
    if (!object) throw new NetstackError({ what: `The workload has no ${kind}${version === undefined ? '' : ` for version ${version}`}`, scope: this.scope, fix: 'see its properties' });
    return object;
  }
}
