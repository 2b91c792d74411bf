// Stand-ins for kube-apiserver, a kubelet and an extension API server. They serve GET /version over TLS to
// authenticated clients. They request a certificate and verify it when a request arrives, as k8s.io/apiserver does
// (pkg/authentication/request/x509, x509.go). Every argument is one stand-in, in JSON. A stand-in that cannot load its
// files prints the error and does not listen.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

type standIn struct {
	Addresses                  []string
	Certificate, Key, ClientCA string
	// The accepted common names; empty: all (x509.go, allowedCommonNames).
	AllowedNames []string
	// A file of public keys, which verify the tokens of clients without a certificate.
	TokenKeys string

	clients *x509.CertPool
}

func main() {
	for _, argument := range os.Args[1:] {
		var s standIn
		if err := json.Unmarshal([]byte(argument), &s); err != nil {
			panic(err)
		}
		if err := s.listen(); err != nil {
			fmt.Println(s.Addresses, "does not start:", err)
		}
	}
	fmt.Println("all listen")
	select {}
}

func (s *standIn) listen() error {
	pair, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
	if err != nil {
		return err
	}
	pem, err := os.ReadFile(s.ClientCA)
	if err != nil {
		return err
	}
	s.clients = x509.NewCertPool()
	s.clients.AppendCertsFromPEM(pem)
	config := &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: s.clients, ClientAuth: tls.RequestClientCert,
		NextProtos: []string{"h2", "http/1.1"},
	}
	for _, address := range s.Addresses {
		listener, err := tls.Listen("tcp", address, config)
		if err != nil {
			return err
		}
		go http.Serve(listener, s)
	}
	return nil
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, err := s.caller(r)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		fmt.Println("Unable to authenticate the request:", err)
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}`)
		return
	}
	fmt.Fprintf(w, `{"major":"1","minor":"32","caller":%q}`, name)
}

func (s *standIn) caller(r *http.Request) (string, error) {
	shown := r.TLS.PeerCertificates
	if len(shown) == 0 {
		return "service account", verifyToken(r.Header.Get("Authorization"), s.TokenKeys)
	}
	options := x509.VerifyOptions{
		Roots: s.clients, Intermediates: x509.NewCertPool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	for _, certificate := range shown[1:] {
		options.Intermediates.AddCert(certificate)
	}
	if _, err := shown[0].Verify(options); err != nil {
		return "", err
	}
	name := shown[0].Subject.CommonName
	for _, allowed := range s.AllowedNames {
		if allowed == name {
			return name, nil
		}
	}
	if len(s.AllowedNames) > 0 {
		return "", fmt.Errorf("x509: subject with cn=%s is not in the allowed list", name)
	}
	return name, nil
}
