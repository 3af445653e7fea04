import { lineOfKey } from '../../formats/hujson/read';
import type { World } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record } from '../model/fields';
import type { AddressRange } from '../model/ranges';
import { covers, overlap, parseRange } from '../model/ranges';
import type { Tailnet } from '../model/tailnet';
import { tailnets } from '../model/tailnet';
import type { Rule } from './rule';

const CONNECTOR = `
apiVersion: tailscale.com/v1alpha1
kind: Connector
metadata: { name: pods }
spec: { tags: ["tag:router"], subnetRouter: { advertiseRoutes: [10.40.0.0/14] } }
`;
const policy = (route: string, dst: string): string => `{
  "tagOwners": { "tag:router": [] },
  "autoApprovers": { "routes": { "${route}": ["tag:router"] } },
  "grants": [{ "src": ["autogroup:member"], "dst": ["${dst}"], "ip": ["tcp:443"] }],
}
`;

export const rule: Rule = {
  id: 'NS9440',
  class: 'risk',
  title: 'A route is advertised to the tailnet and nobody takes it',
  sees: 'routes of Connectors against the policy of the tailnet, where the documents have one: routes that no grant and no ACL leads to, and, where the policy approves routes by itself, routes that it does not approve for the tags of the Connector.',
  why: 'A route that is not approved stays unused, and one that no rule leads to lets nobody through: whoever calls the addresses waits until the connection times out.',
  fix: 'add the route to autoApprovers for the tag, and a grant that leads to it',
  covers: ['analysis 1.3: Tailscale route advertised but not approved', 'analysis 1.3: Tailscale route advertised but not granted'],
  docs: ['https://tailscale.com/kb/1337/policy-syntax', 'https://tailscale.com/kb/1441/kubernetes-operator-connector'],
  subjects: ['tailscale.com/Connector'],
  failing: {
    documents: CONNECTOR,
    files: { 'hujson:policy.hujson': policy('10.40.0.0/14', '10.60.0.0/16') },
    says: 'Connector pods advertises 10.40.0.0/14, and no rule of the tailnet leads there',
    field: 'spec.subnetRouter.advertiseRoutes[0]',
  },
  passing: { documents: CONNECTOR, files: { 'hujson:policy.hujson': policy('10.32.0.0/11', '10.41.0.0/16') } },
  checkWorld(world, report) {
    const [tailnet, ...more] = tailnets(world);
    // Of several tailnets nobody says which one a Connector joins.
    if (!tailnet || more.length > 0) return;
    for (const connector of connectors(world)) {
      const spec = record(connector.spec);
      const tags = list(spec.tags).length > 0 ? list(spec.tags).map(String) : ['tag:k8s'];
      list(record(spec.subnetRouter).advertiseRoutes).forEach((route: Fields, i) => {
        const range = parseRange(route);
        if (!range) return;
        const path = ['spec', 'subnetRouter', 'advertiseRoutes', i];
        if (isLedTo(tailnet, range) === false) {
          report(connector, path, { message: `${connector.toString()} advertises ${range.text}, and no rule of the tailnet leads there`, fix: 'add a grant with the route among its destinations' });
        } else if (isApproved(tailnet, range, tags) === false) {
          report(connector, path, {
            message: `${connector.toString()} advertises ${range.text}, which autoApprovers (line ${lineOfKey(tailnet.file.text, 'autoApprovers')} of the policy) does not approve for ${tags.join(' and ')}`,
            fix: 'add the route to autoApprovers.routes with the tag',
          });
        }
      });
    }
  },
};

function connectors(world: World): readonly Entry[] {
  return world.clusters.flatMap((cluster) => cluster.objects('tailscale.com', 'Connector'));
}

/** Whether some rule has an address of the range among its destinations; undefined where a destination is a name that nobody resolves. */
function isLedTo({ policy: { grants, acls, hosts } }: Tailnet, range: AddressRange): boolean | undefined {
  if (grants === undefined && acls === undefined) return undefined;
  const aliases = record(hosts);
  const named = [...list(grants).flatMap((grant) => list(record(grant).dst).map(String)), ...list(acls).flatMap((acl) => list(record(acl).dst).map((one) => String(one).replace(/:[^:]*$/, '')))];
  let known = true;
  for (const name of named) {
    if (name === '*') return true;
    const block = parseRange(aliases[name] ?? name);
    if (block ? overlap(block, range) : false) return true;
    // Sets of addresses, and hosts of other forms.
    if (!block && !/^(?:tag:|group:|autogroup:)|@/.test(name)) known = false;
  }
  return known ? false : undefined;
}

/** Whether a policy that approves routes approves this one; one that approves none leaves it to an administrator. */
function isApproved({ policy }: Tailnet, range: AddressRange, tags: readonly string[]): boolean | undefined {
  const routes = record(record(policy.autoApprovers).routes);
  if (Object.keys(routes).length === 0) return undefined;
  return Object.entries(routes).some(([route, approvers]) => {
    const block = parseRange(route);
    return block !== undefined && covers(block, range) && list(approvers).some((one) => tags.includes(String(one)));
  });
}
