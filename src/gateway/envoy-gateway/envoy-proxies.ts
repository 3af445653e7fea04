// The proxies of a gateway: pods that Envoy Gateway makes, whose labels and annotations the EnvoyProxy says.
import type { Construct } from 'constructs';
import { NetstackError } from '../../core/errors';
import type { IPodMetadataTaker, PodMetadata } from '../../core/policy';
import type { Port } from '../../core/port';
import { ExternalWorkload } from '../../workload/external-workload';
import type { ExternalWorkloadProps } from '../../workload/external-workload';
import { checkAnnotations, checkLabels } from '../../workload/labels';

type ProxyPorts = Readonly<Record<string, Port>>;

export class EnvoyProxies extends ExternalWorkload<ProxyPorts> implements IPodMetadataTaker {
  private readonly podLabels: Map<string, string> = new Map();
  private readonly podAnnotations: Map<string, string> = new Map();

  constructor(scope: Construct, id: string, props: ExternalWorkloadProps<ProxyPorts>) {
    super(scope, id, props);
  }

  /** @throws NetstackError for a label that Envoy Gateway sets itself, and for two values of one key */
  addPodMetadata(metadata: PodMetadata, by: Construct): void {
    const labels = checkLabels(metadata.labels, `the proxies of ${this.name}`, by, Object.keys(this.labels));
    const annotations = checkAnnotations(metadata.annotations, `the proxies of ${this.name}`, by);
    for (const [asked, present] of [[labels, this.podLabels], [annotations, this.podAnnotations]] as const) {
      for (const [key, value] of Object.entries(asked)) {
        if ((present.get(key) ?? value) !== value) {
          throw new NetstackError({ what: `The proxies ${this.name} are to have ${key}=${present.get(key)} and ${key}=${value}`, scope: by, fix: 'let both want the same value' });
        }
        present.set(key, value);
      }
    }
  }

  /** What was asked for so far, sorted. */
  get podMetadata(): PodMetadata {
    return { labels: sorted(this.podLabels), annotations: sorted(this.podAnnotations) };
  }
}

function sorted(map: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
