// Asks Cilium's own policy engine: parses policies as the agent does, and says of each flow whether egress and ingress allow it.
// One request as JSON on standard input, one answer as JSON on standard output.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strconv"
	"sync"

	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/k8s"
	cilium_v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slim_networkingv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	slim_metav1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/apis/meta/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/spanstat"
	testidentity "github.com/cilium/cilium/pkg/testutils/identity"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

const (
	engine  = "cilium policy engine 1.19.1"
	cluster = "default"
)

// An endpoint is a pod (namespace and labels), a reserved identity (entity), an address (cidr) or a name whose address is known (fqdn).
type endpoint struct {
	Namespace       string            `json:"namespace"`
	Labels          map[string]string `json:"labels"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
	ServiceAccount  string            `json:"serviceAccount"`
	Ports           []namedPort       `json:"ports"`
	Entity          string            `json:"entity"`
	Cidr            string            `json:"cidr"`
	Fqdns           []string          `json:"fqdns"`
}

type namedPort struct {
	Name     string `json:"name"`
	Number   uint16 `json:"number"`
	Protocol string `json:"protocol"`
}

type flow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Port     uint16 `json:"port"`
	Protocol string `json:"protocol"`
}

// A world is a cluster with its policies and the flows that are asked for.
type world struct {
	Policies  []json.RawMessage   `json:"policies"`
	Endpoints map[string]endpoint `json:"endpoints"`
	Flows     []flow              `json:"flows"`
	// Whether the node reaches its own pods unless it is denied, as in Kubernetes.
	Localhost bool `json:"localhost"`
	// Selectors mean the pods of every cluster, and so those who have no cluster at all, as before 1.19.
	AnyCluster bool `json:"anyCluster"`
}

type request struct {
	Worlds []world `json:"worlds"`
}

type refusal struct {
	Policy int    `json:"policy"`
	Error  string `json:"error"`
}

// A verdict says of each end `allowed`, `denied`, or `requests`: allowed as far as the proxy lets requests through.
type verdict struct {
	Egress  string `json:"egress"`
	Ingress string `json:"ingress"`
	Error   string `json:"error,omitempty"`
}

type worldAnswer struct {
	Refused  []refusal `json:"refused"`
	Verdicts []verdict `json:"verdicts"`
}

type answer struct {
	Engine string        `json:"engine"`
	Worlds []worldAnswer `json:"worlds"`
}

// The endpoint whose policy is computed: what it calls its own ports, and what the other end calls them.
type owner struct {
	id     uint64
	ports  types.NamedPortMap
	remote types.NamedPortMap
}

func (o *owner) GetID() uint64                      { return o.id }
func (o *owner) PolicyDebug(string, ...any)         {}
func (o *owner) IsHost() bool                       { return false }
func (o *owner) PreviousMapState() *policy.MapState { return nil }
func (o *owner) GetNamedPort(ingress bool, name string, proto u8proto.U8proto) uint16 {
	ports := o.remote
	if ingress {
		ports = o.ports
	}
	if pp, ok := ports[name]; ok && pp.Proto == proto {
		return pp.Port
	}
	return 0
}
func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	ch := make(chan bool)
	close(ch)
	return ch
}

type noStats struct {
	waiting     spanstat.SpanStat
	calculation spanstat.SpanStat
}

func (s *noStats) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *noStats) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.calculation }

// A ClusterNetworkPolicy (v1alpha2). This engine has its tiers, priorities and verdicts, but not yet its documents: those are read here as later releases read them.
type clusterPolicy struct {
	Spec struct {
		Tier     string        `json:"tier"`
		Priority int           `json:"priority"`
		Subject  clusterPeer   `json:"subject"`
		Ingress  []clusterRule `json:"ingress"`
		Egress   []clusterRule `json:"egress"`
	} `json:"spec"`
}

type clusterRule struct {
	Action    string            `json:"action"`
	From      []clusterPeer     `json:"from"`
	To        []clusterPeer     `json:"to"`
	Protocols []clusterProtocol `json:"protocols"`
}

type clusterPeer struct {
	Namespaces *slim_metav1.LabelSelector `json:"namespaces"`
	Pods       *struct {
		NamespaceSelector slim_metav1.LabelSelector `json:"namespaceSelector"`
		PodSelector       slim_metav1.LabelSelector `json:"podSelector"`
	} `json:"pods"`
	Networks []string `json:"networks"`
}

type clusterProtocol struct {
	TCP  *clusterPort `json:"tcp"`
	UDP  *clusterPort `json:"udp"`
	SCTP *clusterPort `json:"sctp"`
	Name string       `json:"destinationNamedPort"`
}

type clusterPort struct {
	DestinationPort *struct {
		Number int `json:"number"`
		Range  *struct {
			Start int `json:"start"`
			End   int `json:"end"`
		} `json:"range"`
	} `json:"destinationPort"`
}

func namespacesOf(selector slim_metav1.LabelSelector) *slim_metav1.LabelSelector {
	const prefix = "io.cilium.k8s.namespace.labels."
	out := &slim_metav1.LabelSelector{MatchLabels: map[string]string{}}
	for key, value := range selector.MatchLabels {
		out.MatchLabels[prefix+key] = value
	}
	for _, one := range selector.MatchExpressions {
		one.Key = prefix + one.Key
		out.MatchExpressions = append(out.MatchExpressions, one)
	}
	if len(out.MatchLabels)+len(out.MatchExpressions) == 0 {
		out.MatchExpressions = []slim_metav1.LabelSelectorRequirement{{Key: "io.kubernetes.pod.namespace", Operator: slim_metav1.LabelSelectorOpExists}}
	}
	return out
}

func (p clusterPeer) selector() (policytypes.Selectors, bool) {
	switch {
	case p.Namespaces != nil:
		return policytypes.ToSelectors(api.NewESFromK8sLabelSelector(labels.LabelSourceK8sKeyPrefix, namespacesOf(*p.Namespaces))), true
	case p.Pods != nil:
		return ofCluster(policytypes.ToSelectors(api.NewESFromK8sLabelSelector(labels.LabelSourceK8sKeyPrefix, namespacesOf(p.Pods.NamespaceSelector), &p.Pods.PodSelector))), true
	case p.Networks != nil:
		selectors := policytypes.Selectors{}
		for _, network := range p.Networks {
			selectors = append(selectors, policytypes.ToSelector(api.CIDR(network)))
		}
		return selectors, true
	default:
		return nil, false
	}
}

func portsOf(protocols []clusterProtocol) api.PortRules {
	rules := api.PortRules{}
	for _, one := range protocols {
		port := api.PortProtocol{Port: "0"}
		number := func(protocol api.L4Proto, at *clusterPort) {
			port.Protocol = protocol
			if at.DestinationPort == nil {
				return
			}
			port.Port = strconv.Itoa(at.DestinationPort.Number)
			if between := at.DestinationPort.Range; between != nil {
				port.Port, port.EndPort = strconv.Itoa(between.Start), int32(between.End)
			}
		}
		switch {
		case one.TCP != nil:
			number(api.ProtoTCP, one.TCP)
		case one.UDP != nil:
			number(api.ProtoUDP, one.UDP)
		case one.SCTP != nil:
			number(api.ProtoSCTP, one.SCTP)
		default:
			port.Port, port.Protocol = one.Name, api.ProtoAny
		}
		rules = append(rules, api.PortRule{Ports: []api.PortProtocol{port}})
	}
	return rules
}

func (p clusterPolicy) entries() (policytypes.PolicyEntries, error) {
	subjects, ok := p.Spec.Subject.selector()
	if !ok {
		return nil, fmt.Errorf("a subject that is not known")
	}
	tier := policytypes.Admin
	if p.Spec.Tier == "Baseline" {
		tier = policytypes.Baseline
	}
	entries := policytypes.PolicyEntries{}
	add := func(rules []clusterRule, ingress bool) {
		for i, rule := range rules {
			verdict := map[string]policytypes.Verdict{"Accept": policytypes.Allow, "Deny": policytypes.Deny, "Pass": policytypes.Pass}[rule.Action]
			peers := rule.From
			if !ingress {
				peers = rule.To
			}
			for _, peer := range peers {
				entry := &policytypes.PolicyEntry{Tier: tier, Priority: float64(p.Spec.Priority) + float64(i)/100, Subject: subjects[0].(*policytypes.LabelSelector), Ingress: ingress, Verdict: verdict}
				if len(rule.Protocols) > 0 {
					entry.L4 = portsOf(rule.Protocols)
				}
				selectors, known := peer.selector()
				switch {
				case known:
					entry.L3 = selectors
				case verdict == policytypes.Allow:
					continue
				default:
					entry.L3, entry.Verdict = policytypes.WildcardSelectors, policytypes.Deny
				}
				entries = append(entries, entry)
			}
		}
	}
	add(p.Spec.Ingress, true)
	add(p.Spec.Egress, false)
	return entries, nil
}

func identityOf(id identity.NumericIdentity, e endpoint) (*identity.Identity, error) {
	switch {
	case e.Entity != "":
		reserved := identity.GetReservedID(e.Entity)
		if reserved == identity.IdentityUnknown {
			return nil, fmt.Errorf("no entity %q", e.Entity)
		}
		lbls := labels.NewLabelsFromModel([]string{"reserved:" + e.Entity})
		if e.Entity == "kube-apiserver" {
			lbls = labels.NewLabelsFromModel([]string{"reserved:kube-apiserver", "reserved:remote-node"})
		}
		return identity.NewIdentity(reserved, lbls), nil
	case e.Cidr != "":
		prefix, err := netip.ParsePrefix(e.Cidr)
		if err != nil {
			return nil, err
		}
		lbls := labels.GetCIDRLabels(prefix)
		for _, name := range e.Fqdns {
			label := labels.NewLabel(name, "", labels.LabelSourceFQDN)
			lbls[label.Key] = label
		}
		return identity.NewIdentity(identity.NumericIdentity(identity.IdentityScopeLocal|id), lbls), nil
	default:
		lbls := labels.Map2Labels(e.Labels, labels.LabelSourceK8s)
		add := func(key, value string) {
			label := labels.NewLabel(key, value, labels.LabelSourceK8s)
			lbls[label.Key] = label
		}
		add("io.kubernetes.pod.namespace", e.Namespace)
		add("io.cilium.k8s.policy.cluster", cluster)
		if e.ServiceAccount != "" {
			add("io.cilium.k8s.policy.serviceaccount", e.ServiceAccount)
		}
		for key, value := range e.NamespaceLabels {
			add("io.cilium.k8s.namespace.labels."+key, value)
		}
		return identity.NewIdentity(id, lbls), nil
	}
}

// What selectors are limited to; empty where they are not.
var ownCluster string

// Whether there are policies of other tiers than those of namespaces.
var tiered bool

// Reads a policy of any kind that the agent reads.
func entriesOf(logger *slog.Logger, raw json.RawMessage) (policytypes.PolicyEntries, error) {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	switch head.Kind {
	case "NetworkPolicy":
		np := slim_networkingv1.NetworkPolicy{}
		if err := json.Unmarshal(raw, &np); err != nil {
			return nil, err
		}
		// With its cluster, this release reads a block of addresses as every pod of the namespace, too, which later ones have mended: the cluster is added here.
		entries, err := inTier(k8s.ParseNetworkPolicy(logger, "", &np))
		for _, entry := range entries {
			if ownCluster != "" {
				entry.L3 = ofCluster(entry.L3)
			}
		}
		return entries, err
	case "ClusterNetworkPolicy":
		cnp := clusterPolicy{}
		if err := json.Unmarshal(raw, &cnp); err != nil {
			return nil, err
		}
		return cnp.entries()
	default:
		// The agent reads those of the whole cluster as those of a namespace that have none.
		cnp := cilium_v2.CiliumNetworkPolicy{}
		if err := json.Unmarshal(raw, &cnp); err != nil {
			return nil, err
		}
		rules, err := cnp.Parse(logger, ownCluster)
		if err != nil {
			return nil, err
		}
		return inTier(policyutils.RulesToPolicyEntries(rules), nil)
	}
}

// Pods of this cluster: what has no labels of Kubernetes is not meant by selectors that only exclude.
func ofCluster(peers policytypes.Selectors) policytypes.Selectors {
	if peers.SelectsAllEndpoints() {
		return peers
	}
	return peers.WithRequirements([]slim_metav1.LabelSelectorRequirement{{Key: "k8s.io.cilium.k8s.policy.cluster", Operator: slim_metav1.LabelSelectorOpIn, Values: []string{cluster}}})
}

// Policies of namespaces stand between those of administrators and the baseline. This release leaves them unmarked, which is the same where they stand alone.
func inTier(entries policytypes.PolicyEntries, err error) (policytypes.PolicyEntries, error) {
	if !tiered {
		return entries, err
	}
	for _, entry := range entries {
		entry.Tier = policytypes.Normal
	}
	return entries, err
}

// What is let through for the own host beside rules of requests has no origin, which this release does not always survive.
func distilled(selected policy.SelectorPolicy, logger *slog.Logger, own *owner, redirects map[string]uint16) (p *policy.EndpointPolicy, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	p = selected.DistillPolicy(logger, own, redirects)
	p.Ready()
	p.Detach(logger)
	return p, nil
}

// The same of what is looked up.
func wordOf(p *policy.EndpointPolicy, key policy.Key) (answer string) {
	defer func() {
		if recover() != nil {
			answer = "unknown"
		}
	}()
	entry, _, _ := p.Lookup(key)
	return word(entry)
}

func word(entry policy.MapStateEntry) string {
	switch {
	case entry.IsDeny():
		return "denied"
	case entry.IsRedirectEntry():
		return "requests"
	default:
		return "allowed"
	}
}

func run(in world) (worldAnswer, error) {
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	out := worldAnswer{Refused: []refusal{}, Verdicts: []verdict{}}

	option.Config.AllowLocalhost = option.AllowLocalhostPolicy
	if in.Localhost {
		option.Config.AllowLocalhost = option.AllowLocalhostAlways
	}
	ids := map[string]*identity.Identity{}
	ports := map[string]types.NamedPortMap{}
	initial := identity.IdentityMap{}
	next := identity.NumericIdentity(1000)
	for name, e := range in.Endpoints {
		next++
		id, err := identityOf(next, e)
		if err != nil {
			return out, fmt.Errorf("endpoint %s: %w", name, err)
		}
		ids[name] = id
		initial[id.ID] = id.LabelArray
		named := types.NamedPortMap{}
		for _, p := range e.Ports {
			proto, err := u8proto.ParseProtocol(p.Protocol)
			if err != nil {
				return out, fmt.Errorf("endpoint %s: %w", name, err)
			}
			named[p.Name] = types.PortProto{Proto: proto, Port: p.Number}
		}
		ports[name] = named
	}
	manager := identitymanager.NewIDManager(logger)
	repo := policy.NewPolicyRepository(logger, initial, nil, envoypolicy.NewEnvoyL7RulesTranslator(logger, nil), manager, testpolicy.NewPolicyMetricsNoop())
	repo.GetSelectorCache().SetLocalIdentityNotifier(testidentity.NewDummyIdentityNotifier())
	repo.GetSubjectSelectorCache().UpdateIdentities(initial, nil, &sync.WaitGroup{})
	for _, id := range ids {
		manager.Add(id)
	}
	ownCluster = cluster
	if in.AnyCluster {
		ownCluster = ""
	}
	tiered = false
	for _, raw := range in.Policies {
		tiered = tiered || bytes.Contains(raw, []byte(`"ClusterNetworkPolicy"`))
	}
	for i, raw := range in.Policies {
		entries, err := entriesOf(logger, raw)
		if err != nil {
			out.Refused = append(out.Refused, refusal{i, err.Error()})
			continue
		}
		repo.MustAddPolicyEntries(entries)
	}

	if tiered {
		// This release passes over a tier without rules together with the one behind it: a rule that means nobody keeps the tier of namespaces in place.
		for _, ingress := range []bool{true, false} {
			repo.MustAddPolicyEntries(policytypes.PolicyEntries{{
				Tier: policytypes.Normal, Subject: policytypes.NewLabelSelector(api.NewESFromLabels()), L3: policytypes.ToSelectors(api.EndpointSelectorNone), Ingress: ingress,
			}})
		}
	}

	type known struct {
		policy *policy.EndpointPolicy
		err    error
	}
	policies := map[string]known{}
	policyOf := func(name, remote string) (*policy.EndpointPolicy, error) {
		key := name
		if len(ports[remote]) > 0 {
			// Rules of callers mean ports by the names of those who are called.
			key += " " + remote
		}
		found, ok := policies[key]
		if !ok {
			own := &owner{uint64(ids[name].ID) & 0xffff, ports[name], ports[remote]}
			selected, _, err := repo.GetSelectorPolicy(ids[name], 0, &noStats{}, own.id)
			if err == nil {
				// Every proxy is there.
				redirects := map[string]uint16{}
				for filter, tuple := range selected.RedirectFilters() {
					port := filter.Port
					if port == 0 {
						port = own.GetNamedPort(filter.Ingress, filter.PortName, filter.U8Proto)
					}
					redirects[policy.ProxyID(uint16(own.id), filter.Ingress, string(filter.Protocol), port, tuple.Policy.GetListener())] = 15000
				}
				found.policy, err = distilled(selected, logger, own, redirects)
			}
			found.err = err
			policies[key] = found
		}
		return found.policy, found.err
	}
	for _, f := range in.Flows {
		proto, err := u8proto.ParseProtocol(f.Protocol)
		from, to := ids[f.From], ids[f.To]
		if err != nil || from == nil || to == nil {
			return out, fmt.Errorf("flow %s > %s %d/%s is not made of known parts", f.From, f.To, f.Port, f.Protocol)
		}
		egress, err := policyOf(f.From, f.To)
		if err != nil {
			out.Verdicts = append(out.Verdicts, verdict{Error: err.Error()})
			continue
		}
		ingress, err := policyOf(f.To, "")
		if err != nil {
			out.Verdicts = append(out.Verdicts, verdict{Error: err.Error()})
			continue
		}
		out.Verdicts = append(out.Verdicts, verdict{
			Egress:  wordOf(egress, policy.EgressKey().WithIdentity(to.ID).WithPortProto(proto, f.Port)),
			Ingress: wordOf(ingress, policy.IngressKey().WithIdentity(from.ID).WithPortProto(proto, f.Port)),
		})
	}
	return out, nil
}

func main() {
	// As the agent starts.
	option.Config.EnableL7Proxy = true
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	api.InitEntities(cluster)
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, "input:", err)
		os.Exit(1)
	}
	out := answer{Engine: engine, Worlds: []worldAnswer{}}
	for _, one := range in.Worlds {
		answered, err := run(one)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		out.Worlds = append(out.Worlds, answered)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}
