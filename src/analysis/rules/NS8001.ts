import { atLeast } from '../../core/targets';
import type { ClusterModel } from '../model/cluster-model';
import { cniDaemons } from '../model/cni';
import { record, text } from '../model/fields';
import { helmValues } from '../model/helm-values';
import type { Rule } from './rule';

const SYSTEM = (kernel: string): string => `
apiVersion: v1
kind: Node
metadata: { name: worker-17, labels: { kubernetes.io/os: linux } }
status:
  nodeInfo:
    { kernelVersion: ${kernel}, osImage: Ubuntu, operatingSystem: linux, architecture: amd64, containerRuntimeVersion: "containerd://2.1.4", kubeletVersion: v1.35.0, kubeProxyVersion: "", machineID: a, systemUUID: b, bootID: c }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: cilium, namespace: kube-system }
spec:
  interval: 1h
  chart: { spec: { chart: cilium, version: 1.20.2, sourceRef: { kind: HelmRepository, name: cilium } } }
`;

export const rule: Rule = {
  id: 'NS8001',
  class: 'breaks',
  title: 'The kernel of a node is too old for Cilium',
  sees: 'Node objects with the kernel that they report, in clusters whose documents install Cilium: Linux 5.10 from Cilium 1.18 on, 5.4 before. Kernels of Red Hat (el8, el9) and of clouds that carry newer parts by themselves are passed over.',
  why: 'The agent checks its kernel at the start and does not run: pods of the node get no network.',
  fix: 'update the kernel of the node before Cilium',
  covers: ['R58'],
  docs: ['https://docs.cilium.io/en/stable/operations/system_requirements/'],
  subjects: ['/Node'],
  failing: { documents: SYSTEM('5.4.0-216-generic'), says: 'Kernel 5.4.0-216-generic is older than 5.10, which Cilium 1.20 needs', field: 'status.nodeInfo.kernelVersion' },
  passing: { documents: SYSTEM('5.10.0-35-cloud-amd64') },
  check(cluster, report) {
    const version = ciliumVersion(cluster);
    if (version === undefined) return;
    const needed = atLeast(version, '1.18') ? [5, 10] : [5, 4];
    for (const node of cluster.objects('', 'Node')) {
      const { kernelVersion, operatingSystem } = record(record(node.object.status).nodeInfo);
      const [, major, minor, rest] = /^(\d+)\.(\d+)(.*)/.exec(text(kernelVersion) ?? '') ?? [];
      if (major === undefined || operatingSystem !== 'linux' || /\.(?:el|amzn|oe|al)\d|uek/.test(rest!)) continue;
      const older = Number(major) < needed[0]! || (Number(major) === needed[0] && Number(minor) < needed[1]!);
      if (older) report(node, ['status', 'nodeInfo', 'kernelVersion'], { message: `Kernel ${String(kernelVersion)} is older than ${needed.join('.')}, which Cilium ${version} needs` });
    }
  },
};

/** The version that the documents install: that of the chart, or the target where its agents stand among the documents. */
function ciliumVersion(cluster: ClusterModel): string | undefined {
  const [release] = helmValues(cluster.world, 'cilium').filter((one) => one.cluster === cluster);
  if (!release) return cluster.derive(cniDaemons).has('Cilium') ? cluster.targets.cilium : undefined;
  return release.version ?? cluster.targets.cilium;
}
