// Asks Calico's own code what it does with connections: documents go through its conversion and validation into Felix' calculation graph, what that tells the data plane becomes
// Felix' policy programs, and the kernel runs those, one connection at a time. Asks its parser of selectors too.
// One request as JSON on standard input, one answer as JSON on standard output.
//
// Ours in it, because this release has one tier: policies of each tier go through a graph of their own, and the tiers come one after the other by their order, each with the
// default action of its document (the programs know several tiers, and what each ends with). So are the names of policies, which begin with the tier only later, and the types
// that the client fills. Connections are of IPv4, of pods; the first packet decides.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	log "github.com/sirupsen/logrus"

	bapi "github.com/projectcalico/calico/libcalico-go/lib/backend/api"
	"github.com/projectcalico/calico/libcalico-go/lib/selector/parser"
)

// A flow is asked on the end of the pod `namespace/name`; the other end is an address.
type flow struct {
	Subject   string `json:"subject"`
	Direction string `json:"direction"`
	Other     string `json:"other"`
	Port      uint16 `json:"port"`
	Protocol  uint8  `json:"protocol"`
}

type world struct {
	Documents []json.RawMessage `json:"documents"`
	Flows     []flow            `json:"flows"`
}

type selector struct {
	Text   string              `json:"text"`
	Labels []map[string]string `json:"labels"`
}

type request struct {
	Worlds    []world    `json:"worlds"`
	Selectors []selector `json:"selectors"`
}

type refusal struct {
	Document int    `json:"document"`
	Error    string `json:"error"`
}

type worldAnswer struct {
	Refused  []refusal `json:"refused"`
	Verdicts []string  `json:"verdicts"`
}

type answer struct {
	Worlds []worldAnswer `json:"worlds"`
	// Of each selector which labels meet it, null where it is none.
	Selectors [][]bool `json:"selectors"`
}

func main() {
	log.SetLevel(log.PanicLevel)
	log.SetOutput(io.Discard)
	defer func() {
		if err := recover(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}()
	var in request
	must(json.NewDecoder(os.Stdin).Decode(&in))
	out := answer{Worlds: []worldAnswer{}, Selectors: [][]bool{}}
	for _, one := range in.Worlds {
		out.Worlds = append(out.Worlds, judge(one))
	}
	for _, one := range in.Selectors {
		out.Selectors = append(out.Selectors, meets(one))
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
}

func judge(w world) worldAnswer {
	a := worldAnswer{Refused: []refusal{}, Verdicts: []string{}}
	s := newStore()
	for i, raw := range w.Documents {
		if err := s.add(raw); err != nil {
			a.Refused = append(a.Refused, refusal{i, err.Error()})
		}
	}
	if len(w.Flows) == 0 {
		return a
	}
	tiers := s.ordered()
	graphs := make([]*graph, len(tiers))
	for i, t := range tiers {
		graphs[i] = calculate(append(append([]bapi.Update{}, s.common...), t.updates...))
	}
	p := newPrograms(tiers, graphs)
	defer p.close()
	for _, f := range w.Flows {
		a.Verdicts = append(a.Verdicts, p.verdict(f))
	}
	return a
}

func meets(one selector) (found []bool) {
	parsed, err := parser.Parse(one.Text)
	if err != nil {
		return nil
	}
	found = []bool{}
	for _, labels := range one.Labels {
		found = append(found, parsed.Evaluate(labels))
	}
	return found
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
