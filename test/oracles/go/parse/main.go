// Parses bytes and verifies chains with Go. Standard input: requests, each a kind (one byte), a length (4 bytes,
// big-endian) and that many bytes. Standard output: one line of JSON per request, in order.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"time"
)

type answer map[string]any

func refuse(err error) answer { return answer{"error": err.Error()} }

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := json.NewEncoder(out)
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:]))
		if _, err := io.ReadFull(in, body); err != nil {
			panic(err)
		}
		if err := lines.Encode(kinds[head[0]](body)); err != nil {
			panic(err)
		}
	}
}

var kinds = map[byte]func([]byte) answer{
	'C': certificate, 'K': privateKey, 'P': publicKey, 'R': request, 'A': armor, 'T': pair, 'H': host, 'S': signature, 'V': verify, 'J': token, 'D': dial,
}

func certificate(der []byte) answer {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return refuse(err)
	}
	ips := []string{}
	for _, ip := range c.IPAddresses {
		ips = append(ips, ip.String())
	}
	uris := len(c.URIs)
	critical := []string{}
	for _, id := range c.UnhandledCriticalExtensions {
		critical = append(critical, id.String())
	}
	pathLength := c.MaxPathLen
	if !c.BasicConstraintsValid || pathLength < 0 {
		pathLength = -1
	}
	return answer{
		"version": c.Version, "serial": c.SerialNumber.Text(16), "algorithm": c.SignatureAlgorithm.String(),
		"issuer": hex.EncodeToString(c.RawIssuer), "subject": hex.EncodeToString(c.RawSubject),
		"commonName": c.Subject.CommonName, "organizations": append([]string{}, c.Subject.Organization...),
		"notBefore": c.NotBefore.UnixMilli(), "notAfter": c.NotAfter.UnixMilli(),
		"dns": append([]string{}, c.DNSNames...), "ips": ips, "emails": append([]string{}, c.EmailAddresses...), "uris": uris,
		"keyUsage": int(c.KeyUsage), "usages": len(c.ExtKeyUsage) + len(c.UnknownExtKeyUsage),
		"ca": c.IsCA, "constrained": c.BasicConstraintsValid, "pathLength": pathLength,
		"subjectKeyId": hex.EncodeToString(c.SubjectKeyId), "authorityKeyId": hex.EncodeToString(c.AuthorityKeyId),
		"critical": critical, "extensions": len(c.Extensions), "signature": sum(c.Signature), "tbs": sum(c.RawTBSCertificate),
		"key": keyId(c.PublicKey),
	}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// keyId is the SHA-256 of the SubjectPublicKeyInfo that Go writes for a key; empty if it writes none.
func keyId(key any) string {
	if secret, ok := key.(interface{ Public() any }); ok {
		key = secret.Public()
	}
	if _, ok := key.(*ecdh.PublicKey); ok {
		return ""
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	return sum(der)
}

// privateKey does what crypto/tls parsePrivateKey does.
func privateKey(der []byte) answer {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return answer{"key": keyId(&key.PublicKey)}
	}
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		switch key := key.(type) {
		case *rsa.PrivateKey:
			return answer{"key": keyId(&key.PublicKey)}
		case *ecdsa.PrivateKey:
			return answer{"key": keyId(&key.PublicKey)}
		case ed25519.PrivateKey:
			return answer{"key": keyId(key.Public())}
		}
		return answer{"error": "tls: found unknown private key type in PKCS#8 wrapping"}
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return answer{"key": keyId(&key.PublicKey)}
	}
	return answer{"error": "tls: failed to parse private key"}
}

func publicKey(der []byte) answer {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return refuse(err)
	}
	return answer{"key": keyId(key)}
}

func request(der []byte) answer {
	r, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return refuse(err)
	}
	return answer{"subject": hex.EncodeToString(r.RawSubject), "key": keyId(r.PublicKey)}
}

func armor(data []byte) answer {
	blocks := []answer{}
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			return answer{"blocks": blocks}
		}
		data = rest
		blocks = append(blocks, answer{"label": []byte(block.Type), "headers": len(block.Headers), "der": sum(block.Bytes)})
	}
}

func split(body []byte) ([]byte, []byte) {
	n := binary.BigEndian.Uint32(body)
	return body[4 : 4+n], body[4+n:]
}

func outcome(err error) answer {
	if err != nil {
		return refuse(err)
	}
	return answer{}
}

