// What is spoken on a container's port, from its name: the convention of Istio and of the service meshes before it.
import { Port } from '../core/port';
import type { ContainerPortSource } from './pod-source';

/** Ports of containers, by their names; the first of two with one name counts. */
export function derivePorts(ports: readonly ContainerPortSource[]): Record<string, Port> {
  const derived: Record<string, Port> = {};
  for (const port of ports) {
    const transport = (port.protocol ?? 'TCP').toUpperCase();
    const name = port.name ?? `${transport.toLowerCase()}-${port.number}`;
    if (!Object.hasOwn(derived, name)) derived[name] = derivePort(name, transport, port.number);
  }
  return derived;
}

function derivePort(name: string, transport: string, number: number): Port {
  if (transport === 'UDP') return Port.udp(number, { name });
  if (transport === 'SCTP') return Port.sctp(number, { name });
  if (/^(?:metrics|prometheus)$|^metrics-|-metrics$/.test(name)) return Port.metrics(number, { name });
  switch (name.split('-', 1)[0]) {
    case 'http':
    case 'http2': return Port.http(number, { name });
    case 'https': return Port.https(number, { name });
    case 'grpc': return Port.grpc(number, { name });
    default: return Port.tcp(number, { name });
  }
}
