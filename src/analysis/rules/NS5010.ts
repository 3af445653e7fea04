import { Entry } from '../model/entry';
import { DNS_SUBJECTS, dnsConfigs, lineWords } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5010',
  class: 'breaks',
  title: 'CoreDNS cannot read its Corefile',
  sees: 'Corefiles whose braces do not match, or whose server blocks begin with none of a zone.',
  why: 'A CoreDNS that starts with it ends at once; a running one keeps the old configuration and logs an error, until it restarts.',
  fix: 'close what is open',
  covers: ['R6'],
  docs: ['https://coredns.io/manual/configuration/'],
  subjects: DNS_SUBJECTS,
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        kubernetes cluster.local {
            ttl 30
        cache 30
    }
`,
    says: 'The { of this line is never closed (line 1 of the Corefile)',
    field: 'data.Corefile',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    (common) {
        errors
        cache 30 # a comment with { in it
    }
    .:53 {
        import common
        log . "{remote} {name}"
        kubernetes cluster.local { ttl 30 }
    }
`,
  },
  checkWorld(world, report) {
    for (const config of dnsConfigs(world)) {
      const { problem } = config.corefile;
      if (!problem) continue;
      // The Corefile of a ConfigMap is one field: the line is part of the sentence.
      report(config.at, config.path(problem.line), { message: config.at instanceof Entry ? `${problem.message}${lineWords(config, problem.line)}` : problem.message });
    }
  },
};
