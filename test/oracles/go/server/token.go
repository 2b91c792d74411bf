package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"strings"
)

// verifyToken verifies a JSON Web Token (RFC 7515) with RS256 or ES256 against each public key in a file.
func verifyToken(header, file string) error {
	token, _ := strings.CutPrefix(header, "Bearer ")
	end := strings.LastIndex(token, ".")
	if end < 0 {
		return errors.New("no credential")
	}
	signature, err := base64.RawURLEncoding.DecodeString(token[end+1:])
	if err != nil {
		return err
	}
	rest, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(token[:end]))
	for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err == nil && signs(key, hash[:], signature) {
			return nil
		}
	}
	return errors.New("invalid bearer token")
}

func signs(key any, hash, signature []byte) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, hash, signature) == nil
	case *ecdsa.PublicKey:
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return ecdsa.Verify(key, hash, r, s)
	}
	return false
}
