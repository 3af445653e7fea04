import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import type { TokenIssuer } from '../core/policy';
import { refuseSecrets } from '../core/secrets';
import { requireList, requireObject, requireOptions } from '../core/shape';

const TEXT = /^[\x21-\x7e]{1,1024}$/;

/** Returns the issuers sorted, when each is one that a mesh can ask for keys. @throws NetstackError otherwise, and for two of one name */
export function checkTokenIssuers(issuers: readonly TokenIssuer[], scope: ErrorScope): readonly TokenIssuer[] {
  const seen = new Set<string>();
  for (const one of issuers) {
    requireOptions(one, { issuer: true, jwksUri: true, audiences: true, claimHeaders: true, forward: true }, 'a token issuer', scope);
    const { issuer, jwksUri } = one;
    const audiences = requireList(one.audiences, 'audiences of a token issuer', scope);
    const claimHeaders = requireObject(one.claimHeaders ?? {}, 'claimHeaders of a token issuer', scope);
    const refuse = (what: string, fix: string): never => {
      throw new NetstackError({ what, scope, fix });
    };
    if (typeof issuer !== 'string' || !TEXT.test(issuer)) refuse(`Token issuer ${shorten(issuer)} is not a text of 1 to 1024 visible ASCII characters`, "give the iss claim, such as 'https://id.example.com'");
    refuseSecrets(issuer, 'token issuer', scope);
    // Policies of meshes match `issuer/subject` and read "*" as a wildcard.
    if (issuer.includes('*')) refuse(`Token issuer ${shorten(issuer)} holds a "*"`, 'give the iss claim exactly');
    if (seen.has(issuer)) refuse(`Token issuer ${shorten(issuer)} is given twice`, 'give it once, with all its audiences');
    seen.add(issuer);
    if (!isHttps(jwksUri)) refuse(`jwksUri ${shorten(jwksUri)} of issuer ${shorten(issuer)} is not an https URL`, "give where its keys are, such as 'https://id.example.com/jwks.json'");
    refuseSecrets(jwksUri, 'jwksUri', scope);
    for (const audience of audiences) {
      if (typeof audience !== 'string' || !TEXT.test(audience)) refuse(`Audience ${shorten(audience)} of issuer ${shorten(issuer)} is not a text of 1 to 1024 visible ASCII characters`, "give such as 'orders'");
      refuseSecrets(audience, 'audience', scope);
    }
    for (const [header, claim] of Object.entries(claimHeaders)) {
      if (!/^[-_A-Za-z0-9]{1,256}$/.test(header)) refuse(`Header ${shorten(header)} of issuer ${shorten(issuer)} is not made of letters, digits, "-" and "_"`, "give such as 'x-user-id'");
      if (typeof claim !== 'string' || !TEXT.test(claim)) refuse(`Claim ${shorten(claim)} of issuer ${shorten(issuer)} is not a text of visible ASCII characters`, "give such as 'sub'");
      refuseSecrets(`${header} ${claim}`, 'a claim of a token issuer', scope);
    }
  }
  return [...issuers].sort((a, b) => (a.issuer < b.issuer ? -1 : 1));
}

function isHttps(text: unknown): boolean {
  if (typeof text !== 'string' || !TEXT.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
}
