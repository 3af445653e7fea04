// PodDisruptionBudget: pkg/apis/policy/validation. Its name is held to path segments only (see metadata.ts).
import type { NativeCheck } from './place';
import { fields, given, text } from './place';
import { checkChoice, checkCountOrPercent, checkLabelSelector } from './words';

export const checkDisruptionBudget: NativeCheck = (object, root) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  if (given(spec.minAvailable) && given(spec.maxUnavailable)) at.refuse(() => 'both minAvailable and maxUnavailable are given', 'remove one of them');
  for (const name of ['minAvailable', 'maxUnavailable']) if (given(spec[name])) checkCountOrPercent(spec[name], at.child(name), 100);
  checkLabelSelector(spec.selector, at.child('selector'));
  if (given(spec.unhealthyPodEvictionPolicy)) checkChoice(text(spec.unhealthyPodEvictionPolicy), ['AlwaysAllow', 'IfHealthyBudget'], at.child('unhealthyPodEvictionPolicy'), 'the policy');
};
