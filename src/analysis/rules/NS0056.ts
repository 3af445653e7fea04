import type { Rule } from './rule';

const ALIBABA = 'service.beta.kubernetes.io/alibaba-cloud-loadbalancer-';

export const rule: Rule = {
  id: 'NS0056',
  class: 'practice',
  title: 'A load balancer is used again without saying who owns its listeners',
  sees: 'Services of type LoadBalancer that name a load balancer of Alibaba Cloud by its id, without the annotation force-override-listeners.',
  why: 'By default the listeners that the load balancer has are kept, and those of the Service are not made: the Service has an address and no way in. With true, listeners of others are overwritten.',
  fix: 'say force-override-listeners: "true" where the load balancer is of this Service alone, "false" where others use it',
  covers: ['R71'],
  docs: ['https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/add-annotations-to-the-yaml-file-of-a-service-to-configure-clb-instances'],
  subjects: ['/Service'],
  failing: {
    documents: `
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop, annotations: { service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id: lb-2ze1 } }
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`,
    says: 'Load balancer lb-2ze1 is used again, and nothing says whether its listeners are overwritten',
    field: 'metadata.annotations["service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id"]',
  },
  passing: {
    documents: `
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
  annotations:
    service.beta.kubernetes.io/alibaba-cloud-loadbalancer-id: lb-2ze1
    service.beta.kubernetes.io/alibaba-cloud-loadbalancer-force-override-listeners: "true"
spec: { type: LoadBalancer, ports: [{ port: 80 }] }
`,
  },
  check(cluster, report) {
    for (const service of cluster.objects('', 'Service')) {
      const { annotations } = service;
      const id = annotations[`${ALIBABA}id`];
      if (id === undefined || `${ALIBABA}force-override-listeners` in annotations) continue;
      report(service, ['metadata', 'annotations', `${ALIBABA}id`], { message: `Load balancer ${id} is used again, and nothing says whether its listeners are overwritten` });
    }
  },
};
