// Version lines: `<system>@<version>[/<channel>]`, and the orders in which versions stand.

/** Order of releases: by numbers, oldest first; a release without numbers (`latest`) is last. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('/'));
  const order = compareNumbers(left![0]!, right![0]!);
  if (order !== 0) return order;
  // Of the channels of Gateway API the wider one counts as newer.
  const channel = (parts: string[]): number => ['standard', 'experimental'].indexOf(parts[1] ?? '');
  return channel(left!) - channel(right!);
}

function compareNumbers(a: string, b: string): number {
  const parse = (text: string): number[] => (/^\d/.test(text) ? text.split('.').map(Number) : [Infinity]);
  const [left, right] = [parse(a), parse(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [l, r] = [left[i] ?? 0, right[i] ?? 0];
    if (l !== r) return l - r;
  }
  return 0;
}

/** Order of API versions as Kubernetes ranks them, least stable first: v1alpha1, v1beta1, v1. */
export function compareApiVersions(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return [-1, 0, 0];
    return [match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [left, right] = [rank(a), rank(b)];
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return left[i]! - right[i]!;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Order of lines over systems: by system's name, then oldest first. */
export function compareLines(a: string, b: string): number {
  const [systemA, systemB] = [systemOf(a), systemOf(b)];
  return systemA < systemB ? -1 : systemA > systemB ? 1 : compareReleases(releaseOf(a), releaseOf(b));
}

export function systemOf(line: string): string {
  return line.slice(0, line.indexOf('@'));
}

export function releaseOf(line: string): string {
  return line.slice(line.indexOf('@') + 1);
}
