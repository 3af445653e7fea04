// What is exposed, on the command line.
import type { ExposedTo, ExposureReport } from '../../analysis/reach/exposure';
import { exposureCsv, exposureJson, exposureMarkdown, exposureText } from '../../analysis/reach/print/exposure';
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
  const report = asUsage(() => system.analysis.exposure(flags.from));
  deliver(render(report, sectionsOf(flags.from), flags.format), flags.output, surroundings);
  if (report.held > 0) surroundings.stderr.write(`${report.held} more ${report.held === 1 ? 'way in leads' : 'ways in lead'} to workloads, and policies let nothing of the internet through there.\n`);
  return EXIT.ok;
}

/** The tables that were asked for. */
function sectionsOf(from: string | undefined): readonly ExposedTo[] {
  return from === undefined ? ['internet', 'namespaces', 'unlabelled'] : [from === 'internet' ? 'internet' : 'peer'];
}

function render(report: ExposureReport, sections: readonly ExposedTo[], format: ExposureFlags['format']): string {
  switch (format) {
    case 'json': return exposureJson(report);
    case 'csv': return exposureCsv(report);
    case 'markdown': return exposureMarkdown(report, sections);
    case 'text': return exposureText(report, sections);
  }
}
