// The flags that every command of reachability has. What it does is loaded when it is called.
import type { Command } from 'commander';
import { Option } from 'commander';
import type { InputFlags } from '../input';
import { addInputOptions } from '../input';
import { TARGETS_HELP } from '../targets';

export interface ReachFlags extends InputFlags {
  readonly in?: string;
  readonly model?: string;
  readonly output?: string;
}

export const PEERS_HELP: string = `
Peers: namespace/name, namespace/name[Kind], namespace/*, label:key=value,
service:namespace/name, cidr:10.0.0.0/8, internet, fqdn:api.example.com, node,
kube-apiserver, and as a destination a URL. Ports: :8080, :53/udp, :http.
${TARGETS_HELP}
`;

/** Adds the flags of input and output to a command. */
export function addReachOptions(command: Command, formats: readonly string[]): Command {
  addInputOptions(command)
    .option('--in <cluster>', 'ask one of several clusters')
    .option('--model <file>', 'the netstack.model.json of what cdk8s synth wrote, in place of -f')
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default(formats[0]))
    .option('-o, --output <file>', 'write the answer into a file, whole or not at all');
  if (formats.includes('json')) command.addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }));
  return command;
}
