// What policies of every language are made of: few names, so that much meets.
import type { Choices } from './draw';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export const NAMESPACES = ['a', 'b', 'c'] as const;
export const APPS = ['web', 'db', 'api'] as const;

/** A LabelSelector of pods. */
export function podSelector(choose: Choices): Json {
  return choose.one<() => Json>([
    () => ({}), () => ({ matchLabels: { app: choose.one(APPS) } }), () => ({ matchLabels: { app: choose.one(APPS), tier: choose.one(['x', 'y']) } }),
    () => ({ matchExpressions: [{ key: 'app', operator: choose.one(['In', 'NotIn']), values: choose.some(APPS, choose.between(1, 2)) }] }),
    () => ({ matchExpressions: [{ key: 'tier', operator: choose.one(['Exists', 'DoesNotExist']) }] }),
  ])();
}

export function namespaceSelector(choose: Choices): Json {
  return choose.one<() => Json>([
    () => ({}), () => ({ matchLabels: { team: choose.one(['x', 'y']) } }), () => ({ matchLabels: { 'kubernetes.io/metadata.name': choose.one(NAMESPACES) } }),
    () => ({ matchExpressions: [{ key: 'env', operator: choose.one(['Exists', 'DoesNotExist']) }] }),
    () => ({ matchExpressions: [{ key: 'team', operator: 'NotIn', values: [choose.one(['x', 'z'])] }] }),
  ])();
}

export const BLOCKS = ['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24', '192.0.2.7/32', '198.51.100.0/25'] as const;

/** A block with exceptions that lie inside. */
export function blockWithHoles(choose: Choices): { readonly cidr: string; readonly except?: readonly string[] } {
  return choose.one<() => { cidr: string; except?: readonly string[] }>([
    () => ({ cidr: choose.one(BLOCKS) }), () => ({ cidr: '0.0.0.0/0', except: choose.some(['10.0.0.0/8', '192.0.2.0/24', '198.51.100.64/26'], choose.between(1, 3)) }),
    () => ({ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }), () => ({ cidr: '192.0.2.0/24', except: ['192.0.2.7/32'] }),
  ])();
}
