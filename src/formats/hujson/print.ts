// Prints a Tailscale policy as plain JSON, which every HuJSON reader takes; comments are left out, for they would be one more place for a value to escape from.
import { shorten } from '../../core/errors';
import { checkedBlock } from '../address';
import { tailscaleDuration } from '../duration';
import { refuse } from '../refuse';
import { byText, checkedName, checkedText, checkedUnique } from '../text';
import { checkTailscalePolicy } from './check';
import type { TailscalePolicy, TailscaleSshRule } from './model';
import type { SelectorPlace } from './selector';
import { checkedDefinition, checkedIpProtocol, checkedSelector, checkedUser, testTarget } from './selector';

/** Prints a policy file. @throws NetstackError for unknown names, rules that never match and tests that fail */
export function printTailscalePolicy(policy: TailscalePolicy): string {
  if (policy.grants.length === 0) refuse('grants', 'The policy has no grant', 'add one: nobody reaches anything otherwise');
  const document = {
    groups: entries(policy.groups, (group, people) => {
      checkedDefinition(group, 'groups', 'groups');
      return sorted(people, `groups, ${group}`, (person) => checkedUser(person, `groups, ${group}`));
    }),
    hosts: entries(policy.hosts, (host, block) => {
      checkedDefinition(host, 'hosts', 'hosts');
      const parsed = checkedBlock(block, `hosts, ${host}`);
      return block.includes('/') ? parsed.value : parsed.address;
    }),
    tagOwners: entries(policy.tagOwners, (tag, owners) => {
      checkedDefinition(tag, 'tagOwners', 'tagOwners');
      if (owners.length === 0) refuse('tagOwners', `The tag ${tag} has no owner`, 'name who may give it to a device, such as autogroup:admin');
      return selectors(owners, 'owner', policy, `tagOwners, ${tag}`);
    }),
    autoApprovers: policy.autoApprovers && {
      routes: entries(policy.autoApprovers.routes, (block, who) => {
        if (checkedBlock(block, 'autoApprovers, routes').value !== block) refuse('autoApprovers, routes', `${shorten(block)} is not in canonical form`, `write ${checkedBlock(block, 'autoApprovers').value}`);
        return selectors(who, 'owner', policy, `autoApprovers, ${block}`);
      }),
      exitNode: policy.autoApprovers.exitNode && selectors(policy.autoApprovers.exitNode, 'owner', policy, 'autoApprovers, exitNode'),
    },
    grants: policy.grants.map((grant, i) => ({
      src: selectors(grant.src, 'src', policy, `grant ${i + 1}, src`),
      dst: selectors(grant.dst, 'dst', policy, `grant ${i + 1}, dst`),
      ip: sorted(grant.ip, `grant ${i + 1}, ip`, (text) => checkedIpProtocol(text, `grant ${i + 1}, ip`)),
    })),
    ssh: policy.ssh?.map((rule, i) => sshRule(rule, policy, `ssh rule ${i + 1}`)),
    nodeAttrs: policy.nodeAttrs?.map((entry, i) => ({
      target: selectors(entry.target, 'device', policy, `nodeAttrs entry ${i + 1}, target`),
      attr: sorted(entry.attr, `nodeAttrs entry ${i + 1}, attr`, (attr) => checkedName(attr, `nodeAttrs entry ${i + 1}`, ATTRIBUTE)),
    })),
    tests: policy.tests?.map((test, i) => {
      const where = `test ${i + 1}`;
      const targets = (list: readonly string[] | undefined): string[] | undefined => list && sorted(list, where, (text) => (testTarget(text, policy, where), text));
      if (!test.accept?.length && !test.deny?.length) refuse(where, 'It tests nothing', 'give `accept` or `deny`');
      return { src: checkedSelector(test.src, 'src', policy, where), proto: test.proto, accept: targets(test.accept), deny: targets(test.deny) };
    }),
    sshTests: policy.sshTests?.map((test, i) => {
      const where = `sshTest ${i + 1}`;
      const users = (list: readonly string[] | undefined): string[] | undefined => list && sorted(list, where, (user) => sshUser(user, where));
      return {
        src: checkedSelector(test.src, 'src', policy, where), dst: selectors(test.dst, 'dst', policy, where), accept: users(test.accept), check: users(test.check), deny: users(test.deny),
      };
    }),
  };
  checkTailscalePolicy(policy);
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

const ATTRIBUTE = { noun: 'node attribute', pattern: /^[a-z][a-z0-9:.-]*$/, allowed: 'lower-case letters, digits and : . -', maxLength: 100 };
const SSH_USER = { noun: 'account on a machine', pattern: /^([a-z_][a-z0-9_.-]*\$?|autogroup:nonroot|localpart:\*@[a-z0-9.-]+)$/, allowed: 'an account name, autogroup:nonroot, or localpart:*@example.com', maxLength: 100 };

function sshRule(rule: TailscaleSshRule, policy: TailscalePolicy, where: string): object {
  return {
    action: rule.action,
    src: selectors(rule.src, 'src', policy, `${where}, src`),
    dst: selectors(rule.dst, 'dst', policy, `${where}, dst`).map((dst) => (dst === '*' ? refuse(where, 'An ssh rule for every device is too wide', 'name tags') : dst)),
    users: sorted(rule.users, `${where}, users`, (user) => sshUser(user, where)),
    checkPeriod: rule.checkPeriod === undefined || rule.checkPeriod === 'always' ? rule.checkPeriod : tailscaleDuration(rule.checkPeriod, `${where}, checkPeriod`),
  };
}

function sshUser(user: string, where: string): string {
  return checkedName(user, where, SSH_USER);
}

function selectors(list: readonly string[], place: SelectorPlace, policy: TailscalePolicy, where: string): string[] {
  return sorted(list, where, (text) => checkedSelector(text, place, policy, where));
}

/** Checks each value of a list whose order has no meaning, and sorts it. */
function sorted(list: readonly string[], where: string, check: (value: string) => string): string[] {
  if (!Array.isArray(list) || list.length === 0) refuse(where, Array.isArray(list) ? 'The list is empty' : 'There is no list', 'name at least one');
  const values = list.map((value) => check(checkedText(value, where))).sort(byText);
  checkedUnique(values, 'value', where);
  return values;
}

/** Checks each entry of a map and sorts it by key. */
function entries<T, R>(map: { readonly [key: string]: T } | undefined, check: (key: string, value: T) => R): { [key: string]: R } | undefined {
  return map && Object.fromEntries(Object.entries(map).sort(([a], [b]) => byText(a, b)).map(([key, value]) => [key, check(key, value)]));
}
