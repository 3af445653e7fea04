// What makes pods: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('apps/v1 Deployment', [
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'NS0013 spec.selector: The required field selector is missing; give selector, a mapping',
  ]],
  ['spec: { selector: {}, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.selector: The selector is empty, and would select every pod; give matchLabels with the labels of the template',
  ]],
  ['spec: { selector: { matchLabels: { app: b } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.template.metadata.labels: The selector does not fit the labels of the template; give the template the labels that the selector asks for',
  ]],
  ['spec: { selector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }, { key: b, operator: DoesNotExist }] }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { selector: { matchExpressions: [{ key: app, operator: NotIn, values: [a] }] }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.template.metadata.labels: The selector does not fit the labels of the template; give the template the labels that the selector asks for',
  ]],
  ['spec: { selector: { matchExpressions: [{ key: app, operator: In }] }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.selector.matchExpressions[0].values: The operator In needs values; give at least one value',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }], restartPolicy: Never } } }', [
    'spec.template.spec.restartPolicy: The pods of a Deployment are always restarted, and here the policy is Never; remove it, or use a Job',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }], activeDeadlineSeconds: 5 } } }', [
    'spec.template.spec.activeDeadlineSeconds: The pods of a Deployment have no end; remove it, or use a Job',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, replicas: -1, minReadySeconds: 600, revisionHistoryLimit: -1 }', [
    'spec.progressDeadlineSeconds: The deadline of 600 seconds is not longer than the 600 seconds of minReadySeconds; give a longer one',
    'spec.replicas: -1 is negative',
    'spec.revisionHistoryLimit: -1 is negative',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, strategy: { type: Recreate, rollingUpdate: {} } }', [
    'spec.strategy.rollingUpdate: The strategy Recreate replaces all pods at once; remove it, or use type RollingUpdate',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, strategy: { type: rolling } }', [
    'spec.strategy.type: The strategy "rolling" is not one of Recreate, RollingUpdate',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0% } } }', [
    'spec.strategy.rollingUpdate.maxUnavailable: MaxSurge and maxUnavailable are both 0, so no pod could be replaced; give one of them',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, strategy: { rollingUpdate: { maxSurge: 150%, maxUnavailable: 101% } } }', [
    'spec.strategy.rollingUpdate.maxUnavailable: 101% is more than 100%',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, strategy: { rollingUpdate: { maxSurge: half, maxUnavailable: -1 } } }', [
    'spec.strategy.rollingUpdate.maxSurge: "half" is neither a number nor a percentage such as 25%',
    'spec.strategy.rollingUpdate.maxUnavailable: -1 is negative; give 0 or more, or a percentage',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { hostNetwork: true, containers: [{ name: a, image: a, ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 82 }] }] } } }', [
    'spec.template.spec.containers[0].ports[1].hostPort: The port 82 of the host is not the port 81 of the container, and with hostNetwork they are one; remove hostPort',
  ]],
]);

holds('apps/v1 ReplicaSet', [
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, minReadySeconds: -1 }', [
    'NS0013 spec.selector: The required field selector is missing; give selector, a mapping',
    'spec.minReadySeconds: -1 is negative',
  ]],
]);

holds('apps/v1 DaemonSet', [
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, updateStrategy: { rollingUpdate: { maxSurge: 1 } } }', [
    'spec.updateStrategy.rollingUpdate.maxSurge: Only one of maxSurge and maxUnavailable may be above 0; set maxUnavailable: 0',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }', []],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }', [
    'spec.updateStrategy.rollingUpdate.maxUnavailable: MaxSurge and maxUnavailable are both 0, so no pod could be replaced; give one of them',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, updateStrategy: { type: Recreate } }', [
    'spec.updateStrategy.type: The strategy "Recreate" is not one of OnDelete, RollingUpdate',
  ]],
  ['spec: { selector: { matchLabels: { app: b } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }], restartPolicy: OnFailure } } }', [
    'spec.template.metadata.labels: The selector does not fit the labels of the template; give the template the labels that the selector asks for',
    'spec.template.spec.restartPolicy: The pods of a DaemonSet are always restarted, and here the policy is OnFailure; remove it, or use a Job',
  ]],
]);

