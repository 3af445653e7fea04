// Corefiles that CoreDNS' own chart writes from its values (`servers`), as its template does.
import type { FieldPath } from '../documents/document';
import type { ClusterModel, World } from './cluster-model';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { HelmValues } from './helm-values';
import { helmValues } from './helm-values';

export interface ChartCorefile {
  readonly at: HelmValues['at'];
  readonly cluster?: ClusterModel;
  readonly text: string;
  /** The chart is the DNS of its cluster. */
  readonly isOfCluster: boolean;
  path(line: number): FieldPath;
}

/** The Corefiles of charts whose every value is known here. */
export function chartCorefiles(world: World): readonly ChartCorefile[] {
  return helmValues(world, 'coredns').flatMap(({ at, cluster, complete, values, path }): ChartCorefile[] => {
    const { servers, isClusterService } = record(values);
    if (!complete || list(servers).length === 0) return [];
    const lines: string[] = [];
    /** The server of each line. */
    const owners: number[] = [];
    list(servers).forEach((server, i) => {
      lines.push(...blockOf(record(server)));
      while (owners.length < lines.length) owners.push(i);
    });
    const home = path(['servers']);
    return [{
      at, ...cluster !== undefined && { cluster }, text: `${lines.join('\n')}\n`, isOfCluster: isClusterService !== false,
      // Values within one text stand at the text.
      path: (line) => (home[home.length - 1] === 'servers' ? [...home, owners[line - 1] ?? 0] : home),
    }];
  });
}

function blockOf({ zones, port, plugins }: Readonly<Record<string, Fields>>): string[] {
  const names = list(zones).map(record).map(({ zone, scheme }) => `${text(scheme) ?? ''}${text(zone) ?? '.'}${port === undefined ? '' : `:${String(port)}`}`);
  return [
    `${names.length === 0 ? `.${port === undefined ? '' : `:${String(port)}`}` : names.join(' ')} {`,
    ...list(plugins).map(record).flatMap(({ name, parameters, configBlock }) => {
      const head = `  ${[name, parameters].filter((part) => part !== undefined).map(String).join(' ')}`;
      return text(configBlock) === undefined ? [head] : [`${head} {`, ...(configBlock as string).split('\n').map((line) => `    ${line}`), '  }'];
    }),
    '}',
  ];
}
