// Documents as they come to Felix: by Calico's own conversion, validation and update processors.
package main

import (
	"encoding/json"
	"sort"
	"strings"

	api "github.com/projectcalico/api/pkg/apis/projectcalico/v3"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"

	"github.com/projectcalico/calico/felix/bpf/polprog"
	bapi "github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/k8s/conversion"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/model"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/syncersv1/updateprocessors"
	"github.com/projectcalico/calico/libcalico-go/lib/backend/watchersyncer"
	validator "github.com/projectcalico/calico/libcalico-go/lib/validator/v3"
)

const (
	defaultTier  = "default"
	defaultOrder = 1_000_000.0
)

var processors = map[string]func() watchersyncer.SyncerUpdateProcessor{
	api.KindProfile: updateprocessors.NewProfileUpdateProcessor, api.KindNetworkPolicy: updateprocessors.NewNetworkPolicyUpdateProcessor,
	api.KindGlobalNetworkPolicy: updateprocessors.NewGlobalNetworkPolicyUpdateProcessor, api.KindNetworkSet: updateprocessors.NewNetworkSetUpdateProcessor,
	api.KindGlobalNetworkSet: updateprocessors.NewGlobalNetworkSetUpdateProcessor, "WorkloadEndpoint": updateprocessors.NewWorkloadEndpointUpdateProcessor,
}

type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Tier          string   `json:"tier"`
		Order         *float64 `json:"order"`
		DefaultAction string   `json:"defaultAction"`
	} `json:"spec"`
}

type tier struct {
	name    string
	order   *float64
	end     polprog.TierEndAction
	updates []bapi.Update
}

// A store holds what Felix is told: updates of policies by tier, and all others.
type store struct {
	converter conversion.Converter
	common    []bapi.Update
	tiers     map[string]*tier
}

func newStore() *store {
	order := defaultOrder
	return &store{conversion.NewConverter(), nil, map[string]*tier{defaultTier: {name: defaultTier, order: &order, end: polprog.TierEndDeny}}}
}

// add reads a document. An error is the document's, which is left out.
func (s *store) add(raw json.RawMessage) error {
	var h head
	must(json.Unmarshal(raw, &h))
	group, _, _ := strings.Cut(h.APIVersion, "/")
	switch group + " " + h.Kind {
	case "v1 Namespace":
		kvp, err := s.converter.NamespaceToProfile(decode[core.Namespace](raw))
		must(err)
		return process(kvp, &s.common)
	case "v1 ServiceAccount":
		kvp, err := s.converter.ServiceAccountToProfile(decode[core.ServiceAccount](raw))
		must(err)
		return process(kvp, &s.common)
	case "v1 Pod":
		pod := decode[core.Pod](raw)
		if !s.converter.IsValidCalicoWorkloadEndpoint(pod) {
			return nil
		}
		kvps, err := s.converter.PodToWorkloadEndpoints(pod)
		must(err)
		for _, kvp := range kvps {
			must(process(kvp, &s.common))
		}
	case "v1 Service":
		kvp, err := s.converter.ServiceToKVP(decode[core.Service](raw))
		must(err)
		s.common = append(s.common, update(*kvp))
	case "discovery.k8s.io EndpointSlice":
		kvp, err := s.converter.EndpointSliceToKVP(decode[discovery.EndpointSlice](raw))
		must(err)
		s.common = append(s.common, update(*kvp))
	case "networking.k8s.io NetworkPolicy":
		kvp, err := s.converter.K8sNetworkPolicyToCalico(decode[networking.NetworkPolicy](raw))
		if err != nil {
			return err
		}
		return process(kvp, &s.tier(defaultTier).updates)
	case "projectcalico.org NetworkPolicy":
		one := api.NewNetworkPolicy()
		if err := json.Unmarshal(raw, one); err != nil {
			return err
		}
		return s.policy(h, one, &one.Name, one.Spec.Ingress, one.Spec.Egress, &one.Spec.Types)
	case "projectcalico.org GlobalNetworkPolicy":
		one := api.NewGlobalNetworkPolicy()
		if err := json.Unmarshal(raw, one); err != nil {
			return err
		}
		return s.policy(h, one, &one.Name, one.Spec.Ingress, one.Spec.Egress, &one.Spec.Types)
	case "projectcalico.org NetworkSet":
		return s.set(h, raw, api.NewNetworkSet())
	case "projectcalico.org GlobalNetworkSet":
		return s.set(h, raw, api.NewGlobalNetworkSet())
	case "projectcalico.org Tier":
		t := s.tier(h.Metadata.Name)
		t.order = h.Spec.Order
		if h.Spec.DefaultAction == string(api.Pass) {
			t.end = polprog.TierEndPass
		}
	}
	return nil
}

