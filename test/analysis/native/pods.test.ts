// Pods and templates of them: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('v1 Pod', [
  ['spec: { containers: [{ name: a, image: a }],  }', []],
  ['spec: {  }', [
    'NS0013 spec.containers: The required field containers is missing; give containers, a list',
  ]],
  ['spec: { containers: [{}, {name: A_b, image: a}, {name: a, image: a}, {name: a, image: a}], initContainers: [{name: a, image: a}] }', [
    'NS0013 spec.containers[0].name: The required field name is missing; give name, a string',
    'spec.containers[0].image: The image of the container is missing; give image',
    'spec.containers[1].name: The name of the container "A_b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'spec.containers[3].name: Two containers of the pod are named "a"; rename one of them',
    'spec.initContainers[0].name: Two containers of the pod are named "a"; rename one of them',
  ]],
  ['spec: { containers: [{ name: a, image: a, imagePullPolicy: always }] }', [
    'spec.containers[0].imagePullPolicy: The pull policy "always" is not one of Always, IfNotPresent, Never; did you mean Always?',
  ]],
  ['spec: { containers: [{ name: a, image: a, ports: [{containerPort: 80, name: http}, {containerPort: 81, name: http}, {containerPort: 0}, {containerPort: 70000}, {containerPort: 82, name: Http, protocol: tcp}, {containerPort: 83, hostPort: -1}, {containerPort: 84, name: this-name-is-too-long}] }] }', [
    'spec.containers[0].ports[1].name: Two ports of the container are named "http"; rename one of them',
    'spec.containers[0].ports[2].containerPort: The port of the container is missing; give containerPort',
    'spec.containers[0].ports[3].containerPort: The port 70000 is outside of 1 to 65535',
    'spec.containers[0].ports[4].name: The port name "Http" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end',
    'spec.containers[0].ports[4].protocol: The protocol "tcp" is not one of SCTP, TCP, UDP; did you mean TCP?',
    'spec.containers[0].ports[5].hostPort: The port of the host -1 is outside of 1 to 65535',
    'spec.containers[0].ports[6].name: The port name "this-name-is-too-long" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end',
  ]],
  ['spec: { containers: [{ name: a, image: a, ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}, {containerPort: 82, hostPort: 80, protocol: UDP}, {containerPort: 83, hostPort: 80, hostIP: 10.0.0.1}] }] }', [
    'spec.containers[0].ports[1].hostPort: The port 80 of the host is asked for twice; use another port',
  ]],
  ['spec: { containers: [{ name: a, image: a, ports: [{containerPort: 80}, {containerPort: 81, hostPort: 82}, {containerPort: 53, protocol: UDP}] }], hostNetwork: true }', [
    'spec.containers[0].ports[1].hostPort: The port 82 of the host is not the port 81 of the container, and with hostNetwork they are one; remove hostPort',
  ]],
  ['spec: { hostNetwork: true, containers: [{name: a, image: a, ports: [{containerPort: 80}]}, {name: b, image: a, ports: [{containerPort: 80}]}] }', [
    'spec.containers[1].ports[0].hostPort: The port 80 of the host is asked for twice, because the pod is in the network of its host; use another port',
  ]],
  ['spec: { containers: [{ name: a, image: a, livenessProbe: {httpGet: {port: http}, periodSeconds: 5}, readinessProbe: {tcpSocket: {port: 80}, successThreshold: 3}, startupProbe: {grpc: {port: 80}} }] }', []],
  ['spec: { containers: [{ name: a, image: a, livenessProbe: {} }] }', [
    'spec.containers[0].livenessProbe: One of exec, httpGet, tcpSocket, grpc must be given, and none is; give one of exec, httpGet, tcpSocket, grpc',
  ]],
  ['spec: { containers: [{ name: a, image: a, livenessProbe: {exec: {command: [a]}, httpGet: {port: 80}} }] }', [
    'spec.containers[0].livenessProbe.httpGet: Only one of exec, httpGet, tcpSocket, grpc may be given, and here are exec and httpGet; keep one of them',
  ]],
  ['spec: { containers: [{ name: a, image: a, livenessProbe: {exec: {}, successThreshold: 2, failureThreshold: -1, terminationGracePeriodSeconds: 0} }] }', [
    'spec.containers[0].livenessProbe.exec.command: The command is missing; give command as a list',
    'spec.containers[0].livenessProbe.successThreshold: The livenessProbe of a container counts one success, and here 2 are asked for; remove it',
    'spec.containers[0].livenessProbe.failureThreshold: -1 is negative',
    'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: 0 seconds are not above 0',
  ]],
  ['spec: { containers: [{ name: a, image: a, readinessProbe: {httpGet: {port: "80", scheme: http, path: "", httpHeaders: [{name: X_A, value: b}]}, terminationGracePeriodSeconds: 5} }] }', [
    'spec.containers[0].readinessProbe.httpGet.port: The port "80" is not a port name: at most 15 lower-case letters, digits and single "-", with a letter among them and no "-" at an end; write the number without quotes: 80',
    'spec.containers[0].readinessProbe.httpGet.scheme: The scheme "http" is not one of HTTP, HTTPS; did you mean HTTP?',
    'spec.containers[0].readinessProbe.httpGet.httpHeaders[0].name: The header name "X_A" has other signs than letters, digits and "-"',
    'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: A readiness probe ends no container, so it has no grace period; remove it',
  ]],
  ['spec: { containers: [{ name: a, image: a, startupProbe: {tcpSocket: {port: 0}}, livenessProbe: {grpc: {port: 70000}} }] }', [
    'spec.containers[0].startupProbe.tcpSocket.port: The port 0 is outside of 1 to 65535',
    'spec.containers[0].livenessProbe.grpc.port: The port 70000 is outside of 1 to 65535',
  ]],
  ['spec: { containers: [{ name: a, image: a, lifecycle: {preStop: {sleep: {seconds: 31}}, postStart: {}} }] }', [
    'spec.containers[0].lifecycle.preStop.sleep: A sleep of 31 seconds is outside of 0 to 30, which is the grace period of the pod; change it, or terminationGracePeriodSeconds',
    'spec.containers[0].lifecycle.postStart: One of exec, httpGet, tcpSocket, sleep must be given, and none is; give one of exec, httpGet, tcpSocket, sleep',
  ]],
  ['spec: { containers: [{ name: a, image: a, lifecycle: {preStop: {sleep: {seconds: 0}}} }] }', [
    'spec.containers[0].lifecycle.preStop.sleep: A sleep of 0 seconds is outside of 1 to 30, which is the grace period of the pod; change it, or terminationGracePeriodSeconds',
  ], '1.32'],
  ['spec: { containers: [{ name: a, image: a, lifecycle: {preStop: {sleep: {seconds: 0}}} }] }', [], '1.35'],
  ['spec: { containers: [{ name: a, image: a, lifecycle: {preStop: {sleep: {seconds: 60}}} }], terminationGracePeriodSeconds: 60 }', []],
  ['spec: { containers: [{ name: a, image: a, restartPolicy: Never }] }', [
    'spec.containers[0].restartPolicy: Only init containers have a restart policy of their own; remove it',
  ], '1.32'],
  ['spec: { containers: [{ name: a, image: a, restartPolicy: Never }] }', [], '1.35'],
  ['spec: { containers: [{ name: a, image: a, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}] }] }', [
    'spec.containers[0].restartPolicy: Rules of restarting need a policy that they make exceptions of; give restartPolicy',
  ]],
  ['spec: { containers: [{ name: a, image: a }], initContainers: [{name: b, image: a, restartPolicy: Always, startupProbe: {tcpSocket: {port: 80}}}, {name: c, image: a, livenessProbe: {tcpSocket: {port: 80}}, lifecycle: {}}] }', [
    'spec.initContainers[1].livenessProbe: An init container that ends has no livenessProbe; remove it, or make the container a sidecar by restartPolicy: Always',
    'spec.initContainers[1].lifecycle: An init container that ends has no lifecycle; remove it, or make the container a sidecar by restartPolicy: Always',
  ]],
  ['spec: { containers: [{ name: a, image: a }], initContainers: [{name: b, image: a, restartPolicy: OnFailure}] }', [
    'spec.initContainers[0].restartPolicy: The restart policy of an init container "OnFailure" is not Always',
  ], '1.32'],
  ['spec: { containers: [{ name: a, image: a }], initContainers: [{name: b, image: a, restartPolicy: OnFailure}] }', [], '1.35'],
  ['spec: { containers: [{ name: a, image: a, env: [{name: A B, value: b}, {name: ""}, {name: A=B}, {name: A, valueFrom: {}}, {name: B, value: b, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: C, valueFrom: {fieldRef: {fieldPath: status.podIP}, secretKeyRef: {name: a, key: b}}}] }] }', [
    'spec.containers[0].env[1].name: The name of the variable is missing; give name',
    'spec.containers[0].env[2].name: The name "A=B" has other signs than printable ASCII without "="',
    'spec.containers[0].env[3].valueFrom: The source of the value is missing; give configMapKeyRef, secretKeyRef, fieldRef or resourceFieldRef',
    'spec.containers[0].env[4].valueFrom: Both a value and its source are given; remove one of them',
    'spec.containers[0].env[5].valueFrom: A value has one source, and here fieldRef and secretKeyRef are given; keep one of them',
  ]],
  ['spec: { containers: [{ name: a, image: a, envFrom: [{}, {configMapRef: {name: A}, secretRef: {name: a}, prefix: "="}, {secretRef: {}}] }] }', [
    'spec.containers[0].envFrom[0]: The source of the variables is missing; give configMapRef or secretRef',
    'spec.containers[0].envFrom[1]: Both configMapRef and secretRef are given; make two sources of it',
    'spec.containers[0].envFrom[1].configMapRef.name: The name "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.containers[0].envFrom[1].prefix: The prefix "=" has other signs than printable ASCII without "="',
    'spec.containers[0].envFrom[2].secretRef.name: The name is missing; give name',
  ]],
  ['spec: { containers: [{ name: a, image: a, volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /a}, {name: "", mountPath: ""}] }], volumes: [{name: a, emptyDir: {}}] }', [
    'spec.containers[0].volumeMounts[1].name: The pod has no volume "b"; add it to volumes, or name another one',
    'spec.containers[0].volumeMounts[1].mountPath: Two volumes are mounted at "/a"; change one of them',
    'spec.containers[0].volumeMounts[2].name: The name of the volume is missing; give name',
    'spec.containers[0].volumeMounts[2].mountPath: The path of the mount is missing; give mountPath',
  ]],
  ['spec: { containers: [{ name: a, image: a }], volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}, {name: A, emptyDir: {}}, {emptyDir: {}}] }', [
    'spec.volumes[1].name: Two volumes of the pod are named "a"; rename one of them',
    'spec.volumes[2].name: The name of the volume "A" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'NS0013 spec.volumes[3].name: The required field name is missing; give name, a string',
  ]],
  ['spec: { containers: [{ name: a, image: a }], dnsPolicy: None }', [
    'spec.dnsConfig: With the DNS policy None a pod has no DNS servers but those of dnsConfig; give dnsConfig with nameservers',
  ]],
  ['spec: { containers: [{ name: a, image: a }], dnsPolicy: None, dnsConfig: {} }', [
    'spec.dnsConfig.nameservers: With the DNS policy None a pod has no DNS servers but these; give at least one',
  ]],
  ['spec: { containers: [{ name: a, image: a }], dnsPolicy: none }', [
    'spec.dnsPolicy: The DNS policy "none" is not one of ClusterFirst, ClusterFirstWithHostNet, Default, None; did you mean None?',
  ]],
  ['spec: { containers: [{ name: a, image: a }], dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.1]} }', []],
  ['spec: { containers: [{ name: a, image: a }], dnsConfig: {nameservers: [a, 10.0.0.1, "fd00::1", 10.0.0.2], searches: [a_b, a..b, example.com.], options: [{value: a}]} }', [
    'spec.dnsConfig.nameservers: 4 DNS servers where at most 3 may stand',
    'spec.dnsConfig.nameservers[0]: "a" is not an IP address',
    'spec.dnsConfig.searches[1]: "a..b" is not a DNS domain',
    'spec.dnsConfig.options[0]: The name of the option is missing; give name, for instance ndots',
  ]],
  ['spec: { containers: [{ name: a, image: a }], dnsConfig: {searches: [_tcp.example.com, .]} }', [
    'spec.dnsConfig.searches[0]: "_tcp.example.com" is not a DNS domain',
    'spec.dnsConfig.searches[1]: "." is not a DNS domain',
  ], '1.32'],
  ['spec: { containers: [{ name: a, image: a }], dnsConfig: {searches: [_tcp.example.com, .]} }', [], '1.35'],
  ['spec: { containers: [{ name: a, image: a }], securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}, {name: net.core.somaxconn, value: "1"}, {name: Net.A, value: "1"}, {value: "1"}]} }', [
    'spec.securityContext.sysctls[1].name: The parameter "net.core.somaxconn" stands twice; remove one of them',
    'spec.securityContext.sysctls[2].name: "Net.A" is not the name of a kernel parameter: lower-case letters, digits, "-" and "_" between "." or "/"',
    'NS0013 spec.securityContext.sysctls[3].name: The required field name is missing; give name, a string',
  ]],
  ['spec: { containers: [{ name: a, image: a }], hostNetwork: true, securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}, {name: kernel.shmmax, value: "1"}, {name: net/ipv4/tcp_syncookies, value: "1"}]} }', [
    'spec.securityContext.sysctls[0].name: "net.core.somaxconn" belongs to the network of the pod, and with hostNetwork it has none of its own; remove it, and set it on the host',
    'spec.securityContext.sysctls[2].name: "net/ipv4/tcp_syncookies" belongs to the network of the pod, and with hostNetwork it has none of its own; remove it, and set it on the host',
  ]],
  ['spec: { containers: [{ name: a, image: a }], hostIPC: true, securityContext: {sysctls: [{name: net.core.somaxconn, value: "1"}, {name: kernel.shmmax, value: "1"}, {name: fs.mqueue.msg_max, value: "1"}]} }', [
    'spec.securityContext.sysctls[1].name: "kernel.shmmax" belongs to the memory that processes of the pod share, and with hostIPC it has none of its own; remove it, and set it on the host',
    'spec.securityContext.sysctls[2].name: "fs.mqueue.msg_max" belongs to the memory that processes of the pod share, and with hostIPC it has none of its own; remove it, and set it on the host',
  ]],
  ['spec: { containers: [{ name: a, image: a }], hostname: a.b, subdomain: A, hostAliases: [{ip: 10.0.0.300, hostnames: [A]}, {ip: 10.0.0.1, hostnames: [a.b]}] }', [
    'spec.hostname: The hostname "a.b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'spec.subdomain: The subdomain "A" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'spec.hostAliases[0].ip: "10.0.0.300" is not an IP address',
    'spec.hostAliases[0].hostnames[0]: The host name "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { containers: [{ name: a, image: a }], restartPolicy: always, serviceAccountName: A, nodeName: A, activeDeadlineSeconds: 0, nodeSelector: {a b: c}, readinessGates: [{conditionType: a b}] }', [
    'spec.restartPolicy: The restart policy "always" is not one of Always, Never, OnFailure; did you mean Always?',
    'spec.serviceAccountName: The name of the ServiceAccount "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.nodeName: The name of the node "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
    'spec.activeDeadlineSeconds: 0 seconds are outside of 1 to 2147483647',
    'spec.nodeSelector["a b"]: The label key "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
    'spec.readinessGates[0].conditionType: The condition "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['spec: { containers: [{ name: a, image: a }], serviceAccount: A }', [
    'spec.serviceAccount: The name of the ServiceAccount "A" is not a DNS subdomain: at most 253 lower-case letters, digits, "-" and ".", with a letter or digit at both ends of each part',
  ]],
  ['spec: { containers: [{ name: a, image: a }], hostUsers: false, hostNetwork: true, hostPID: true }', [], '1.32'],
  ['spec: { containers: [{ name: a, image: a }], hostUsers: false, hostNetwork: true, hostPID: true }', [
    'spec.hostNetwork: A pod with users of its own (hostUsers: false) may not have hostNetwork; remove one of them',
    'spec.hostPID: A pod with users of its own (hostUsers: false) may not have hostPID; remove one of them',
  ]],
  ['spec: { containers: [{ name: a, image: a }], tolerations: [{}, {operator: Exists}, {key: a, operator: Exists, value: b}, {key: a, value: b c}, {key: a, operator: In}, {key: a, effect: noexecute, tolerationSeconds: 3}, {key: a b, effect: NoExecute, tolerationSeconds: 3}] }', [
    'spec.tolerations[0].operator: A toleration without a key is for all taints, and needs the operator Exists; give key, or operator: Exists',
    'spec.tolerations[2].operator: The operator Exists takes no value; remove value',
    'spec.tolerations[3].operator: The value "b c" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    'spec.tolerations[4].operator: The operator "In" is not one of Equal, Exists',
    'spec.tolerations[5].effect: TolerationSeconds are for the effect NoExecute; give effect: NoExecute, or remove tolerationSeconds',
    'spec.tolerations[5].effect: The effect "noexecute" is not one of NoExecute, NoSchedule, PreferNoSchedule; did you mean NoExecute?',
    'spec.tolerations[6].key: The key "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
  ]],
  ['spec: { containers: [{ name: a, image: a }], ephemeralContainers: [{name: b, image: a}] }', [
    'spec.ephemeralContainers: Ephemeral containers are added to a pod that runs; remove them',
  ]],
]);

holds('v1 PodTemplate', [
  ['template: { metadata: { labels: { a: b c } , annotations: { a b: c } }, spec: { hostNetwork: true, containers: [{ name: a, image: a, ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }] }], ephemeralContainers: [{ name: b, image: a }] } }', [
    'template.metadata.labels.a: The label value "b c" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
    'template.metadata.annotations["a b"]: The annotation key "a b" is not a key: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends, after an optional prefix and "/"',
    'template.spec.containers[0].ports[1].hostPort: The port 82 of the host is not the port 81 of the container, and with hostNetwork they are one; remove hostPort',
    'template.spec.ephemeralContainers: Ephemeral containers are added to a pod that runs, not to a template; remove them',
  ]],
]);
