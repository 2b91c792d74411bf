// Runs TLS handshakes as the components do. Standard input: one line of JSON per handshake. Standard output: one line
// of JSON per handshake, with the error of each step.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"os"
	"time"
)

// end is one end of a connection, in PEM: its certificate and key, and the CAs that verify the other end.
type end struct{ Certificate, Key, Trust string }

type question struct {
	Server, Client end
	// Host is the name that the client dials.
	Host string
	At   time.Time
}

// answer contains the errors; empty if there is none.
type answer struct {
	// Errors from loading the pairs. If there is one, no handshake is attempted.
	ServerPair string `json:"serverPair"`
	ClientPair string `json:"clientPair"`
	// The client's error about the server, and the server's error about the client.
	Client string `json:"client"`
	Server string `json:"server"`
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q question
		if err := in.Decode(&q); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		if err := out.Encode(shake(q)); err != nil {
			panic(err)
		}
	}
}

func shake(q question) (a answer) {
	server, err := tls.X509KeyPair([]byte(q.Server.Certificate), []byte(q.Server.Key))
	a.ServerPair = text(err)
	client, err := tls.X509KeyPair([]byte(q.Client.Certificate), []byte(q.Client.Key))
	a.ClientPair = text(err)
	if a.ServerPair != "" || a.ClientPair != "" {
		return a
	}
	clock := func() time.Time { return q.At }
	s := &tls.Config{
		Certificates: []tls.Certificate{server}, Time: clock,
		ClientCAs: pool(q.Server.Trust), ClientAuth: tls.RequireAndVerifyClientCert,
	}
	c := &tls.Config{
		// Go's clients may omit a certificate that the server's list of CAs does not match. Those of etcd and client-go
		// always send it.
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &client, nil },
		Time:                 clock, RootCAs: pool(q.Client.Trust), ServerName: q.Host,
	}
	near, far := connect()
	defer near.Close()
	done := make(chan error, 1)
	go func() {
		done <- tls.Server(far, s).Handshake()
		far.Close()
	}()
	conn := tls.Client(near, c)
	a.Client = text(conn.Handshake())
	if a.Client == "" {
		// With TLS 1.3, the server verifies the client after the client has finished its handshake.
		io.Copy(io.Discard, conn)
		a.Server = text(<-done)
	}
	return a
}

// connect connects two ends over TCP. A pipe would block if both ends sent an alert.
func connect() (net.Conn, net.Conn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	near, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	far, err := listener.Accept()
	if err != nil {
		panic(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	near.SetDeadline(deadline)
	far.SetDeadline(deadline)
	return near, far
}

func pool(pem string) *x509.CertPool {
	p := x509.NewCertPool()
	p.AppendCertsFromPEM([]byte(pem))
	return p
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
