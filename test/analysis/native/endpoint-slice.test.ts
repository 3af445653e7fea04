// EndpointSlice: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('discovery.k8s.io/v1 EndpointSlice', [
  ['addressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]\nports: [{port: 80}, {name: a, port: 81, appProtocol: a/b}]', []],
  ['addressType: ipv4\nendpoints: []', [
    'addressType: The address type "ipv4" is not one of FQDN, IPv4, IPv6; did you mean IPv4?',
  ]],
  ['endpoints: []', [
    'NS0013 addressType: The required field addressType is missing; give addressType, a string',
  ]],
  ['addressType: IPv4\nendpoints: [{addresses: []}, {addresses: ["fd00::1"]}, {addresses: [127.0.0.1]}, {addresses: [a]}]', [
    'endpoints[0].addresses: An endpoint needs an address; give at least one address',
    'endpoints[1].addresses[0]: "fd00::1" is no IPv4 address, and addressType says that it is; give an address of that family',
    'endpoints[2].addresses[0]: "127.0.0.1" is a loopback address, which may not be used here',
    'endpoints[3].addresses[0]: "a" is not an IP address',
  ]],
  ['addressType: IPv6\nendpoints: [{addresses: ["FD00::0:1"]}, {addresses: [10.0.0.1]}, {addresses: ["::"]}, {addresses: ["fd00::1"]}]', [
    'endpoints[0].addresses[0]: "FD00::0:1" is not written in the canonical way; write fd00::1',
    'endpoints[1].addresses[0]: "10.0.0.1" is no IPv6 address, and addressType says that it is; give an address of that family',
    'endpoints[2].addresses[0]: "::" stands for no address, which may not be used here',
  ]],
  ['addressType: IPv6\nendpoints: [{addresses: ["FD00::0:1"]}, {addresses: [10.0.0.1]}]', [
    'endpoints[1].addresses[0]: "10.0.0.1" is no IPv6 address, and addressType says that it is; give an address of that family',
  ], '1.32'],
  ['addressType: FQDN\nendpoints: [{addresses: [a.example.com, example.com., a, A.b, ""]}]', [
    'endpoints[0].addresses[2]: "a" is no domain name of two labels and more; write it as host.example.com',
    'endpoints[0].addresses[3]: "A.b" is no domain name of two labels and more; write it as host.example.com',
    'endpoints[0].addresses[4]: A domain name is missing; write it as host.example.com',
  ]],
  ['addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], nodeName: A, hostname: a.b, hints: {forZones: [{name: a}, {name: a}, {name: "a b"}], forNodes: [{name: a}, {name: A}]}}]', [
    'endpoints[0].nodeName: The name of the node "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'endpoints[0].hostname: The host name "a.b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'endpoints[0].hints.forZones[1].name: The zone "a" stands twice; remove one of them',
    'endpoints[0].hints.forZones[2].name: The zone "a b" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    'endpoints[0].hints.forNodes[1].name: The node "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['addressType: IPv4\nendpoints: []\nports: [{name: a.b}, {protocol: tcp}, {protocol: ""}, {appProtocol: ""}]', [
    'ports[0].name: The port name "a.b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'ports[1].protocol: The protocol "tcp" is not one of SCTP, TCP, UDP; did you mean TCP?',
    'ports[2].name: Only one port may be without a name; give it a name',
    'ports[2].protocol: The protocol is empty, and must be one of SCTP, TCP, UDP',
    'ports[3].name: Only one port may be without a name; give it a name',
    'ports[3].appProtocol: The application protocol is empty, and must be a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], deprecatedTopology: {a b: c d}, zone: a b}]\nports: [{port: -7}]', []],
  ['addressType: IPv4\nendpoints: [{addresses: [10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5, 10.0.0.6, 10.0.0.7, 10.0.0.8, 10.0.0.9, 10.0.0.10, 10.0.0.11, 10.0.0.12, 10.0.0.13, 10.0.0.14, 10.0.0.15, 10.0.0.16, 10.0.0.17, 10.0.0.18, 10.0.0.19, 10.0.0.20, 10.0.0.21, 10.0.0.22, 10.0.0.23, 10.0.0.24, 10.0.0.25, 10.0.0.26, 10.0.0.27, 10.0.0.28, 10.0.0.29, 10.0.0.30, 10.0.0.31, 10.0.0.32, 10.0.0.33, 10.0.0.34, 10.0.0.35, 10.0.0.36, 10.0.0.37, 10.0.0.38, 10.0.0.39, 10.0.0.40, 10.0.0.41, 10.0.0.42, 10.0.0.43, 10.0.0.44, 10.0.0.45, 10.0.0.46, 10.0.0.47, 10.0.0.48, 10.0.0.49, 10.0.0.50, 10.0.0.51, 10.0.0.52, 10.0.0.53, 10.0.0.54, 10.0.0.55, 10.0.0.56, 10.0.0.57, 10.0.0.58, 10.0.0.59, 10.0.0.60, 10.0.0.61, 10.0.0.62, 10.0.0.63, 10.0.0.64, 10.0.0.65, 10.0.0.66, 10.0.0.67, 10.0.0.68, 10.0.0.69, 10.0.0.70, 10.0.0.71, 10.0.0.72, 10.0.0.73, 10.0.0.74, 10.0.0.75, 10.0.0.76, 10.0.0.77, 10.0.0.78, 10.0.0.79, 10.0.0.80, 10.0.0.81, 10.0.0.82, 10.0.0.83, 10.0.0.84, 10.0.0.85, 10.0.0.86, 10.0.0.87, 10.0.0.88, 10.0.0.89, 10.0.0.90, 10.0.0.91, 10.0.0.92, 10.0.0.93, 10.0.0.94, 10.0.0.95, 10.0.0.96, 10.0.0.97, 10.0.0.98, 10.0.0.99, 10.0.0.100, 10.0.0.101]}]', [
    'endpoints[0].addresses: 101 addresses where at most 100 may stand',
  ]],
  ['addressType: IPv4\nendpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a1}, {name: a2}, {name: a3}, {name: a4}, {name: a5}, {name: a6}, {name: a7}, {name: a8}, {name: a9}]}}]', [
    'endpoints[0].hints.forZones: 9 hints where at most 8 may stand',
  ]],
]);
