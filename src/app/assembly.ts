// Everything that a synth writes, in memory. Nothing here touches the disk.
import type { App } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { describe } from '../core/describe';
import { NetstackError } from '../core/errors';
import { Registry } from '../core/registry';
import { documentOrder } from './document-order';
import type { DocumentOrder } from './document-order';
import { renderManifestFiles } from './manifest-files';
import type { ManifestLayout } from './manifest-files';
import { MODEL_FORMAT } from './model';
import type { NetstackModel, ObjectModel, OutputModel } from './model';
import { withoutAskingCharts } from './network-chart';
import { DEFAULT_CLUSTER, ObjectIndex } from './object-index';
import { checkedPath, isManifestName, MODEL_FILE } from './output-path';
import { reasonOf } from './reason';
import { toolVersion } from '../core/tool-version';

/** One file of manifests. */
export interface AssemblyManifestFile {
  /** Below the output folder, with `/`. */
  readonly file: string;
  /** The manifests in the file's order. */
  readonly documents: readonly object[];
  /** The text of the file. */
  readonly yaml: string;
}

/** A Kubernetes object: its identity, where it comes from, and its manifest. */
export interface AssemblyObject extends ObjectModel {
  readonly document: object;
}

/** Everything that `NetworkApp.synth()` writes. */
export interface Assembly {
  readonly documents: readonly AssemblyManifestFile[];
  /** Every object of every manifest file, in the order of the files. */
  readonly objects: readonly AssemblyObject[];
  /** The text of each Terraform file, by its path below the output folder. */
  readonly terraform: Readonly<Record<string, string>>;
  /** The text of each configuration file, and of `construct-metadata.json` where cdk8s is asked to record it, by its path below the output folder. */
  readonly files: Readonly<Record<string, string>>;
  /** What `netstack.model.json` holds. */
  readonly model: NetstackModel;
}

/** A file to write. */
export interface OutputContent {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly content: Buffer | string;
}

/** An assembly, and its bytes. */
export interface RenderedAssembly {
  readonly assembly: Assembly;
  /** Every file but the model. */
  readonly outputs: readonly OutputContent[];
}

/** What the assembly has to know of the app beyond its tree. */
export interface AssemblyOptions extends ManifestLayout {
  readonly recordConstructMetadata: boolean;
  /** What the model says of it. */
  readonly profile: 'production' | undefined;
  /** Whether the manifests are wanted as objects, too; without, `documents` and `objects` are empty and memory stays flat. */
  readonly keep: boolean;
}

/**
 * Renders `app`.
 *
 * @throws NetstackError when a validation of the app fails, a document cannot be rendered, an object or a file occurs twice, a path leads out of the folder
 */
export function renderAssembly(app: App, options: AssemblyOptions): RenderedAssembly {
  return withoutAskingCharts(app, () => render(app, options));
}

function render(app: App, options: AssemblyOptions): RenderedAssembly {
  const registry = Registry.of(app);
  const all = app.node.findAll();
  validate(all);
  const order = documentOrder(all);
  const index = new ObjectIndex(app);
  const objects: AssemblyObject[] = [];
  const rendered = renderManifestFiles(order, options, options.keep, (document) => {
    const object = index.add(document);
    if (options.keep && object) objects.push({ ...object, document: document.manifest as object });
  });
  const outputs = new Outputs();
  for (const { file, content } of rendered) outputs.add({ path: file, kind: 'kubernetes' }, content);
  const metadata: Record<string, string> = options.recordConstructMetadata ? { 'construct-metadata.json': constructMetadata(order) } : {};
  for (const [path, text] of Object.entries(metadata)) outputs.add({ path, kind: 'construct-metadata' }, text);
  const terraform = companionFiles(registry, outputs);
  const files = { ...metadata, ...configurationFiles(registry, outputs) };
  const core = describe(app);
  const model: NetstackModel = {
    format: MODEL_FORMAT,
    toolVersion: toolVersion(),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    clusters: core.clusters.length > 0 ? core.clusters : [IMPLICIT_CLUSTER],
    outputs: outputs.models(),
    objects: index.sorted(),
    workloads: core.workloads,
    connections: core.connections,
    acknowledgements: core.acknowledgements,
    external: core.external,
  };
  const documents = options.keep
    ? rendered.map(({ file, content, manifests }): AssemblyManifestFile => ({
      file,
      documents: manifests as readonly object[],
      get yaml(): string {
        return content.toString('utf8');
      },
    }))
    : [];
  return {
    assembly: { documents, objects, terraform, files, model },
    outputs: outputs.contents(),
  };
}