func (s *store) policy(h head, one any, name *string, in, out []api.Rule, types *[]api.PolicyType) error {
	fillTypes(in, out, types)
	// Names that begin with the tier are of later releases.
	*name = (*name)[strings.Index(*name, ".")+1:]
	if err := validator.Validate(one); err != nil {
		return err
	}
	key := h.Metadata.Name
	// As the client stores policies of the default tier (libcalico-go/lib/clientv3, which exports no function for it).
	if (h.Spec.Tier == "" || h.Spec.Tier == defaultTier) && !strings.HasPrefix(key, defaultTier+".") {
		key = defaultTier + "." + key
	}
	return process(&model.KVPair{Key: model.ResourceKey{Kind: h.Kind, Name: key, Namespace: h.Metadata.Namespace}, Value: one}, &s.tier(h.Spec.Tier).updates)
}

func (s *store) set(h head, raw json.RawMessage, one any) error {
	if err := json.Unmarshal(raw, one); err != nil {
		return err
	}
	if err := validator.Validate(one); err != nil {
		return err
	}
	return process(&model.KVPair{Key: model.ResourceKey{Kind: h.Kind, Name: h.Metadata.Name, Namespace: h.Metadata.Namespace}, Value: one}, &s.common)
}

func (s *store) tier(name string) *tier {
	if name == "" {
		name = defaultTier
	}
	if s.tiers[name] == nil {
		s.tiers[name] = &tier{name: name, end: polprog.TierEndDeny}
	}
	return s.tiers[name]
}

// ordered says which tier comes first: by order, those without one last, then by name.
func (s *store) ordered() (found []*tier) {
	for _, t := range s.tiers {
		found = append(found, t)
	}
	sort.Slice(found, func(i, j int) bool {
		x, y := found[i], found[j]
		if (x.order == nil) != (y.order == nil) {
			return x.order != nil
		}
		if x.order != nil && *x.order != *y.order {
			return *x.order < *y.order
		}
		return x.name < y.name
	})
	return found
}

// fillTypes does what the client does before it stores a policy (libcalico-go/lib/clientv3, which exports no function for it).
func fillTypes(in, out []api.Rule, types *[]api.PolicyType) {
	switch {
	case len(*types) > 0:
	case len(out) == 0:
		*types = []api.PolicyType{api.PolicyTypeIngress}
	case len(in) == 0:
		*types = []api.PolicyType{api.PolicyTypeEgress}
	default:
		*types = []api.PolicyType{api.PolicyTypeIngress, api.PolicyTypeEgress}
	}
}

func process(kvp *model.KVPair, into *[]bapi.Update) error {
	found, err := processors[kvp.Key.(model.ResourceKey).Kind]().Process(kvp)
	if err != nil {
		return err
	}
	for _, one := range found {
		if one.Value != nil {
			*into = append(*into, update(*one))
		}
	}
	return nil
}

func update(kvp model.KVPair) bapi.Update {
	return bapi.Update{KVPair: kvp, UpdateType: bapi.UpdateTypeKVNew}
}

func decode[T any](raw json.RawMessage) *T {
	var one T
	must(json.Unmarshal(raw, &one))
	return &one
}
