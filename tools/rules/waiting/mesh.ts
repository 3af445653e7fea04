// What else keeps the practices of the mesh, beside rules.
export const WAITING: Readonly<Record<string, string>> = {
  R13: 'default of `ZeroTrustMesh` with `stage: \'strict\'`: a PeerAuthentication with STRICT for every guarded namespace',
  R14: 'default of `ZeroTrustMesh`: a policy that allows nothing for each namespace, and one for each workload with the accounts that its connections name',
  R35: 'default of `ZeroTrustMesh`: mTLS, default deny and network policies from one set of connections',
  R65: '`stage` of `ZeroTrustMesh`, and its `excluded` workloads, say the level of each',
};
