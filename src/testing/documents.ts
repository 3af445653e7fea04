// From what a test holds (an app, a chart, manifests) to documents for the analysis.
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { Acknowledgement, KubernetesObject, ManifestDocument } from '../analysis';
import { NetworkApp } from '../app/network-app';
import { Cluster } from '../core/cluster';
import { NetstackError, shorten } from '../core/errors';
import { sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';

/** What the matchers take: a `NetworkApp`, any cdk8s `App`, `Chart` or construct, or manifests as `Testing.synth` returns them. */
export type Testable = IConstruct | readonly unknown[];

export interface TestableDocuments {
  readonly documents: readonly ManifestDocument[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** @throws NetstackError for something that holds no manifests, and whatever rendering throws */
export function documentsOf(subject: unknown): TestableDocuments {
  if (Array.isArray(subject)) return { documents: subject.map((object: unknown) => ({ object: asObject(object) })), acknowledgements: [] };
  if (!Construct.isConstruct(subject)) {
    throw new NetstackError({ what: `${shorten(subject)} holds no manifests`, fix: 'give an app, a chart, or what Testing.synth returns' });
  }
  const acknowledgements = Registry.of(subject).acknowledgements.map(({ id, reason, path }) => ({ id, reason, constructPath: path }));
  if (NetworkApp.isNetworkApp(subject)) {
    const { objects, model } = subject.assembly();
    const targets = new Map(model.clusters.map((cluster) => [cluster.name, cluster.targets]));
    return {
      acknowledgements,
      documents: objects.map(({ document, cluster, constructPath, source }) => ({
        object: document as KubernetesObject, cluster, constructPath, targets: targets.get(cluster) ?? {}, ...(source === undefined ? {} : { source }),
      })),
    };
  }
  const hasClusters = Cluster.all(subject).length > 0;
  const documents = subject.node.findAll().filter((construct) => ApiObject.isApiObject(construct)).map((construct): ManifestDocument => {
    const cluster = hasClusters ? Cluster.of(construct) : undefined;
    const source = sourceOf(construct);
    return {
      object: asObject((construct as ApiObject).toJson()),
      constructPath: construct.node.path,
      ...(cluster === undefined ? {} : { cluster: cluster.name, targets: cluster.requestedTargets }),
      ...(source === undefined ? {} : { source }),
    };
  });
  return { documents, acknowledgements };
}

function asObject(value: unknown): KubernetesObject {
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion === 'string' && typeof kind === 'string') return value as KubernetesObject;
  throw new NetstackError({ what: `${shorten(value)} is no Kubernetes object`, fix: 'give manifests with apiVersion and kind' });
}
