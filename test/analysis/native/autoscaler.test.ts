// HorizontalPodAutoscaler and PodDisruptionBudget: what the API server refuses beyond the structure, and the near misses that it takes.
import { holds } from './table';

holds('autoscaling/v2 HorizontalPodAutoscaler', [
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3,  }', []],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, minReplicas: 0 }', [
    'spec.metrics: Scaling to zero needs a metric of type Object or External; give one, or minReplicas: 1',
    'spec.minReplicas: 0 replicas at least, where 1 is the least that is allowed; give 1 or more',
  ]],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, minReplicas: 4 }', [
    'spec.maxReplicas: At most 3 replicas are fewer than the 4 of minReplicas; give a maximum that is not below the minimum',
  ]],
  ['spec: { maxReplicas: 0, scaleTargetRef: {kind: a/b, name: ""} }', [
    'spec.maxReplicas: 0 replicas at most, where at least 1 must be allowed; give 1 or more',
    'spec.maxReplicas: At most 0 replicas are fewer than the 1 of minReplicas; give a maximum that is not below the minimum',
    'spec.scaleTargetRef.kind: The kind "a/b" is not a path segment: not "." or "..", without "/" and "%"',
    'spec.scaleTargetRef.name: The name of the object is missing; give name',
  ], '1.32'],
  ['spec: { maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a} }', [
    'spec.scaleTargetRef.apiVersion: The version is missing, and with it the group of what is scaled; write it as apps/v1',
  ]],
  ['spec: { maxReplicas: 1, scaleTargetRef: {kind: ReplicationController, name: a, apiVersion: v1} }', []],
  ['spec: { maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a, apiVersion: a/b/c} }', [
    'spec.scaleTargetRef.apiVersion: "a/b/c" is not a group and a version such as apps/v1',
  ]],
  ['spec: { maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a, apiVersion: v1} }', [], '1.32'],
  ['spec: { maxReplicas: 1, scaleTargetRef: {kind: Deployment, name: a, apiVersion: v1} }', [
    'spec.scaleTargetRef.apiVersion: "v1" is without the group of what is scaled; write it as apps/v1',
  ]],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}, {type: ContainerResource, containerResource: {name: memory, container: app, target: {type: AverageValue, averageValue: 1Gi}}}, {type: Pods, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 100m}}}, {type: Object, object: {metric: {name: a}, describedObject: {kind: Service, name: a}, target: {type: Value, value: 1}}}, {type: External, external: {metric: {name: a}, target: {type: AverageValue, averageValue: 1k}}}] }', []],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, metrics: [{}, {type: Resources}, {type: Resource}, {type: Pods, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}, {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}, pods: {metric: {name: a}, target: {type: AverageValue, averageValue: 100m}}}] }', [
    'NS0013 spec.metrics[0].type: The required field type is missing; give type, a string',
    'spec.metrics[1].type: The type of the metric "Resources" is not one of ContainerResource, External, Object, Pods, Resource; did you mean Resource?',
    'spec.metrics[2].resource: A metric of type Resource needs resource; give resource',
    'spec.metrics[3].pods: A metric of type Pods needs pods; give pods',
    'spec.metrics[4].pods: A metric has one source, and here pods and resource are given; make two metrics of it',
  ]],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, metrics: [{type: Resource, resource: {name: "", target: {type: Percent}}}, {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 0, averageValue: "0"}}}, {type: ContainerResource, containerResource: {name: gpu, container: A_b, target: {type: Utilization, averageUtilization: 1}}}, {type: ContainerResource, containerResource: {name: a/b, container: "", target: {type: Utilization, averageUtilization: 1}}}] }', [
    'spec.metrics[0].resource.name: The name of the resource is missing; give name, for instance cpu',
    'spec.metrics[0].resource.target.averageUtilization: A target needs a value; give averageUtilization or averageValue',
    'spec.metrics[0].resource.target.type: The type of the target "Percent" is not one of AverageValue, Utilization, Value',
    'spec.metrics[1].resource.target.averageUtilization: 0 percent are not above 0',
    'spec.metrics[1].resource.target.averageValue: "0" is not above 0',
    'spec.metrics[1].resource.target.averageValue: Both averageValue and averageUtilization are given; remove one of them',
    'spec.metrics[2].containerResource.name: "gpu" is no resource of containers; use cpu, memory, ephemeral-storage, hugepages-…, or a name with a prefix',
    'spec.metrics[2].containerResource.container: The name of the container "A_b" is not a DNS label: at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
    'spec.metrics[3].containerResource.container: The name of the container is missing; give container',
  ]],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, metrics: [{type: Pods, pods: {metric: {name: a/b}, target: {type: Value, value: -1}}}, {type: Object, object: {metric: {name: ""}, describedObject: {kind: "", name: a}, target: {type: Value}}}, {type: External, external: {metric: {name: a}, target: {type: Value, value: 1, averageValue: 1}}}] }', [
    'spec.metrics[0].pods.metric.name: The name of the metric "a/b" is not a path segment: not "." or "..", without "/" and "%"',
    'spec.metrics[0].pods.target.averageValue: A target over pods needs averageValue; give averageValue',
    'spec.metrics[0].pods.target.value: -1 is not above 0',
    'spec.metrics[1].object.metric.name: The name of the metric is missing; give name',
    'spec.metrics[1].object.describedObject.kind: The kind of the object is missing; give kind',
    'spec.metrics[1].object.target.averageValue: A target needs a value; give value or averageValue',
    'spec.metrics[2].external.target.value: Both value and averageValue are given; remove one of them',
  ]],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, behavior: {scaleUp: {}, scaleDown: {stabilizationWindowSeconds: 300, selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 60}]}} }', []],
  ['spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }, maxReplicas: 3, behavior: {scaleUp: {policies: [], stabilizationWindowSeconds: 3601, selectPolicy: max, tolerance: -1m}, scaleDown: {policies: [{type: pods, value: 0, periodSeconds: 1801}], stabilizationWindowSeconds: -1}} }', [
    'spec.behavior.scaleUp.policies: The list of policies is empty; give a policy, or leave the list out for the defaults',
    'spec.behavior.scaleUp.stabilizationWindowSeconds: 3601 seconds are outside of 0 to 3600',
    'spec.behavior.scaleUp.selectPolicy: The choice of policy "max" is not one of Disabled, Max, Min; did you mean Max?',
    'spec.behavior.scaleUp.tolerance: "-1m" is negative',
    'spec.behavior.scaleDown.policies[0].type: The type of the policy "pods" is not one of Percent, Pods; did you mean Pods?',
    'spec.behavior.scaleDown.policies[0].value: 0 is not above 0',
    'spec.behavior.scaleDown.policies[0].periodSeconds: 1801 seconds are outside of 1 to 1800',
    'spec.behavior.scaleDown.stabilizationWindowSeconds: -1 seconds are outside of 0 to 3600',
  ]],
]);

