// What the API server asks of a CustomResourceDefinition as an object. Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go and v1/defaults.go.
import type { Fields, NativeCheck, Place } from '../native/place';
import { fields, given, list, text } from '../native/place';
import { checkChoice, checkName, missing } from '../native/words';
import { dnsLabelWithLetterFirst, dnsSubdomain } from '../schema/names';
import { LATER } from './definition';
import { toNode } from './nodes';
import { checkSchema } from './structural';

const APPROVAL = 'api-approved.kubernetes.io';
const COLUMN_TYPES: readonly string[] = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS: readonly string[] = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

/** Holds a CustomResourceDefinition to the API server's own rules. */
export const checkDefinition: NativeCheck = (object, at, minor) => {
  const spec = fields(object.spec);
  const here = at.child('spec');
  checkGroup(object, spec, at);
  checkNames(fields(spec.names), here.child('names'));
  checkChoice(text(spec.scope), ['Cluster', 'Namespaced'], here.child('scope'), 'the scope');
  if (spec.preserveUnknownFields === true) {
    here.child('preserveUnknownFields').refuse(() => 'preserveUnknownFields must be false', 'write x-kubernetes-preserve-unknown-fields: true into the schema');
  }
  checkConversion(spec.conversion, here.child('conversion'));
  checkVersions(list(spec.versions).map(fields), here.child('versions'), minor);
};

