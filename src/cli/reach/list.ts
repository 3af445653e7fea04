// Lists of pairs on the command line.
import type { Direction } from '../../analysis/reach/flow';
import { graphOf, MOST_EDGES } from '../../analysis/reach/graph';
import type { Listing } from '../../analysis/reach/listing';
import { connlistCsv, connlistText } from '../../analysis/reach/print/connlist';
import { connlistExplained } from '../../analysis/reach/print/connlist-explained';
import { connlistJson } from '../../analysis/reach/print/connlist-json';
import { graphDot, graphJson, graphMermaid, MERMAID_EDGES } from '../../analysis/reach/print/graph';
import { undeterminedSentence } from '../../analysis/reach/print/undetermined';
import type { ExitCode } from '../exit';
import { asUsage, EXIT, UsageError } from '../exit';
import { deliverPieces } from '../output';
import type { Surroundings } from '../surroundings';
import { readSystem } from './input';
import type { ReachFlags } from './options';

export interface GraphFlags extends ReachFlags {
  readonly format: 'dot' | 'mermaid' | 'json';
  readonly focus?: string;
  readonly direction?: Direction;
}

export interface ListFlags extends Omit<GraphFlags, 'format'> {
  readonly format: 'text' | 'csv' | GraphFlags['format'];
  readonly explain?: boolean;
}

export async function connlist(flags: ListFlags, surroundings: Surroundings): Promise<ExitCode> {
  if (flags.explain === true && flags.format !== 'text') throw new UsageError({ what: `--explain is for text, and --format is ${flags.format}`, fix: flags.format === 'json' ? 'leave it out: JSON says who decides' : 'leave one of them out' });
  const listings = await read(flags, surroundings);
  if (!listings) return EXIT.failed;
  await deliverPieces(piecesOf(listings, flags), flags.output, surroundings);
  const sentence = flags.format === 'json' ? undefined : undeterminedSentence(listings);
  if (sentence !== undefined) surroundings.stderr.write(sentence);
  tellTwins(listings, surroundings);
  return EXIT.ok;
}

export async function graph(flags: GraphFlags, surroundings: Surroundings): Promise<ExitCode> {
  const listings = await read(flags, surroundings);
  if (!listings) return EXIT.failed;
  await deliverPieces([drawn(listings, flags.format)], flags.output, surroundings);
  return EXIT.ok;
}

function piecesOf(listings: readonly Listing[], { format, explain }: ListFlags): Iterable<string> {
  switch (format) {
    case 'text': return explain === true ? connlistExplained(listings) : connlistText(listings);
    case 'csv': return connlistCsv(listings);
    case 'json': return connlistJson(listings);
    default: return [drawn(listings, format)];
  }
}

function drawn(listings: readonly Listing[], format: GraphFlags['format']): string {
  const made = graphOf(listings, format === 'mermaid' ? MERMAID_EDGES : MOST_EDGES);
  return format === 'dot' ? graphDot(made) : format === 'mermaid' ? graphMermaid(made) : graphJson(made);
}

async function read(flags: Pick<ListFlags, 'focus' | 'direction'> & ReachFlags, surroundings: Surroundings): Promise<readonly Listing[] | undefined> {
  if (flags.direction !== undefined && flags.focus === undefined) throw new UsageError({ what: '--direction says nothing without --focus', fix: `write --focus shop/api --direction ${flags.direction}` });
  const system = await readSystem(flags, surroundings);
  return system && asUsage(() => system.analysis.listings(flags.focus, flags.direction));
}

/** Lines of two workloads with one name cannot be told apart. */
function tellTwins(listings: readonly Listing[], { stderr }: Surroundings): void {
  const twins = new Set<string>();
  for (const { connectivity: { ends } } of listings) ends.forEach(({ label }, i) => label === ends[i + 1]?.label && twins.add(label));
  if (twins.size > 0) stderr.write(`Several workloads are called ${[...twins].slice(0, 3).join(', ')}${twins.size > 3 ? ` and ${twins.size - 3} more` : ''}, so that their lines cannot be told apart: rename all but one of them.\n`);
}
