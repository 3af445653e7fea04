// Where the API server and netstack validate differ on purpose: each has a name and a reason, and nothing else may differ.
import type { Json } from '../engines/kube-apiserver/documents';
import type { Answer } from '../engines/kube-apiserver/server';
import { builtIn as isNative } from './kinds';
import type { Said } from './ours';
import { at } from './paths';

/** Built-in kinds that are held exactly, whatever the field. */
export const EXACT: ReadonlySet<string> = new Set([
  'v1 Service', 'networking.k8s.io/v1 NetworkPolicy', 'networking.k8s.io/v1 Ingress', 'networking.k8s.io/v1 IngressClass', 'discovery.k8s.io/v1 EndpointSlice',
  'autoscaling/v2 HorizontalPodAutoscaler', 'policy/v1 PodDisruptionBudget',
]);

/** Where a pod stands in a document of its kind. */
const POD = '(?:(?:spec\\.jobTemplate\\.)?(?:spec\\.)?template\\.)?spec';
const CONTAINER = `${POD}\\.(?:containers|initContainers)`;
const ANY = '[A-Za-z]+';
const PODS = '(?:Pod|PodTemplate|ReplicationController|Deployment|ReplicaSet|DaemonSet|StatefulSet|Job|CronJob)';

const held = (kinds: string, fields: string): RegExp => new RegExp(`^${kinds} (?:${fields})$`);

/** Kinds with the fields of them that are held exactly, without places in lists. Other refusals of these kinds are counted. */
export const LISTED: readonly RegExp[] = [
  held(ANY, 'metadata\\.(?:name|generateName|labels|annotations|finalizers|ownerReferences|managedFields)\\b.*'),
  held(PODS, `${CONTAINER}(?:\\.(?:name|image|imagePullPolicy|restartPolicy|ports|env\\.name|envFrom|livenessProbe|readinessProbe|startupProbe|lifecycle\\.(?:preStop|postStart))\\b.*)?`),
  held(PODS, `${CONTAINER}\\.(?:env\\.valueFrom|volumeMounts\\.(?:name|mountPath))`),
  held(PODS, `${POD}\\.(?:restartPolicy|dnsPolicy|dnsConfig|hostAliases|hostname|subdomain|nodeName|nodeSelector|serviceAccountName|tolerations|readinessGates)\\b.*`),
  held(PODS, `${POD}\\.(?:activeDeadlineSeconds|ephemeralContainers|securityContext\\.sysctls\\b.*|volumes\\.name)`),
  held(PODS, 'spec\\.(?:jobTemplate\\.spec\\.)?template\\.(?:labels|annotations|metadata\\.labels)'),
  held(PODS, 'spec\\.(?:selector|strategy|updateStrategy|replicas|minReadySeconds|progressDeadlineSeconds|revisionHistoryLimit|serviceName|podManagementPolicy|ordinals\\.start)'),
  held('(?:Job|CronJob)', 'spec\\.(?:jobTemplate\\.spec\\.)?(?:concurrencyPolicy|completionMode|parallelism|completions|backoffLimit|activeDeadlineSeconds|ttlSecondsAfterFinished)'),
  held('(?:Role|ClusterRole)', '(?:rules|aggregationRule)\\b.*'),
  held('(?:Role|ClusterRole)Binding', '(?:roleRef|subjects)\\b.*'),
  held('(?:ConfigMap|Secret)', '(?:data|binaryData)\\b.*'),
  held('Namespace', 'spec\\.finalizers'),
  held('Endpoints', 'subsets\\b.*'),
  held('(?:IPAddress|ServiceCIDR)', 'spec\\b.*'),
];

export interface Difference {
  readonly object: Json;
  readonly answer: Answer;
  readonly problems: readonly Said[];
  /** The first that the server names. */
  readonly field: string | undefined;
  readonly native: boolean;
  /** The line of the server. */
  readonly kubernetes: string | undefined;
}

export interface Quirk {
  readonly name: string;
  readonly reason: string;
  readonly applies: (difference: Difference) => boolean;
}

const all = (problems: readonly Said[], pattern: RegExp): boolean => problems.length > 0 && problems.every(({ message }) => pattern.test(message));

/** What a dry run does not look at, because it is never stored: the server is asked again, to create it for real. */
export function isBeyondDryRun({ answer, problems }: Pick<Difference, 'answer' | 'problems'>): boolean {
  return answer.status === 201 && all(problems, /^the node port -?\d+ is outside of 1 to 65535$|^a resourceVersion may not stand on an object/);
}

