// What Felix makes of updates, as it sends it to its data plane.
package main

import (
	"strings"

	"github.com/projectcalico/calico/felix/calc"
	"github.com/projectcalico/calico/felix/config"
	"github.com/projectcalico/calico/felix/proto"
	bapi "github.com/projectcalico/calico/libcalico-go/lib/backend/api"
)

const (
	ingress = 0
	egress  = 1
	node    = "node"
)

type endpoint struct {
	// By direction, in their order.
	policies [2][]string
	profiles []string
	address  string
}

type graph struct {
	policies  map[string]*proto.Policy
	profiles  map[string]*proto.Profile
	endpoints map[string]*endpoint
	// Of sets of addresses, by their id.
	members map[string]map[string]bool
}

// calculate runs the calculation graph behind Felix' own filter of what is not valid.
func calculate(updates []bapi.Update) *graph {
	g := &graph{map[string]*proto.Policy{}, map[string]*proto.Profile{}, map[string]*endpoint{}, map[string]map[string]bool{}}
	conf := config.New()
	conf.FelixHostname = node
	sequencer := calc.NewEventSequencer(conf)
	sequencer.Callback = g.take
	calculation := calc.NewCalculationGraph(sequencer, conf, func() {})
	filter := calc.NewValidationFilter(calculation, conf)
	filter.OnStatusUpdated(bapi.ResyncInProgress)
	filter.OnUpdates(updates)
	filter.OnStatusUpdated(bapi.InSync)
	calculation.Flush()
	sequencer.Flush()
	return g
}

func (g *graph) take(message interface{}) {
	switch m := message.(type) {
	case *proto.ActivePolicyUpdate:
		g.policies[m.Id.Name] = m.Policy
	case *proto.ActiveProfileUpdate:
		g.profiles[m.Id.Name] = m.Profile
	case *proto.WorkloadEndpointUpdate:
		e := &endpoint{profiles: m.Endpoint.ProfileIds, address: strings.TrimSuffix(m.Endpoint.Ipv4Nets[0], "/32")}
		for _, t := range m.Endpoint.Tiers {
			e.policies[ingress] = append(e.policies[ingress], t.IngressPolicies...)
			e.policies[egress] = append(e.policies[egress], t.EgressPolicies...)
		}
		g.endpoints[m.Id.WorkloadId] = e
	case *proto.IPSetUpdate:
		g.members[m.Id] = map[string]bool{}
		g.change(m.Id, m.Members, nil)
	case *proto.IPSetDeltaUpdate:
		g.change(m.Id, m.AddedMembers, m.RemovedMembers)
	}
}

func (g *graph) change(id string, added, removed []string) {
	for _, member := range removed {
		delete(g.members[id], member)
	}
	for _, member := range added {
		g.members[id][member] = true
	}
}
