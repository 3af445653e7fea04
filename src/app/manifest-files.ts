// Which manifests go into which file: the four layouts of cdk8s, with cdk8s' own names and order.
import { ApiObject, Chart, Names, YamlOutputType } from 'cdk8s';
import { NetstackError } from '../core/errors';
import { stringifyDocument } from './emitter/yaml';
import { Utf8Sink } from './emitter/utf8-sink';
import type { ChartContent, DocumentOrder } from './document-order';
import { NetworkChart } from './network-chart';
import { NetworkObject, renderingFailed } from './network-object';

/** One manifest, and the construct that it is of: its object, or the chart when the chart wrote it itself. */
export interface RenderedDocument {
  readonly manifest: unknown;
  readonly construct: ApiObject | Chart;
  readonly file: string;
}

/** One file of manifests, as the bytes that are written. */
export interface RenderedFile {
  readonly file: string;
  readonly content: Buffer;
  /** Empty unless they were asked for. */
  readonly manifests: readonly unknown[];
}

/** How the app divides its output, as cdk8s names it. */
export interface ManifestLayout {
  readonly yamlOutputType: YamlOutputType;
  readonly outputFileExtension: string;
}

interface Rendered {
  readonly manifest: unknown;
  readonly construct: ApiObject | Chart;
  /** No object occurs twice in the manifest. */
  readonly freshTree: boolean;
}

/**
 * Renders every manifest of the app.
 *
 * @param keep whether the files hold their manifests as objects, too; without, each lives only until its bytes are written
 * @param onDocument called for each manifest, in order
 * @throws NetstackError when a manifest cannot be rendered, or two would be written over each other
 */
export function renderManifestFiles(
  order: DocumentOrder, layout: ManifestLayout, keep: boolean, onDocument: (document: RenderedDocument) => void,
): RenderedFile[] {
  const sink = new Utf8Sink();
  const files: RenderedFile[] = [];
  const owners = new Map<string, string>();
  let manifests: unknown[] = [];
  let inFile = 0;
  const add = (file: string, { manifest, construct, freshTree }: Rendered): void => {
    onDocument({ manifest, construct, file });
    if (inFile++ > 0) sink.add('---\n');
    try {
      sink.add(stringifyDocument(manifest, freshTree));
    } catch (error) {
      throw ApiObject.isApiObject(construct) ? renderingFailed(construct, error) : error;
    }
    if (keep) manifests.push(manifest);
  };
  const close = (file: string, owner: string): void => {
    const before = owners.get(file);
    if (before !== undefined) {
      throw new NetstackError({ what: `${before} and ${owner} would both be written to ${file}`, fix: 'give one of them another name, or take another yamlOutputType' });
    }
    owners.set(file, owner);
    files.push({ file, content: sink.take(), manifests });
    manifests = [];
    inFile = 0;
  };

  const extension = layout.outputFileExtension;
  const chartName = ({ chart }: ChartContent, index: number): string => {
    const name = Names.toDnsLabel(chart);
    return order.chartsDepend ? `${String(index).padStart(4, '0')}-${name}` : name;
  };
  switch (layout.yamlOutputType) {
    case YamlOutputType.FILE_PER_APP:
      for (const content of order.charts) for (const rendered of manifestsOf(content)) add(`app${extension}`, rendered);
      if (order.charts.length > 0) close(`app${extension}`, 'the app');
      break;
    case YamlOutputType.FILE_PER_CHART:
      order.charts.forEach((content, index) => {
        const file = chartName(content, index) + extension;
        for (const rendered of manifestsOf(content)) add(file, rendered);
        close(file, content.chart.node.path);
      });
      break;
    case YamlOutputType.FILE_PER_RESOURCE:
      for (const content of order.charts) {
        for (const rendered of manifestsOf(content)) {
          if (rendered.manifest === undefined) continue;
          const { kind, metadata } = rendered.manifest as { kind: unknown; metadata: { name: unknown } };
          const file = resourceName(kind, metadata.name) + extension;
          add(file, rendered);
          close(file, rendered.construct.node.path);
        }
      }
      break;
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
      order.charts.forEach((content, index) => {
        const folder = chartName(content, index);
        for (const object of content.objects) {
          const file = `${folder}/${resourceName(object.kind, object.metadata.name)}${extension}`;
          add(file, render(object));
          close(file, object.node.path);
        }
      });
      break;
    default:
      break;
  }
  return files;
}

function resourceName(kind: unknown, name: unknown): string {
  return `${String(kind)}.${String(name)}`.replace(/[^0-9a-zA-Z-_.]/g, '');
}

function* manifestsOf({ chart, objects }: ChartContent): Generator<Rendered> {
  // A chart of the user's that renders in its own way is asked, as a stock App would.
  if (chart.toJson !== Chart.prototype.toJson && chart.toJson !== NetworkChart.prototype.toJson) {
    const byIdentity = new Map(objects.map((object) => [`${object.apiVersion} ${object.kind} ${object.name}`, object]));
    for (const manifest of Object.values(chart.toJson()) as unknown[]) {
      const { apiVersion, kind, metadata } = (manifest ?? {}) as { apiVersion?: unknown; kind?: unknown; metadata?: { name?: unknown } };
      yield { manifest, construct: byIdentity.get(`${String(apiVersion)} ${String(kind)} ${String(metadata?.name)}`) ?? chart, freshTree: false };
    }
    return;
  }
  for (const object of objects) yield render(object);
}

function render(object: ApiObject): Rendered {
  if (object.toJson === NetworkObject.prototype.toJson) {
    const manifest = (object as NetworkObject)._render();
    if (manifest !== undefined) return { manifest, construct: object, freshTree: true };
  }
  try {
    return { manifest: object.toJson() as unknown, construct: object, freshTree: false };
  } catch (error) {
    throw renderingFailed(object, error);
  }
}