export const QUIRKS: readonly Quirk[] = [
  {
    name: 'pods and claims of a StatefulSet', reason: 'servers before 1.33 do not look at the templates of a StatefulSet, and none looks at the metadata of its claims; they refuse the pods and claims that are made of them',
    applies: ({ answer, object, kubernetes, problems }) => answer.status === 201 && object.kind === 'StatefulSet'
      && problems.every(({ field }) => (kubernetes === '1.32' && /^spec\.(template|volumeClaimTemplates)\b/.test(field)) || /^spec\.volumeClaimTemplates\[\d+\]\.(metadata|status)\b/.test(field)),
  },
  {
    name: 'volumes of an image', reason: 'servers before 1.33 take such volumes out of pods without a word, whatever else they are',
    applies: ({ answer, kubernetes, native, problems }) => answer.status === 201 && native && kubernetes === '1.32' && problems.every(({ field }) => /\bvolumes\[\d+\]/.test(field)),
  },
  {
    name: 'bytes as a list of numbers', reason: 'the decoder of the server takes them; nobody writes them, and neither do clients',
    applies: ({ answer, object, problems }) => answer.status === 201 && (object.kind === 'Secret' || object.kind === 'ConfigMap') && all(problems, /^a list stands where a string belongs/),
  },
  {
    name: 'managed fields of a template', reason: 'the server takes anything there and forgets it',
    applies: ({ answer, native, problems }) => answer.status === 201 && native && problems.every(({ field }) => /template.*\.metadata\.managedFields\b/.test(field)),
  },
  {
    name: 'range of cluster addresses', reason: 'which addresses Services may have is said by the cluster, not by the document',
    applies: ({ answer, field, object }) => answer.status === 422 && object.kind === 'Service' && field === 'spec.clusterIPs' && /failed to allocate IP|not in the valid range/.test(answer.message),
  },
];

/** Pairs of fields that are one: how the server names it, and how it is named here. */
export interface Alias {
  readonly reason: string;
  readonly applies: (server: string, ours: string, object: Json) => boolean;
}

export const ALIASES: readonly Alias[] = [
  {
    reason: 'of a map of labels the server names the map, and here the key is named',
    applies: (server, ours) => /(^|\.)(labels|annotations|matchLabels|selector|nodeSelector)$/.test(server) && ours.startsWith(`${server}.`),
  },
  {
    reason: 'of finalizers and owners the server names the list, and here the item is named',
    applies: (server, ours) => /^metadata\.(finalizers|ownerReferences)/.test(server) && ours.startsWith(server.split('.').slice(0, 2).join('.')),
  },
  {
    reason: 'of a custom resource without a name the server names the one that it has made of generateName',
    applies: (server, ours, object) => server === 'metadata.name' && ours === 'metadata.generateName' && ((object.metadata as Json | undefined)?.name ?? '') === '',
  },
  {
    reason: 'the server names three fields in ways of its own',
    applies: (server, ours) => (
      (server === 'allocateLoadBalancerNodePorts' && ours === 'spec.allocateLoadBalancerNodePorts') || server.replace(/^spec\.LoadB/, 'spec.loadB') === ours
      || (server === 'annotations.kubernetes.io/ingress.class' && ours === `metadata.${server}`)
    ),
  },
  {
    reason: 'in a custom resource the server looks for unknown fields before it looks at types, and so names what lies below a map where none may stand',
    applies: (server, ours, object) => !isNative(object) && server.startsWith(`${ours}.`),
  },
  {
    reason: 'of a required map that is missing the server names the fields that it misses in it, and here the map is named',
    applies: (server, ours, object) => isNative(object) && server.startsWith(`${ours}.`) && (at(object, steps(ours)) ?? null) === null,
  },
  {
    reason: 'of the finalizers of a Namespace the server names the list, and here the item is named',
    applies: (server, ours) => server === 'spec.finalizers' && ours.startsWith('spec.finalizers.'),
  },
  {
    reason: 'two fields of the host begin with a large letter where the server names them',
    applies: (server, ours) => /\.Host(PID|IPC)$/.test(server) && ours === server.replace('.Host', '.host'),
  },
  {
    reason: 'of a header the server names the list',
    applies: (server, ours) => server.endsWith('.httpHeaders') && ours.startsWith(`${server}.`),
  },
  {
    reason: 'of strategies the server names the whole, and here the type is named',
    applies: (server, ours) => /[sS]trategy$/.test(server) && ours === `${server}.type`,
  },
  {
    reason: 'of labels of a template the server leaves metadata out',
    applies: (server, ours) => /template\.(labels|annotations)$/.test(server) && ours.startsWith(server.replace(/template\./, 'template.metadata.')),
  },
  {
    reason: 'a server names the list of addresses where one of them is of another family',
    applies: (server, ours) => /^endpoints\.\d+\.addresses$/.test(server) && ours.startsWith(`${server}.`),
  },
  {
    reason: 'the server fills clusterIPs from clusterIP and then names what it has filled',
    applies: (server, ours, object) => /^spec\.clusterIPs(\.0)?$/.test(server) && ours === 'spec.clusterIP' && (object.spec as Json | undefined)?.clusterIPs === undefined,
  },
];

const steps = (field: string): (string | number)[] => field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
