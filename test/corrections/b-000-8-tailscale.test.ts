// B-000-8: the policy of the tailnet.
import { files } from './platform';

interface Policy {
  readonly acls?: unknown;
  readonly grants: ReadonlyArray<{ readonly src: readonly string[]; readonly dst: readonly string[]; readonly ip: readonly string[] }>;
  readonly ssh: ReadonlyArray<{
    readonly action: string; readonly src: readonly string[]; readonly dst: readonly string[]; readonly users: readonly string[]; readonly checkPeriod?: string;
  }>;
  readonly nodeAttrs?: unknown;
  readonly tagOwners: Readonly<Record<string, readonly string[]>>;
  readonly tests: ReadonlyArray<{ readonly src: string; readonly accept?: readonly string[]; readonly deny?: readonly string[] }>;
  readonly sshTests: ReadonlyArray<{ readonly check?: readonly string[]; readonly deny: readonly string[] }>;
}

// JSON, so that also readers without comments take it.
const policy = JSON.parse(files['files/tailnet/policy.hujson']!) as Policy;
const reaches = (group: string, tag: string, port: string): boolean => (
  policy.grants.some(({ src, dst, ip }) => src.includes(group) && dst.includes(tag) && (ip.includes('*') || ip.includes(port)))
);

test('grants, not acls', () => expect([policy.acls, policy.grants.length > 0]).toEqual([undefined, true]));

test('whoever may use SSH reaches port 22', () => {
  for (const { src, dst } of policy.ssh) expect(reaches(src[0]!, dst[0]!, 'tcp:22')).toBe(true);
});

test('nobody reaches port 22 of production without a rule for SSH', () => {
  const withRule = policy.ssh.filter(({ dst }) => dst.includes('tag:prod')).flatMap(({ src }) => src);
  expect(['group:dba', 'group:design', 'group:engineering'].filter((group) => reaches(group, 'tag:prod', 'tcp:22'))).toEqual(withRule);
});

test('nobody is root, and everybody shows up again after a while', () => {
  expect(policy.ssh.flatMap(({ users }) => users)).not.toContain('root');
  expect(policy.ssh.map(({ action, checkPeriod }) => [action, checkPeriod])).toEqual([['check', '1h'], ['check', '12h']]);
});

test('nothing is opened to the internet', () => expect(policy.nodeAttrs).toBeUndefined());

test('every set of groups has tests of what is reachable and what is not', () => {
  expect(policy.tests.map(({ src }) => src)).toEqual(['alice@example.com', 'carol@example.com', 'eve@example.com']);
  expect(policy.tests.find(({ src }) => src === 'alice@example.com')!.deny).toContain('tag:prod:5432');
  expect(policy.sshTests.filter((one) => 'check' in one)).toHaveLength(policy.ssh.length);
  expect(policy.sshTests.every(({ deny }) => deny.includes('root'))).toBe(true);
});

test('every tag that has an owner is the end of a grant', () => {
  expect(Object.keys(policy.tagOwners).filter((tag) => !policy.grants.some(({ dst }) => dst.includes(tag)))).toEqual([]);
});
