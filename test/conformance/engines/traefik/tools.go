//go:build tools

package wrapper

import _ "github.com/traefik/traefik/v3/cmd/traefik"
