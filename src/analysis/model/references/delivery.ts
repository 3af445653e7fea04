// References of cert-manager, Traefik, Prometheus, KEDA, Flux, Argo CD, Grafana, OpenTelemetry, Kyverno and Chaos Mesh.
import { claim, environment, variables, volumes } from './pods';
import type { FieldReference, KindReferences } from './reference';
import { configMap, configMapKey, secret, secretKey, to } from './reference';

const ISSUERS: readonly string[] = ['cert-manager.io/Issuer', 'cert-manager.io/ClusterIssuer'];

/** An Issuer reads Secrets beside it, a ClusterIssuer where cert-manager was told to. */
function issuer(anywhere: boolean): FieldReference[] {
  const home = { anywhere };
  const key = (at: string): FieldReference => secret(at, { ...home, key: 'key' });
  return [
    secret('spec.acme.privateKeySecretRef', { makes: true }), key('spec.acme.externalAccountBinding.keySecretRef'),
    ...['acmeDNS.accountSecretRef', 'akamai.accessTokenSecretRef', 'akamai.clientSecretSecretRef', 'akamai.clientTokenSecretRef', 'azureDNS.clientSecretSecretRef',
      'cloudDNS.serviceAccountSecretRef', 'cloudflare.apiKeySecretRef', 'cloudflare.apiTokenSecretRef', 'digitalocean.tokenSecretRef', 'rfc2136.tsigSecretSecretRef',
      'route53.accessKeyIDSecretRef', 'route53.secretAccessKeySecretRef'].map((field) => key(`spec.acme.solvers[].dns01.${field}`)),
    to('/ServiceAccount', 'spec.acme.solvers[].dns01.route53.auth.kubernetes.serviceAccountRef', home),
    to(['gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/ListenerSet'], 'spec.acme.solvers[].http01.gatewayHTTPRoute.parentRefs[]',
      { typed: 'group', namespace: 'namespace', anywhere, section: 'sectionName' }),
    to('networking.k8s.io/IngressClass', 'spec.acme.solvers[].http01.ingress.ingressClassName'),
    secret('spec.ca.secretName', { ...home, keys: ['tls.crt', 'tls.key'] }),
    ...['auth.appRole.secretRef', 'auth.kubernetes.secretRef', 'auth.tokenSecretRef', 'caBundleSecretRef', 'clientCertSecretRef', 'clientKeySecretRef'].map((field) => key(`spec.vault.${field}`)),
    secret('spec.vault.auth.clientCertificate.secretName', home),
    ...['kubernetes', 'aws'].map((kind) => to('/ServiceAccount', `spec.vault.auth.${kind}.serviceAccountRef`, home)),
    key('spec.venafi.cloud.apiTokenSecretRef'), key('spec.venafi.tpp.caBundleSecretRef'), secret('spec.venafi.tpp.credentialsRef', home), secret('spec.venafi.ngts.credentialsRef', home),
    // The solver's pods are made in the namespace of each challenge.
    ...['gatewayHTTPRoute', 'ingress'].flatMap((solver) => [
      to('/ServiceAccount', `spec.acme.solvers[].http01.${solver}.podTemplate.spec.serviceAccountName`, { anywhere: true }),
      to('scheduling.k8s.io/PriorityClass', `spec.acme.solvers[].http01.${solver}.podTemplate.spec.priorityClassName`, { except: ['system-node-critical', 'system-cluster-critical'] }),
      secret(`spec.acme.solvers[].http01.${solver}.podTemplate.spec.imagePullSecrets[]`, { anywhere: true, idle: true }),
    ]),
  ];
}

/** How a scrape of Prometheus shows who it is. */
function scrape(at: string): FieldReference[] {
  return [
    ...['basicAuth.username', 'basicAuth.password', 'authorization.credentials', 'oauth2.clientSecret', 'oauth2.clientId.secret'].map((field) => secretKey(`${at}.${field}`)),
    configMapKey(`${at}.oauth2.clientId.configMap`),
    ...['tlsConfig', 'oauth2.tlsConfig'].flatMap((tls) => [
      secretKey(`${at}.${tls}.ca.secret`), configMapKey(`${at}.${tls}.ca.configMap`),
      secretKey(`${at}.${tls}.cert.secret`), configMapKey(`${at}.${tls}.cert.configMap`), secretKey(`${at}.${tls}.keySecret`),
    ]),
  ];
}

/** A scraper that was refused its credentials is left out of the configuration. */
const idle = (fields: readonly FieldReference[]): FieldReference[] => fields.map((field) => ({ ...field, idle: true }));

