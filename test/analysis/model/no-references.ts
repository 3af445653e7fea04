// Fields of the shipped schemas that look like references and are none, with the reason. What stands neither here nor in the table fails the test beside this file.

/** A pattern of paths (`spec.rules[].name`, printed with `[]` and `*`), and kinds (`group/Kind`) where it is not meant for all. */
export interface NoReference {
  readonly fields: RegExp;
  readonly kinds?: RegExp;
  readonly because: string;
}

export const NO_REFERENCES: readonly NoReference[] = [
  { fields: /(?:^|\.)(?:[a-zA-Z0-9]*[sS]electors?|applyNestedSelectors)$/, because: 'it selects by labels, fields or expressions, and names no object; rules about selectors judge it' },
  { fields: /\.ownerReferences$/, because: 'the API server and the garbage collector keep it' },
  { fields: /\.(?:fieldRef|resourceFieldRef|fileKeyRef)(?:\.|$)/, because: 'it names a field of the pod itself, or a file of one of its volumes' },
  { fields: /\.(?:containerNames?|targetContainerName|envSourceContainerName)$/, because: 'it names a container' },
  { fields: /\.(?:generateName|nodeName|schedulerName|runAsUserName|gmsaCredentialSpecName|signerName|driverName)$/, because: 'nodes, schedulers, users, signers and drivers are not objects that documents make' },
  { fields: /(?:^|\.)driverName$/, because: 'it names a CSI driver' },
  { fields: /\.(?:diskName|shareName|datasetName|pdName|initiatorName|storagePolicyName)$/, because: 'it names something of a storage system' },
  { fields: /\.(?:scaleIO|storageos)\.volumeName$/, because: 'it names a volume of a storage system' },
  { fields: /\.(?:current|target)VolumeAttributesClassName$/, because: 'it is status' },
  { fields: /claimRef$/, because: 'the binder writes it, and a claim may come later than its volume' },
  { fields: /targetRef$/, kinds: /^(?:\/Endpoints|discovery)/, because: 'controllers write it about pods that they found' },
  { fields: /configSource\.configMap$/, kinds: /^\/Node$/, because: 'dynamic kubelet configuration was removed in Kubernetes 1.24' },
  { fields: /resourceNames$/, because: 'RBAC and admission may name objects that come later' },
  { fields: /(?:resizePolicy\[\]|scopeSelector.*)\.(?:resourceName|scopeName)$/, because: 'it names a resource such as cpu, or a scope' },
  { fields: /^spec\.names\.shortNames$/, because: 'it names the kind itself' },
  { fields: /(?:^|\.)(?:externalName|dnsNames?|domainNames?|matchName|commonName|altNames|otherNames|subjectAltNames|serverNames?|tlsServerName|hostedZoneName|sni)(?:$|\.)/, because: 'it is a host name or a name in a certificate' },
  { fields: /\.(?:requestHeaderName|httpHeaderName|headerName|httpQueryParameterName|cookieNames|sessionName|claimName)$/, kinds: /^(?!.*(?:\/Pod|apps\/|batch\/))/, because: 'it names a header, a query parameter, a cookie or a claim' },
  { fields: /\.(?:labelWithoutSelector|releaseName|newName|keyName|tsigKeyName|caName|certName)$/, because: 'it is a name inside of what is delivered, or of a key or a file in the Secret that stands beside it' },
  { fields: /\.(?:bucketName|securityGroupsNames|resourceGroupName|vmName|deviceNames?|volumeName|image|imageName|projectName)$/, kinds: /^(?:source\.|cilium|chaos-mesh|cert-manager|kiali|monitoring|argoproj)/, because: 'it names something of a cloud, a host or a registry' },
  { fields: /\.(?:groupName|solverName)$/, kinds: /^cert-manager/, because: 'it names an API group and a solver that a webhook brings' },
  { fields: /http01\.ingress\.class$/, because: 'it is the old annotation, which needs no IngressClass' },
  { fields: /(?:^|\.)(?:loadBalancerClass|filterClass|class|scrapeClass)$/, because: 'the controller knows its classes by itself' },
  { fields: /(?:^|\.)(?:controllerName|wireguardInterfaceName|interfaceName|openshiftSCCName|gatewayName|portNames?|logName|spanName|routeStatName|clusterStatName|pluginName|filterName|lbPolicyName|jobName|fileName|inputName|datasourceName|identityName|domainName|controlName|ruleName|applicationCredentialName)$/, because: 'it names something inside of an engine, a port, or a thing in the document itself' },
  { fields: /\.(?:clusterName|certificateName|instanceName)$/, kinds: /^consul/, because: "it names a cluster or a certificate of Envoy's own configuration" },
  { fields: /^spec\.check\.serviceName$/, kinds: /^consul/, because: "it names a service of Consul's catalogue" },
  { fields: /deployment\.serviceAccount$|envoyServiceAccount$|statefulSet\.pod\.serviceAccount$/, because: 'the controller makes the account' },
  { fields: /controllers\.serviceAccount$|serviceAccountTokenInSecrets$|allowInsecureAuthSecrets$|autodetect_secrets$/, because: 'it is a switch or settings of a controller' },
  { fields: /(?:source|destination)\.serviceAccounts$/, kinds: /calico/, because: 'it holds names, which are in the table, and a selector' },
  { fields: /source\.(?:notServiceAccounts|serviceAccounts)$/, kinds: /^security\.istio\.io/, because: 'it names identities, under which pods of any cluster of the mesh may run; NS3020 judges them' },
  { fields: /(?:awsSecretManager|azureKeyVault|gcpSecretManager|hashiCorpVault)\.secrets$/, because: 'they are kept in the vault' },
  { fields: /(?:credentials|oauth2)\.clientSecret$/, kinds: /^keda/, because: 'it holds the reference, which is in the table' },
  { fields: /credential\.serviceAccount$/, kinds: /^keda/, because: 'it is the path of a token in KEDA’s own pod' },
  { fields: /client_secret$|custom_secrets$|certificates_information_indicators\.secrets$/, kinds: /^kiali/, because: 'the value may be the secret itself, or a volume that says by itself whether it is optional' },
  { fields: /^spec\.kiali\.serviceName$/, because: 'it has a default that the operator finds' },
  { fields: /globalReference$|paramRef$/, because: 'it names an object of a kind that only the policy knows, or a value of an API call' },
  { fields: /[iI]mageReferences$/, because: 'they are patterns of images' },
  { fields: /match\.cluster\.subset$/, kinds: /EnvoyFilter$/, because: 'it matches clusters of Envoy, and may match none' },
  { fields: /^spec\.serviceName$/, kinds: /^opentelemetry/, because: 'the operator makes the Service of this name' },
  { fields: /telemetry\.tracing\.provider\.serviceName$/, because: 'it is the name that traces carry' },
  { fields: /^spec\.parentRef$/, kinds: /\/IPAddress$/, because: 'the API server writes it' },
  { fields: /podENIRef$/, because: 'the controller writes it' },
  { fields: /^spec\.controllerRef$/, kinds: /\/Workload$/, because: 'it may name an object of any kind, and nothing reads it' },
  { fields: /destinationServiceAccounts(?:\[\]\.defaultServiceAccount)?$/, because: 'the accounts are in the clusters that are delivered to' },
];
