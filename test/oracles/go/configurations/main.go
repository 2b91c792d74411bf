// Decodes configuration files and kubeconfigs with the libraries of Kubernetes, as Debian packages them.
//
// Standard input is a JSON list of {kind, text}, or {kind, path} for a kubeconfig; the output has an answer for each:
// {} or {error}. `warning` is what the component ignores.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/apis/apiserver/install"
	"k8s.io/apiserver/pkg/apis/audit"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	auditvalidation "k8s.io/apiserver/pkg/apis/audit/validation"
	"k8s.io/apiserver/pkg/apis/config"
	configv1 "k8s.io/apiserver/pkg/apis/config/v1"
	encryptionvalidation "k8s.io/apiserver/pkg/apis/config/validation"
	"k8s.io/client-go/tools/clientcmd"
	tracing "k8s.io/component-base/tracing/api/v1"
)

type question struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Path string `json:"path"`
}

type answer struct {
	Error   string `json:"error,omitempty"`
	Warning string `json:"warning,omitempty"`
}

// tracingConfiguration is TracingConfiguration in apiserver.config.k8s.io: the type of component-base with an
// apiVersion.
type tracingConfiguration struct {
	APIVersion                   string `json:"apiVersion,omitempty"`
	Kind                         string `json:"kind,omitempty"`
	tracing.TracingConfiguration `json:",inline"`
}

func (in *tracingConfiguration) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }
func (in *tracingConfiguration) DeepCopyObject() runtime.Object {
	out := *in
	out.TracingConfiguration = *in.TracingConfiguration.DeepCopy()
	return &out
}

var (
	ofApiServer  = runtime.NewScheme()
	ofEncryption = runtime.NewScheme()
	ofTracing    = runtime.NewScheme()
	ofAudit      = runtime.NewScheme()
)

func init() {
	install.Install(ofApiServer)
	utilruntime.Must(config.AddToScheme(ofEncryption))
	utilruntime.Must(configv1.AddToScheme(ofEncryption))
	for _, version := range []string{"v1alpha1", "v1beta1"} {
		group := schema.GroupVersion{Group: "apiserver.config.k8s.io", Version: version}
		ofTracing.AddKnownTypeWithName(group.WithKind("TracingConfiguration"), &tracingConfiguration{})
	}
	utilruntime.Must(audit.AddToScheme(ofAudit))
	utilruntime.Must(auditv1.AddToScheme(ofAudit))
}

func strict(scheme *runtime.Scheme) runtime.Decoder {
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder()
}

func lenient(scheme *runtime.Scheme) runtime.Decoder {
	return serializer.NewCodecFactory(scheme).UniversalDecoder()
}

// decode decodes a file into the type that its reader wants.
func decode[T runtime.Object](decoder runtime.Decoder, text string) (T, error) {
	var none T
	object, kind, err := decoder.Decode([]byte(text), nil, nil)
	if err != nil {
		return none, err
	}
	if wanted, ok := object.(T); ok {
		return wanted, nil
	}
	return none, fmt.Errorf("unexpected config type: %v", kind)
}

func readAdmission(text string) error {
	_, err := decode[*apiserver.AdmissionConfiguration](strict(ofApiServer), text)
	return err
}

func readEgress(text string) error {
	_, err := decode[*apiserver.EgressSelectorConfiguration](strict(ofApiServer), text)
	return err
}

func readEncryption(text string) error {
	read, err := decode[*config.EncryptionConfiguration](strict(ofEncryption), text)
	if err != nil {
		return err
	}
	return encryptionvalidation.ValidateEncryptionConfiguration(read).ToAggregate()
}

func readTracing(text string) error {
	decoder := serializer.NewCodecFactory(ofTracing).UniversalDeserializer()
	read, err := decode[*tracingConfiguration](decoder, text)
	if err != nil {
		return err
	}
	return tracing.ValidateTracingConfiguration(&read.TracingConfiguration, nil, field.NewPath("tracing")).ToAggregate()
}

func readAuditPolicy(text string) (warning, err error) {
	policy, err := decode[*audit.Policy](strict(ofAudit), text)
	if runtime.IsStrictDecodingError(err) {
		warning = err
		policy, err = decode[*audit.Policy](lenient(ofAudit), text)
	}
	if err != nil {
		return warning, err
	}
	if errs := auditvalidation.ValidatePolicy(policy); len(errs) > 0 {
		return warning, errs.ToAggregate()
	}
	if len(policy.Rules) == 0 {
		return warning, fmt.Errorf("loaded illegal policy with 0 rules")
	}
	return warning, nil
}

// readKubeconfig reads a kubeconfig as the components do.
func readKubeconfig(path string) error {
	_, err := clientcmd.BuildConfigFromFlags("", path)
	return err
}

func read(asked question) (warning, err error) {
	switch asked.Kind {
	case "AdmissionConfiguration":
		return nil, readAdmission(asked.Text)
	case "EgressSelectorConfiguration":
		return nil, readEgress(asked.Text)
	case "EncryptionConfiguration":
		return nil, readEncryption(asked.Text)
	case "TracingConfiguration":
		return nil, readTracing(asked.Text)
	case "Policy":
		return readAuditPolicy(asked.Text)
	case "Config":
		return nil, readKubeconfig(asked.Path)
	}
	log.Fatalf("unknown kind %q", asked.Kind)
	return nil, nil
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		log.Fatal(err)
	}
	answers := make([]answer, len(questions))
	for i, asked := range questions {
		warning, err := read(asked)
		if err != nil {
			answers[i].Error = err.Error()
		}
		if warning != nil {
			answers[i].Warning = warning.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
