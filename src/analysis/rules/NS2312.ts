import { list, record } from '../model/fields';
import { traefiks } from '../model/traefik';
import { containersOf } from '../model/workload-config';
import type { Rule } from './rule';

const SYSTEM = (volume: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  replicas: 1
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec:
      containers:
        - name: traefik
          image: docker.io/traefik:v3.7.9
          args: ["--entryPoints.web.address=:80", "--certificatesResolvers.le.acme.storage=/data/acme.json", "--certificatesResolvers.le.acme.httpChallenge.entryPoint=web", "--accesslog.format=json"]
          volumeMounts: [{ name: data, mountPath: /data }]
      volumes: [{ name: data, ${volume} }]
`;

export const rule: Rule = {
  id: 'NS2312',
  class: 'risk',
  title: 'Certificates that Traefik gets itself are lost, or cannot be got',
  sees: 'certificatesResolvers with ACME of a Traefik: a storage that is not on a volume that outlives the pod, several replicas (each with its own account and order), and an HTTP challenge at an entry point that is unknown or is not reached at port 80.',
  why: 'After a restart every certificate is ordered anew until Let\'s Encrypt refuses (5 a week for the same names); with replicas the challenge reaches the one that did not order; at another port than 80 the challenge never arrives.',
  fix: 'use cert-manager, or one replica with a persistent volume and an HTTP challenge at port 80',
  covers: ['R135', 'R7'],
  docs: ['https://doc.traefik.io/traefik/reference/install-configuration/tls/certificate-resolvers/acme/', 'https://letsencrypt.org/docs/rate-limits/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  needs: ['image:traefik'],
  failing: { documents: SYSTEM('emptyDir: {}'), says: 'Resolver le keeps its certificates in /data/acme.json, which is lost with the pod', field: 'spec.template.spec.containers[0].args[1]' },
  passing: { documents: SYSTEM('persistentVolumeClaim: { claimName: traefik }') },
  check(cluster, report) {
    for (const { pods, settings, entryPoints, complete } of cluster.derive(traefiks)) {
      for (const [key, setting] of settings) {
        const resolver = /^certificatesresolvers\.([^.]+)\.acme\.(storage|httpchallenge\.entrypoint)$/.exec(key);
        if (!resolver) continue;
        const [, name, what] = resolver;
        if (what === 'storage') {
          const kept = isKept(pods, setting.value);
          if (kept === false) report(setting.at, setting.path, { message: `Resolver ${name!} keeps its certificates in ${setting.value}, which is lost with the pod` });
          const replicas: unknown = pods.entry.spec.replicas;
          if (typeof replicas === 'number' && replicas > 1 && kept !== undefined) {
            report(setting.at, setting.path, { message: `Resolver ${name!} orders certificates in ${replicas} pods that do not know of each other` });
          }
        } else if (complete) {
          const point = entryPoints.get(setting.value.toLowerCase());
          if (!point) report(setting.at, setting.path, { message: `Resolver ${name!} takes its challenge at entry point ${setting.value}, which is unknown` });
          else if (point.port === 443 || point.port === 8443) report(setting.at, setting.path, { message: `Resolver ${name!} takes its HTTP challenge at entry point ${point.name} with port ${point.port}, and ACME asks port 80` });
        }
      }
    }
  },
};

/** Whether a file outlives the pod; undefined where the volume is of a kind that nobody here judges. */
function isKept(pods: Parameters<typeof containersOf>[0], file: string): boolean | undefined {
  const mounts = containersOf(pods).filter(({ image }) => image === 'traefik').flatMap(({ fields }) => list(fields.volumeMounts).map(record));
  const mount = mounts.filter(({ mountPath }) => file === mountPath || file.startsWith(`${String(mountPath).replace(/\/$/, '')}/`)).sort((a, b) => String(b.mountPath).length - String(a.mountPath).length)[0];
  if (!mount) return false;
  const volume = list(pods.spec.volumes).map(record).find(({ name }) => name === mount.name);
  if (!volume) return list(pods.entry.spec.volumeClaimTemplates).length > 0 ? true : undefined;
  return volume.emptyDir === undefined;
}
