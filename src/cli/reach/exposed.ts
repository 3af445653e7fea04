// What is exposed, on the command line.
import type { Analysis } from '../../analysis/reach/analyze';
import type { ExposedTo, ExposureReport } from '../../analysis/reach/exposure';
import { exposureOf, exposureToPeer } from '../../analysis/reach/exposure';
import { parsePeer } from '../../analysis/reach/peers';
import { exposureCsv, exposureJson, exposureMarkdown, exposureText } from '../../analysis/reach/print/exposure';
import { NetstackError, shorten } from '../../core/errors';
import type { ExitCode } from '../exit';
import { asUsage, EXIT } from '../exit';
import { deliver } from '../output';
import type { Surroundings } from '../surroundings';
import { readSystem } from './input';
import type { ReachFlags } from './options';

export interface ExposureFlags extends ReachFlags {
  readonly format: 'text' | 'json' | 'csv' | 'markdown';
  readonly from?: string;
}

export async function exposure(flags: ExposureFlags, surroundings: Surroundings): Promise<ExitCode> {
  const system = await readSystem(flags, surroundings);
  if (!system) return EXIT.failed;
  const { report, sections } = asUsage(() => exposed(system.analysis, flags.from));
  deliver(render(report, sections, flags.format), flags.output, surroundings);
  if (report.held > 0) surroundings.stderr.write(`${report.held} more ${report.held === 1 ? 'way in leads' : 'ways in lead'} to workloads, and policies let nothing of the internet through there.\n`);
  return EXIT.ok;
}

/** @throws NetstackError for a peer that no cluster has */
export function exposed({ clusters }: Analysis, from: string | undefined): { readonly report: ExposureReport; readonly sections: readonly ExposedTo[] } {
  if (from === undefined) return { report: exposureOf(clusters), sections: ['internet', 'namespaces', 'unlabelled'] };
  if (from === 'internet') return { report: exposureOf(clusters, new Set(['internet'])), sections: ['internet'] };
  const failures: unknown[] = [];
  const parts = clusters.flatMap((cluster) => {
    try {
      const { peer, port } = parsePeer(cluster, from);
      if (port !== undefined) throw new NetstackError({ what: `--from ${shorten(from)} names a port`, fix: 'leave it out: sources call from any port' });
      return [exposureToPeer(cluster, peer).map((one) => (clusters.length > 1 ? { ...one, cluster: cluster.facts.name } : one))];
    } catch (error) {
      if (!NetstackError.is(error)) throw error;
      failures.push(error);
      return [];
    }
  });
  if (parts.length === 0) throw failures[0] as Error;
  return { report: { exposures: parts.flat(), held: 0 }, sections: ['peer'] };
}

function render(report: ExposureReport, sections: readonly ExposedTo[], format: ExposureFlags['format']): string {
  switch (format) {
    case 'json': return exposureJson(report);
    case 'csv': return exposureCsv(report);
    case 'markdown': return exposureMarkdown(report, sections);
    case 'text': return exposureText(report, sections);
  }
}