func pair(body []byte) answer {
	cert, key := split(body)
	_, err := tls.X509KeyPair(cert, key)
	return outcome(err)
}

func host(body []byte) answer {
	name, der := split(body)
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return outcome(c.VerifyHostname(string(name)))
}

func signature(body []byte) answer {
	child, parent := split(body)
	c, err := x509.ParseCertificate(child)
	if err != nil {
		panic(err)
	}
	p, err := x509.ParseCertificate(parent)
	if err != nil {
		panic(err)
	}
	return outcome(c.CheckSignatureFrom(p))
}

// token signs with an RSA key (PKCS #8), and verifies a signature over nothing with its public half.
func token(body []byte) answer {
	der, given := split(body)
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return answer{"parse": err.Error()}
	}
	key := parsed.(*rsa.PrivateKey)
	digest := sha256.Sum256(nil)
	_, signing := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	verifying := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], given)
	said := answer{}
	for name, err := range map[string]error{"sign": signing, "verify": verifying} {
		if err != nil {
			said[name] = err.Error()
		}
	}
	return said
}

var usages = map[string]x509.ExtKeyUsage{
	"any": x509.ExtKeyUsageAny, "serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth,
	"codeSigning": x509.ExtKeyUsageCodeSigning, "emailProtection": x509.ExtKeyUsageEmailProtection,
	"OCSPSigning": x509.ExtKeyUsageOCSPSigning,
}

// verify returns the chains as the SHA-256 hashes of their certificates.
func verify(body []byte) answer {
	var question struct {
		Leaf                 []byte
		Roots, Intermediates [][]byte
		Host                 string
		Usages               []string
		At                   int64
	}
	if err := json.Unmarshal(body, &question); err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(question.Leaf)
	if err != nil {
		return refuse(err)
	}
	options := x509.VerifyOptions{
		Roots: pool(question.Roots), Intermediates: pool(question.Intermediates), DNSName: question.Host,
		CurrentTime: time.UnixMilli(question.At).UTC(),
	}
	for _, usage := range question.Usages {
		known, ok := usages[usage]
		if !ok {
			panic(usage)
		}
		options.KeyUsages = append(options.KeyUsages, known)
	}
	chains, err := leaf.Verify(options)
	if err != nil {
		return refuse(err)
	}
	sums := [][]string{}
	for _, chain := range chains {
		links := []string{}
		for _, c := range chain {
			links = append(links, sum(c.Raw))
		}
		sums = append(sums, links)
	}
	return answer{"chains": sums}
}

// pool returns a pool of the certificates that can be parsed, as AppendCertsFromPEM does.
func pool(ders [][]byte) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, der := range ders {
		if c, err := x509.ParseCertificate(der); err == nil {
			pool.AddCert(c)
		}
	}
	return pool
}

// dial does what kube-apiserver does with a caBundle and the certificates that a server sends: client-go
// transport/transport.go, rootCertPool; crypto/tls, verifyServerCertificate. The server must parse its own certificate.
func dial(body []byte) answer {
	var question struct {
		Bundle, Served []byte
		Host           string
		At             int64
	}
	if err := json.Unmarshal(body, &question); err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(question.Bundle) {
		return answer{"bundle": "unable to load root certificates: " + explainBundle(question.Bundle)}
	}
	served := [][]byte{}
	for rest := question.Served; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" {
			served = append(served, block.Bytes)
		}
	}
	if len(served) == 0 {
		return answer{"served": "no certificate"}
	}
	if _, err := x509.ParseCertificate(served[0]); err != nil {
		return answer{"served": err.Error()}
	}
	options := x509.VerifyOptions{
		Roots: roots, Intermediates: x509.NewCertPool(), DNSName: question.Host,
		CurrentTime: time.UnixMilli(question.At).UTC(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificates := []*x509.Certificate{}
	for _, der := range served {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return answer{"dial": "tls: failed to parse certificate from server: " + err.Error()}
		}
		certificates = append(certificates, c)
	}
	for _, c := range certificates[1:] {
		options.Intermediates.AddCert(c)
	}
	if _, err := certificates[0].Verify(options); err != nil {
		return answer{"dial": "tls: failed to verify certificate: " + err.Error()}
	}
	return answer{}
}

// explainBundle does what createErrorParsingCAData of client-go does.
func explainBundle(data []byte) string {
	for len(data) > 0 {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return "unable to parse bytes as PEM block"
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "failed to parse certificate: " + err.Error()
		}
	}
	return "no valid certificate authority data seen"
}
