// Asks Istio itself: validates every document as istiod's webhook does, analyzes them together as istioctl does, and lets pilot build the
// configuration of sidecars, through which calls are then simulated. One request as JSON on standard input, one answer on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime/debug"
	"sort"
	"strings"
	"testing"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/simulation"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
)

// A proxy is one pod with a sidecar.
type proxy struct {
	Pod            string            `json:"pod"`
	Ip             string            `json:"ip"`
	Namespace      string            `json:"namespace"`
	Labels         map[string]string `json:"labels"`
	ServiceAccount string            `json:"serviceAccount"`
}

// A call leaves (outbound) or enters (inbound) the pod of a proxy.
type call struct {
	Proxy     string            `json:"proxy"`
	Direction string            `json:"direction"`
	Address   string            `json:"address"`
	Port      int               `json:"port"`
	Path      string            `json:"path"`
	Host      string            `json:"host"`
	Headers   map[string]string `json:"headers"`
	Tls       string            `json:"tls"`
	Alpn      string            `json:"alpn"`
}

type request struct {
	Documents []json.RawMessage `json:"documents"`
	Proxies   map[string]proxy  `json:"proxies"`
	Calls     []call            `json:"calls"`
}

type problem struct {
	Document string `json:"document"`
	Level    string `json:"level"`
	Code     string `json:"code,omitempty"`
	Text     string `json:"text"`
}

type outcome struct {
	Error   string `json:"error,omitempty"`
	Cluster string `json:"cluster,omitempty"`
	Route   string `json:"route,omitempty"`
	// Transport that the cluster speaks: "plaintext", "mtls", "tls", or "auto" for mTLS with whatever sidecar is there.
	Transport string   `json:"transport,omitempty"`
	Sans      []string `json:"sans,omitempty"`
	// The RBAC filters of the matched chain, as Envoy gets them.
	Rbac []json.RawMessage `json:"rbac,omitempty"`
	Jwt  []json.RawMessage `json:"jwt,omitempty"`
	// Whether the matched chain ends TLS: bytes of TLS also pass through a chain of bytes that does not.
	Ends bool `json:"ends,omitempty"`
}

type answer struct {
	Engine   string    `json:"engine"`
	Invalid  []problem `json:"invalid"`
	Messages []problem `json:"messages"`
	Outcomes []outcome `json:"outcomes"`
}

