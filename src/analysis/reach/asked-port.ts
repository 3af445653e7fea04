// The port that a question asks for, as a number of what is called.
import { NetstackError, shorten } from '../../core/errors';
import type { Endpoint } from './endpoints';
import type { Protocol } from './flow';
import type { AskedPort } from './peers';
import { LAST_PORT } from './rows';

export interface Numbered {
  readonly number: number;
  readonly protocol: Protocol;
}

/** @throws NetstackError for a port that is missing, or that the pods do not name */
export function numberOf(port: AskedPort | undefined, endpoint: Endpoint | undefined): Numbered {
  if (port === undefined) throw new NetstackError({ what: 'No port is asked for', fix: 'add one to the destination, such as shop/db:5432 or shop/dns:53/udp; netstack connlist --focus lists all of them' });
  if (port.number !== undefined) return { number: port.number, protocol: port.protocol };
  // Documents that the server would refuse may give names to ports that are none.
  const isMeant = ({ number, protocol }: Numbered): boolean => protocol === port.protocol && number >= 1 && number <= LAST_PORT;
  const named = endpoint?.namedPorts ?? new Map<string, readonly Numbered[]>();
  const found = named.get(port.name!)?.find(isMeant);
  if (found) return found;
  const names = [...named].filter(([, ports]) => ports.some(isMeant)).map(([name]) => name);
  throw new NetstackError({ what: `${endpoint?.name ?? 'What is asked for'} has no ${port.protocol} port named ${shorten(port.name!)}`, fix: names.length === 0 ? 'give a number' : `give a number, or one of ${names.join(', ')}` });
}
