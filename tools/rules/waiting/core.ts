// Rules of the sources about Kubernetes, Services, Ingress and delivery that no rule of the catalogue decides, and why.
export const WAITING: Readonly<Record<string, string>> = {
  R41: 'waits for the constructs of delivery, of which a change with its runbook, its way back and its alert will be a property: documents do not say that they are a change',
  R67: 'cannot be decided: whether what runs is what was written is asked of the cluster; the model file names the source line of each object',
  R97: 'waits for the constructs of Ingress and Traefik, whose default it will be; Envoy Gateway has it as `envoyHpa` of its proxy',
  R98: 'is wrong, and is not implemented: an ExternalName Service adds a CNAME to every lookup; NS0084 says where it cannot work at all',
  R99: 'default of `ZeroTrustMesh`: default deny in both directions, and what connections declare',
  R103: 'waits for the constructs of observation: a description stands at each policy that `Cni.cilium()` writes, and alerts on drops come with them',
};
