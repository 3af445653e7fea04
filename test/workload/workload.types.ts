// What the compiler refuses. Checked by the type check of the whole project; never run.
import { ApiObject, Testing } from 'cdk8s';
import type { Chart } from 'cdk8s';
import * as plus28 from 'cdk8s-plus-28';
import * as plus33 from 'cdk8s-plus-33';
import type { IWorkload, IWorkloadPort } from '../../src/core';
import { Duration, Port, SecretRef } from '../../src/core';
import { Volume, Workload } from '../../src/workload';

const chart: Chart = Testing.chart();
const image = 'registry.example.com/orders:1.7.4';

const orders = new Workload(chart, 'order-service', {
  ports: { http: Port.http(8080), metrics: Port.metrics(9090) },
  versions: { stable: { image }, canary: { image } },
  service: { ports: { http: 80 } },
  probes: { readiness: { port: 'http' } },
});
const plain = new Workload(chart, 'plain', { ports: { http: Port.http(8080) }, image });

/** As a gateway types its canary: only a version of the workload behind the port. */
function route<V extends string>(_to: IWorkloadPort<V>, _version: NoInfer<V>): void {}

route(orders.ports.http, 'canary');
// @ts-expect-error no such version
route(orders.ports.http, 'shadow');
// @ts-expect-error a workload without versions has no canary
route(plain.ports.http, 'canary');
// @ts-expect-error no such port
void orders.ports.grpc;
orders.labelsOf('canary');
// @ts-expect-error no such version
orders.labelsOf('shadow');
orders.resources.deployment('canary');
// @ts-expect-error no such version
orders.serviceName('shadow');

// Every one of them is a workload and a peer.
const all: IWorkload[] = [orders, plain, Workload.external(chart, 'postgres', { labels: { app: 'postgres' }, ports: { sql: Port.tcp(5432) } })];
for (const one of all) orders.connections.allowFrom(one, orders.ports.http);

// @ts-expect-error neither image nor versions
new Workload(chart, 'a', { ports: {} });
// @ts-expect-error both image and versions
new Workload(chart, 'b', { ports: {}, image, versions: { stable: { image } } });
// @ts-expect-error a port is a Port
new Workload(chart, 'c', { ports: { http: 8080 }, image });
// @ts-expect-error a Service port of a port that is not declared
new Workload(chart, 'd', { ports: { http: Port.http(8080) }, image, service: { ports: { htpp: 80 } } });
// @ts-expect-error a probe of a port that is not declared
new Workload(chart, 'e', { ports: { http: Port.http(8080) }, image, probes: { readiness: { port: 'htpp' } } });
// @ts-expect-error a version without image
new Workload(chart, 'f', { ports: {}, versions: { stable: { replicas: 2 } } });
// @ts-expect-error Kubernetes dropped topologyKeys in 1.22
new Workload(chart, 'g', { ports: {}, image, service: { topologyKeys: ['kubernetes.io/hostname'] } });
// @ts-expect-error a duration has a unit
new Workload(chart, 'h', { ports: {}, image, terminationGracePeriod: 30 });
// @ts-expect-error an unknown controller
new Workload(chart, 'i', { ports: {}, image, controller: 'DaemonSet' });
// @ts-expect-error a Secret volume takes references only
Volume.secret('/etc/tls', 'tls.crt');
new Workload(chart, 'j', { ports: {}, image, terminationGracePeriod: Duration.seconds(30), env: { TOKEN: SecretRef.existing('orders', 'token') } });

const postgres = Workload.external(chart, 'mysql', { labels: { app: 'mysql' }, ports: { sql: Port.tcp(3306) } });
// @ts-expect-error no such port
void postgres.ports.http;

// cdk8s-plus of any version, by shape.
const container = { image, ports: [{ number: 8080, name: 'http' }] };
Workload.of(new plus28.Deployment(chart, 'd28', { containers: [container] }));
Workload.of(new plus33.Deployment(chart, 'd33', { containers: [container] }));
Workload.of(new plus28.StatefulSet(chart, 's28', { service: new plus28.Service(chart, 'service28') }));
Workload.of(new plus33.DaemonSet(chart, 'ds33', {}));
Workload.of(new plus28.Job(chart, 'j28', {}));
Workload.of(new plus33.Pod(chart, 'p33', {}));
const frontend = Workload.of(new ApiObject(chart, 'raw', { apiVersion: 'apps/v1', kind: 'Deployment' }), {
  ports: { http: Port.http(8080) },
  service: new plus33.Service(chart, 'service33', { ports: [{ port: 80, targetPort: 8080 }] }),
});
void frontend.ports.http;
// @ts-expect-error no such port
void frontend.ports.grpc;
// @ts-expect-error a ConfigMap of cdk8s-plus makes no pods
Workload.of(new plus28.ConfigMap(chart, 'config'));
