/** What wakes up rules about tunnels: their configuration in Terraform, or workloads that may be cloudflared. */
export const TUNNEL_SUBJECTS: readonly string[] = ['terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet'];

/** Without these there is no tunnel to speak of. */
export const TUNNEL_NEEDS: readonly string[] = ['terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'image:cloudflared'];
