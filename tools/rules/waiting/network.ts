// Rules of the sources about hosts, the CNI and the observation of the network that no rule of the catalogue decides, and why.
export const WAITING: Readonly<Record<string, string>> = {
  R20: 'default of `ZeroTrustMesh` with `Cni.cilium()`: one CiliumNetworkPolicy for each workload with peers, ports and requests, from the connections that it declares',
  R48: 'waits for the presets of whole stacks, whose `stage` the milestones will be; `stage` of `ZeroTrustMesh` is the part of zero trust',
  R53: 'cannot be decided: no document says what its author takes tcp_fin_timeout for; the time in TIME-WAIT is fixed in the kernel',
  R62: 'waits for the construct of objectives, which will write the alerts of an objective; NS7010 to NS7012 say where alerts that are there cannot fire',
  R107: 'decided at run time only: latencies between nodes are measured; they will be defaults of objectives',
  R150: 'waits for the construct of dashboards: which panels a service needs is its default',
};
