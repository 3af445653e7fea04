import { shortLives } from '../model/dns-lives';
import { DNS_SUBJECTS, lineWords } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5002',
  class: 'breaks',
  title: 'Answers of the DNS live less than 5 seconds',
  sees: 'the TTL of the cache (of successful answers) and of the kubernetes plugin, in server blocks that answer for the cluster or for every name. The default of 5 s of the kubernetes plugin passes.',
  why: 'Neither CoreDNS nor the pods keep an answer: each connection waits for a lookup, and the load on DNS multiplies.',
  fix: 'set the TTL to 30',
  covers: ['R6', 'R85'],
  docs: ['https://coredns.io/plugins/cache/', 'https://coredns.io/plugins/kubernetes/'],
  subjects: DNS_SUBJECTS,
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        kubernetes cluster.local in-addr.arpa ip6.arpa
        forward . /etc/resolv.conf
        cache 1
    }
`,
    says: 'The cache of server block .:53 keeps an answer 1 s at most',
    field: 'data.Corefile',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: node-local-dns, namespace: kube-system }
data:
  Corefile: |
    cluster.local:53 {
        errors
        cache {
            success 9984 30
            denial 9984 2
        }
        forward . 10.96.0.10 {
            force_tcp
        }
    }
`,
  },
  checkWorld(world, report) {
    for (const { server, line, seconds, words } of shortLives(world)) {
      if (seconds < 5) report(server.config.at, server.config.path(line), { message: `${words} ${seconds} s at most${lineWords(server.config, line)}` });
    }
  },
};