const IMPLICIT_CLUSTER: NetstackModel['clusters'][number] = {
  name: DEFAULT_CLUSTER, targets: {}, podCidrs: [], serviceCidrs: [], clusterDomain: 'cluster.local', trustDomain: 'cluster.local',
};

/** Runs the validations of every construct, each once. */
function validate(all: readonly IConstruct[]): void {
  const errors = all.flatMap((construct) => construct.node.validate().map((error) => construct.node.path === '' ? error : `[${construct.node.path}] ${error}`));
  if (errors.length === 0) return;
  const failure = new NetstackError({ what: 'Validation failed' });
  // Several sentences, listed as cdk8s lists them.
  const frames = failure.stack?.split('\n').slice(1) ?? [];
  failure.message = `Validation failed with the following errors:\n  ${errors.join('\n  ')}`;
  failure.stack = [`${failure.name}: ${failure.message}`, ...frames].join('\n');
  throw failure;
}

/** The paths of objects by name, as `App` of cdk8s records them for its validation plugins. */
function constructMetadata(order: DocumentOrder): string {
  const resources: Record<string, { path: string }> = {};
  for (const { objects } of order.charts) for (const object of objects) resources[object.name] = { path: object.node.path };
  return JSON.stringify({ version: '1.0.0', resources });
}

function companionFiles(registry: Registry, outputs: Outputs): Record<string, string> {
  const files: Record<string, string> = {};
  for (const companion of registry.companions) {
    for (const { path, content, constructPath, source } of companion.render()) {
      const full = `${companion.name}/${path}`;
      outputs.add({ path: full, kind: 'terraform', ...(constructPath === undefined ? {} : { constructPath }), ...(source === undefined ? {} : { source }) }, content);
      files[full] = content;
    }
  }
  return files;
}

function configurationFiles(registry: Registry, outputs: Outputs): Record<string, string> {
  const files: Record<string, string> = {};
  for (const file of registry.files) {
    const path = `files/${file.owner}/${file.name}`;
    let text: string;
    try {
      text = file.render();
    } catch (error) {
      if (NetstackError.is(error) && error.where !== undefined) throw error;
      throw new NetstackError({ what: `${path} cannot be rendered: ${reasonOf(error)}`, where: file.path });
    }
    outputs.add({ path, kind: 'file', owner: file.owner, format: file.format, constructPath: file.path, source: file.source }, text);
    files[path] = text;
  }
  return files;
}

/** The files of one synth: each path once, none outside the folder, manifests apart from the rest. */
class Outputs {
  private readonly byPath: Map<string, { model: OutputModel; content: Buffer | string }> = new Map();

  add(model: OutputModel, content: Buffer | string): void {
    const what = model.constructPath ?? (model.kind === 'kubernetes' ? 'a manifest file' : `a ${model.kind} file`);
    const path = checkedPath(model.path, what);
    if (model.kind !== 'kubernetes' && isManifestName(path)) {
      throw new NetstackError({
        what: `File ${path} ends like a Kubernetes manifest`, where: model.constructPath, fix: 'give it another ending: cdk8s would apply it',
      });
    }
    if (path === MODEL_FILE || this.byPath.has(path)) {
      throw new NetstackError({ what: `File ${path} is written twice`, where: model.constructPath, fix: 'give one of the two another name' });
    }
    this.byPath.set(path, { model, content });
  }

  contents(): OutputContent[] {
    return [...this.byPath].map(([path, { content }]) => ({ path, content }));
  }

  /** Sorted by path. */
  models(): OutputModel[] {
    return [...this.byPath.keys()].sort().map((path) => this.byPath.get(path)!.model);
  }
}
