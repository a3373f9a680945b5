package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	mostToken    = 8192
	refetchPause = 10 * time.Second
)

var base64url = base64.RawURLEncoding

type principal struct {
	subject, username, email, role string
}

// The pool's keys: fetched at the start, and when a token names one that is not there.
type keySet struct {
	url, issuer, clientID string
	lock                  sync.RWMutex
	keys                  map[string]*rsa.PublicKey
	fetched               time.Time
}

func newKeySet(url, issuer, clientID string) *keySet {
	return &keySet{url: url, issuer: issuer, clientID: clientID}
}

type jwk struct{ Kid, Kty, N, E string }

func (k jwk) publicKey() (*rsa.PublicKey, error) {
	n, err := base64url.DecodeString(k.N)
	if err != nil {
		return nil, err
	}
	e, err := base64url.DecodeString(k.E)
	if err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
}

func (s *keySet) fetch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var set struct{ Keys []jwk }
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the key set answers %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return err
	}
	keys := make(map[string]*rsa.PublicKey)
	for _, one := range set.Keys {
		if one.Kty == "RSA" {
			if keys[one.Kid], err = one.publicKey(); err != nil {
				return err
			}
		}
	}
	s.lock.Lock()
	s.keys, s.fetched = keys, time.Now()
	s.lock.Unlock()
	return nil
}

func (s *keySet) find(ctx context.Context, kid string) *rsa.PublicKey {
	s.lock.RLock()
	key, old := s.keys[kid], time.Since(s.fetched) > refetchPause
	s.lock.RUnlock()
	if key == nil && old && s.fetch(ctx) == nil {
		s.lock.RLock()
		key = s.keys[kid]
		s.lock.RUnlock()
	}
	return key
}

type claims struct {
	Subject  string   `json:"sub"`
	Issuer   string   `json:"iss"`
	Use      string   `json:"token_use"`
	Client   string   `json:"client_id"`
	Username string   `json:"username"`
	Email    string   `json:"email"`
	Groups   []string `json:"cognito:groups"`
	Expires  int64    `json:"exp"`
	Issued   int64    `json:"iat"`
}

func decodeSegment(segment string, into any) error {
	bytes, err := base64url.DecodeString(segment)
	if err != nil {
		return err
	}
	return json.Unmarshal(bytes, into)
}

func refuseToken(why string) error { return refusal{http.StatusUnauthorized, why} }

func (s *keySet) principalOf(ctx context.Context, authorization string) (principal, error) {
	scheme, token, found := strings.Cut(authorization, " ")
	segments := strings.Split(token, ".")
	if !found || !strings.EqualFold(scheme, "Bearer") || len(token) > mostToken || len(segments) != 3 {
		return principal{}, refuseToken("no Bearer token")
	}
	var header struct{ Alg, Kid string }
	if decodeSegment(segments[0], &header) != nil || header.Alg != "RS256" {
		return principal{}, refuseToken("header")
	}
	key := s.find(ctx, header.Kid)
	if key == nil {
		return principal{}, refuseToken("kid is not in the key set")
	}
	signature, err := base64url.DecodeString(segments[2])
	if err != nil {
		return principal{}, refuseToken("signature")
	}
	digest := sha256.Sum256([]byte(token[:len(segments[0])+1+len(segments[1])]))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) != nil {
		return principal{}, refuseToken("signature")
	}
	var c claims
	if decodeSegment(segments[1], &c) != nil {
		return principal{}, refuseToken("claims")
	}
	return s.principalFrom(c)
}

func (s *keySet) principalFrom(c claims) (principal, error) {
	now := time.Now().Unix()
	if c.Issuer != s.issuer || c.Use != "access" || c.Client != s.clientID || c.Subject == "" ||
		now >= c.Expires || now < c.Issued {
		return principal{}, refuseToken("claims")
	}
	who := principal{subject: c.Subject, username: c.Username, email: c.Email, role: "none"}
	for _, role := range roles {
		for _, group := range c.Groups {
			if group == role {
				who.role = role
			}
		}
	}
	return who, nil
}

var roles = []string{"viewer", "staff", "admin"}

func rank(role string) int {
	for index, one := range roles {
		if one == role {
			return index
		}
	}
	return -1
}

func roleReaches(role, wanted string) bool { return rank(role) >= rank(wanted) }
