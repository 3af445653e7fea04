// A small shop, for tests of who can reach whom: web is published, api is behind an Ingress, db is for api alone, and a job of another team is outside.
const deployment = (name: string, kind: string, port: number): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  ${kind === 'StatefulSet' ? `serviceName: ${name}` : 'replicas: 2'}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: example/${name}, ports: [{ name: http, containerPort: ${port} }] }] }
---`;

export const SHOP: string = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Namespace
metadata: { name: ops }
---${deployment('web', 'Deployment', 8080)}${deployment('api', 'Deployment', 8080)}${deployment('db', 'StatefulSet', 5432)}
apiVersion: batch/v1
kind: CronJob
metadata: { name: backup, namespace: ops }
spec:
  schedule: "0 0 * * *"
  jobTemplate: { spec: { template: { metadata: { labels: { app: backup } }, spec: { restartPolicy: Never, containers: [{ name: main, image: example/backup }] } } } }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: shop }
spec: { selector: { app: api }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ ports: [{ port: http }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 8080 }] }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 5432 }] }]
`;

/** Opens one API for addresses of which nobody knows whether pods have them. */
export const OFFICE: string = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: office, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]
`;