holds('apps/v1 StatefulSet', [
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, serviceName: a }', []],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, serviceName: a.b }', [], '1.32'],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, serviceName: a.b }', [
    'spec.serviceName: The name of the Service "a.b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
  ], '1.35'],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, podManagementPolicy: parallel, updateStrategy: { type: OnDelete, rollingUpdate: {} }, ordinals: { start: -1 } }', [
    'spec.podManagementPolicy: The policy "parallel" is not one of OrderedReady, Parallel; did you mean Parallel?',
    'spec.updateStrategy.rollingUpdate: The strategy OnDelete replaces no pods by itself; remove it, or use type RollingUpdate',
    'spec.ordinals.start: -1 is negative',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } }, updateStrategy: { type: Recreate } }', [
    'spec.updateStrategy.type: The strategy "Recreate" is not one of OnDelete, RollingUpdate',
  ]],
  ['spec: { selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: { hostname: A, containers: [{ name: a, image: a, volumeMounts: [{ name: data, mountPath: /d }] }] } }, volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }] }', []],
]);

holds('v1 ReplicationController', [
  ['spec: { selector: { app: a }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', []],
  ['spec: { selector: { app: b }, template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.template.metadata.labels: The selector does not fit the labels of the template; give the template the labels that the selector asks for',
  ]],
  ['spec: { selector: { app: a } }', [
    'spec.template: A ReplicationController needs a template; give template',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.selector: A ReplicationController needs a selector; give selector, or labels to the template',
  ]],
]);

holds('batch/v1 Job', [
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } } }', []],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Always } } }', [
    'spec.template.spec.restartPolicy: The pods of a job end, so they may not be restarted always; give restartPolicy: OnFailure or Never',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }] } } }', [
    'spec.template.spec.restartPolicy: The pods of a job end, so they may not be restarted always; give restartPolicy: OnFailure or Never',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: OnFailure } }, podFailurePolicy: { rules: [{ action: Ignore, onPodConditions: [{ type: A, status: "True" }] }] } }', [
    'spec.template.spec.restartPolicy: With a podFailurePolicy the pods of a job may not be restarted; give restartPolicy: Never',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } }, completionMode: Indexed }', [
    'spec.completions: The completion mode Indexed needs completions; give completions',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } }, completionMode: indexed, parallelism: -1 }', [
    'spec.completionMode: The completion mode "indexed" is not one of Indexed, NonIndexed; did you mean Indexed?',
    'spec.parallelism: -1 is negative',
  ]],
  ['spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } }, completionMode: Indexed, completions: 1000 }', [
    'metadata.name: The name of the last pod "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…" (65 characters) is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
  ], '1.35', 'name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
]);

holds('batch/v1 CronJob', [
  ['spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } } } } }', []],
  ['spec: { schedule: "", jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Never } } } } }', [
    'spec.schedule: The schedule is missing; give schedule, for instance "0 3 * * *"',
  ]],
  ['spec: { schedule: "TZ=UTC 0 3 * * *", concurrencyPolicy: forbid, timeZone: "", startingDeadlineSeconds: -1, jobTemplate: { spec: { selector: { matchLabels: { a: b } }, manualSelector: true, template: { spec: { containers: [{ name: a, image: a }], restartPolicy: Always } } } } }', [
    'spec.schedule: The time zone stands in the schedule; give it as timeZone',
    'spec.concurrencyPolicy: The policy "forbid" is not one of Allow, Forbid, Replace; did you mean Forbid?',
    'spec.timeZone: The time zone is empty; remove it, or name one such as Europe/Berlin',
    'spec.startingDeadlineSeconds: -1 is negative',
    "spec.jobTemplate.spec.selector: The selector of a CronJob's jobs is made by the server; remove it",
    "spec.jobTemplate.spec.manualSelector: The selector of a CronJob's jobs is made by the server; remove it",
    'spec.jobTemplate.spec.template.spec.restartPolicy: The pods of a job end, so they may not be restarted always; give restartPolicy: OnFailure or Never',
  ]],
]);
