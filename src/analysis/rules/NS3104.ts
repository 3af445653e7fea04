import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import type { Report, Rule } from './rule';

const scene = (spec: string): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec: { action: DENY${spec} }
`;

export const rule: Rule = {
  id: 'NS3104',
  class: 'breaks',
  title: 'Istiod refuses a policy of security',
  sees: 'what istiod\'s webhook checks of AuthorizationPolicies and RequestAuthentications beyond their schema: DENY and CUSTOM without rules, sources and operations without content, identities under CUSTOM, '
    + 'unknown conditions, templates of paths, token rules without an issuer.',
  why: 'The webhook refuses the object, and where it is not installed istiod drops it: what was to be denied is allowed.',
  fix: 'write what the message asks for',
  covers: ['IST0106', 'IST0133', 'analysis 1.3: AuthorizationPolicy with empty rules'],
  docs: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/', 'https://istio.io/latest/docs/reference/config/analysis/ist0106/'],
  subjects: ['security.istio.io/AuthorizationPolicy', 'security.istio.io/RequestAuthentication'],
  failing: {
    documents: scene(''),
    says: 'DENY without rules denies nobody',
    field: 'spec.action',
  },
  passing: { documents: scene(', rules: [{}]') },
  check(cluster, report) {
    for (const entry of cluster.objects('security.istio.io', 'AuthorizationPolicy')) authorization(entry, report);
    for (const entry of cluster.objects('security.istio.io', 'RequestAuthentication')) {
      for (const [index, rule_] of list(entry.spec.jwtRules).map(record).entries()) {
        if (text(rule_.issuer) === undefined && text(rule_.jwksUri) === undefined) report(entry, ['spec', 'jwtRules', index], { message: 'A rule for tokens needs an issuer or a jwksUri, and this one has neither' });
      }
    }
  },
};

function authorization(entry: Entry, report: Report): void {
  const action = text(entry.spec.action) ?? 'ALLOW';
  const rules = list(entry.spec.rules);
  if ((action === 'DENY' || action === 'CUSTOM') && rules.length === 0) {
    report(entry, ['spec', 'action'], {
      message: action === 'DENY' ? 'DENY without rules denies nobody' : 'CUSTOM without rules asks nobody', fix: 'add a rule; an empty one, {}, is for every request, and spec: {} without an action allows nothing',
    });
  }
  const provider = text(record(entry.spec.provider).name);
  if (action === 'CUSTOM' && provider === undefined && rules.length > 0) report(entry, ['spec', 'action'], { message: 'CUSTOM needs provider.name' });
  if (action !== 'CUSTOM' && entry.spec.provider !== undefined) report(entry, ['spec', 'provider'], { message: `A provider is for action CUSTOM, and this policy has ${action}` });
  for (let i = 0; i < rules.length; i++) {
    const { from, to, when } = record(rules[i]);
    for (let f = 0; f < list(from).length; f++) source(entry, record(record(from[f]).source), action, i, f, report);
    for (let t = 0; t < list(to).length; t++) operation(entry, record(record(to[t]).operation), i, t, report);
    for (let w = 0; w < list(when).length; w++) condition(entry, record(when[w]), action, ['spec', 'rules', i, 'when', w], report);
  }
}

function saysNothing(fields: Readonly<Record<string, unknown>>): boolean {
  for (const key in fields) if (list(fields[key]).length > 0) return false;
  return true;
}

function source(entry: Entry, fields: Readonly<Record<string, unknown>>, action: string, rule_: number, from: number, report: Report): void {
  const path = (): FieldPath => ['spec', 'rules', rule_, 'from', from, 'source'];
  if (saysNothing(fields)) report(entry, path(), { message: 'A source says who, and this one says nothing', fix: 'remove `from` to mean everybody' });
  const unknown = action === 'CUSTOM' ? Object.keys(fields).find((key) => list(fields[key]).length > 0 && !/ipBlocks$/i.test(key)) : undefined;
  if (unknown !== undefined) report(entry, [...path(), unknown], { message: `${unknown} is not known to action CUSTOM: the service that is asked decides by it` });
  for (const key of ['serviceAccounts', 'notServiceAccounts']) {
    const values = list(fields[key]);
    for (let index = 0; index < values.length; index++) {
      const value = String(values[index]);
      if (value.includes('*') || value.split('/').length > 2) report(entry, [...path(), key, index], { message: `${value} has not the form namespace/name: wildcards are for principals` });
    }
  }
}

function isPort(given: unknown): boolean {
  const port = String(given);
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535 && Number(port) >= 1;
}

function operation(entry: Entry, fields: Readonly<Record<string, unknown>>, rule_: number, to: number, report: Report): void {
  const path = (): FieldPath => ['spec', 'rules', rule_, 'to', to, 'operation'];
  if (saysNothing(fields)) report(entry, path(), { message: 'An operation says what, and this one says nothing', fix: 'remove `to` to mean everything' });
  for (const key of ['ports', 'notPorts']) {
    const ports = list(fields[key]);
    for (let i = 0; i < ports.length; i++) if (!isPort(ports[i])) report(entry, [...path(), key, i], { message: `${String(ports[i])} is no number of a port` });
  }
  for (const key of ['paths', 'notPaths']) {
    const templates = list(fields[key]);
    for (let index = 0; index < templates.length; index++) {
      const template = String(templates[index]);
      // Only braces make a template.
      if (!template.includes('{') && !template.includes('}')) continue;
      const segments = template.split('/');
      const open = segments.indexOf('{**}');
      const wrong = segments.some((segment) => segment !== '{*}' && segment !== '{**}' && /[{}]/.test(segment)) || open !== -1 && segments.slice(open + 1).some((segment) => segment.startsWith('{'));
      if (wrong) report(entry, [...path(), key, index], { message: `${template} is no template: whole segments may be {*}, and {**} is the last of them` });
    }
  }
}

const KEYS = /^(?:request\.headers\[[^\]]+\]|source\.(?:ip|namespace|serviceAccount|principal|trustDomain)|remote\.ip|request\.auth\.(?:principal|audiences|presenter|claims\[.+\])|destination\.(?:ip|port)|connection\.sni|experimental\..+)$/;

function condition(entry: Entry, { key, values, notValues }: Readonly<Record<string, unknown>>, action: string, path: FieldPath, report: Report): void {
  const name = String(key);
  if (!KEYS.test(name)) report(entry, [...path, 'key'], { message: `No condition is called ${name}` });
  else if (list(values).length === 0 && list(notValues).length === 0) report(entry, path, { message: `The condition ${name} has neither values nor notValues` });
  else if (action === 'CUSTOM' && /^(?:source\.(?:namespace|serviceAccount|trustDomain|principal)|request\.auth\.)/.test(name)) {
    report(entry, [...path, 'key'], { message: `${name} is not known to action CUSTOM: the service that is asked decides by it` });
  }
}
