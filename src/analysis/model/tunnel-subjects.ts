/** What wakes up rules about tunnels: their configuration in Terraform, or workloads that may be cloudflared. */
export const TUNNEL_SUBJECTS: readonly string[] = ['terraform:cloudflare_zero_trust_tunnel_cloudflared_config', 'terraform:cloudflare_tunnel_config', 'apps/Deployment', 'apps/DaemonSet'];
