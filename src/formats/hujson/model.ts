// The typed model of a Tailscale policy file. Property names are the policy's own. `acls` is left out: grants say the same and more.
import type { DurationLike } from '../duration';

/** A tailnet's policy: one file replaces the whole policy. */
export interface TailscalePolicy {
  /** `group:engineering` to its people. */
  readonly groups?: { readonly [group: string]: readonly string[] };
  /** Names for addresses and blocks. */
  readonly hosts?: { readonly [name: string]: string };
  /** `tag:prod` to who may give it to a device. */
  readonly tagOwners?: { readonly [tag: string]: readonly string[] };
  readonly autoApprovers?: {
    /** Block to who may advertise it without asking. */
    readonly routes?: { readonly [block: string]: readonly string[] };
    readonly exitNode?: readonly string[];
  };
  readonly grants: readonly TailscaleGrant[];
  readonly ssh?: readonly TailscaleSshRule[];
  readonly nodeAttrs?: readonly { readonly target: readonly string[]; readonly attr: readonly string[] }[];
  /** Checked by Tailscale when the policy is saved: a policy whose tests fail is refused. */
  readonly tests?: readonly TailscaleTest[];
  readonly sshTests?: readonly TailscaleSshTest[];
}

/** Lets `src` reach `dst`. */
export interface TailscaleGrant {
  readonly src: readonly string[];
  readonly dst: readonly string[];
  /** `*`, `443`, `tcp:443`, `udp:4000-5000`, `icmp:*`. */
  readonly ip: readonly string[];
}

export interface TailscaleSshRule {
  /** `check` asks the person to sign in again, `accept` does not. */
  readonly action: 'check' | 'accept';
  readonly src: readonly string[];
  readonly dst: readonly string[];
  /** Accounts on the machine; `root` must be named, `autogroup:nonroot` is every other. */
  readonly users: readonly string[];
  /** How long a sign-in counts; of `check` only. @default - 12 hours */
  readonly checkPeriod?: DurationLike | 'always';
}

export interface TailscaleTest {
  readonly src: string;
  readonly proto?: 'tcp' | 'udp' | 'icmp';
  /** `tag:prod:443`: must be reachable. */
  readonly accept?: readonly string[];
  readonly deny?: readonly string[];
}

export interface TailscaleSshTest {
  readonly src: string;
  readonly dst: readonly string[];
  readonly accept?: readonly string[];
  readonly check?: readonly string[];
  readonly deny?: readonly string[];
}
