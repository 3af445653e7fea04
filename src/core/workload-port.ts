// A port of a workload: the usual end of a connection and target of a route.
import type { IWorkload, IWorkloadPort, PeerTarget } from './peer';
import type { Port } from './port';

/** One port of a workload, and a peer in itself: `orders.ports.http`. */
export class WorkloadPort<V extends string = string> implements IWorkloadPort<V> {
  readonly name: string;
  readonly port: Port;
  readonly workload: IWorkload<V>;
  readonly servicePort: number;

  constructor(name: string, port: Port, workload: IWorkload<V>, servicePort: number = port.number) {
    this.name = name;
    this.port = port;
    this.workload = workload;
    this.servicePort = servicePort;
  }

  get peer(): PeerTarget {
    return { kind: 'workload', workload: this.workload, port: this };
  }
}
