// Which charts an app has, which objects each chart writes, and in which order: what cdk8s decides in `resolveDependencies` and `DependencyGraph`, without
// changing the tree, without an edge for each pair of objects, and once for the whole app.
import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { NetstackError } from '../core/errors';
import { inDependencyOrder } from './topology';
import type { Dependencies, Together } from './topology';

/** A chart with its objects, dependencies first. */
export interface ChartContent {
  readonly chart: Chart;
  readonly objects: readonly ApiObject[];
}

export interface DocumentOrder {
  /** Dependencies first. */
  readonly charts: readonly ChartContent[];
  /** A chart depends on another one: cdk8s numbers the files then. */
  readonly chartsDepend: boolean;
}

/** @param all every construct of the app, parents before children */
export function documentOrder(all: readonly IConstruct[]): DocumentOrder {
  const ownDependencies = new Map<IConstruct, readonly IConstruct[]>();
  let nested = false;
  for (const construct of all) {
    const dependencies = construct.node.dependencies;
    if (dependencies.length > 0) ownDependencies.set(construct, dependencies);
    if (Chart.isChart(construct) && construct.node.scope && Chart.isChart(construct.node.scope)) nested = true;
  }
  const charts = cdk8sOrder(all);
  if (ownDependencies.size === 0 && !nested) {
    const content = new Map<Chart, ApiObject[]>();
    for (const construct of charts) if (Chart.isChart(construct)) content.set(construct, []);
    for (const construct of all) if (ApiObject.isApiObject(construct)) content.get(construct.chart)!.push(construct);
    return { charts: [...content].map(([chart, objects]) => ({ chart, objects })), chartsDepend: false };
  }
  const implied = new ImpliedDependencies(all, ownDependencies);
  const ordered = inDependencyOrder(charts, (construct) => implied.of(construct)).filter((construct): construct is Chart => Chart.isChart(construct));
  return { charts: ordered.map((chart) => ({ chart, objects: implied.objectsOf(chart) })), chartsDepend: implied.chartsDepend };
}

/**
 * The objects of one chart after cdk8s has resolved the dependencies of the whole app.
 *
 * @param constructs the chart and all below it, parents before children
 */
export function chartObjects(chart: Chart, constructs: readonly IConstruct[]): ApiObject[] {
  const dependencies = new Map<IConstruct, readonly IConstruct[]>();
  for (const construct of constructs) {
    const own = construct.node.dependencies;
    if (own.length > 0) dependencies.set(construct, own);
  }
  const ordered = dependencies.size === 0 ? constructs : inDependencyOrder(constructs, (construct) => dependencies.get(construct) ?? []);
  return ordered.filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.chart === chart);
}

/** cdk8s keeps its graph in an object keyed by path, where paths such as "7" come before all others. */
function cdk8sOrder(all: readonly IConstruct[]): readonly IConstruct[] {
  const isIndex = (construct: IConstruct): boolean => /^(?:0|[1-9]\d{0,9})$/.test(construct.node.path) && Number(construct.node.path) < 2 ** 32 - 1;
  const first = all.filter(isIndex);
  return first.length === 0 ? all : [...first, ...all.filter((construct) => !isIndex(construct))];
}

/** What the dependencies that the user wrote mean for charts and for single objects. */
class ImpliedDependencies {
  readonly chartsDepend: boolean;
  private readonly dependencies: Map<IConstruct, Array<IConstruct | Together>> = new Map();
  private readonly descendants: Map<IConstruct, readonly ApiObject[]> = new Map();

  constructor(all: readonly IConstruct[], own: ReadonlyMap<IConstruct, readonly IConstruct[]>) {
    for (const [construct, targets] of own) this.dependencies.set(construct, [...targets]);
    // A chart depends on the charts directly in it, and on those that its constructs depend on.
    const chartEdges = new Map<Chart, Set<Chart>>();
    for (const parent of all) {
      if (!Chart.isChart(parent)) continue;
      for (const child of parent.node.children) if (Chart.isChart(child)) this.addChartEdge(chartEdges, parent, child);
    }
    for (const [source, target] of this.written(all, chartEdges)) {
      const from = chartOf(source, source, target);
      const to = chartOf(target, source, target);
      if (from !== to) this.addChartEdge(chartEdges, from, to);
    }
    this.chartsDepend = chartEdges.size > 0;
    // Each object of the source depends on each object of the target, charts by charts.
    for (const [source, target] of this.written(all, chartEdges)) {
      const to = chartOf(target, source, target);
      const from = chartOf(source, source, target);
      const members = this.objectsWithin(target).filter((object) => object.chart === to);
      if (members.length === 0) continue;
      const together: Together = { members };
      const memberSet = new Set(members);
      for (const object of this.objectsWithin(source)) {
        if (object.chart !== from) continue;
        this.add(object, memberSet.has(object) ? { members: members.filter((member) => member !== object) } : together);
      }
    }
  }

  of(construct: IConstruct): Dependencies {
    return this.dependencies.get(construct) ?? [];
  }

  objectsOf(chart: Chart): ApiObject[] {
    return inDependencyOrder(chart.node.findAll(), (construct) => this.of(construct))
      .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.chart === chart);
  }

  /** Every edge between constructs that the tree would hold by now, sources in tree order. */
  private written(all: readonly IConstruct[], chartEdges: ReadonlyMap<Chart, ReadonlySet<Chart>>): Array<[IConstruct, IConstruct]> {
    return all.flatMap((source) => {
      const targets = new Set<IConstruct>([...source.node.dependencies, ...(Chart.isChart(source) ? chartEdges.get(source) ?? [] : [])]);
      return [...targets].map((target): [IConstruct, IConstruct] => [source, target]);
    });
  }

  private addChartEdge(edges: Map<Chart, Set<Chart>>, from: Chart, to: Chart): void {
    let targets = edges.get(from);
    if (!targets) edges.set(from, targets = new Set());
    if (targets.has(to)) return;
    targets.add(to);
    this.add(from, to);
  }

  private add(source: IConstruct, target: IConstruct | Together): void {
    const present = this.dependencies.get(source);
    if (present) present.push(target);
    else this.dependencies.set(source, [target]);
  }

  private objectsWithin(construct: IConstruct): readonly ApiObject[] {
    let objects = this.descendants.get(construct);
    if (!objects) this.descendants.set(construct, objects = construct.node.findAll().filter((child): child is ApiObject => ApiObject.isApiObject(child)));
    return objects;
  }
}

function chartOf(construct: IConstruct, source: IConstruct, target: IConstruct): Chart {
  for (let at: IConstruct | undefined = construct; at; at = at.node.scope) if (Chart.isChart(at)) return at;
  throw new NetstackError({
    what: `The dependency of ${source.node.path || 'the app'} on ${target.node.path || 'the app'} has an end outside every chart`,
    scope: construct,
    fix: 'let charts or what is in them depend on each other',
  });
}
