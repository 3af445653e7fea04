import { traefiks } from '../model/traefik';
import type { Rule } from './rule';

const SYSTEM = (flag: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: traefik, namespace: ingress }
spec:
  selector: { matchLabels: { app: traefik } }
  template:
    metadata: { labels: { app: traefik } }
    spec: { containers: [{ name: traefik, image: "docker.io/traefik:v3.7.9", args: ["--entryPoints.web.address=:80", "${flag}", "--accesslog.format=json"] }] }
`;

export const rule: Rule = {
  id: 'NS2305',
  class: 'practice',
  title: 'Traefik is started in a way that is not for production',
  sees: 'api.insecure, insecureSkipVerify for all backends, and access logs that are off or not in JSON, in the static configuration of Traefik.',
  why: 'api.insecure shows every route and middleware at port 8080 to whoever reaches the pod. Without certificates being checked anybody may answer for a backend. Without access logs an incident leaves no trace.',
  fix: 'remove the flag; route the dashboard with a middleware for authentication; set accessLog.format to json',
  covers: ['R143', 'R139'],
  docs: ['https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/', 'https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/'],
  subjects: ['apps/Deployment', 'apps/DaemonSet', 'apps/StatefulSet'],
  failing: { documents: SYSTEM('--api.insecure=true'), says: 'Deployment ingress/traefik shows its API and dashboard to everybody (api.insecure)', field: 'spec.template.spec.containers[0].args[1]' },
  passing: { documents: SYSTEM('--api.insecure=false') },
  check(cluster, report) {
    for (const { pods, settings, flag, complete } of cluster.derive(traefiks)) {
      for (const [key, words] of [
        ['api.insecure', 'shows its API and dashboard to everybody (api.insecure)'],
        ['serverstransport.insecureskipverify', 'checks no certificate of any backend (serversTransport.insecureSkipVerify)'],
      ] as const) {
        const setting = settings.get(key);
        if (setting && flag(key)) report(setting.at, setting.path, { message: `${pods.entry.toString()} ${words}` });
      }
      const format = settings.get('accesslog.format');
      if (format && format.value !== 'json') report(format.at, format.path, { message: `${pods.entry.toString()} writes its access log as ${format.value}`, fix: 'set accessLog.format to json' });
      if (!complete || settings.size === 0 || [...settings.keys()].some((key) => key === 'accesslog.format')) continue;
      report(pods.entry, pods.specPath, {
        message: `${pods.entry.toString()} writes ${flag('accesslog') || [...settings.keys()].some((key) => key.startsWith('accesslog.')) ? 'its access log as text' : 'no access log'}`, fix: 'set accessLog.format to json',
      });
    }
  },
};
