// The Cloudflare provider's classes that we use, by deep import: its index costs 250 ms and 119 MB. Loaded when a Terraform tree is rendered.
/* eslint-disable @typescript-eslint/no-require-imports */
import type { DnsRecord } from '@cdktf/provider-cloudflare/lib/dns-record';
import type { CloudflareProvider } from '@cdktf/provider-cloudflare/lib/provider';
import type { Ruleset, RulesetRules } from '@cdktf/provider-cloudflare/lib/ruleset';
import type { ZeroTrustAccessApplication } from '@cdktf/provider-cloudflare/lib/zero-trust-access-application';
import type { ZeroTrustAccessPolicy } from '@cdktf/provider-cloudflare/lib/zero-trust-access-policy';
import type { ZeroTrustTunnelCloudflared } from '@cdktf/provider-cloudflare/lib/zero-trust-tunnel-cloudflared';
import type { ZeroTrustTunnelCloudflaredConfigA, ZeroTrustTunnelCloudflaredConfigConfigIngress } from '@cdktf/provider-cloudflare/lib/zero-trust-tunnel-cloudflared-config';
import type { ZoneSetting, ZoneSettingConfig } from '@cdktf/provider-cloudflare/lib/zone-setting';

export type { RulesetRules, ZoneSettingConfig, ZeroTrustTunnelCloudflaredConfigConfigIngress as TunnelIngress };

/** The packages that these bindings come from. */
export const CLOUDFLARE_PACKAGES: readonly string[] = ['cdktf', '@cdktf/provider-cloudflare'];

export interface CloudflareBindings {
  readonly Provider: typeof CloudflareProvider;
  readonly Tunnel: typeof ZeroTrustTunnelCloudflared;
  readonly TunnelConfig: typeof ZeroTrustTunnelCloudflaredConfigA;
  readonly Record: typeof DnsRecord;
  readonly Ruleset: typeof Ruleset;
  readonly ZoneSetting: typeof ZoneSetting;
  readonly AccessApplication: typeof ZeroTrustAccessApplication;
  readonly AccessPolicy: typeof ZeroTrustAccessPolicy;
}

export function loadCloudflare(): CloudflareBindings {
  return {
    Provider: require('@cdktf/provider-cloudflare/lib/provider').CloudflareProvider,
    Tunnel: require('@cdktf/provider-cloudflare/lib/zero-trust-tunnel-cloudflared').ZeroTrustTunnelCloudflared,
    TunnelConfig: require('@cdktf/provider-cloudflare/lib/zero-trust-tunnel-cloudflared-config').ZeroTrustTunnelCloudflaredConfigA,
    Record: require('@cdktf/provider-cloudflare/lib/dns-record').DnsRecord,
    Ruleset: require('@cdktf/provider-cloudflare/lib/ruleset').Ruleset,
    ZoneSetting: require('@cdktf/provider-cloudflare/lib/zone-setting').ZoneSetting,
    AccessApplication: require('@cdktf/provider-cloudflare/lib/zero-trust-access-application').ZeroTrustAccessApplication,
    AccessPolicy: require('@cdktf/provider-cloudflare/lib/zero-trust-access-policy').ZeroTrustAccessPolicy,
  };
}
