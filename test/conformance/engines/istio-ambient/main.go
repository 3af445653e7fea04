// Asks istiod what it tells the proxies of its ambient mode: for every world of documents the policies, workloads and Services that each ztunnel gets from istiod's
// ambient index, and the listeners of waypoints. One request as JSON on standard input, one answer on standard output. PILOT_ENABLE_AMBIENT=true is its mode.
package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"runtime/debug"
	"sort"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
	"istio.io/istio/pkg/workloadapi"
)

// A waypoint is one pod of it: who asks istiod for listeners.
type waypoint struct {
	Name           string            `json:"name"`
	Namespace      string            `json:"namespace"`
	Ip             string            `json:"ip"`
	Labels         map[string]string `json:"labels"`
	ServiceAccount string            `json:"serviceAccount"`
}

type world struct {
	Documents []json.RawMessage `json:"documents"`
	Waypoints []waypoint        `json:"waypoints"`
	// A pod of a gateway, which asks istiod where Services are.
	Gateway *waypoint `json:"gateway"`
}

type request struct {
	Worlds []world `json:"worlds"`
}

type address struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Addresses []string          `json:"addresses"`
	Policies  []string          `json:"policies,omitempty"`
	Waypoint  string            `json:"waypoint,omitempty"`
	Tunnel    string            `json:"tunnel,omitempty"`
	Ports     map[uint32]uint32 `json:"ports,omitempty"`
}

type outcome struct {
	// Documents that istiod's webhook refuses, by kind, namespace and name.
	Invalid   map[string]string `json:"invalid"`
	Policies  []json.RawMessage `json:"policies"`
	Workloads []address         `json:"workloads"`
	Services  []address         `json:"services"`
	// Of the waypoints, in their order.
	Listeners [][]json.RawMessage `json:"listeners"`
	// Where the gateway sends what is for a cluster.
	Endpoints map[string][]string `json:"endpoints"`
}

type answer struct {
	Engine string    `json:"engine"`
	Worlds []outcome `json:"worlds"`
}

func isConfig(apiVersion string) bool {
	return strings.Contains(apiVersion, ".istio.io/")
}

