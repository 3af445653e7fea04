// Calico's policy programs of one world, in the kernel: its sets of addresses, its state, one program for each pod and direction.
package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/projectcalico/calico/felix/bpf/ipsets"
	"github.com/projectcalico/calico/felix/bpf/maps"
	"github.com/projectcalico/calico/felix/bpf/polprog"
	"github.com/projectcalico/calico/felix/bpf/state"
	"github.com/projectcalico/calico/felix/idalloc"
	"github.com/projectcalico/calico/felix/proto"
)

const sourcePort = 33333

var (
	words = map[state.PolicyResult]string{state.PolicyAllow: "allowed", state.PolicyDeny: "denied"}
	// What is let through, and what is not, ends in a program that does nothing: `r0 = 0; exit`.
	nothing = []byte{0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0}
)

type programs struct {
	tiers  []*tier
	graphs []*graph
	ids    *idalloc.IDAllocator
	sets   int
	states int
	jumps  int
	end    int
	loaded map[string]int
}

func newPrograms(tiers []*tier, graphs []*graph) *programs {
	p := &programs{tiers: tiers, graphs: graphs, ids: idalloc.New(), loaded: map[string]int{}}
	p.sets = newMap(unix.BPF_MAP_TYPE_LPM_TRIE, uint32(ipsets.MapParameters.KeySize), uint32(ipsets.MapParameters.ValueSize), 65536, unix.BPF_F_NO_PREALLOC)
	for _, g := range graphs {
		for id, members := range g.members {
			number := p.ids.GetOrAlloc(id)
			for member := range members {
				if entry := ipsets.ProtoIPSetMemberToBPFEntry(number, member); entry != nil {
					k, v := entry.AsBytes(), ipsets.DummyValue
					put(p.sets, unsafe.Pointer(&k[0]), unsafe.Pointer(&v[0]))
				}
			}
		}
	}
	p.states = newMap(unix.BPF_MAP_TYPE_ARRAY, 4, uint32(state.MapParameters.ValueSize), 2, 0)
	p.jumps = newMap(unix.BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 8, 0)
	p.end = load(nothing)
	for i := uint32(0); i < 2; i++ {
		fd := uint32(p.end)
		put(p.jumps, unsafe.Pointer(&i), unsafe.Pointer(&fd))
	}
	return p
}

func (p *programs) close() {
	for _, fd := range p.loaded {
		unix.Close(fd)
	}
	for _, fd := range []int{p.sets, p.states, p.jumps, p.end} {
		unix.Close(fd)
	}
}

// of gives the program of a pod, made as Felix makes it of tiers and profiles.
func (p *programs) of(subject string, direction int) int {
	name := fmt.Sprint(subject, direction)
	if fd, ok := p.loaded[name]; ok {
		return fd
	}
	rules := polprog.Rules{SuppressNormalHostPolicy: true}
	for i, g := range p.graphs {
		e := g.endpoints[subject]
		// A tier counts where a policy of it selects the pod.
		if len(e.policies[direction]) > 0 {
			t := polprog.Tier{Name: p.tiers[i].name, EndAction: p.tiers[i].end}
			for _, one := range e.policies[direction] {
				policy := g.policies[one]
				t.Policies = append(t.Policies, polprog.Policy{Name: one, Rules: rulesOf(policy.InboundRules, policy.OutboundRules, direction)})
			}
			rules.Tiers = append(rules.Tiers, t)
		}
	}
	// The profiles of a pod are the same in every graph; one that sets labels alone has no rules.
	for _, one := range p.graphs[0].endpoints[subject].profiles {
		if profile := p.graphs[0].profiles[one]; profile != nil {
			rules.Profiles = append(rules.Profiles, polprog.Profile{Name: one, Rules: rulesOf(profile.InboundRules, profile.OutboundRules, direction)})
		}
	}
	builder := polprog.NewBuilder(p.ids, maps.FD(p.sets), maps.FD(p.states), maps.FD(p.jumps), maps.FD(p.jumps), polprog.WithAllowDenyJumps(0, 1))
	parts, err := builder.Instructions(rules)
	must(err)
	if len(parts) != 1 {
		panic(fmt.Errorf("the policies of %s need several programs", subject))
	}
	p.loaded[name] = load(parts[0].AsBytes())
	return p.loaded[name]
}

func (p *programs) verdict(f flow) string {
	direction := ingress
	if f.Direction == "egress" {
		direction = egress
	}
	e := p.graphs[0].endpoints[f.Subject]
	if e == nil {
		panic(fmt.Errorf("there is no pod %s", f.Subject))
	}
	from, to := number(f.Other), number(e.address)
	if direction == egress {
		from, to = to, from
	}
	s := state.State{
		SrcAddr: from, DstAddr: to, PreNATDstAddr: to, PostNATDstAddr: to,
		SrcPort: sourcePort, DstPort: f.Port, PreNATDstPort: f.Port, PostNATDstPort: f.Port, IPProto: f.Protocol,
	}
	fd, zero, b := p.of(f.Subject, direction), uint32(0), s.AsBytes()
	put(p.states, unsafe.Pointer(&zero), unsafe.Pointer(&b[0]))
	testRun(fd)
	get(p.states, unsafe.Pointer(&zero), unsafe.Pointer(&b[0]))
	result := state.StateFromBytes(b).PolicyRC
	word, ok := words[result]
	if !ok {
		panic(fmt.Errorf("%v is no result of a policy", result))
	}
	return word
}

func rulesOf(in, out []*proto.Rule, direction int) (found []polprog.Rule) {
	rules := in
	if direction == egress {
		rules = out
	}
	for _, one := range rules {
		found = append(found, polprog.Rule{Rule: one})
	}
	return found
}

func number(address string) uint32 {
	return binary.LittleEndian.Uint32(net.ParseIP(address).To4())
}
