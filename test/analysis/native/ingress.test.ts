// Ingress and IngressClass: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('networking.k8s.io/v1 Ingress', [
  ['spec: {  }', [
    'spec: An Ingress without rules and without a default backend serves nothing; give rules or defaultBackend',
  ]],
  ['spec: { defaultBackend: {service: {name: a, port: {name: http}}} }', []],
  ['spec: { rules: [{}] }', []],
  ['spec: { rules: [{host: a.example.com}, {host: "*.example.com"}, {host: "a.*.com"}, {host: "*"}, {host: 10.0.0.1}, {host: A.b}, {host: "fd00::1"}, {host: a.example.com/x}] }', [
    'spec.rules[2].host: The host "a.*.com" is not a DNS name with "*." in front, and no other "*"',
    'spec.rules[3].host: The host "*" is not a DNS name with "*." in front, and no other "*"',
    'spec.rules[4].host: The host "10.0.0.1" is an address, and must be a DNS name; leave the host out to serve every one',
    'spec.rules[5].host: The host "A.b" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.rules[6].host: The host "fd00::1" is an address, and must be a DNS name; leave the host out to serve every one',
    'spec.rules[7].host: The host "a.example.com/x" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { rules: [{http: {paths: []}}] }', [
    'spec.rules[0].http.paths: A rule needs at least one path; give paths',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}} }]}}] }', []],
  ['spec: { rules: [{http: {paths: [{ pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}} }]}}] }', []],
  ['spec: { rules: [{http: {paths: [{ pathType: Exact, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path type "Exact" needs a path; give path, for instance /',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: a, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path "a" does not begin with "/"; write /a',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: a, pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path "a" does not begin with "/"; write /a',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /a//b, pathType: Exact, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path "/a//b" contains //',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /a/.., pathType: Exact, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path "/a/.." ends with /..',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /a%2Fb, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].path: The path "/a%2Fb" contains %2F',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /a%2Fb, pathType: ImplementationSpecific, backend: {service: {name: a, port: {number: 80}}} }]}}] }', []],
  ['spec: { rules: [{http: {paths: [{ path: /, pathType: prefix, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'spec.rules[0].http.paths[0].pathType: The path type "prefix" is not one of Exact, ImplementationSpecific, Prefix; did you mean Prefix?',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /, backend: {service: {name: a, port: {number: 80}}} }]}}] }', [
    'NS0013 spec.rules[0].http.paths[0].pathType: The required field pathType is missing; give pathType, a string',
  ]],
  ['spec: { rules: [{http: {paths: [{ path: /, pathType: Prefix }]}}] }', [
    'NS0013 spec.rules[0].http.paths[0].backend: The required field backend is missing; give backend, a mapping',
  ]],
  ['spec: { defaultBackend: { service: {name: a, port: {}} } }', [
    'spec.defaultBackend: The port of the Service is missing; give service.port.name or service.port.number',
  ]],
  ['spec: { defaultBackend: { service: {name: a, port: {name: http, number: 80}} } }', [
    'spec.defaultBackend: The port is given by name and by number; remove one of them',
  ]],
  ['spec: { defaultBackend: { service: {name: a.b, port: {number: 70000}} } }', [
    'spec.defaultBackend.service.name: The name of the Service "a.b" is not a DNS label that begins with a letter: at most 63 lower-case letters, digits and "-"',
    'spec.defaultBackend.service.port.number: The port 70000 is outside of 1 to 65535',
  ]],
  ['spec: { defaultBackend: { service: {name: "", port: {name: "80"}} } }', [
    'spec.defaultBackend.service.name: The name of the Service is missing; give name',
    'spec.defaultBackend.service.port.name: The port name "80" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end',
  ]],
  ['spec: { defaultBackend: { service: {name: a, port: {number: 80}}, resource: {kind: a, name: b} } }', [
    'spec.defaultBackend: A backend is a Service or another resource, not both; remove one of them',
  ]],
  ['spec: { defaultBackend: { resource: {kind: StorageBucket, name: a, apiGroup: k8s.example.com} } }', []],
  ['spec: { defaultBackend: { resource: {kind: a/b, name: "", apiGroup: ""} } }', [
    'spec.defaultBackend.resource.kind: The kind "a/b" is not a path segment: not "." or "..", without "/" and "%"',
    'spec.defaultBackend.resource.name: The name of the resource is missing; give name',
    'spec.defaultBackend.resource.apiGroup: The group is empty, and must be a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { rules: [{}], tls: [{}, {hosts: [a.example.com, "*.example.com"], secretName: a}, {hosts: ["", "*.*.com", A], secretName: A}] }', [
    'spec.tls[2].hosts[0]: The host is empty, and must be a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.tls[2].hosts[1]: The host "*.*.com" is not a DNS name with "*." in front, and no other "*"',
    'spec.tls[2].hosts[2]: The host "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.tls[2].secretName: The name of the Secret (a value that is not shown) is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { rules: [{}], ingressClassName: A }', [
    'spec.ingressClassName: The class "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { rules: [{}], ingressClassName: a }', [
    'metadata.annotations["kubernetes.io/ingress.class"]: The annotation names the class "b", and ingressClassName is "a"; remove the annotation',
  ], '1.35', 'name: a, annotations: {kubernetes.io/ingress.class: b}'],
  ['spec: { rules: [{}], ingressClassName: a }', [], '1.35', 'name: a, annotations: {kubernetes.io/ingress.class: a}'],
]);

holds('networking.k8s.io/v1 IngressClass', [
  ['spec: { controller: example.com/a }', []],
  ['spec: {  }', [
    'spec.controller: The name of the controller is missing; give controller, for instance example.com/ingress-controller',
  ]],
  ['spec: { controller: example }', [
    'spec.controller: "example" is not a domain, "/" and a path of letters, digits and the signs of URLs; write it as example.com/ingress-controller',
  ]],
  ['spec: { controller: example.com/ }', [
    'spec.controller: "example.com/" is not a domain, "/" and a path of letters, digits and the signs of URLs; write it as example.com/ingress-controller',
  ]],
  ['spec: { controller: Example/a b }', [
    'spec.controller: "Example/a b" is not a domain, "/" and a path of letters, digits and the signs of URLs; write it as example.com/ingress-controller',
  ]],
  ['spec: { controller: example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }', [
    "spec.controller: The controller's name has 262 characters, at most 250 are allowed",
  ]],
  ['spec: { controller: example.com/a, parameters: {kind: A, name: b} }', []],
  ['spec: { controller: example.com/a, parameters: {kind: A, name: b, namespace: x} }', [
    'spec.parameters.namespace: Parameters of scope Cluster have no namespace; remove it, or give scope: Namespace',
  ]],
  ['spec: { controller: example.com/a, parameters: {kind: A, name: b, scope: Namespace, namespace: x} }', []],
  ['spec: { controller: example.com/a, parameters: {kind: A, name: b, scope: Namespace} }', [
    'spec.parameters.namespace: Parameters of scope Namespace need one; give namespace',
  ]],
  ['spec: { controller: example.com/a, parameters: {kind: A/, name: "", scope: Namespace, namespace: X, apiGroup: a_b} }', [
    'spec.parameters.kind: The kind "A/" is not a path segment: not "." or "..", without "/" and "%"',
    'spec.parameters.name: The name of the resource is missing; give name',
    'spec.parameters.namespace: The namespace "X" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'spec.parameters.apiGroup: The group "a_b" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { controller: example.com/a, parameters: {kind: A, name: b, scope: namespaced} }', [
    'spec.parameters.scope: The scope "namespaced" is not one of Cluster, Namespace; did you mean Namespace?',
  ]],
]);
