// Ports of rules: which numbers of which protocol they mean, seen from the pods that are called.
import type { Three } from '../model/three';
import type { Protocol } from './flow';
import type { Party } from './points';
import type { PortMatch, Rule } from './rules';

export interface CalledPort {
  readonly number: number;
  readonly protocol: Protocol;
}

/** Whether a rule is for a port of what is called. */
export function meetsPorts({ ports, exceptPorts }: Pick<Rule, 'ports' | 'exceptPorts'>, called: Party, port: CalledPort): Three {
  const meant = ports === undefined ? true : anyPort(ports, called, port);
  if (meant === false || exceptPorts === undefined) return meant;
  const excepted = anyPort(exceptPorts, called, port);
  return excepted === true ? false : excepted === undefined ? undefined : meant;
}

function anyPort(ports: readonly PortMatch[], called: Party, port: CalledPort): Three {
  let answer: Three = false;
  for (const one of ports) {
    const met = meetsPort(one, called, port);
    if (met === true) return true;
    if (met === undefined) answer = undefined;
  }
  return answer;
}

export function meetsPort({ protocol, from, to, name }: PortMatch, called: Party, port: CalledPort): Three {
  if (protocol !== 'ANY' && protocol !== port.protocol) return false;
  if (name === undefined) return from === undefined || (port.number >= from && port.number <= (to ?? from));
  // Only pods give names to ports.
  if (called.is !== 'endpoint') return false;
  if (called.endpoint.group === undefined) return undefined;
  return (called.endpoint.namedPorts.get(name) ?? []).some((one) => one.number === port.number && one.protocol === port.protocol);
}
