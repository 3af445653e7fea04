// From what a test holds (an app, a chart, manifests) to documents for the analysis.
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { Acknowledgement, AnalysisInput, ConfigDocument, DeclaredModel, KubernetesObject, ManifestDocument, TerraformDocument } from '../analysis';
import { terraformDocument } from '../analysis';
import type { Assembly } from '../app/assembly';
import { NetworkApp } from '../app/network-app';
import { Cluster } from '../core/cluster';
import { describe } from '../core/describe';
import { NetstackError, shorten } from '../core/errors';
import { sourceOf } from '../core/provenance';
import { Registry } from '../core/registry';

/** What the matchers take: a `NetworkApp`, any cdk8s `App`, `Chart` or construct, or manifests as `Testing.synth` returns them. */
export type Testable = IConstruct | readonly unknown[];

/** The input of the analysis. */
export interface TestableDocuments extends AnalysisInput {
  readonly acknowledgements: readonly Acknowledgement[];
  /** Path of the construct that is asked about, when that is not the whole app: the rest of the app is there, and is not judged. */
  readonly subtree?: string;
}

/** @throws NetstackError for something that holds no manifests, and whatever rendering throws */
export function documentsOf(subject: unknown): TestableDocuments {
  if (Array.isArray(subject)) return { documents: subject.map((object: unknown) => ({ object: asObject(object) })), acknowledgements: [] };
  if (!Construct.isConstruct(subject)) {
    throw new NetstackError({ what: `${shorten(subject)} holds no manifests`, fix: 'give an app, a chart, or what Testing.synth returns' });
  }
  const { root } = subject.node;
  return {
    ...(NetworkApp.isNetworkApp(root) ? ofNetworkApp(root) : ofStockApp(root)),
    acknowledgements: Registry.of(root).acknowledgements.map(({ path, source, ...one }): Acknowledgement => (
      { ...one, constructPath: path, ...(source === undefined ? {} : { source }) }
    )),
    ...(root === subject ? {} : { subtree: subject.node.path }),
  };
}

function ofNetworkApp(app: NetworkApp): AnalysisInput {
  const assembly = app.assembly();
  const targets = new Map(assembly.model.clusters.map((cluster) => [cluster.name, cluster.targets]));
  return {
    documents: assembly.objects.map(({ document, cluster, constructPath, source }) => ({
      object: document as KubernetesObject, cluster, constructPath, targets: targets.get(cluster) ?? {}, ...(source === undefined ? {} : { source }),
    })),
    terraform: terraformOf(assembly), files: filesOf(assembly), models: [assembly.model as unknown as DeclaredModel],
  };
}

/** Under a stock App the manifests are written, and nothing else. */
function ofStockApp(root: IConstruct): AnalysisInput {
  const hasClusters = Cluster.all(root).length > 0;
  const documents = root.node.findAll().filter((construct) => ApiObject.isApiObject(construct)).map((construct): ManifestDocument => {
    const cluster = hasClusters ? Cluster.of(construct) : undefined;
    const source = sourceOf(construct);
    return {
      object: asObject((construct as ApiObject).toJson()),
      constructPath: construct.node.path,
      ...(cluster === undefined ? {} : { cluster: cluster.name, targets: cluster.requestedTargets }),
      ...(source === undefined ? {} : { source }),
    };
  });
  return { documents, models: [describe(root) as unknown as DeclaredModel] };
}

function terraformOf({ terraform, model }: Assembly): TerraformDocument[] {
  return model.outputs.filter(({ kind, path }) => kind === 'terraform' && path.endsWith('.json')).map(({ path, constructPath, source }) => (
    terraformDocument(JSON.parse(terraform[path]!) as Record<string, unknown>, terraform[path]!, path, {
      ...(constructPath === undefined ? {} : { constructPath }), ...(source === undefined ? {} : { source }),
    })
  ));
}

function filesOf({ files, model }: Assembly): ConfigDocument[] {
  return model.outputs.filter(({ kind }) => kind === 'file').map(({ path, format = '', owner, constructPath, source }) => ({
    text: files[path]!, file: path, format,
    ...(owner === undefined ? {} : { owner }), ...(constructPath === undefined ? {} : { constructPath }), ...(source === undefined ? {} : { source }),
  }));
}

function asObject(value: unknown): KubernetesObject {
  const { apiVersion, kind } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown };
  if (typeof apiVersion === 'string' && typeof kind === 'string') return value as KubernetesObject;
  throw new NetstackError({ what: `${shorten(value)} is no Kubernetes object`, fix: 'give manifests with apiVersion and kind' });
}
