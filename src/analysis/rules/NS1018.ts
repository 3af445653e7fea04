import type { FieldPath } from '../documents/document';
import { cloudflareds } from '../model/edge';
import { list, record } from '../model/fields';
import { containersOf } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (env: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cloudflared, namespace: edge }
spec:
  selector: { matchLabels: { app: cloudflared } }
  template:
    metadata: { labels: { app: cloudflared } }
    spec:
      containers: [{ name: cloudflared, image: "docker.io/cloudflare/cloudflared:2026.6.1", args: [tunnel, run], env: [{ name: TUNNEL_TOKEN, ${env} }] }]
`;

export const rule: Rule = {
  id: 'NS1018',
  class: 'risk',
  title: 'The credential of a tunnel stands in the manifest',
  sees: 'cloudflared with TUNNEL_TOKEN as a plain value, or with a value behind --token. Its value is not repeated here.',
  why: 'Whoever reads the repository or may get the Deployment can run your tunnel and take its requests; and the token cannot be changed without a release.',
  fix: 'keep the token in a Secret and read it with secretKeyRef',
  covers: ['R7', 'R129'],
  docs: ['https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/remote-tunnel-permissions/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  needs: ['image:cloudflared'],
  failing: { documents: SYSTEM('value: eyJhIjoiZXhhbXBsZSJ9'), says: 'Deployment edge/cloudflared has the token of its tunnel as a plain value', field: 'spec.template.spec.containers[0].env[0].value' },
  passing: { documents: SYSTEM('valueFrom: { secretKeyRef: { name: cloudflared, key: token } }') },
  checkWorld(world, report) {
    for (const pods of cloudflareds(world)) {
      for (const { fields, path, words } of containersOf(pods)) {
        const found: FieldPath[] = list(fields.env).flatMap((one: unknown, index) => (record(one).name === 'TUNNEL_TOKEN' && record(one).value !== undefined ? [[...path, 'env', index, 'value']] : []));
        words.forEach(({ word, path: at }, index) => {
          const value = word.startsWith('--token=') ? word.slice('--token='.length) : word === '--token' ? words[index + 1]?.word : undefined;
          // $(TUNNEL_TOKEN) is filled in from the environment.
          if (value !== undefined && !value.startsWith('$')) found.push(word === '--token' ? words[index + 1]!.path : at);
        });
        for (const at of found) report(pods.entry, at, { message: `${pods.entry.toString()} has the token of its tunnel as a plain value` });
      }
    }
  },
};
