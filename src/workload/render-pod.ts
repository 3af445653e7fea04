import type { Container, EnvVar, PodSpec, PodTemplateSpec, Probe, Volume as VolumeSpec, VolumeMount } from '../../imports/core/v1';
import type { ProbeState } from './probes';
import type { VolumeState } from './volumes';
import type { VersionState, WorkloadState } from './workload-state';

/** The pods of one version: restricted in the sense of the Pod Security Standards, spread over nodes and zones. */
export function renderPodTemplate(state: WorkloadState, version: VersionState): PodTemplateSpec {
  return {
    metadata: {
      labels: { ...version.labels },
      ...Object.keys(state.podAnnotations).length > 0 && { annotations: { ...state.podAnnotations } },
    },
    spec: renderPodSpec(state, version),
  };
}

function renderPodSpec(state: WorkloadState, version: VersionState): PodSpec {
  const { runAsUser, runAsGroup, fsGroup } = state.security;
  const volumes = state.volumes.flatMap(renderVolume);
  return {
    serviceAccountName: state.serviceAccountName,
    automountServiceAccountToken: state.automountToken,
    // Variables of every Service of the namespace are no interface that anybody chose.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      ...runAsUser !== undefined && { runAsUser },
      ...runAsGroup !== undefined && { runAsGroup },
      ...fsGroup !== undefined && { fsGroup },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...state.terminationGraceSeconds !== undefined && { terminationGracePeriodSeconds: state.terminationGraceSeconds },
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { ...version.selector } },
    })),
    containers: [renderContainer(state, version)],
    ...volumes.length > 0 && { volumes },
  };
}

function renderContainer(state: WorkloadState, version: VersionState): Container {
  return {
    name: state.name,
    image: version.image,
    ...version.command !== undefined && { command: version.command },
    ...version.args !== undefined && { args: version.args },
    ...version.env.length > 0 && { env: version.env.map(renderVariable) },
    ...state.ports.length > 0 && { ports: state.ports.map(({ name, port }) => ({ name, containerPort: port.number, protocol: port.protocol })) },
    ...Object.fromEntries(state.probes.map((probe) => [`${probe.kind}Probe`, renderProbe(probe)])),
    resources: version.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: state.security.readOnlyRootFilesystem ?? true,
    },
    ...state.volumes.length > 0 && { volumeMounts: state.volumes.map(renderMount) },
  };
}

function renderVariable({ name, value, field, secret }: VersionState['env'][number]): EnvVar {
  if (secret !== undefined) return { name, valueFrom: { secretKeyRef: secret } };
  if (field !== undefined) return { name, valueFrom: { fieldRef: { fieldPath: field } } };
  return { name, value };
}

function renderProbe(probe: ProbeState): Probe {
  const { how, port } = probe;
  return {
    ...how.type === 'http' && { httpGet: { path: how.path, port: port.name, ...how.tls && { scheme: 'HTTPS' } } },
    ...how.type === 'grpc' && { grpc: { port: port.port.number, ...how.service !== undefined && { service: how.service } } },
    ...how.type === 'tcp' && { tcpSocket: { port: port.name } },
    periodSeconds: probe.periodSeconds,
    timeoutSeconds: probe.timeoutSeconds,
    failureThreshold: probe.failureThreshold,
  };
}

function renderVolume({ name, holds }: VolumeState): VolumeSpec[] {
  switch (holds.type) {
    case 'emptyDir': {
      const { memory, sizeLimit } = holds.options;
      return [{ name, emptyDir: { ...memory === true && { medium: 'Memory' }, ...sizeLimit !== undefined && { sizeLimit } } }];
    }
    case 'configMap': return [{ name, configMap: { name: holds.name } }];
    case 'secret': return [{ name, secret: { secretName: holds.name, items: holds.keys.map((key) => ({ key, path: key })) } }];
    case 'claim': return []; // The StatefulSet makes one per pod.
  }
}

function renderMount({ name, mountPath, holds }: VolumeState): VolumeMount {
  return { name, mountPath, ...(holds.type === 'configMap' || holds.type === 'secret') && { readOnly: true } };
}
