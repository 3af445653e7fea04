// Traefik 3's rules: matchers joined by &&, || and !, read as an expression of Go. https://doc.traefik.io/traefik/reference/routing-configuration/http/routing/rules-and-priority/
import { re2Problem } from '../../core/re2';
import { parseRange } from './ranges';

export interface Matcher {
  /** As Traefik writes it: `PathPrefix`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly negated: boolean;
}

/** A rule as it is joined. What is negated is negated at its matchers. */
export type RuleTree = Matcher | { readonly every: readonly RuleTree[] } | { readonly some: readonly RuleTree[] };

export interface TraefikRule {
  readonly matchers: readonly Matcher[];
  /** Undefined when the rule has a problem. */
  readonly tree: RuleTree | undefined;
  /** Host names that the rule asks for literally. */
  readonly hosts: readonly string[];
  /** Why Traefik does not take the rule, and with it the whole router. */
  readonly problem: string | undefined;
}

/** Matchers of HTTP with the numbers of arguments that they take. */
const HTTP: Readonly<Record<string, readonly number[]>> = {
  ClientIP: [1], Method: [1], Host: [1], HostRegexp: [1], Path: [1], PathRegexp: [1], PathPrefix: [1], Header: [2], HeaderRegexp: [2], Query: [1, 2], QueryRegexp: [1, 2],
};

/** Matchers of TCP. */
const TCP: Readonly<Record<string, readonly number[]>> = { HostSNI: [1], HostSNIRegexp: [1], ClientIP: [1], ALPN: [1] };

/** Version 2 took these under other names. */
const RENAMED: Readonly<Record<string, string>> = { Headers: 'Header', HeadersRegexp: 'HeaderRegexp' };

/** Reads a rule; undefined when it is empty. */
export function readRule(source: string, protocol: 'http' | 'tcp' = 'http'): TraefikRule | undefined {
  return source.trim() === '' ? undefined : new Reader(source, protocol === 'http' ? HTTP : TCP).read();
}

class RuleError extends Error {}

class Reader {
  private at: number = 0;
  private depth: number = 0;
  private readonly matchers: Matcher[] = [];
  private readonly source: string;
  private readonly known: Readonly<Record<string, readonly number[]>>;

  constructor(source: string, known: Readonly<Record<string, readonly number[]>>) {
    this.source = source;
    this.known = known;
  }

  read(): TraefikRule {
    let problem: string | undefined;
    let tree: RuleTree | undefined;
    try {
      tree = this.or(false);
      this.skip();
      if (this.at < this.source.length) throw new RuleError(`${this.next()} stands where && or || is expected`);
      problem = this.matchers.map((matcher) => argumentProblem(matcher)).find((one) => one !== undefined);
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      problem = error.message;
    }
    const hosts = this.matchers.filter(({ name, negated }) => name === 'Host' && !negated).flatMap(({ args }) => args).map((host) => host.toLowerCase());
    return { matchers: this.matchers, hosts, problem, tree: problem === undefined ? tree : undefined };
  }

  private or(negated: boolean): RuleTree {
    if (++this.depth > 100) throw new RuleError('it is nested too deeply');
    const parts = [this.and(negated)];
    while (this.take('||')) parts.push(this.and(negated));
    this.depth--;
    return parts.length === 1 ? parts[0]! : negated ? { every: parts } : { some: parts };
  }

  private and(negated: boolean): RuleTree {
    const parts = [this.unary(negated)];
    while (this.take('&&')) parts.push(this.unary(negated));
    return parts.length === 1 ? parts[0]! : negated ? { some: parts } : { every: parts };
  }

  private unary(negated: boolean): RuleTree {
    let not = negated;
    while (this.take('!')) not = !not;
    if (this.take('(')) {
      const inner = this.or(not);
      this.expect(')');
      return inner;
    }
    this.skip();
    const name = /^[A-Za-z_]\w*/.exec(this.source.slice(this.at))?.[0];
    if (name === undefined) throw new RuleError(this.at >= this.source.length ? 'it ends where a matcher is expected' : `${this.next()} stands where a matcher is expected`);
    this.at += name.length;
    this.expect('(');
    const args: string[] = [];
    if (!this.take(')')) {
      do args.push(this.text(name)); while (this.take(','));
      this.expect(')');
    }
    const matcher: Matcher = { name: this.canonical(name, args.length), args, negated: not };
    this.matchers.push(matcher);
    return matcher;
  }

  /** Names are taken as Traefik writes them, in lower case, in upper case, and with a capital only. */
  private canonical(name: string, count: number): string {
    const found = Object.keys(this.known).find((one) => [one, one.toLowerCase(), one.toUpperCase(), one.charAt(0) + one.slice(1).toLowerCase()].includes(name));
    if (found === undefined) {
      const renamed = RENAMED[name];
      throw new RuleError(renamed === undefined ? `there is no matcher ${name}` : `there is no matcher ${name} any more: it is ${renamed} since Traefik 3`);
    }
    if (!this.known[found]!.includes(count)) {
      const several = count > 1 && this.known[found]!.includes(1);
      throw new RuleError(several ? `${found} takes one value since Traefik 3: join several with ||` : `${found} takes ${this.known[found]!.join(' or ')} values and has ${count}`);
    }
    return found;
  }

  private text(name: string): string {
    this.skip();
    const rest = this.source.slice(this.at);
    const raw = /^`([^`]*)`/.exec(rest) ?? /^"((?:[^"\\]|\\.)*)"/.exec(rest);
    if (!raw) throw new RuleError(`the value of ${name} is not in backticks or double quotes`);
    this.at += raw[0].length;
    return rest.startsWith('`') ? raw[1]! : raw[1]!.replace(/\\(.)/g, '$1');
  }

  private take(token: string): boolean {
    this.skip();
    if (!this.source.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new RuleError(this.at >= this.source.length ? `${token} is missing at its end` : `${this.next()} stands where ${token} is expected`);
  }

  private skip(): void {
    while (/\s/.test(this.source.charAt(this.at))) this.at++;
  }

  private next(): string {
    return this.source.slice(this.at, this.at + 20).trim();
  }
}

function argumentProblem({ name, args }: Matcher): string | undefined {
  const [first = ''] = args;
  if (args.includes('')) return `a value of ${name} is empty`;
  if (name === 'ClientIP' && parseRange(first) === undefined) return `${first} is no address, and no range of addresses`;
  if ((name === 'Path' || name === 'PathPrefix') && !first.startsWith('/')) return `the path ${first} does not begin with /`;
  if (!name.endsWith('Regexp')) return undefined;
  if ((name === 'Host' || name === 'HostRegexp') && /[^\x20-\x7e]/.test(first)) return `${first} has letters beyond ASCII`;
  const pattern = args.at(-1)!;
  return name === 'QueryRegexp' && args.length === 1 ? undefined : regexProblem(pattern);
}

function regexProblem(pattern: string): string | undefined {
  // Newer versions of Go take more than RE2 has always had.
  const problem = /\(\?<[A-Za-z]|\\C/.test(pattern) ? undefined : re2Problem(pattern);
  return problem === undefined ? undefined : `the expression ${pattern} is not one of Go: ${problem}`;
}
