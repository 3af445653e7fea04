// Whether a label selector fits labels: apimachinery pkg/apis/meta/v1 (LabelSelectorAsSelector) and pkg/labels.
import { labelValue, qualifiedName } from '../schema/names';
import type { Fields } from './place';
import { fields, list, text } from './place';

/** Whether a selector can be asked at all. */
export function isSelectorSound(selector: Fields): boolean {
  const labels = fields(selector.matchLabels);
  for (const key in labels) if (qualifiedName(key) !== undefined || labelValue(text(labels[key])) !== undefined) return false;
  return list(selector.matchExpressions).map(fields).every(({ key, operator, values }) => {
    const count = list(values).length;
    const counted = operator === 'In' || operator === 'NotIn' ? count > 0 : (operator === 'Exists' || operator === 'DoesNotExist') && count === 0;
    return counted && qualifiedName(text(key)) === undefined && list(values).every((value) => labelValue(text(value)) === undefined);
  });
}

export function matches(selector: Fields, labels: Fields): boolean {
  const wanted = fields(selector.matchLabels);
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return list(selector.matchExpressions).map(fields).every(({ key, operator, values }) => {
    const value = labels[text(key)];
    switch (operator) {
      case 'In': return value !== undefined && list(values).includes(value);
      case 'NotIn': return value === undefined || !list(values).includes(value);
      case 'Exists': return value !== undefined;
      default: return value === undefined;
    }
  });
}
