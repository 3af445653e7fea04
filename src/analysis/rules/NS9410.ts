import type { ConfigDocument } from '../input';
import { http3Endpoints } from '../model/http3';
import { inSentence } from '../model/labels';
import type { World } from '../model/cluster-model';
import type { Rule } from './rule';

const GATEWAY = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec:
  gatewayClassName: envoy
  listeners: [{ name: https, port: 443, protocol: HTTPS, hostname: api.example.com, tls: { certificateRefs: [{ name: api-tls }] } }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: ClientTrafficPolicy
metadata: { name: web, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }]
  http3: {}
`;

export const rule: Rule = {
  id: 'NS9410',
  class: 'risk',
  title: 'A host firewall opens a port over TCP and not over UDP, and HTTP/3 is served on it',
  sees: 'nftables files whose input accepts TCP at a port that an HTTP/3 listener announces, and no rule of the file that accepts UDP there. Files that do not open the port over TCP belong to other hosts.',
  why: 'The firewall drops every QUIC packet, and clients that were told of HTTP/3 wait for an answer.',
  fix: 'accept udp dport 443 as well',
  covers: ['R4', 'R10', 'analysis 1.3: HTTP/3 and the host firewall'],
  docs: ['https://wiki.nftables.org/wiki-nftables/index.php/Quick_reference-nftables_in_10_minutes'],
  subjects: ['file:nftables'],
  failing: {
    documents: GATEWAY,
    files: { 'nftables:ruleset.nft': 'table inet gw {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport { 80, 443 } accept\n\t}\n}\n' },
    says: 'Port 443 is accepted over TCP and not over UDP, and listener https of Gateway shop/web serves HTTP/3 on it',
  },
  passing: {
    documents: GATEWAY,
    files: {
      'nftables:ruleset.nft': 'table inet gw {\n\tset public {\n\t\ttype inet_service\n\t\telements = { 80, 443 }\n\t}\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n'
        + '\t\ttcp dport @public accept\n\t\tudp dport 443 accept\n\t}\n}\n',
    },
  },
  checkWorld(world, report) {
    const announced = announcedPorts(world);
    if (announced.size === 0) return;
    for (const file of world.files('nftables')) {
      const { tcp, udp } = acceptedPorts(file);
      for (const [port, label] of announced) {
        const line = tcp.find(({ ports }) => ports.some(([low, high]) => port >= low && port <= high))?.line;
        if (line === undefined || udp.some(({ ports }) => ports.some(([low, high]) => port >= low && port <= high))) continue;
        report(file, [line], { message: `Port ${port} is accepted over TCP and not over UDP, and ${inSentence(label)} serves HTTP/3 on it`, fix: `accept udp dport ${port} as well` });
      }
    }
  },
};

function announcedPorts(world: World): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const cluster of world.clusters) {
    for (const { announced, label } of cluster.derive(http3Endpoints)) if (announced !== undefined && !found.has(announced)) found.set(announced, label);
  }
  return found;
}

type Ranges = ReadonlyArray<readonly [number, number]>;

interface Accepted {
  readonly line: number;
  readonly ports: Ranges;
}

/** The ports that lines of a file accept. What cannot be followed (maps, `th dport`) counts as open for both. */
function acceptedPorts({ text }: ConfigDocument): { tcp: readonly Accepted[]; udp: readonly Accepted[] } {
  const sets = new Map<string, Ranges>();
  for (const [, name, elements] of text.matchAll(/\bset\s+(\w+)\s*\{[^{}]*?\belements\s*=\s*\{([^{}]*)\}/g)) sets.set(name!, rangesOf(elements!));
  const defined = new Map([...text.matchAll(/^[ \t]*define\s+(\w+)\s*=\s*(\S.*)$/gm)].map(([, name, value]) => [name!, rangesOf(value!)]));
  const tcp: Accepted[] = [];
  const udp: Accepted[] = [];
  text.split('\n').forEach((source, index) => {
    const line = source.replace(/#.*/, '');
    if (/\bth\s+dport\b/.test(line) || (/\bvmap\b/.test(line) && /\bdport\b/.test(line))) udp.push({ line: index + 1, ports: [[0, 65535]] });
    if (!/\baccept\b/.test(line)) return;
    const found = /\b(tcp|udp)\s+dport\s+(?:@(\w+)|\$(\w+)|\{([^{}]*)\}|([\d-]+|[a-z][\w-]*))/.exec(line);
    if (found) {
      const [, protocol, set, variable, braces, single] = found;
      const ports = set !== undefined ? sets.get(set) : variable !== undefined ? defined.get(variable) : rangesOf(braces ?? single!);
      (protocol === 'tcp' ? tcp : udp).push({ line: index + 1, ports: ports ?? (protocol === 'udp' ? [[0, 65535]] : []) });
    } else if (/\bmeta\s+l4proto\s+udp\b|\bip6?\s+(?:protocol|nexthdr)\s+udp\b/.test(line) && !/\bdport\b/.test(line)) {
      udp.push({ line: index + 1, ports: [[0, 65535]] });
    }
  });
  return { tcp, udp };
}

const NAMED: Readonly<Record<string, number>> = { http: 80, https: 443 };

function rangesOf(words: string): Ranges {
  return words.split(/[\s,{}]+/).filter(Boolean).flatMap((word): Array<readonly [number, number]> => {
    const [low, high] = word.split('-').map((part) => NAMED[part] ?? Number(part));
    return low === undefined || Number.isNaN(low) ? [] : [[low, high ?? low]];
  });
}