holds('policy/v1 PodDisruptionBudget', [
  ['spec: { minAvailable: 1 }', []],
  ['spec: { minAvailable: 50%, selector: {matchLabels: {a: b}} }', []],
  ['spec: {  }', []],
  ['spec: { minAvailable: 1, maxUnavailable: 1 }', [
    'spec: Both minAvailable and maxUnavailable are given; remove one of them',
  ]],
  ['spec: { minAvailable: -1 }', [
    'spec.minAvailable: -1 is negative; give 0 or more, or a percentage',
  ]],
  ['spec: { maxUnavailable: 101% }', [
    'spec.maxUnavailable: 101% is more than 100%',
  ]],
  ['spec: { maxUnavailable: "1" }', [
    'spec.maxUnavailable: "1" is neither a number nor a percentage such as 25%; write 1 without quotes, or 1%',
  ]],
  ['spec: { maxUnavailable: half, unhealthyPodEvictionPolicy: Always, selector: {matchLabels: {a: b c}} }', [
    'spec.maxUnavailable: "half" is neither a number nor a percentage such as 25%',
    'spec.unhealthyPodEvictionPolicy: The policy "Always" is not one of AlwaysAllow, IfHealthyBudget',
    'spec.selector.matchLabels.a: The label value "b c" is not a label value: at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  ]],
  ['spec: { unhealthyPodEvictionPolicy: AlwaysAllow }', [], '1.35', 'name: A_b'],
]);
