// Recognises secrets by their published formats. Imports nothing, because the error class itself must be able to hide what it shows.

/** A format of secret, named as the error sentence names it. */
interface SecretFormat {
  readonly kind: string;
  readonly pattern: RegExp;
}

// Every quantifier is bounded or followed by nothing, so that 64 KB of hostile text costs linear time.
const FORMATS: readonly SecretFormat[] = [
  { kind: 'PEM private key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: 'GitHub token', pattern: /(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22})/ },
  { kind: 'GitLab token', pattern: /glpat-[A-Za-z0-9_-]{20}/ },
  { kind: 'AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/ },
  { kind: 'Alibaba Cloud access key', pattern: /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{16,24}(?![A-Za-z0-9])/ },
  { kind: 'Slack token', pattern: /(?:xox[abeoprs]|xapp)-[0-9][A-Za-z0-9-]{9}/ },
  { kind: 'Slack webhook', pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/[A-Za-z0-9]{16}/ },
  { kind: 'Tailscale key', pattern: /tskey-(?:[a-z]{2,12}-)?[A-Za-z0-9]{2,32}(?:CNTRL-|-[A-Za-z0-9]{16})/ },
  { kind: 'Google API key', pattern: /AIza[A-Za-z0-9_-]{35}/ },
  { kind: 'Stripe key', pattern: /[rs]k_live_[A-Za-z0-9]{16}/ },
  { kind: 'npm token', pattern: /npm_[A-Za-z0-9]{36}/ },
  { kind: 'Vault token', pattern: /hv[sbr]\.[A-Za-z0-9_-]{24}/ },
  { kind: 'age private key', pattern: /AGE-SECRET-KEY-1[A-Z0-9]{20}/i },
  { kind: 'JWT', pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{8}/ },
  // A WireGuard public key has the same 44 characters, so a key counts only where it is called private.
  { kind: 'WireGuard private key', pattern: /(?:private|preshared)[_-]?key["']?\s{0,8}[=:]\s{0,8}["']?[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=/i },
  // What begins like a placeholder is one: `https://user:${PASSWORD}@host`.
  { kind: 'password in a URL', pattern: /:\/\/[^\s/:@?#]{0,256}:(?![${<%*])[^\s/@?#]{1,256}@/ },
];

// Nearly every text of a program has none of these, and is done after one pass.
const HINT = /-----BEGIN |gh[pousr]_|github_pat_|glpat-|A[KS]IA|LTAI|xox|xapp-|hooks\.slack|tskey-|AIza|[rs]k_live_|npm_|hv[sbr]\.|AGE-SECRET|eyJ|(?:private|preshared)[_-]?key|:\/\//i;

const BASE64_JSON = /eyJ[A-Za-z0-9+/_-]{60,4096}/g;

/** A tunnel token of cloudflared is base64 of `{"a": account, "t": tunnel, "s": secret}`. */
function holdsTunnelToken(text: string): boolean {
  for (const [candidate] of text.matchAll(BASE64_JSON)) {
    try {
      const token: unknown = JSON.parse(Buffer.from(candidate, 'base64').toString('utf8'));
      if (typeof token === 'object' && token !== null && 'a' in token && 't' in token && 's' in token) return true;
    } catch {
      // Not base64 JSON, so not a token.
    }
  }
  return false;
}

/** Whether a text is worth asking `looksLikeSecret` about. */
export function mayHoldSecret(text: string): boolean {
  return HINT.test(text);
}

/**
 * Names the kind of secret that stands somewhere in `text`, by well-known formats only: a text without a known format is `undefined`, however random it looks.
 */
export function looksLikeSecret(text: string): string | undefined {
  if (!mayHoldSecret(text)) return undefined;
  for (const { kind, pattern } of FORMATS) {
    if (pattern.test(text)) return kind;
  }
  return holdsTunnelToken(text) ? 'Cloudflare tunnel token' : undefined;
}
