import { lineOfKey } from '../../formats/hujson/read';
import { list, record } from '../model/fields';
import { tailnets } from '../model/tailnet';
import type { Rule } from './rule';

const POLICY = (owners: string): string => `{
  "tagOwners": { ${owners} },
  "grants": [{ "src": ["autogroup:member"], "dst": ["tag:prod"], "ip": ["tcp:443"] }],
}
`;

export const rule: Rule = {
  id: 'NS6002',
  class: 'breaks',
  title: 'A tag of the tailnet has no owner',
  sees: 'tags that grants, ACLs, rules of ssh or approvers of a Tailscale policy name, and tagOwners does not have.',
  why: 'Tailscale refuses the policy as a whole: no change in it takes effect.',
  fix: 'add the tag to tagOwners',
  covers: ['analysis 1.3: tag without owner'],
  docs: ['https://tailscale.com/kb/1068/tags'],
  subjects: ['file:hujson'],
  failing: { files: { 'hujson:policy.hujson': POLICY('"tag:staging": ["autogroup:admin"]') }, says: 'tag:prod has no owner in tagOwners' },
  passing: { files: { 'hujson:policy.hujson': POLICY('"tag:prod": []') } },
  checkWorld(world, report) {
    for (const { file, policy } of tailnets(world)) {
      const owners = record(policy.tagOwners);
      const selectors = [
        ...[...list(policy.grants), ...list(policy.acls), ...list(policy.ssh)].map(record).flatMap(({ src, dst, via }) => [...list(src), ...list(dst), ...list(via)]),
        ...Object.values(record(record(policy.autoApprovers).routes)).flatMap((who) => list(who)), ...list(record(policy.autoApprovers).exitNode),
      ].map((selector) => /^tag:[A-Za-z][A-Za-z0-9-]*/.exec(String(selector))?.[0]).filter((tag) => tag !== undefined);
      for (const tag of new Set(selectors)) if (!(tag in owners)) report(file, [lineOfKey(file.text, tag)], { message: `${tag} has no owner in tagOwners` });
    }
  },
};
