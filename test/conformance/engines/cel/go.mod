module cdk8s-netstack/conformance/cel

go 1.26.0

// Released servers are built with Go 1.25, which takes more than one colon in a host.
godebug default=go1.25

require (
	github.com/google/cel-go v0.26.0
	k8s.io/apiextensions-apiserver v0.35.4
	k8s.io/apimachinery v0.35.4
	k8s.io/apiserver v0.35.4
)
