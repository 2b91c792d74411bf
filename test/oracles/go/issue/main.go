// Verifies what was issued, and encodes it again with Go's standard library. Standard input: a JSON object of PEM
// texts. Standard output: a JSON object with what Go encodes instead.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"os"
	"time"
)

type question struct {
	Certificate, Key, Issuer, IssuerKey, Request, PublicKey string
	Organizations                                          []string
	CommonName, Host, Usage                                string
	At                                                     int64
}

func main() {
	var q question
	check(json.NewDecoder(os.Stdin).Decode(&q))
	certificate := parse(q.Certificate)
	issuer := parse(q.Issuer)
	name := pkix.Name{Organization: q.Organizations, CommonName: q.CommonName}
	key := parseKey(q.Key)
	_, err := tls.X509KeyPair([]byte(q.Certificate), []byte(q.Key))
	check(err)
	verify(q, certificate, issuer)
	check(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"certificate": again(certificate, issuer, name, parseKey(q.IssuerKey)),
		"request":     requestAgain(q.Request, name, key),
		"key":         writeKey(key),
		"publicKey":   writePublicKey(key.Public()),
	}))
}

// again returns the TBSCertificate that Go encodes from the same values.
func again(c, issuer *x509.Certificate, subject pkix.Name, key crypto.Signer) string {
	template := &x509.Certificate{
		SerialNumber: c.SerialNumber, Subject: subject, NotBefore: c.NotBefore, NotAfter: c.NotAfter, KeyUsage: c.KeyUsage,
		ExtKeyUsage: c.ExtKeyUsage, BasicConstraintsValid: true, IsCA: c.IsCA, SubjectKeyId: c.SubjectKeyId,
		DNSNames: c.DNSNames, EmailAddresses: c.EmailAddresses, IPAddresses: c.IPAddresses, URIs: c.URIs,
	}
	if c.Issuer.String() == c.Subject.String() {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, c.PublicKey, key)
	check(err)
	made, err := x509.ParseCertificate(der)
	check(err)
	return hex.EncodeToString(made.RawTBSCertificate)
}

// requestAgain returns the CertificationRequestInfo that Go encodes. Go leaves usages to its caller.
func requestAgain(text string, subject pkix.Name, key crypto.Signer) string {
	request, err := x509.ParseCertificateRequest(decode(text))
	check(err)
	check(request.CheckSignature())
	template := &x509.CertificateRequest{Subject: subject, ExtraExtensions: request.Extensions}
	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	check(err)
	made, err := x509.ParseCertificateRequest(der)
	check(err)
	return hex.EncodeToString(made.RawTBSCertificateRequest)
}

func verify(q question, c, issuer *x509.Certificate) {
	roots := x509.NewCertPool()
	roots.AddCert(issuer)
	usages := map[string]x509.ExtKeyUsage{
		"serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth, "": x509.ExtKeyUsageAny,
	}
	_, err := c.Verify(x509.VerifyOptions{
		Roots: roots, CurrentTime: time.UnixMilli(q.At), DNSName: q.Host, KeyUsages: []x509.ExtKeyUsage{usages[q.Usage]},
	})
	check(err)
}

// parseKey and writeKey behave like client-go's util/keyutil.
func parseKey(text string) crypto.Signer {
	if key, err := x509.ParsePKCS1PrivateKey(decode(text)); err == nil {
		return key
	}
	key, err := x509.ParseECPrivateKey(decode(text))
	check(err)
	return key
}

func writeKey(key crypto.Signer) string {
	if key, ok := key.(*rsa.PrivateKey); ok {
		return encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	}
	der, err := x509.MarshalECPrivateKey(key.(*ecdsa.PrivateKey))
	check(err)
	return encode("EC PRIVATE KEY", der)
}

func writePublicKey(key any) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	check(err)
	return encode("PUBLIC KEY", der)
}

func parse(text string) *x509.Certificate {
	c, err := x509.ParseCertificate(decode(text))
	check(err)
	if again := encode("CERTIFICATE", c.Raw); again != text {
		panic("other PEM: " + again)
	}
	return c
}

func decode(text string) []byte {
	block, rest := pem.Decode([]byte(text))
	if block == nil || len(rest) > 0 {
		panic("not one PEM block: " + text[:30])
	}
	return block.Bytes
}

func encode(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
