// Documents that the questions of several tests are about.

/** A Deployment of namespace `shop`, whose pods carry its name as `app`. */
export function workload(name: string, ports: string = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "registry.example.com/${name}:1.7.4"${ports} }] }
---`;
}
