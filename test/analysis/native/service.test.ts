// Service: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('v1 Service', [
  ['spec: { ports: [{ port: 80 }] }', []],
  ['spec: {  }', [
    'spec.ports: A Service without ports must be headless; give a port, or clusterIP: None',
  ]],
  ['spec: { clusterIP: None }', []],
  ['spec: { clusterIP: None, type: NodePort }', [
    'spec.clusterIP: A Service of type NodePort may not be headless; remove clusterIP, or use type ClusterIP',
  ]],
  ['spec: { clusterIPs: [None], clusterIP: None, type: LoadBalancer, ports: [{port: 80}] }', [
    'spec.clusterIP: A Service of type LoadBalancer may not be headless; remove clusterIP, or use type ClusterIP',
  ]],
  ['spec: { type: LoadBalanced, ports: [{ port: 80 }] }', [
    'spec.type: The type "LoadBalanced" is not one of ClusterIP, ExternalName, LoadBalancer, NodePort; did you mean LoadBalancer?',
  ]],
  ['spec: { type: "", ports: [{ port: 80 }] }', []],
  ['spec: { type: ExternalName, externalName: db.example.com. }', []],
  ['spec: { type: ExternalName }', [
    'spec.externalName: A Service of type ExternalName needs externalName; give the DNS name that it stands for',
  ]],
  ['spec: { type: ExternalName, externalName: DB_1, clusterIP: 10.96.0.1, ipFamilies: [IPv4], ipFamilyPolicy: SingleStack }', [
    'spec.externalName: The name "DB_1" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.clusterIP: A Service of type ExternalName has no clusterIP; remove it',
    'spec.ipFamilies: A Service of type ExternalName has no ipFamilies; remove it',
    'spec.ipFamilyPolicy: A Service of type ExternalName has no ipFamilyPolicy; remove it',
  ]],
  ['spec: { type: ExternalName, externalName: a, clusterIPs: [10.96.0.1] }', [
    'spec.clusterIPs: A Service of type ExternalName has no clusterIPs; remove it',
  ]],
  ['spec: { ports: [{port: 80}, {port: 81, name: b}, {port: 82, name: b}, {port: 83, name: a.b}, {port: 84, name: this-name-has-more-than-fifteen-letters}] }', [
    'spec.ports[0].name: Where a Service has several ports each needs a name; give it a name such as http',
    'spec.ports[2].name: The port name "b" stands twice; rename one of them',
    'spec.ports[3].name: The port name "a.b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
  ]],
  ['spec: { ports: [{port: 0}] }', [
    'spec.ports[0].port: The port 0 is outside of 1 to 65535',
  ]],
  ['spec: { ports: [{port: 70000}] }', [
    'spec.ports[0].port: The port 70000 is outside of 1 to 65535',
  ]],
  ['spec: { ports: [{port: 80, protocol: tcp}] }', [
    'spec.ports[0].protocol: The protocol "tcp" is not one of SCTP, TCP, UDP; did you mean TCP?',
  ]],
  ['spec: { ports: [{port: 80, protocol: "", targetPort: ""}] }', []],
  ['spec: { ports: [{port: 80, targetPort: 0, protocol: SCTP}] }', []],
  ['spec: { ports: [{port: 80, targetPort: "8080"}] }', [
    'spec.ports[0].targetPort: The target port "8080" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end; write the number without quotes: 8080',
  ]],
  ['spec: { ports: [{port: 80, targetPort: web_1}] }', [
    'spec.ports[0].targetPort: The target port "web_1" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end',
  ]],
  ['spec: { ports: [{port: 80, targetPort: -1, appProtocol: "kubernetes.io/h2c"}] }', [
    'spec.ports[0].targetPort: The target port -1 is outside of 1 to 65535',
  ]],
  ['spec: { ports: [{port: 80, appProtocol: "h2 c"}] }', [
    'spec.ports[0].appProtocol: The application protocol "h2 c" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['spec: { ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}, {name: c, port: 53, protocol: UDP}] }', [
    'spec.ports[2]: The port 53 stands twice for UDP; remove one of them',
  ]],
  ['spec: { ports: [{port: 80, nodePort: 30080}] }', [
    'spec.ports[0].nodePort: A Service of type ClusterIP has no node ports; remove it, or use type NodePort',
  ]],
  ['spec: { type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 80, nodePort: 30080, protocol: UDP}] }', []],
  ['spec: { type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080, protocol: UDP}] }', [
    'spec.ports[1].nodePort: The node port 30080 is taken by another port of this Service; use another one',
  ]],
  ['spec: { type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}] }', [
    'spec.ports[1].nodePort: The node port 30080 is taken by another port of this Service; use another one',
  ]],
  ['spec: { type: NodePort, ports: [{port: 80, nodePort: -7}] }', [
    'spec.ports[0].nodePort: The node port -7 is outside of 1 to 65535',
  ]],
  ['spec: { selector: {app: "a b", "a//b": c}, ports: [{ port: 80 }] }', [
    'spec.selector.app: The label value "a b" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    'spec.selector["a//b"]: The label key "a//b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['spec: { sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}, ports: [{ port: 80 }] }', [
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds: 86401 seconds are outside of 1 to 86400, which is a day',
  ]],
  ['spec: { sessionAffinity: ClientIP, ports: [{ port: 80 }] }', []],
  ['spec: { sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: -1}}, ports: [{ port: 80 }] }', []],
  ['spec: { sessionAffinity: clientIP, ports: [{ port: 80 }] }', [
    'spec.sessionAffinity: The session affinity "clientIP" is not one of ClientIP, None; did you mean ClientIP?',
  ]],
  ['spec: { clusterIP: 10.96.0.300, ports: [{ port: 80 }] }', [
    'spec.clusterIP: "10.96.0.300" is no IP address, and not None; leave it out, and the cluster chooses one',
  ]],
  ['spec: { clusterIP: 10.96.000.007, ports: [{ port: 80 }] }', []],
  ['spec: { clusterIP: 10.96.0.1, clusterIPs: [10.96.0.2], ports: [{ port: 80 }] }', [
    'spec.clusterIPs: The first item is "10.96.0.2", and clusterIP is "10.96.0.1": they must be the same; give clusterIP alone',
  ]],
  ['spec: { clusterIPs: [10.96.0.1], ports: [{ port: 80 }] }', [
    'spec.clusterIPs: Where clusterIPs is given clusterIP must be its first item, and it is not given; give both, or clusterIP alone',
  ]],
  ['spec: { clusterIP: None, clusterIPs: [None, 10.96.0.1], ports: [{ port: 80 }] }', [
    'spec.clusterIPs: None stands for no address, so no other may stand beside it; remove the others',
  ]],
  ['spec: { clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, "fd00:10:96::1"], ports: [{ port: 80 }] }', [
    'spec.ipFamilyPolicy: Without a policy a Service has one family, and two addresses are asked for; give ipFamilyPolicy: PreferDualStack or RequireDualStack',
  ]],
  ['spec: { clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, "fd00:10:96::1"], ipFamilyPolicy: PreferDualStack, ports: [{ port: 80 }] }', []],
  ['spec: { clusterIP: 10.96.0.1, clusterIPs: [10.96.0.1, 10.96.0.2], ipFamilyPolicy: PreferDualStack, ports: [{ port: 80 }] }', [
    'spec.clusterIPs: A Service has at most one address of each family; remove one of them',
  ]],
  ['spec: { clusterIP: 10.96.0.1, ipFamilies: [IPv6], ports: [{ port: 80 }] }', [
    'spec.clusterIP: "10.96.0.1" is no IPv6 address, and ipFamilies says that it is; give an address of that family, or change ipFamilies',
  ]],
  ['spec: { ipFamilies: [IPv4, IPv6], ipFamilyPolicy: SingleStack, ports: [{ port: 80 }] }', [
    'spec.ipFamilyPolicy: SingleStack is one family, and two families are asked for; use PreferDualStack or RequireDualStack',
  ]],
  ['spec: { ipFamilies: [IPv4, IPv6], ports: [{ port: 80 }] }', [
    'spec.ipFamilyPolicy: Without a policy a Service has one family, and two families are asked for; give ipFamilyPolicy: PreferDualStack or RequireDualStack',
  ]],
  ['spec: { clusterIP: None, ipFamilies: [IPv4, IPv6] }', []],
  ['spec: { clusterIP: None, selector: {a: b}, ipFamilies: [IPv4, IPv6] }', [
    'spec.ipFamilyPolicy: Without a policy a Service has one family, and two families are asked for; give ipFamilyPolicy: PreferDualStack or RequireDualStack',
  ]],
  ['spec: { ipFamilies: [IPv4, IPv4], ports: [{ port: 80 }] }', [
    'spec.ipFamilies[1]: The family "IPv4" stands twice; remove one of them',
  ]],
  ['spec: { ipFamilies: [ipv4], ipFamilyPolicy: DualStack, ports: [{ port: 80 }] }', [
    'spec.ipFamilies[0]: The family "ipv4" is not one of IPv4, IPv6; did you mean IPv4?',
    'spec.ipFamilyPolicy: The policy "DualStack" is not one of PreferDualStack, RequireDualStack, SingleStack',
  ]],
  ['spec: { externalIPs: [192.0.2.7, 127.0.0.1, 169.254.1.1, 0.0.0.0, 224.0.0.7, "::1", 1.2.3, 192.0.2.0/24], ports: [{ port: 80 }] }', [
    'spec.externalIPs[1]: "127.0.0.1" is a loopback address, which may not be used here',
    'spec.externalIPs[2]: "169.254.1.1" is a link-local address, which may not be used here',
    'spec.externalIPs[3]: "0.0.0.0" stands for no address, which may not be used here',
    'spec.externalIPs[4]: "224.0.0.7" is a link-local multicast address, which may not be used here',
    'spec.externalIPs[5]: "::1" is a loopback address, which may not be used here',
    'spec.externalIPs[6]: "1.2.3" is not an IP address',
    'spec.externalIPs[7]: "192.0.2.0/24" is not an IP address; give an address without a prefix length',
  ]],
  ['spec: { loadBalancerSourceRanges: [10.0.0.0/8, " 192.0.2.0/24 ", 192.0.2.7], type: LoadBalancer, ports: [{ port: 80 }] }', [
    'spec.loadBalancerSourceRanges[2]: "192.0.2.7" is not a block of addresses such as 10.9.8.0/24; for the one address write 192.0.2.7/32',
  ]],
  ['spec: { loadBalancerSourceRanges: [10.0.0.0/8], loadBalancerClass: a/b, allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] }', [
    'spec.loadBalancerSourceRanges: This is for Services of type LoadBalancer, and this one is of type ClusterIP; remove it, or use type LoadBalancer',
    'spec.loadBalancerClass: This is for Services of type LoadBalancer, and this one is of type ClusterIP; remove it, or use type LoadBalancer',
    'spec.allocateLoadBalancerNodePorts: This is for Services of type LoadBalancer, and this one is of type ClusterIP; remove it, or use type LoadBalancer',
  ]],
  ['spec: { type: LoadBalancer, loadBalancerClass: a b, allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] }', [
    'spec.loadBalancerClass: The load balancer class "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['spec: { ports: [{ port: 80 }] }', [
    'metadata.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"]: This is for Services of type LoadBalancer, and this one is of type ClusterIP; remove it, or use type LoadBalancer',
    'metadata.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"]: "x" is not a block of addresses such as 10.9.8.0/24',
  ], '1.35', 'name: a, annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: "10.0.0.0/8,x"}'],
  ['spec: { type: LoadBalancer, ports: [{port: 10250}] }', [
    "spec.ports[0]: A load balancer may not open port 10250, which is the kubelet's; use another port",
  ], '1.32'],
  ['spec: { type: LoadBalancer, ports: [{port: 10250}] }', [], '1.35'],
  ['spec: { externalTrafficPolicy: Local, ports: [{ port: 80 }] }', [
    'spec.externalTrafficPolicy: A Service of type ClusterIP without externalIPs is not reached from outside; remove it, or use type LoadBalancer or NodePort',
  ]],
  ['spec: { externalTrafficPolicy: Local, externalIPs: [192.0.2.7], ports: [{ port: 80 }] }', []],
  ['spec: { type: NodePort, externalTrafficPolicy: local, internalTrafficPolicy: node, ports: [{ port: 80 }] }', [
    'spec.externalTrafficPolicy: The policy "local" is not one of Cluster, Local; did you mean Local?',
    'spec.internalTrafficPolicy: The policy "node" is not one of Cluster, Local',
  ]],
  ['spec: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{ port: 80 }] }', []],
  ['spec: { type: NodePort, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{ port: 80 }] }', [
    'spec.healthCheckNodePort: A health check port is for type LoadBalancer with externalTrafficPolicy Local; remove it',
  ]],
  ['spec: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 31000, ports: [{port: 80, nodePort: 31000}] }', [
    'spec.healthCheckNodePort: The node port 31000 is taken by a port of this Service; use another one',
  ]],
  ['spec: { type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 70000, ports: [{ port: 80 }] }', [
    'spec.healthCheckNodePort: The health check port 70000 is outside of 1 to 65535',
  ]],
  ['spec: { trafficDistribution: PreferSameZone, ports: [{ port: 80 }] }', [
    'spec.trafficDistribution: The traffic distribution "PreferSameZone" is not PreferClose',
  ], '1.32'],
  ['spec: { trafficDistribution: PreferSameZone, ports: [{ port: 80 }] }', [], '1.35'],
  ['spec: { trafficDistribution: PreferClose, ports: [{ port: 80 }] }', [], '1.32'],
  ['spec: { trafficDistribution: "", ports: [{ port: 80 }] }', [
    'spec.trafficDistribution: The traffic distribution is empty, and must be one of PreferClose, PreferSameZone, PreferSameNode',
  ], '1.35'],
  ['spec: { ports: [{ port: 80 }] }', [
    'metadata.annotations["service.kubernetes.io/topology-mode"]: The mode "Disabled" differs from "Auto" of the older annotation service.kubernetes.io/topology-aware-hints; remove service.kubernetes.io/topology-aware-hints',
  ], '1.35', 'name: a, annotations: {service.kubernetes.io/topology-aware-hints: Auto, service.kubernetes.io/topology-mode: Disabled}'],
  ['spec: { ports: 80, type: Foo }', [
    'NS0012 spec.ports: An integer stands where a list belongs: 80; write it as a list: "- …"',
    'spec.type: The type "Foo" is not one of ClusterIP, ExternalName, LoadBalancer, NodePort',
  ]],
  ['spec: { ports: [{port: "80", name: A}] }', [
    'NS0012 spec.ports[0].port: A string stands where an integer (int32) belongs: "80"; remove the quotes, or give the value itself',
    'spec.ports[0].name: The port name "A" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
  ]],
  ['spec: { ports: [null] }', [
    'spec.ports[0].port: The port 0 is outside of 1 to 65535',
  ]],
]);
