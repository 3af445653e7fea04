// Connections as lists print them: `All Connections`, or protocols with their ports: `SCTP 1-65535,TCP 80,8080-8090,UDP 53`.
import type { Protocol } from './flow';
import { PROTOCOLS } from './flow';
import type { PortRange } from './pairs';
import { LAST_PORT } from './rows';

export const ALL_CONNECTIONS: string = 'All Connections';

/** Puts ranges together: by protocol, ascending, neighbours joined. */
export function joinRanges(ranges: readonly PortRange[]): readonly PortRange[] {
  const joined: PortRange[] = [];
  for (const protocol of PROTOCOLS) {
    for (const range of ranges.filter((one) => one.protocol === protocol).sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last?.protocol === protocol && range.from <= last.to + 1) joined[joined.length - 1] = { protocol, from: last.from, to: Math.max(last.to, range.to) };
      else joined.push(range);
    }
  }
  return joined;
}

export function printConnections(ranges: readonly PortRange[]): string {
  const joined = joinRanges(ranges);
  if (PROTOCOLS.every((protocol) => joined.some((one) => one.protocol === protocol && one.from === 1 && one.to === LAST_PORT))) return ALL_CONNECTIONS;
  const texts: string[] = [];
  let last: Protocol | undefined;
  for (const { protocol, from, to } of joined) {
    const ports = from === to ? String(from) : `${from}-${to}`;
    texts.push(protocol === last ? ports : `${protocol} ${ports}`);
    last = protocol;
  }
  return texts.join(',');
}
