// ConfigMap, Secret, Namespace and metadata: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('v1 ConfigMap', [
  ['data: { a.conf: b, A_2: "" }\nbinaryData: { c: YQ== }', []],
  ['data: { a/b: c, .: d, ..a: e, f: g }\nbinaryData: { f: YQ== }', [
    'data["a/b"]: The key "a/b" is not a file name of letters, digits, "-", "_" and "."',
    'data["."]: The key "." is not a file name of letters, digits, "-", "_" and "."',
    'data["..a"]: The key "..a" is not a file name of letters, digits, "-", "_" and "."',
    'data.f: The key stands in data and in binaryData; remove one of them',
  ]],
  ['', [
    'NS0021 metadata.finalizers: The finalizers orphan and foregroundDeletion say opposite things; remove one of them',
    'NS0021 metadata.finalizers[0]: The finalizer "a" has no prefix that says whose it is; write it as example.com/a',
  ], '1.35', 'name: a, finalizers: [a, example.com/b, orphan, foregroundDeletion]'],
  ['', [
    'NS0021 metadata.ownerReferences[0].apiVersion: "a/b/c" is not a version such as apps/v1',
    'NS0021 metadata.ownerReferences[1]: An Event may not own other objects; remove it',
    'NS0021 metadata.ownerReferences[1]: A second owner calls itself the controller; set controller on one of them',
  ], '1.35', 'name: a, ownerReferences: [{ apiVersion: a/b/c, kind: A, name: a, uid: a, controller: true }, { apiVersion: v1, kind: Event, name: a, uid: a, controller: true }]'],
]);

holds('v1 Secret', [
  ['type: kubernetes.io/tls\ndata: { tls.crt: YQ== }\nstringData: { tls.key: a }', []],
  ['type: kubernetes.io/tls\ndata: { tls.crt: YQ== }', [
    'data["tls.key"]: A Secret of type kubernetes.io/tls needs tls.key; give tls.key',
  ]],
  ['type: kubernetes.io/basic-auth', [
    'data.username: A Secret of type kubernetes.io/basic-auth needs username or password; give username',
    'data.password: A Secret of type kubernetes.io/basic-auth needs username or password; give password',
  ]],
  ['type: kubernetes.io/ssh-auth\nstringData: { ssh-privatekey: "" }', [
    'data.ssh-privatekey: A Secret of type kubernetes.io/ssh-auth needs ssh-privatekey; give ssh-privatekey',
  ]],
  ['type: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: "[]" }', [
    'stringData[".dockerconfigjson"]: The value is not a JSON object; write it as docker login does: { "auths": { … } }',
  ]],
  ['type: kubernetes.io/dockerconfigjson\ndata: { .dockerconfigjson: e30= }', []],
  ['type: kubernetes.io/service-account-token', [
    'metadata.annotations["kubernetes.io/service-account.name"]: A Secret of type kubernetes.io/service-account-token needs the annotation kubernetes.io/service-account.name; name the ServiceAccount in it',
  ]],
  ['type: kubernetes.io/service-account-token', [], '1.35', 'name: a, annotations: { kubernetes.io/service-account.name: a }'],
  ['stringData: { a b: c }', [
    'stringData["a b"]: The key (a value that is not shown) is not a file name of letters, digits, "-", "_" and "."',
  ]],
]);

holds('v1 Namespace', [
  ['', [
    'metadata.labels["pod-security.kubernetes.io/enforce"]: The level of pod security "strict" is not one of privileged, baseline, restricted',
    'metadata.labels["pod-security.kubernetes.io/warn-version"]: "1.35" is neither latest nor a version of Kubernetes such as v1.35',
  ], '1.35', 'name: a, labels: { pod-security.kubernetes.io/enforce: strict, pod-security.kubernetes.io/warn: baseline, pod-security.kubernetes.io/warn-version: "1.35" }'],
  ['', [], '1.35', 'name: a, labels: { pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/enforce-version: v1.35 }'],
]);
