// NetworkPolicy: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('networking.k8s.io/v1 NetworkPolicy', [
  ['spec: { podSelector: {},  }', []],
  ['spec: { podSelector: {}, ingress: [{}], egress: [{}], policyTypes: [Ingress, Egress] }', []],
  ['spec: { podSelector: {}, ingress: [{from: [{}]}] }', [
    'spec.ingress[0].from[0]: A peer that says nothing is not allowed; give podSelector, namespaceSelector or ipBlock; {} as a selector selects all',
  ]],
  ['spec: { podSelector: {}, ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}] }', [
    'spec.ingress[0].from[0]: A selector and ipBlock may not stand together; make two peers of it',
  ]],
  ['spec: { podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {a: "b c"}}, namespaceSelector: {matchExpressions: [{key: a b, operator: Exists, values: [x]}, {key: a, operator: In}, {key: a, operator: exists}]}}]}] }', [
    'spec.egress[0].to[0].podSelector.matchLabels.a: The label value "b c" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    'spec.egress[0].to[0].namespaceSelector.matchExpressions[0].key: The label key "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
    'spec.egress[0].to[0].namespaceSelector.matchExpressions[0].values: The operator Exists takes no values; remove them',
    'spec.egress[0].to[0].namespaceSelector.matchExpressions[1].values: The operator In needs values; give at least one value',
    'spec.egress[0].to[0].namespaceSelector.matchExpressions[2].operator: The operator "exists" is not one of In, NotIn, Exists, DoesNotExist; did you mean Exists?',
  ]],
  ['spec: { podSelector: {}, ingress: [{ports: [{}, {port: 80}, {port: http}, {port: 80, endPort: 90, protocol: SCTP}]}] }', []],
  ['spec: { podSelector: {}, ingress: [{ports: [{port: 0}, {port: "80"}, {port: 80, endPort: 79}, {port: 80, endPort: 70000}, {port: http, endPort: 90}, {endPort: 90}, {port: 80, protocol: ""}, {protocol: ICMP}]}] }', [
    'spec.ingress[0].ports[0].port: The port 0 is outside of 1 to 65535',
    'spec.ingress[0].ports[1].port: The port "80" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end; write the number without quotes: 80',
    'spec.ingress[0].ports[2].endPort: The range ends at 79, before its begin 80; give an endPort that is not below port',
    'spec.ingress[0].ports[3].endPort: The end of the range 70000 is outside of 1 to 65535',
    'spec.ingress[0].ports[4].endPort: A range needs numbers: beside endPort the port may not be a name; give the port as a number',
    'spec.ingress[0].ports[5].endPort: A range that ends must begin: endPort needs port beside it; give port',
    'spec.ingress[0].ports[6].protocol: The protocol is empty, and must be one of SCTP, TCP, UDP',
    'spec.ingress[0].ports[7].protocol: The protocol "ICMP" is not one of SCTP, TCP, UDP',
  ]],
  ['spec: { podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.7/8, except: [10.1.0.0/16]}}, {ipBlock: {cidr: "fd00::/8", except: ["fd00:1::/32"]}}]}] }', []],
  ['spec: { podSelector: {}, egress: [{to: [{ipBlock: {}}, {ipBlock: {cidr: 10.0.0.1}}, {ipBlock: {cidr: 10.0.0.0/33}}, {ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/16, "fd00::/8", x]}}]}] }', [
    'NS0013 spec.egress[0].to[0].ipBlock.cidr: The required field cidr is missing; give cidr, a string',
    'spec.egress[0].to[1].ipBlock.cidr: "10.0.0.1" is not a block of addresses such as 10.9.8.0/24; for the one address write 10.0.0.1/32',
    'spec.egress[0].to[2].ipBlock.cidr: "10.0.0.0/33" is not a block of addresses such as 10.9.8.0/24',
    'spec.egress[0].to[3].ipBlock.except[0]: "10.0.0.0/8" is no smaller block inside of "10.0.0.0/8"; an exception must lie inside of cidr and be smaller',
    'spec.egress[0].to[3].ipBlock.except[1]: "11.0.0.0/16" is no smaller block inside of "10.0.0.0/8"; an exception must lie inside of cidr and be smaller',
    'spec.egress[0].to[3].ipBlock.except[2]: "fd00::/8" is no smaller block inside of "10.0.0.0/8"; an exception must lie inside of cidr and be smaller',
    'spec.egress[0].to[3].ipBlock.except[3]: "x" is not a block of addresses such as 10.9.8.0/24',
  ]],
  ['spec: { podSelector: {}, policyTypes: [ingress, Egress] }', [
    'spec.policyTypes[0]: The policy type "ingress" is not one of Egress, Ingress; did you mean Ingress?',
  ]],
  ['spec: { podSelector: {}, policyTypes: [Ingress, Ingress] }', []],
  ['spec: { podSelector: {}, policyTypes: [Ingress, Egress, Ingress] }', [
    'spec.policyTypes: 3 policy types where there are two; give each of Ingress and Egress at most once',
  ]],
  ['spec: {}', []],
]);
