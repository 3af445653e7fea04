// The API server's own evaluation of CEL, as a program: expressions in Kubernetes' environment, and the validation rules of schemas over values.
// JSON in on standard input, JSON out on standard output.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"sort"
	"strconv"
	"strings"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

type request struct {
	Expressions []string
	Schemas     []group
}

// group is a schema with the values that are held against it.
type group struct {
	Schema json.RawMessage
	Values []value
}

type value struct {
	Value json.RawMessage
	Old   json.RawMessage `json:",omitempty"`
}

type answer struct {
	Engine      string       `json:"engine"`
	Expressions []outcome    `json:"expressions"`
	Schemas     []groupReply `json:"schemas"`
}

type outcome struct {
	Value  string `json:"value,omitempty"`
	Error  string `json:"error,omitempty"`
	Static bool   `json:"static,omitempty"`
}

type groupReply struct {
	Error  string      `json:"error,omitempty"`
	Values [][]problem `json:"values"`
}

type problem struct {
	Type   string `json:"type"`
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

func main() {
	var in request
	decoder := json.NewDecoder(os.Stdin)
	if err := decoder.Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := answer{Engine: "apiserver 0.35.4", Expressions: []outcome{}, Schemas: []groupReply{}}
	env := environment.MustBaseEnvSet(version.MajorMinor(1, 35)).StoredExpressionsEnv()
	for _, expression := range in.Expressions {
		out.Expressions = append(out.Expressions, evaluate(env, expression))
	}
	for _, one := range in.Schemas {
		out.Schemas = append(out.Schemas, validate(one))
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func evaluate(env *celgo.Env, expression string) outcome {
	ast, issues := env.Compile(expression)
	if issues != nil && issues.Err() != nil {
		return outcome{Error: issues.Err().Error(), Static: true}
	}
	program, err := env.Program(ast)
	if err != nil {
		return outcome{Error: err.Error(), Static: true}
	}
	result, _, err := program.ContextEval(context.Background(), map[string]any{})
	if err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{Value: show(result)}
}

// show prints a value so that values of different types never print the same.
func show(v ref.Val) string {
	switch v := v.(type) {
	case types.Null:
		return "null"
	case types.Bool:
		return strconv.FormatBool(bool(v))
	case types.Int:
		return strconv.FormatInt(int64(v), 10)
	case types.Uint:
		return strconv.FormatUint(uint64(v), 10) + "u"
	case types.Double:
		f := float64(v)
		if math.IsNaN(f) {
			return "double NaN"
		}
		return "double " + strconv.FormatFloat(f, 'e', 15, 64)
	case types.String:
		text, _ := json.Marshal(string(v))
		return unescapeHTML(string(text))
	case types.Bytes:
		return "bytes " + base64.StdEncoding.EncodeToString(v)
	case types.Timestamp:
		return fmt.Sprintf("timestamp %d.%09d", v.Unix(), v.Nanosecond())
	case types.Duration:
		return fmt.Sprintf("duration %d", v.Nanoseconds())
	case *types.Optional:
		if !v.HasValue() {
			return "none"
		}
		return "optional " + show(v.GetValue())
	case traits.Mapper:
		entries := []string{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			entries = append(entries, show(key)+": "+show(v.Get(key)))
		}
		sort.Strings(entries)
		return "{" + strings.Join(entries, ", ") + "}"
	case traits.Lister:
		items := []string{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			items = append(items, show(it.Next()))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *types.Type:
		return "type " + v.TypeName()
	default:
		return "value of " + v.Type().TypeName()
	}
}

func unescapeHTML(text string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `\u2028`, "\u2028", `\u2029`, "\u2029").Replace(text)
}

func validate(one group) groupReply {
	reply := groupReply{Values: [][]problem{}}
	var external v1.JSONSchemaProps
	if err := json.Unmarshal(one.Schema, &external); err != nil {
		reply.Error = err.Error()
		return reply
	}
	var internal apiextensions.JSONSchemaProps
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&external, &internal, nil); err != nil {
		reply.Error = err.Error()
		return reply
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		reply.Error = err.Error()
		return reply
	}
	validator := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	for _, value := range one.Values {
		problems := []problem{}
		object, old := decode(value.Value, structural), decode(value.Old, structural)
		if validator != nil {
			errs, _ := validator.Validate(context.Background(), nil, structural, object, old, celconfig.RuntimeCELCostBudget)
			for _, e := range errs {
				problems = append(problems, problem{Type: string(e.Type), Field: e.Field, Detail: e.Detail})
			}
		}
		reply.Values = append(reply.Values, problems)
	}
	return reply
}

// decode reads a value as the server does: whole numbers as integers, defaults filled in.
func decode(raw json.RawMessage, structural *schema.Structural) any {
	if len(raw) == 0 {
		return nil
	}
	var object any
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return nil
	}
	object = numbers(object)
	if m, ok := object.(map[string]any); ok {
		defaulting.PruneNonNullableNullsWithoutDefaults(m, structural)
		defaulting.Default(m, structural)
	}
	return object
}

func numbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key := range value {
			value[key] = numbers(value[key])
		}
	case []any:
		for i := range value {
			value[i] = numbers(value[i])
		}
	case json.Number:
		if whole, err := value.Int64(); err == nil {
			return whole
		}
		float, _ := value.Float64()
		return float
	}
	return value
}
