// The shop in which the rules of the mesh show themselves: a namespace with sidecars and one workload behind a Service.

/** A namespace with sidecars. */
export const NAMESPACE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
`;

/** A workload of the shop, and the account that it runs as. */
export function workload(name: string, options: { readonly namespace?: string; readonly labels?: string; readonly ports?: string } = {}): string {
  const { namespace = 'shop', labels, ports = '[{ name: http, containerPort: 8080 }]' } = options;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels === undefined ? '' : `, ${labels}`} } }
    spec:
      serviceAccountName: ${name}
      containers: [{ name: ${name}, image: "registry.example.com/${name}:1.7.4", ports: ${ports} }]
---
`;
}

/** A Service of the shop. */
export function service(name: string, ports = '[{ name: http, port: 80, targetPort: 8080 }]', namespace = 'shop'): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { app: ${name} }
  ports: ${ports}
---
`;
}

/** The workload `orders` with its Service. */
export const SHOP: string = `${NAMESPACE}${workload('orders')}${service('orders')}`;
