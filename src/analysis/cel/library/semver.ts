// Semantic versions. Source: apiserver pkg/cel/library/semverlib.go over github.com/blang/semver/v4.
import { compareText } from '../compare';
import type { CelValue } from '../value';
import { CelFailure, integer, MAX_UINT, Opaque } from '../value';
import type { CelFunction, Library } from './library';

class Semver extends Opaque {
  readonly type = 'kubernetes.Semver';
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  equals(other: CelValue): boolean {
    return other instanceof Semver && this.compareTo(other) === 0;
  }

  /** By semver.org, point 11; what was built from it does not count. */
  compareTo(other: Semver): number {
    for (let i = 0; i < 3; i++) if (this.numbers[i] !== other.numbers[i]) return this.numbers[i]! < other.numbers[i]! ? -1 : 1;
    if (this.prerelease.length === 0 || other.prerelease.length === 0) return Math.sign(other.prerelease.length - this.prerelease.length);
    for (let i = 0; i < Math.min(this.prerelease.length, other.prerelease.length); i++) {
      const [a, b] = [this.prerelease[i]!, other.prerelease[i]!];
      if (a === b) continue;
      const [an, bn] = [/^\d+$/.test(a), /^\d+$/.test(b)];
      if (an && bn) return BigInt(a) < BigInt(b) ? -1 : 1;
      return an !== bn ? (an ? -1 : 1) : compareText(a, b);
    }
    return Math.sign(this.prerelease.length - other.prerelease.length);
  }
}

const GRAMMAR = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

function parse(text: string): Semver | undefined {
  const match = GRAMMAR.exec(text);
  if (!match) return undefined;
  const numbers = match.slice(1, 4).map(BigInt) as [bigint, bigint, bigint];
  const prerelease = match[4]?.split('.') ?? [];
  if (numbers.some((number) => number > MAX_UINT) || prerelease.some((part) => /^0\d+$/.test(part))) return undefined;
  return new Semver(numbers, prerelease);
}

/** Without a leading `v`, leading zeros, and with the numbers that are missing. */
function normalize(text: string): string | undefined {
  const parts = text.replace(/^v/, '').split('.');
  const first = parts.slice(0, 2);
  if (parts.length > 2) first.push(parts.slice(2).join('.'));
  const trimmed = first.map((part) => (part.length > 1 ? part.replace(/^0+(?=\d)/, '').replace(/^0*(?=\D|$)/, '0') : part));
  if (trimmed.length < 3 && /[+-]/.test(trimmed[trimmed.length - 1]!)) return undefined;
  return [...trimmed, '0', '0'].slice(0, 3).join('.');
}

function semverOf(text: CelValue, tolerant: CelValue): Semver | undefined {
  const plain = tolerant === true ? normalize(text as string) : text as string;
  return plain === undefined ? undefined : parse(plain);
}

function made(text: CelValue, tolerant: CelValue): CelValue | undefined {
  if (typeof text !== 'string' || typeof tolerant !== 'boolean') return undefined;
  const version = semverOf(text, tolerant);
  if (version === undefined) throw new CelFailure(`${JSON.stringify(text)} is no semantic version`);
  return version;
}

function tested(text: CelValue, tolerant: CelValue): boolean | undefined {
  return typeof text === 'string' && typeof tolerant === 'boolean' ? semverOf(text, tolerant) !== undefined : undefined;
}

function number(at: 0 | 1 | 2): CelFunction {
  return (version) => (version instanceof Semver ? integer(version.numbers[at]) : undefined);
}

function ofTwo(read: (version: Semver, other: Semver) => CelValue): CelFunction {
  return (version, other) => (version instanceof Semver && other instanceof Semver ? read(version, other) : undefined);
}

export const SEMVER: Library = {
  name: 'semantic versions', since: 33,
  functions: {
    'semver/1': (text) => made(text, false),
    'semver/2': made,
    'isSemver/1': (text) => tested(text, false),
    'isSemver/2': tested,
    '.isGreaterThan/1': ofTwo((version, other) => version.compareTo(other) > 0),
    '.isLessThan/1': ofTwo((version, other) => version.compareTo(other) < 0),
    '.compareTo/1': ofTwo((version, other) => version.compareTo(other)),
    '.major/0': number(0),
    '.minor/0': number(1),
    '.patch/0': number(2),
  },
};
