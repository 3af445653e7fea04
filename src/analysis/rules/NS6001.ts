import { lineOfKey } from '../../formats/hujson/read';
import { list, record } from '../model/fields';
import { reaches, tailnets } from '../model/tailnet';
import type { Rule } from './rule';

const POLICY = (ip: string): string => `{
  // Who may log in where
  "tagOwners": { "tag:prod": ["group:dba"] },
  "groups": { "group:dba": ["eve@example.com"], },
  "grants": [{ "src": ["group:dba"], "dst": ["tag:prod"], "ip": [${ip}] }],
  "ssh": [{ "action": "check", "src": ["group:dba"], "dst": ["tag:prod"], "users": ["postgres"] }],
}
`;

export const rule: Rule = {
  id: 'NS6001',
  class: 'breaks',
  title: 'Tailscale lets people log in and does not let them through',
  sees: 'rules of `ssh` in the policy of a tailnet whose sources no grant and no ACL lets reach port 22 of the destination.',
  why: 'The rule of `ssh` says who may be whom; the connection itself needs the network, too, and is dropped.',
  fix: 'add "tcp:22" to a grant from the same source to the same destination',
  covers: ['R124'],
  docs: ['https://tailscale.com/kb/1193/tailscale-ssh'],
  subjects: ['file:hujson'],
  failing: { files: { 'hujson:policy.hujson': POLICY('"tcp:5432"') }, says: 'group:dba may log in at tag:prod, and nothing lets it reach port 22 there' },
  passing: { files: { 'hujson:policy.hujson': POLICY('"tcp:22", "tcp:5432"') } },
  checkWorld(world, report) {
    for (const tailnet of tailnets(world)) {
      for (const one of list(tailnet.policy.ssh).map(record)) {
        for (const source of list(one.src).map(String)) {
          for (const destination of list(one.dst).map(String)) {
            // One's own devices and groups that only the service knows are not followed.
            if (destination.startsWith('autogroup:') || source.startsWith('autogroup:') || reaches(tailnet, source, destination, 22) !== false) continue;
            report(tailnet.file, [lineOfKey(tailnet.file.text, 'ssh')], { message: `${source} may log in at ${destination}, and nothing lets it reach port 22 there` });
          }
        }
      }
    }
  },
};