// Splits documents into what pilot's own store has and what the API server has, without those that the webhook refuses.
func read(documents []json.RawMessage) (invalid map[string]string, config, kubernetes string, err error) {
	invalid = map[string]string{}
	var configs, objects []string
	for _, raw := range documents {
		var head struct {
			ApiVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Metadata   struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if err = json.Unmarshal(raw, &head); err != nil {
			return
		}
		var bytes []byte
		if bytes, err = yaml.JSONToYAML(raw); err != nil {
			return
		}
		text := string(bytes)
		if isConfig(head.ApiVersion) {
			name := fmt.Sprintf("%s %s/%s", head.Kind, head.Metadata.Namespace, head.Metadata.Name)
			if why := refusal(text); why != "" {
				invalid[name] = why
				continue
			}
			configs = append(configs, text)
		}
		objects = append(objects, text)
	}
	return invalid, strings.Join(configs, "\n---\n"), strings.Join(objects, "\n---\n"), nil
}

func refusal(text string) string {
	configs, unknown, err := crd.ParseInputs(text)
	if err != nil || len(unknown) > 0 {
		return fmt.Sprint("cannot be read: ", err, unknown)
	}
	for _, c := range configs {
		schema, ok := collections.Pilot.FindByGroupVersionAliasesKind(c.GroupVersionKind)
		if !ok {
			return "kind is not known"
		}
		if _, err := schema.ValidateConfig(c); err != nil {
			return err.Error()
		}
	}
	return ""
}

func addressesOf(all [][]byte) []string {
	out := []string{}
	for _, one := range all {
		if ip, ok := netip.AddrFromSlice(one); ok {
			out = append(out, ip.String())
		}
	}
	return out
}

func gatewayOf(gateway *workloadapi.GatewayAddress) string {
	if gateway == nil {
		return ""
	}
	if host := gateway.GetHostname(); host != nil {
		return host.Namespace + "/" + host.Hostname
	}
	return strings.Join(addressesOf([][]byte{gateway.GetAddress().GetAddress()}), "")
}

func asJson[T proto.Message](all []T) ([]json.RawMessage, error) {
	out := []json.RawMessage{}
	for _, one := range all {
		bytes, err := protojson.Marshal(one)
		if err != nil {
			return nil, err
		}
		out = append(out, bytes)
	}
	return out, nil
}

func portsOf(list *workloadapi.PortList, into map[uint32]uint32) {
	for _, port := range list.GetPorts() {
		into[port.ServicePort] = port.TargetPort
	}
}

func judge(in world) (out outcome, err error) {
	invalid, config, kubernetes, err := read(in.Documents)
	if err != nil {
		return out, err
	}
	out = outcome{Invalid: invalid, Policies: []json.RawMessage{}, Workloads: []address{}, Services: []address{}, Listeners: [][]json.RawMessage{}}
	failed := test.Wrap(func(t test.Failer) {
		server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{ConfigString: config, KubernetesObjectString: kubernetes})
		for _, policy := range server.AmbientIndex.Policies(nil) {
			bytes, e := protojson.Marshal(policy.Authorization)
			if e != nil {
				err = e
				return
			}
			out.Policies = append(out.Policies, bytes)
		}
		for _, one := range server.AmbientIndex.All() {
			if w := one.GetWorkload(); w != nil {
				ports := map[uint32]uint32{}
				for _, list := range w.Services {
					portsOf(list, ports)
				}
				out.Workloads = append(out.Workloads, address{
					w.Name, w.Namespace, addressesOf(w.Addresses), w.AuthorizationPolicies, gatewayOf(w.Waypoint), w.TunnelProtocol.String(), ports,
				})
			}
			if s := one.GetService(); s != nil {
				vips := [][]byte{}
				for _, vip := range s.Addresses {
					vips = append(vips, vip.Address)
				}
				ports := map[uint32]uint32{}
				for _, port := range s.Ports {
					ports[port.ServicePort] = port.TargetPort
				}
				out.Services = append(out.Services, address{s.Name, s.Namespace, addressesOf(vips), nil, gatewayOf(s.Waypoint), "", ports})
			}
		}
		sort.Slice(out.Workloads, func(i, j int) bool {
			return out.Workloads[i].Namespace+"/"+out.Workloads[i].Name < out.Workloads[j].Namespace+"/"+out.Workloads[j].Name
		})
		proxyOf := func(kind model.NodeType, w waypoint) *model.Proxy {
			return server.SetupProxy(&model.Proxy{
				Type: kind, ID: w.Name + "." + w.Namespace, IPAddresses: []string{w.Ip}, Labels: w.Labels, ConfigNamespace: w.Namespace,
				Metadata: &model.NodeMetadata{Namespace: w.Namespace, Labels: w.Labels, ServiceAccount: w.ServiceAccount, ClusterID: "Kubernetes"},
			})
		}
		if in.Gateway != nil {
			out.Endpoints = xdstest.ExtractLoadAssignments(server.Endpoints(proxyOf(model.Router, *in.Gateway)))
		}
		for _, w := range in.Waypoints {
			listeners, e := asJson(server.Listeners(proxyOf(model.Waypoint, w)))
			if e != nil {
				err = e
				return
			}
			out.Listeners = append(out.Listeners, listeners)
		}
	})
	if failed != nil {
		return out, failed
	}
	return out, err
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "istio.io/istio" {
				return m.Version
			}
		}
	}
	return "unknown"
}

func fail(what string, err error) {
	fmt.Fprintln(os.Stderr, what+":", err)
	os.Exit(1)
}

func main() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	_ = log.Configure(options)
	if !features.EnableAmbient {
		fail("mode", fmt.Errorf("PILOT_ENABLE_AMBIENT is not true"))
	}
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fail("input", err)
	}
	out := answer{Engine: "istio " + version(), Worlds: []outcome{}}
	for _, one := range in.Worlds {
		answered, err := judge(one)
		if err != nil {
			fail("world", err)
		}
		out.Worlds = append(out.Worlds, answered)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}