function checkGroup(object: Fields, spec: Fields, at: Place): void {
  const group = text(spec.group);
  const here = at.child('spec').child('group');
  if (group === '') missing(here, 'the group is empty', 'write a domain of your own');
  else if (dnsSubdomain(group) !== undefined) checkName(group, dnsSubdomain, here, 'the group');
  else if (!group.includes('.')) here.refuse((show) => `the group ${show(group)} has no dot`, 'write a domain of your own, such as example.com');
  const metadata = fields(object.metadata);
  const plural = text(fields(spec.names).plural);
  const wanted = `${plural}.${group}`;
  const beginning = text(metadata.generateName);
  if (beginning !== '' && beginning !== wanted) at.child('metadata').child('generateName').refuse(() => `the name is plural and group, ${wanted}, and is not generated`, `remove it, and name it ${wanted}`);
  // Without one of them there is no name to give, and that it is missing is told already.
  if (plural !== '' && group !== '' && text(metadata.name) !== wanted) at.child('metadata').child('name').refuse((show) => `the name ${show(text(metadata.name))} is not plural and group, ${wanted}`, `name it ${wanted}`);
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)) return;
  const approval = text(fields(metadata.annotations)[APPROVAL]);
  if (approval.startsWith('unapproved') || /^[a-z][a-z0-9+.-]*:\/\/[^/?#]/i.test(approval)) return;
  const place = at.child('metadata').child('annotations').child(APPROVAL);
  const mend = 'write the address of the approval, or a text that begins with "unapproved"';
  if (approval === '') missing(place, `the group ${group} is protected, and needs the annotation ${APPROVAL}`, mend);
  else place.refuse((show) => `${show(approval)} is no approval of the protected group ${group}`, mend);
}

function checkNames(names: Fields, at: Place): void {
  const { plural, kind, singular, listKind } = names;
  for (const [name, value] of Object.entries({ plural, kind })) {
    if (text(value) === '') missing(at.child(name), `the ${name} name is empty`, `write ${name}`);
  }
  for (const [name, value] of Object.entries({ plural, singular })) if (text(value) !== '') checkName(text(value), dnsLabelWithLetterFirst, at.child(name), `the ${name} name`);
  for (const [name, value] of Object.entries({ kind, listKind })) if (text(value) !== '') checkName(text(value).toLowerCase(), dnsLabelWithLetterFirst, at.child(name), `the ${name} in lower case,`);
  if (text(kind) !== '' && kind === listKind) at.child('listKind').refuse(() => 'kind and listKind are the same', `write ${text(kind)}List`);
  for (const word of ['shortNames', 'categories']) {
    list(names[word]).forEach((value, i) => checkName(text(value), dnsLabelWithLetterFirst, at.child(word).child(i), word === 'shortNames' ? 'the short name' : 'the category'));
  }
}

function checkConversion(conversion: unknown, at: Place): void {
  if (!given(conversion)) return;
  const { strategy, webhook } = fields(conversion);
  checkChoice(text(strategy), ['None', 'Webhook'], at.child('strategy'), 'the strategy');
  if (strategy !== 'Webhook') {
    if (given(webhook)) at.child('webhook').refuse(() => 'only the strategy Webhook has a webhook', 'remove it, or write strategy: Webhook');
    return;
  }
  const { clientConfig, conversionReviewVersions } = fields(webhook);
  const { url, service } = fields(clientConfig);
  const here = at.child('webhook');
  if (given(url) === given(service)) here.child('clientConfig').refuse(() => `the webhook has ${given(url) ? 'both a url and a service' : 'neither a url nor a service'}`, 'give one of url and service');
  if (text(url) !== '' && !text(url).startsWith('https://')) here.child('clientConfig').child('url').refuse((show) => `the address ${show(text(url))} does not begin with https://`, 'write https://');
  const versions = list(conversionReviewVersions);
  if (!versions.includes('v1') && !versions.includes('v1beta1')) here.child('conversionReviewVersions').refuse(() => 'the webhook takes no review that the API server sends', 'write conversionReviewVersions: [v1]');
}

function checkVersions(versions: readonly Fields[], at: Place, minor: number): void {
  const seen = new Set<string>();
  versions.forEach((version, i) => {
    const here = at.child(i);
    const name = text(version.name);
    checkName(name, dnsLabelWithLetterFirst, here.child('name'), 'the version');
    if (seen.has(name)) here.child('name').refuse((show) => `the version ${show(name)} stands twice`, 'remove one');
    seen.add(name);
    checkVersion(version, here, minor);
  });
  const stored = versions.filter(({ storage }) => storage === true).length;
  if (stored !== 1) at.refuse(() => `${stored === 0 ? 'no version is' : `${stored} versions are`} stored, and exactly one must be`, 'write storage: true at one version');
}

function checkVersion(version: Fields, at: Place, minor: number): void {
  const { deprecated, deprecationWarning } = version;
  if (given(deprecationWarning)) {
    const here = at.child('deprecationWarning');
    if (deprecated !== true) here.refuse(() => 'only a deprecated version has a warning', 'write deprecated: true, or remove it');
    else if (!/^[^\p{C}\p{Zl}\p{Zp}]{1,256}$/u.test(text(deprecationWarning))) here.refuse(() => 'the warning is not one line of 1 to 256 characters', 'shorten it');
  }
  const { status, scale } = fields(version.subresources);
  if (given(scale)) checkScale(fields(scale), at.child('subresources').child('scale'));
  list(version.additionalPrinterColumns).forEach((column, i) => checkColumn(fields(column), at.child('additionalPrinterColumns').child(i)));
  const here = at.child('schema').child('openAPIV3Schema');
  const { openAPIV3Schema } = fields(version.schema);
  if (!given(openAPIV3Schema)) return missing(here, 'the version has no schema', 'write openAPIV3Schema');
  const schema = fields(openAPIV3Schema);
  checkSchema(schema, toNode(schema, '', LATER), here, { kubernetes: minor, status: given(status) });
}

function checkScale(scale: Fields, at: Place): void {
  const paths: readonly (readonly [name: string, below: readonly string[], required: boolean])[] = [
    ['specReplicasPath', ['.spec.'], true], ['statusReplicasPath', ['.status.'], true], ['labelSelectorPath', ['.spec.', '.status.'], false],
  ];
  for (const [name, below, required] of paths) {
    const path = text(scale[name]);
    if (path === '' ? required : !below.some((root) => path.startsWith(root))) {
      at.child(name).refuse((show) => `${path === '' ? `${name} is empty` : `${show(path)} is no path below ${below.join(' or ')}`}`, `write a path such as ${below[0]}replicas`);
    }
  }
}

function checkColumn(column: Fields, at: Place): void {
  if (text(column.name) === '') missing(at.child('name'), 'the column has no name', 'write name');
  checkChoice(text(column.type), COLUMN_TYPES, at.child('type'), 'the type');
  if (text(column.format) !== '') checkChoice(text(column.format), COLUMN_FORMATS, at.child('format'), 'the format');
  const path = text(column.jsonPath);
  if (!path.startsWith('.')) at.child('jsonPath').refuse((show) => (path === '' ? 'the column has no path' : `the path ${show(path)} does not begin with a dot`), 'write a path such as .spec.replicas');
}
