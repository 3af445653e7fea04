// One question on the command line: from its words to an answer and an exit code.
import type { Facts, JwtFacts, Outcome, Request } from '../../analysis/reach/flow';
import { answerJson, printAnswer, printExplanation } from '../../analysis/reach/print/answer';
import type { AskedFlow } from '../../analysis/reach/question';
import { parseFlow, parseRequest } from '../../analysis/reach/question';
import { shorten } from '../../core/errors';
import type { ExitCode } from '../exit';
import { asUsage, EXIT, UsageError } from '../exit';
import { deliver, wantsColor } from '../output';
import type { Surroundings } from '../surroundings';
import { readSystem } from './input';
import type { ReachFlags } from './options';

export interface AskFlags extends ReachFlags {
  readonly format: 'text' | 'json';
  readonly port?: string;
  readonly request?: string;
  readonly header: readonly string[];
  readonly jwt?: string;
  readonly clientCertificate?: boolean;
  readonly color: boolean;
}

const CODES: Readonly<Record<Outcome, ExitCode>> = { allowed: EXIT.ok, denied: EXIT.findings, undetermined: EXIT.undetermined };

export function canReach(from: string, to: string | undefined, flags: AskFlags, surroundings: Surroundings): Promise<ExitCode> {
  return ask(from, to, flags, surroundings, false);
}

export function explain(from: string, to: string | undefined, flags: AskFlags, surroundings: Surroundings): Promise<ExitCode> {
  return ask(from, to, flags, surroundings, true);
}

async function ask(from: string, to: string | undefined, flags: AskFlags, surroundings: Surroundings, whole: boolean): Promise<ExitCode> {
  const flow = asUsage(() => flowOf(from, to, flags));
  const system = await readSystem(flags, surroundings);
  if (!system) return EXIT.failed;
  const explanation = asUsage(() => system.analysis.explain(flow));
  const color = flags.output === undefined && flags.color && wantsColor(surroundings);
  deliver(flags.format === 'json' ? answerJson(explanation, whole) : whole ? printExplanation(explanation, { color }) : printAnswer(explanation, { color }), flags.output, surroundings);
  return CODES[explanation.outcome];
}

function flowOf(from: string, to: string | undefined, { port, request, header, jwt, clientCertificate }: AskFlags): AskedFlow {
  if (to === undefined && !from.includes('->')) throw new UsageError({ what: 'No destination is given', fix: "write netstack can-reach shop/web shop/api:8080, or one question: 'shop/web -> shop/api:8080'" });
  const asked = to === undefined ? parseFlow(from) : { from, to };
  if (asked.http !== undefined && request !== undefined) throw new UsageError({ what: 'The request is given twice', fix: 'leave out --request' });
  const said = request ?? asked.http as string | undefined;
  const http: Request | undefined = said === undefined && header.length === 0 ? undefined : {
    ...said !== undefined && parseRequest(said), ...header.length > 0 && { headers: headersOf(header) },
  };
  const facts: Facts = { ...jwt !== undefined && { jwt: jwtOf(jwt) }, ...clientCertificate === true && { clientCertificate } };
  return { from: asked.from, to: asked.to, ...port !== undefined && { port }, ...http && { http }, facts };
}

function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(given.map((text): [string, string] => {
    const [, name, value] = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(text) ?? [];
    if (name === undefined) throw new UsageError({ what: `--header ${shorten(text)} is no header`, fix: 'write --header x-tenant=acme' });
    return [name.toLowerCase(), value!];
  }));
}

/** Reads `issuer=https://id.example.com,sub=alice,role=admin`; a claim that stands twice has both values. */
function jwtOf(text: string): JwtFacts {
  const values = new Map<string, string[]>();
  for (const pair of text.split(',')) {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    if (key === undefined || value === '') throw new UsageError({ what: `--jwt has ${shorten(pair)}, no claim`, fix: 'write --jwt issuer=https://id.example.com,sub=alice,role=admin' });
    values.set(key, [...values.get(key) ?? [], value!]);
  }
  const take = (...keys: readonly string[]): string[] => keys.flatMap((key) => {
    const found = values.get(key) ?? [];
    values.delete(key);
    return found;
  });
  const [issuer, second] = take('issuer', 'iss');
  if (issuer === undefined || second !== undefined) throw new UsageError({ what: `--jwt names ${issuer === undefined ? 'no issuer' : 'two issuers'}`, fix: 'write --jwt issuer=https://id.example.com, and claims behind it' });
  const [subject] = take('sub', 'subject');
  const audiences = take('aud', 'audience');
  const claims = Object.fromEntries([...values].map(([key, [first, ...more]]) => [key, more.length === 0 ? first : [first, ...more]]));
  return { issuer, ...subject !== undefined && { subject }, ...audiences.length > 0 && { audiences }, ...Object.keys(claims).length > 0 && { claims } };
}