const TRAEFIK = { namespace: 'namespace' } as const;
const traefikService = (at: string): FieldReference => to(['/Service', 'traefik.io/TraefikService'], at, { ...TRAEFIK, typed: 'kind', port: ['port'] });
const traefikOptions: readonly FieldReference[] = [
  to('traefik.io/TLSOption', 'spec.tls.options', { ...TRAEFIK, except: ['default'] }), to('traefik.io/TLSStore', 'spec.tls.store', { ...TRAEFIK, except: ['default'] }),
  secret('spec.tls.secretName'), to('networking.k8s.io/IngressClass', 'spec.ingressClassName'),
];
const transports: readonly FieldReference[] = ['certificatesSecrets[]', 'rootCAsSecrets[]', 'rootCAs[].secret'].flatMap((field) => [secret(`spec.${field}`), secret(`spec.tls.${field}`)]);

const SOURCES: readonly string[] = ['GitRepository', 'OCIRepository', 'Bucket', 'HelmRepository', 'HelmChart', 'ExternalArtifact'].map((kind) => `source.toolkit.fluxcd.io/${kind}`);
const FLUX_SOURCE = { typed: 'kind', namespace: 'namespace' } as const;
const values = (at: string, key?: string): FieldReference => to(['/Secret', '/ConfigMap'], at, { typed: 'kind', optional: true, ...key !== undefined && { key } });

