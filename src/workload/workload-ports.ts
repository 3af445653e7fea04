// The ports of a workload: checked once, named by their keys.
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { portName } from '../core/kubernetes-name';
import type { IWorkload } from '../core/peer';
import { Port } from '../core/port';
import { requireObject } from '../core/shape';
import { WorkloadPort } from '../core/workload-port';

/** Ports by the names that the program uses for them. */
export type Ports = Readonly<Record<string, Port>>;

/** The ports of a workload under the names that it declares: an unknown name is a compile error. */
export type WorkloadPorts<P extends Ports, V extends string> = { readonly [K in keyof P]: WorkloadPort<V> };

/**
 * Makes the ports of `workload`.
 *
 * @param servicePorts numbers of the Service where they differ from the pod's
 * @throws NetstackError for a value that is no Port, a key that is no port name, two ports of one name or of one number and protocol
 */
export function makePorts<P extends Ports, V extends string>(
  workload: IWorkload<V>, scope: ErrorScope, ports: P, servicePorts: Readonly<Record<string, number | undefined>> = {},
): WorkloadPorts<P, V> {
  if (typeof ports !== 'object' || ports === null) {
    throw new NetstackError({ what: `Ports ${shorten(ports)} of workload ${workload.name} are no record of ports`, scope, fix: 'give such as { http: Port.http(8080) }' });
  }
  requireObject(servicePorts, `Service ports of workload ${workload.name}`, scope);
  const made: Record<string, WorkloadPort<V>> = {};
  const seen = new Map<string, string>();
  const claim = (thing: string, key: string): void => {
    const other = seen.get(thing);
    if (other !== undefined) {
      throw new NetstackError({ what: `Ports ${other} and ${key} of workload ${workload.name} have the same ${thing}`, scope, fix: 'declare it once' });
    }
    seen.set(thing, key);
  };
  for (const [key, port] of Object.entries(ports)) {
    if (!(port instanceof Port)) {
      throw new NetstackError({ what: `Port ${shorten(key)} of workload ${workload.name} is ${shorten(port)}`, scope, fix: 'give a Port such as Port.http(8080)' });
    }
    const name = portName(port.name ?? key, `The port of workload ${workload.name} named`, scope);
    claim(`name ${name}`, key);
    claim(`number and protocol ${port.number}/${port.protocol}`, key);
    const servicePort = servicePorts[key] ?? port.number;
    if (!Number.isInteger(servicePort) || servicePort < 1 || servicePort > 65_535) {
      throw new NetstackError({ what: `Service port ${shorten(servicePort)} of port ${key} is not a whole number from 1 to 65535`, scope, fix: 'give such as 80' });
    }
    claim(`Service port ${servicePort}/${port.protocol}`, key);
    made[key] = new WorkloadPort<V>(name, port, workload, servicePort);
  }
  for (const key of Object.keys(servicePorts)) {
    if (!Object.hasOwn(made, key)) {
      throw new NetstackError({ what: `Workload ${workload.name} has no port ${shorten(key)} to give a Service port`, scope, fix: `name one of ${Object.keys(made).sort().join(', ')}` });
    }
  }
  return Object.freeze(made) as WorkloadPorts<P, V>;
}
