import { DNS_SUBJECTS, dnsServers, lineWords } from '../model/dns';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5014',
  class: 'risk',
  title: 'Autopath does nothing',
  sees: 'autopath plugins that follow the kubernetes plugin where the same server block has none, or one without `pods verified`.',
  why: 'CoreDNS looks for the plugin in the same block and needs to know the pods: otherwise it passes every query on, and each name costs its whole search path as before.',
  fix: 'set `pods verified` in the kubernetes plugin of the same block, or leave autopath out',
  docs: ['https://coredns.io/plugins/autopath/'],
  covers: ['R6'],
  subjects: DNS_SUBJECTS,
  failing: {
    files: { 'corefile:Corefile': '.:53 {\n    autopath @kubernetes\n    kubernetes cluster.local {\n        pods insecure\n    }\n    cache 30\n}\n' },
    says: 'Autopath of server block .:53 needs `pods verified`, and the kubernetes plugin has `pods insecure`',
  },
  passing: {
    files: { 'corefile:Corefile': '.:53 {\n    autopath @kubernetes\n    kubernetes cluster.local {\n        pods verified\n    }\n    cache 30\n}\n' },
  },
  checkWorld(world, report) {
    for (const server of dnsServers(world)) {
      if (!server.block.complete) continue;
      for (const { args, line } of server.plugins('autopath')) {
        if (!args.includes('@kubernetes')) continue;
        const [kubernetes] = server.plugins('kubernetes');
        const mode = kubernetes?.body.find(({ name }) => name === 'pods')?.args[0] ?? 'disabled';
        if (kubernetes && mode === 'verified') continue;
        report(server.config.at, server.config.path(line), {
          message: `Autopath of server block ${server.name} needs ${kubernetes ? `\`pods verified\`, and the kubernetes plugin has \`pods ${mode}\`` : 'a kubernetes plugin in the same block, and there is none'}`
            + lineWords(server.config, line),
        });
      }
    }
  },
};