export const DELIVERY: readonly KindReferences[] = [
  {
    kinds: ['cert-manager.io/Certificate'],
    fields: () => [
      to(ISSUERS, 'spec.issuerRef', { typed: 'group' }), secret('spec.secretName', { makes: true }),
      secret('spec.keystores.jks.passwordSecretRef', { key: 'key' }), secret('spec.keystores.pkcs12.passwordSecretRef', { key: 'key' }),
    ],
  },
  { kinds: ['cert-manager.io/Issuer'], fields: () => issuer(false) },
  { kinds: ['cert-manager.io/ClusterIssuer'], fields: () => issuer(true) },
  {
    kinds: ['traefik.io/IngressRoute'],
    fields: () => [
      traefikService('spec.routes[].services[]'), to('traefik.io/Middleware', 'spec.routes[].middlewares[]', TRAEFIK), to('traefik.io/Middleware', 'spec.routes[].services[].middlewares[]', TRAEFIK),
      to('traefik.io/ServersTransport', 'spec.routes[].services[].serversTransport'), to('traefik.io/IngressRoute', 'spec.parentRefs[]', TRAEFIK), ...traefikOptions,
    ],
  },
  {
    kinds: ['traefik.io/IngressRouteTCP'],
    fields: () => [
      to('/Service', 'spec.routes[].services[]', { ...TRAEFIK, port: ['port'] }), to('traefik.io/MiddlewareTCP', 'spec.routes[].middlewares[]', TRAEFIK),
      to('traefik.io/ServersTransportTCP', 'spec.routes[].services[].serversTransport'), ...traefikOptions,
    ],
  },
  { kinds: ['traefik.io/IngressRouteUDP'], fields: () => [to('/Service', 'spec.routes[].services[]', { ...TRAEFIK, port: ['port'] }), to('networking.k8s.io/IngressClass', 'spec.ingressClassName')] },
  {
    kinds: ['traefik.io/TraefikService'],
    fields: () => [...['spec.weighted.services[]', 'spec.mirroring', 'spec.mirroring.mirrors[]', 'spec.failover.service', 'spec.failover.fallback', 'spec.highestRandomWeight.services[]'].map(traefikService)],
  },
  {
    kinds: ['traefik.io/Middleware'],
    fields: () => [
      to('traefik.io/Middleware', 'spec.chain.middlewares[]', TRAEFIK), traefikService('spec.errors.service'), secret('spec.basicAuth.secret'), secret('spec.digestAuth.secret'),
      secret('spec.forwardAuth.tls.caSecret'), secret('spec.forwardAuth.tls.certSecret'),
      secret('spec.rateLimit.redis.secret'), secret('spec.rateLimit.redis.tls.caSecret'), secret('spec.rateLimit.redis.tls.certSecret'),
    ],
  },
  { kinds: ['traefik.io/ServersTransport', 'traefik.io/ServersTransportTCP'], fields: () => [...transports, configMap('spec.rootCAs[].configMap'), configMap('spec.tls.rootCAs[].configMap')] },
  { kinds: ['traefik.io/TLSOption'], fields: () => [secret('spec.clientAuth.secretNames[]')] },
  { kinds: ['traefik.io/TLSStore'], fields: () => [secret('spec.certificates[].secretName'), secret('spec.defaultCertificate.secretName')] },
  { kinds: ['monitoring.coreos.com/ServiceMonitor'], fields: () => idle([...scrape('spec.endpoints[]'), secretKey('spec.endpoints[].bearerTokenSecret'), to('/Namespace', 'spec.namespaceSelector.matchNames[]')]) },
  { kinds: ['monitoring.coreos.com/PodMonitor'], fields: () => idle([...scrape('spec.podMetricsEndpoints[]'), secretKey('spec.podMetricsEndpoints[].bearerTokenSecret'), to('/Namespace', 'spec.namespaceSelector.matchNames[]')]) },
  { kinds: ['monitoring.coreos.com/Probe'], fields: () => idle([...scrape('spec'), secretKey('spec.bearerTokenSecret'), to('/Namespace', 'spec.targets.ingress.namespaceSelector.matchNames[]')]) },
  {
    kinds: ['monitoring.coreos.com/ScrapeConfig'],
    fields: () => idle([
      ...scrape('spec'), ...scrape('spec.*[]'),
      ...['tokenRef', 'clientSecret', 'password', 'applicationCredentialSecret', 'accessKey', 'secretKey', 'consumerKey', 'applicationSecret'].map((field) => secretKey(`spec.*[].${field}`)),
    ]),
  },
  {
    kinds: ['keda.sh/ScaledObject'],
    fields: () => [
      to(['apps/Deployment', 'apps/StatefulSet', 'argoproj.io/Rollout'], 'spec.scaleTargetRef', { typed: 'apiVersion' }),
      to(['keda.sh/TriggerAuthentication', 'keda.sh/ClusterTriggerAuthentication'], 'spec.triggers[].authenticationRef', { typed: 'kind' }),
    ],
  },
  ...['keda.sh/TriggerAuthentication', 'keda.sh/ClusterTriggerAuthentication'].map((kind): KindReferences => ({
    kinds: [kind],
    fields: () => [
      secret('spec.secretTargetRef[]', { key: 'key' }), configMap('spec.configMapTargetRef[]', { key: 'key' }),
      ...['awsSecretManager.credentials.accessKey', 'awsSecretManager.credentials.accessSecretKey', 'awsSecretManager.credentials.accessToken', 'azureKeyVault.credentials.clientSecret',
        'gcpSecretManager.credentials.clientSecret', 'oauth2.clientSecret'].map((field) => secret(`spec.${field}.valueFrom.secretKeyRef`, { key: 'key' })),
      ...['hashiCorpVault.credential.serviceAccountName', 'boundServiceAccountToken[].serviceAccountName'].map((field) => to('/ServiceAccount', `spec.${field}`)),
    ].map((field): FieldReference => (kind === 'keda.sh/ClusterTriggerAuthentication' ? { ...field, anywhere: true } : field)),
  })),
  {
    kinds: ['helm.toolkit.fluxcd.io/HelmRelease'],
    fields: () => [
      to(SOURCES, 'spec.chart.spec.sourceRef', FLUX_SOURCE), to(SOURCES, 'spec.chartRef', FLUX_SOURCE), secret('spec.chart.spec.verify.secretRef'),
      to('helm.toolkit.fluxcd.io/HelmRelease', 'spec.dependsOn[]', { namespace: 'namespace' }), values('spec.valuesFrom[]', 'valuesKey'),
      secret('spec.kubeConfig.secretRef', { key: 'key' }), configMap('spec.kubeConfig.configMapRef'), to('/ServiceAccount', 'spec.serviceAccountName'),
    ],
  },
  {
    kinds: ['kustomize.toolkit.fluxcd.io/Kustomization'],
    fields: () => [
      to(SOURCES, 'spec.sourceRef', FLUX_SOURCE), to('kustomize.toolkit.fluxcd.io/Kustomization', 'spec.dependsOn[]', { namespace: 'namespace' }),
      secret('spec.decryption.secretRef'), to('/ServiceAccount', 'spec.decryption.serviceAccountName'), values('spec.postBuild.substituteFrom[]'),
      secret('spec.kubeConfig.secretRef', { key: 'key' }), configMap('spec.kubeConfig.configMapRef'), to('/ServiceAccount', 'spec.serviceAccountName'),
    ],
  },
  {
    kinds: SOURCES,
    fields: () => [
      ...['secretRef', 'certSecretRef', 'proxySecretRef', 'verify.secretRef', 'verify.trustedRootSecretRef', 'sts.secretRef', 'sts.certSecretRef'].map((field) => secret(`spec.${field}`)),
      to('/ServiceAccount', 'spec.serviceAccountName'), to(SOURCES, 'spec.sourceRef', FLUX_SOURCE), to('source.toolkit.fluxcd.io/GitRepository', 'spec.include[].repository'),
    ],
  },
  { kinds: ['argoproj.io/Application'], fields: () => [to('argoproj.io/AppProject', 'spec.project', { anywhere: true, except: ['default'] })] },
  {
    kinds: ['argoproj.io/ApplicationSet'],
    fields: () => [
      ...['tokenRef', 'passwordRef', 'accessTokenRef', 'appPasswordRef'].map((field) => secret(`spec.generators.**.${field}`, { name: 'secretName', key: 'key' })),
      secret('spec.generators.**.appSecretName'), configMap('spec.generators.**.caRef', { name: 'configMapName', key: 'key' }), configMap('spec.generators.**.configMapRef'),
    ],
  },
  {
    kinds: ['grafana.integreatly.org/GrafanaDashboard', 'grafana.integreatly.org/GrafanaDatasource', 'grafana.integreatly.org/GrafanaFolder'],
    fields: () => [
      configMapKey('spec.configMapRef'), to('grafana.integreatly.org/GrafanaFolder', 'spec.folderRef'), to('grafana.integreatly.org/GrafanaFolder', 'spec.parentFolderRef'),
      secret('spec.oci.pullSecretRef'), ...['spec.envFrom[]', 'spec.envs[].valueFrom', 'spec.valuesFrom[].valueFrom'].flatMap((at) => [configMapKey(`${at}.configMapKeyRef`), secretKey(`${at}.secretKeyRef`)]),
    ],
  },
  {
    kinds: ['opentelemetry.io/OpenTelemetryCollector'],
    fields: () => [
      ...['spec', 'spec.additionalContainers[]', 'spec.initContainers[]'].flatMap(environment), ...variables('spec.targetAllocator'), ...volumes('spec.volumes[]'), ...claim('spec.volumeClaimTemplates[].spec'),
      to('/ServiceAccount', 'spec.serviceAccount'), to('/ServiceAccount', 'spec.targetAllocator.serviceAccount'), to('networking.k8s.io/IngressClass', 'spec.ingress.ingressClassName'),
      secret('spec.ingress.tls[].secretName'), to('scheduling.k8s.io/PriorityClass', 'spec.priorityClassName', { except: ['system-node-critical', 'system-cluster-critical'] }),
      ...['certificateAuthorityCertificate.secret', 'clientCertificate.certificateSecret', 'clientCertificate.keySecret', 'serverCertificate.certificateSecret', 'serverCertificate.keySecret']
        .map((field) => secret(`spec.targetAllocator.mtls.tls.${field}`, { key: 'key' })),
      configMap('spec.targetAllocator.mtls.tls.certificateAuthorityCertificate.configMap', { key: 'key' }),
    ],
  },
  {
    kinds: ['opentelemetry.io/Instrumentation'],
    // Read by the pods that are instrumented, in their namespaces.
    fields: () => [
      secret('spec.exporter.tls.secretName', { anywhere: true }), configMap('spec.exporter.tls.configMapName', { anywhere: true }),
      ...['spec.env[]', 'spec.*.env[]', 'spec.*.attrs[]'].flatMap((at) => [secretKey(`${at}.valueFrom.secretKeyRef`), configMapKey(`${at}.valueFrom.configMapKeyRef`)])
        .map((field): FieldReference => ({ ...field, anywhere: true })),
      ...claim('spec.*.volumeClaimTemplate.spec').map((field): FieldReference => ({ ...field, anywhere: true })),
    ],
  },
  {
    kinds: ['kyverno.io/ClusterPolicy', 'kyverno.io/Policy'],
    fields: () => [
      ...['context[]', 'generate.foreach[].context[]', 'mutate.foreach[].context[]', 'mutate.targets[].context[]', 'validate.foreach[].context[]']
        .map((at) => configMap(`spec.rules[].${at}.configMap`, { namespace: 'namespace', anywhere: true })),
      secret('spec.rules[].**.imageRegistryCredentials.secrets[]', { anywhere: true }),
      secret('spec.rules[].verifyImages[].**.keys.secret', { namespace: 'namespace', anywhere: true }), secret('spec.rules[].validate.manifests.**.keys.secret', { namespace: 'namespace', anywhere: true }),
    ],
  },
  {
    kinds: ['policies.kyverno.io/ImageValidatingPolicy', 'policies.kyverno.io/NamespacedImageValidatingPolicy'],
    fields: () => [secret('spec.credentials.secrets[]', { anywhere: true }), secret('spec.attestors[].cosign.source.PullSecrets[]', { anywhere: true, idle: true })],
  },
  {
    kinds: ['chaos-mesh.org/Schedule'],
    fields: () => [
      ...['awsChaos', 'azureChaos', 'gcpChaos'].map((kind) => secret(`spec.**.${kind}.secretName`)), secret('spec.**.httpChaos.tls', { name: 'secretName', namespace: 'secretNamespace' }),
      ...environment('spec.workflow.templates[].task.container'), ...volumes('spec.workflow.templates[].task.volumes[]'),
    ],
  },
  { kinds: ['kiali.io/Kiali'], fields: () => [secret('spec.deployment.image_pull_secrets[]', { anywhere: true, idle: true })] },
  { kinds: ['kiali.io/OSSMConsole'], fields: () => [secret('spec.deployment.imagePullSecrets[]', { anywhere: true, idle: true })] },
];
