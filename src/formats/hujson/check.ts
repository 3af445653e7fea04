// What no single line of a Tailscale policy shows: rules that can never match, and tests that the policy itself fails.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import type { TailscaleGrant, TailscalePolicy, TailscaleSshRule } from './model';
import { testTarget } from './selector';

/** Three-valued: what cannot be known from the policy alone is never an error. */
type Answer = 'yes' | 'no' | 'unknown';

/** Checks the policy as a whole; single values are checked where they are printed. */
export function checkTailscalePolicy(policy: TailscalePolicy): void {
  (policy.ssh ?? []).forEach((rule, i) => checkSshRule(rule, policy, `ssh rule ${i + 1}`));
  (policy.nodeAttrs ?? []).forEach((entry, i) => {
    const everyone = entry.target.find((target) => target === '*' || target === 'autogroup:member');
    if (everyone !== undefined && entry.attr.includes('funnel')) {
      refuse(`nodeAttrs entry ${i + 1}`, `Funnel for ${everyone} lets every device be opened to the internet`, 'target a tag');
    }
  });
  (policy.tests ?? []).forEach((test, i) => {
    const where = `test ${i + 1}`;
    for (const [list, wanted] of [[test.accept, 'yes'], [test.deny, 'no']] as const) {
      for (const text of list ?? []) {
        const { dst, port } = testTarget(text, policy, where);
        const answer = reaches(policy, test.src, dst, test.proto ?? 'tcp', port);
        if (answer !== 'unknown' && answer !== wanted) {
          refuse(where, `${shorten(test.src)} ${answer === 'yes' ? 'reaches' : 'does not reach'} ${text} by the grants of this policy`, 'correct the grant or the test: Tailscale refuses a policy whose tests fail');
        }
      }
    }
  });
}

function checkSshRule(rule: TailscaleSshRule, policy: TailscalePolicy, where: string): void {
  if (rule.action === 'accept' && rule.checkPeriod !== undefined) refuse(where, 'checkPeriod belongs to the action check', 'set action check, or leave the period out');
  for (const dst of rule.dst) {
    if (dst.includes('@') && (rule.src.length !== 1 || rule.src[0] !== dst)) refuse(where, `The destination ${shorten(dst)} is a person other than the source`, 'name a tag, or autogroup:self');
    for (const src of rule.src) {
      if (reaches(policy, src, dst, 'tcp', 22) === 'no') {
        refuse(where, `No grant lets ${shorten(src)} reach port 22 of ${shorten(dst)}, so the rule never matches`, 'add a grant with ip tcp:22');
      }
    }
  }
}

/** Whether the grants let everyone of `src` reach one port of `dst`. */
function reaches(policy: TailscalePolicy, src: string, dst: string, protocol: string, port: number): Answer {
  let answer: Answer = 'no';
  for (const grant of policy.grants) {
    const parts = [anyOf(grant.src, (granted) => covers(granted, src, policy)), anyOf(grant.dst, (granted) => covers(granted, dst, policy)), opens(grant, protocol, port)];
    if (parts.every((part) => part === 'yes')) return 'yes';
    if (!parts.includes('no')) answer = 'unknown';
  }
  return answer;
}

function anyOf(values: readonly string[], ask: (value: string) => Answer): Answer {
  const answers = values.map(ask);
  return answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no';
}

function covers(granted: string, wanted: string, policy: TailscalePolicy): Answer {
  if (granted === '*' || granted === wanted) return 'yes';
  const kinds = [kindOf(granted), kindOf(wanted)];
  if (kinds.includes('other')) return 'unknown';
  if (granted === 'autogroup:member') return kinds[1] === 'tag' ? 'no' : 'unknown';
  if (kinds[0] === 'group' && kinds[1] === 'user') return policy.groups?.[granted]?.includes(wanted) ? 'yes' : 'no';
  if (kinds[0] === 'group' && kinds[1] === 'group') {
    const wantedPeople = policy.groups?.[wanted] ?? [];
    const grantedPeople = policy.groups?.[granted] ?? [];
    return wantedPeople.length > 0 && wantedPeople.every((person) => grantedPeople.includes(person)) ? 'yes' : wantedPeople.some((person) => grantedPeople.includes(person)) ? 'unknown' : 'no';
  }
  if (kinds[0] === 'user' && kinds[1] === 'group') return policy.groups?.[wanted]?.includes(granted) ? 'unknown' : 'no';
  // A tagged device is nobody's: people and tags never overlap, and two tags may meet on one device.
  return kinds[0] === 'tag' && kinds[1] === 'tag' ? 'unknown' : 'no';
}

function kindOf(selector: string): 'group' | 'tag' | 'user' | 'other' {
  if (selector.startsWith('group:')) return 'group';
  if (selector.startsWith('tag:')) return 'tag';
  if (selector === 'autogroup:member') return 'group';
  return selector.includes('@') ? 'user' : 'other';
}

function opens(grant: TailscaleGrant, protocol: string, port: number): Answer {
  return anyOf(grant.ip, (text) => {
    const [, granted, first, last] = /^(?:([a-z0-9]+):)?(\*|\d+)(?:-(\d+))?$/.exec(text) ?? [];
    if (granted !== undefined && granted !== protocol) return /^\d+$/.test(granted) ? 'unknown' : 'no';
    if (first === '*') return 'yes';
    return port >= Number(first) && port <= Number(last ?? first) ? 'yes' : 'no';
  });
}