func validate(documents []json.RawMessage) ([]problem, string, string) {
	found := []problem{}
	var istio, kubernetes []string
	for _, raw := range documents {
		var head struct {
			ApiVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Metadata   struct {
				Name      string `json:"name"`
				Namespace string `json:"namespace"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(raw, &head); err != nil {
			found = append(found, problem{"", "error", "", err.Error()})
			continue
		}
		text, _ := yaml.JSONToYAML(raw)
		name := fmt.Sprintf("%s %s/%s", head.Kind, head.Metadata.Namespace, head.Metadata.Name)
		if !strings.Contains(head.ApiVersion, ".istio.io/") {
			switch head.ApiVersion {
			case "v1", "apps/v1", "discovery.k8s.io/v1":
				kubernetes = append(kubernetes, string(text))
			}
			continue
		}
		istio = append(istio, string(text))
		configs, unknown, err := crd.ParseInputs(string(text))
		if err != nil || len(unknown) > 0 {
			found = append(found, problem{name, "error", "", fmt.Sprint("cannot be read: ", err, unknown)})
			continue
		}
		for _, c := range configs {
			schema, ok := collections.Pilot.FindByGroupVersionAliasesKind(c.GroupVersionKind)
			if !ok {
				found = append(found, problem{name, "error", "", "kind is not known"})
				continue
			}
			warnings, err := schema.ValidateConfig(c)
			if err != nil {
				found = append(found, problem{name, "error", "", err.Error()})
			}
			if warnings != nil {
				found = append(found, problem{name, "warning", "", warnings.Error()})
			}
		}
	}
	return found, strings.Join(istio, "---\n"), strings.Join(kubernetes, "---\n")
}

func analyze(text string) []problem {
	found := []problem{}
	analyzer := local.NewIstiodAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	if err := analyzer.AddReaderKubeSource([]local.ReaderSource{{Name: "documents", Reader: strings.NewReader(text)}}); err != nil {
		found = append(found, problem{"", "error", "", err.Error()})
	}
	cancel := make(chan struct{})
	result, err := analyzer.Analyze(cancel)
	if err != nil {
		return append(found, problem{"", "error", "", err.Error()})
	}
	for _, m := range result.Messages {
		where := ""
		if m.Resource != nil {
			where = m.Resource.Metadata.FullName.String()
		}
		found = append(found, problem{where, strings.ToLower(m.Type.Level().String()), m.Type.Code(), m.String()})
	}
	return found
}

func transportOf(c *cluster.Cluster) (string, []string) {
	if c == nil {
		return "", nil
	}
	if len(c.TransportSocketMatches) > 0 {
		return "auto", nil
	}
	if c.TransportSocket == nil {
		return "plaintext", nil
	}
	ctx := &tls.UpstreamTlsContext{}
	if err := c.TransportSocket.GetTypedConfig().UnmarshalTo(ctx); err != nil {
		return "unknown", nil
	}
	sans := []string{}
	for _, m := range ctx.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext().GetMatchTypedSubjectAltNames() {
		sans = append(sans, m.GetMatcher().GetExact())
	}
	//nolint: staticcheck
	for _, m := range ctx.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext().GetMatchSubjectAltNames() {
		sans = append(sans, m.GetExact())
	}
	sort.Strings(sans)
	if len(ctx.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()) > 0 {
		return "mtls", sans
	}
	return "tls", sans
}

func filtersOf(listeners []*listener.Listener, listenerName, chainName string) (rbac, jwt []json.RawMessage, ends bool) {
	for _, l := range listeners {
		if l.Name != listenerName {
			continue
		}
		for _, fc := range append(append([]*listener.FilterChain{}, l.FilterChains...), l.DefaultFilterChain) {
			if fc == nil || fc.Name != chainName {
				continue
			}
			ends = fc.TransportSocket != nil
			for _, f := range fc.Filters {
				if strings.Contains(f.Name, "rbac") {
					if b, err := protojson.Marshal(f.GetTypedConfig()); err == nil {
						rbac = append(rbac, b)
					}
				}
				if f.Name == "envoy.filters.network.http_connection_manager" {
					h := &hcm.HttpConnectionManager{}
					if err := f.GetTypedConfig().UnmarshalTo(h); err != nil {
						continue
					}
					for _, hf := range h.HttpFilters {
						b, err := protojson.Marshal(hf.GetTypedConfig())
						if err != nil {
							continue
						}
						if strings.Contains(hf.Name, "rbac") {
							rbac = append(rbac, b)
						}
						if strings.Contains(hf.Name, "jwt_authn") {
							jwt = append(jwt, b)
						}
					}
				}
			}
			return
		}
	}
	return
}

func simulate(in request, istio, kubernetes string) (outcomes []outcome, err error) {
	if len(in.Calls) == 0 {
		return []outcome{}, nil
	}
	err = test.Wrap(func(t test.Failer) {
		server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{ConfigString: istio, KubernetesObjectString: kubernetes})
		for _, c := range in.Calls {
			p := in.Proxies[c.Proxy]
			node := server.SetupProxy(&model.Proxy{
				Type:            model.SidecarProxy,
				ID:              p.Pod + "." + p.Namespace,
				IPAddresses:     []string{p.Ip},
				Labels:          p.Labels,
				ConfigNamespace: p.Namespace,
				Metadata:        &model.NodeMetadata{Namespace: p.Namespace, Labels: p.Labels, ServiceAccount: p.ServiceAccount, ClusterID: "Kubernetes"},
			})
			sim := simulation.NewSimulation(&testing.T{}, server, node)
			headers := http.Header{}
			for k, v := range c.Headers {
				headers.Set(k, v)
			}
			mode := simulation.CallModeOutbound
			if c.Direction == "inbound" {
				mode = simulation.CallModeInbound
			}
			result := sim.Run(simulation.Call{
				Address: c.Address, Port: c.Port, Path: c.Path, HostHeader: c.Host, Headers: headers,
				Protocol: simulation.HTTP, TLS: simulation.TLSMode(c.Tls), Alpn: c.Alpn, CallMode: mode,
			})
			out := outcome{Cluster: result.ClusterMatched, Route: result.RouteMatched}
			if result.Error != nil {
				out.Error = result.Error.Error()
			}
			for _, cl := range sim.Clusters {
				if cl.Name == result.ClusterMatched {
					out.Transport, out.Sans = transportOf(cl)
				}
			}
			if c.Direction == "inbound" {
				out.Rbac, out.Jwt, out.Ends = filtersOf(sim.Listeners, result.ListenerMatched, result.FilterChainMatched)
			}
			outcomes = append(outcomes, out)
		}
	})
	return outcomes, err
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

func main() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	_ = log.Configure(options)
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, "input:", err)
		os.Exit(1)
	}
	invalid, istio, kubernetes := validate(in.Documents)
	out := answer{Engine: "istio " + version(), Invalid: invalid}
	out.Messages = analyze(istio + "---\n" + kubernetes)
	var err error
	if out.Outcomes, err = simulate(in, istio, kubernetes); err != nil {
		fmt.Fprintln(os.Stderr, "simulation:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		os.Exit(1)
	}
}
