// The kinds whose policies decide who reaches whom, as rules about reachability name their subjects.
import { POLICY_SUBJECTS } from './policies';

export const REACH_SUBJECTS: readonly string[] = [
  ...POLICY_SUBJECTS,
  ...['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'].map((kind) => `security.istio.io/${kind}`),
  ...['Server', 'AuthorizationPolicy', 'ServerAuthorization'].map((kind) => `policy.linkerd.io/${kind}`),
];
