// Asks Cilium's own policy engine: parses policies as the agent does, and says of each flow whether egress and ingress allow it.
// One request as JSON on standard input, one answer as JSON on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	cilium_v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
	testidentity "github.com/cilium/cilium/pkg/testutils/identity"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

// An endpoint is a pod (namespace and labels), a reserved identity (entity), an address (cidr) or a name whose address is known (fqdn).
type endpoint struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Entity    string            `json:"entity"`
	Cidr      string            `json:"cidr"`
	Fqdns     []string          `json:"fqdns"`
}

type flow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Port     uint16 `json:"port"`
	Protocol string `json:"protocol"`
}

type request struct {
	Policies  []json.RawMessage   `json:"policies"`
	Endpoints map[string]endpoint `json:"endpoints"`
	Flows     []flow              `json:"flows"`
}

type refusal struct {
	Policy int    `json:"policy"`
	Error  string `json:"error"`
}

type verdict struct {
	Egress  string `json:"egress"`
	Ingress string `json:"ingress"`
	Error   string `json:"error,omitempty"`
}

type answer struct {
	Engine   string    `json:"engine"`
	Refused  []refusal `json:"refused"`
	Verdicts []verdict `json:"verdicts"`
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
		lbls := labels.Labels{}
		for bits := 1; bits <= prefix.Bits(); bits++ {
			p, _ := prefix.Addr().Prefix(bits)
			lbls.MergeLabels(labels.GetCIDRLabels(p))
		}
		for _, name := range e.Fqdns {
			label := labels.NewLabel(name, "", labels.LabelSourceFQDN)
			lbls[label.Key] = label
		}
		return identity.NewIdentity(identity.NumericIdentity(identity.IdentityScopeLocal|id), lbls), nil
	default:
		lbls := labels.Map2Labels(e.Labels, labels.LabelSourceK8s)
		namespace := labels.NewLabel("io.kubernetes.pod.namespace", e.Namespace, labels.LabelSourceK8s)
		lbls[namespace.Key] = namespace
		return identity.NewIdentity(id, lbls), nil
	}
}

func word(d policytypes.Decision) string {
	if d == policytypes.DecisionAllowed {
		return "allowed"
	}
	return "denied"
}

func run(in request) (answer, error) {
	logger := slog.New(slog.NewTextHandler(io.Discard, nil))
	out := answer{Engine: "cilium policy engine 1.19.1", Refused: []refusal{}, Verdicts: []verdict{}}

	ids := map[string]*identity.Identity{}
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
	}
	idManager := identitymanager.NewIDManager(logger)
	repo := policy.NewPolicyRepository(logger, initial, nil, nil, idManager, testpolicy.NewPolicyMetricsNoop())
	repo.GetSelectorCache().SetLocalIdentityNotifier(testidentity.NewDummyIdentityNotifier())
	for i, raw := range in.Policies {
		cnp := cilium_v2.CiliumNetworkPolicy{}
		if err := json.Unmarshal(raw, &cnp); err != nil {
			out.Refused = append(out.Refused, refusal{i, err.Error()})
			continue
		}
		rules, err := cnp.Parse(logger, "")
		if err != nil {
			out.Refused = append(out.Refused, refusal{i, err.Error()})
			continue
		}
		entries := policyutils.RulesToPolicyEntries(rules)
		for _, entry := range entries {
			// LookupFlow has no proxies to redirect to, and denies what needs one: it is asked whether the connection is allowed.
			for n := range entry.L4 {
				entry.L4[n].Rules = nil
			}
		}
		repo.MustAddPolicyEntries(entries)
	}

	for _, f := range in.Flows {
		proto, err := u8proto.ParseProtocol(f.Protocol)
		from, to := ids[f.From], ids[f.To]
		if err != nil || from == nil || to == nil {
			return out, fmt.Errorf("flow %s > %s %d/%s is not made of known parts", f.From, f.To, f.Port, f.Protocol)
		}
		v, _, _, err := policy.LookupFlow(logger, repo, idManager, policytypes.Flow{From: from, To: to, Proto: proto, Dport: f.Port})
		if err != nil {
			out.Verdicts = append(out.Verdicts, verdict{Error: err.Error()})
			continue
		}
		out.Verdicts = append(out.Verdicts, verdict{Egress: word(v.Egress), Ingress: word(v.Ingress)})
	}
	return out, nil
}

func main() {
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, "input:", err)
		os.Exit(1)
	}
	out, err := run(in)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}
