// Endpoints, IPAddress and ServiceCIDR: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('v1 Endpoints', [
  ['subsets: [{ addresses: [{ ip: 10.0.0.1 }], ports: [{ port: 80 }] }]', []],
  ['subsets: [{}, { addresses: [{ ip: 127.0.0.1 }, { ip: a, hostname: A, nodeName: A }], notReadyAddresses: [{ ip: "fd00::1" }], ports: [{ port: 0 }, { port: 80, protocol: tcp, name: a }] }]', [
    'subsets[0]: A subset needs an address; give addresses or notReadyAddresses',
    'subsets[1].addresses[0].ip: "127.0.0.1" is a loopback address, which may not be used here',
    'subsets[1].addresses[1].ip: "a" is not an IP address',
    'subsets[1].addresses[1].hostname: The host name "A" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'subsets[1].addresses[1].nodeName: The name of the node "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'subsets[1].ports[0].name: Where there are several ports each needs a name; give it a name such as http',
    'subsets[1].ports[0].port: The port 0 is outside of 1 to 65535',
    'subsets[1].ports[1].protocol: The protocol "tcp" is not one of SCTP, TCP, UDP; did you mean TCP?',
  ]],
]);

holds('networking.k8s.io/v1 IPAddress', [
  ['spec: { parentRef: { resource: services, name: a } }', [], '1.35', 'name: 10.96.0.7'],
  ['spec: {}', [
    'metadata.name: "fd00::0:1" is not written in the canonical way; write fd00::1',
    'NS0013 spec.parentRef: The required field parentRef is missing; give parentRef, a mapping',
  ], '1.35', 'name: "fd00::0:1"'],
  ['spec: { parentRef: { group: A, namespace: a/b } }', [
    'metadata.name: The name of an IPAddress is the address itself, and "a" is none',
    'NS0013 spec.parentRef.resource: The required field resource is missing; give resource, a string',
    'NS0013 spec.parentRef.name: The required field name is missing; give name, a string',
    'spec.parentRef.group: The group "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.parentRef.namespace: The namespace "a/b" is not a path segment: not "." or "..", without "/" and "%"',
  ], '1.35', 'name: a'],
]);

holds('networking.k8s.io/v1 ServiceCIDR', [
  ['spec: { cidrs: [10.97.0.0/16, "fd00::/112"] }', []],
  ['spec: {}', [
    'spec.cidrs: A ServiceCIDR needs a block of addresses; give cidrs, for instance [10.97.0.0/16]',
  ]],
  ['spec: { cidrs: [10.97.0.1/16, 10.98.0.0/16] }', [
    'spec.cidrs: A ServiceCIDR has at most one block of each family; make two of it',
    'spec.cidrs[0]: "10.97.0.1/16" is not written in the canonical way, or has bits behind its prefix; write 10.97.0.0/16',
  ]],
  ['spec: { cidrs: [a, b, c] }', [
    'spec.cidrs: 3 blocks where at most 2 may stand, one of each family',
  ]],
]);
