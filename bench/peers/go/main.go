// A peer for ./dev bench: StockPilot's products and dashboard with net/http and pgx. With PEER_BATCH=1 what a
// request needs of PostgreSQL goes there in one pgx.Batch; otherwise one query after the other.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	defaultLimit = 1000
	mostLimit    = 1000
	mostBody     = 64 * 1024
	mostSearch   = 200
	mostUsers    = 10_000
	deadline     = 5 * time.Second
)

var uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

type server struct {
	keys      *keySet
	store     *store
	imageBase string
	usersLock sync.RWMutex
	users     map[string]string
}

// One request under way.
type exchange struct {
	*server
	ctx       context.Context
	request   *http.Request
	response  http.ResponseWriter
	id        string
	who       principal
	userID    string
	status    int
	productID string
}

type handler func(*exchange) error

func (s *server) route(request *http.Request) (name string, role string, handle handler, productID string) {
	path := request.URL.Path
	id := strings.TrimPrefix(path, "/products/")
	switch {
	case path == "/dashboard" && request.Method == http.MethodGet:
		return "/dashboard", "viewer", (*exchange).dashboard, ""
	case path == "/products" && request.Method == http.MethodGet:
		return path, "viewer", (*exchange).listProducts, ""
	case path == "/products" && request.Method == http.MethodPost:
		return path, "staff", (*exchange).createProduct, ""
	case id != path && !strings.Contains(id, "/") && request.Method == http.MethodGet:
		return "/products/{productId}", "viewer", (*exchange).getProduct, id
	case id != path && !strings.Contains(id, "/") && request.Method == http.MethodPatch:
		return "/products/{productId}", "staff", (*exchange).changeProduct, id
	}
	return "", "", nil, ""
}

func (s *server) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(request.Context(), deadline)
	defer cancel()
	e := &exchange{server: s, ctx: ctx, request: request, response: response,
		id: request.Header.Get("X-Request-Id")}
	response.Header().Set("X-Request-Id", e.id)
	name, role, handle, productID := s.route(request)
	e.productID = productID
	err := e.run(role, handle)
	if err != nil {
		e.answerProblem(err)
	}
	log.Printf(`{"time":%q,"request_id":%q,"method":%q,"route":%q,"status":%d,"duration_us":%d,"remote":%q,"actor":%q}`,
		began.UTC().Format(time.RFC3339Nano), e.id, request.Method, name, e.status,
		time.Since(began).Microseconds(), request.RemoteAddr, e.who.subject)
}

func (e *exchange) run(role string, handle handler) error {
	if handle == nil {
		return refusal{http.StatusNotFound, "no route"}
	}
	var err error
	if e.who, err = e.keys.principalOf(e.ctx, e.request.Header.Get("Authorization")); err != nil {
		return err
	}
	if !roleReaches(e.who.role, role) {
		return refusal{http.StatusForbidden, "role"}
	}
	if e.productID != "" && !uuidForm.MatchString(e.productID) {
		return refusal{http.StatusBadRequest, "not a UUID"}
	}
	if e.userID, err = e.knowUser(); err != nil {
		return err
	}
	return handle(e)
}

// The user's row is made or refreshed at the first sight of a person.
func (e *exchange) knowUser() (string, error) {
	e.usersLock.RLock()
	id, known := e.users[e.who.subject]
	e.usersLock.RUnlock()
	if known {
		return id, nil
	}
	id, disabled, err := e.store.seeUser(e.ctx, e.who)
	if err != nil {
		return "", err
	}
	if disabled {
		return "", refusal{http.StatusForbidden, "disabled"}
	}
	e.usersLock.Lock()
	if len(e.users) >= mostUsers {
		e.users = make(map[string]string)
	}
	e.users[e.who.subject] = id
	e.usersLock.Unlock()
	return id, nil
}

func (e *exchange) answer(status int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	header := e.response.Header()
	if status < 300 {
		hash := fnv.New64a()
		hash.Write(body)
		tag := fmt.Sprintf(`"%016x"`, hash.Sum64())
		header.Set("ETag", tag)
		if e.request.Method == http.MethodGet {
			header.Set("Cache-Control", "private, no-cache")
			if e.request.Header.Get("If-None-Match") == tag {
				e.status = http.StatusNotModified
				e.response.WriteHeader(e.status)
				return nil
			}
		}
		header.Set("Content-Type", "application/json")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	e.status = status
	e.response.WriteHeader(status)
	_, err = e.response.Write(body)
	if err != nil {
		log.Printf("the answer could not be sent: %v", err)
	}
	return nil
}

// The query's values; each of the known names at most once, and no others.
func (e *exchange) query(known ...string) (url.Values, error) {
	if e.request.URL.RawQuery == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(e.request.URL.RawQuery)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "query"}
	}
	for name, given := range values {
		found := false
		for _, one := range known {
			found = found || one == name
		}
		if !found || len(given) != 1 {
			return nil, refusal{http.StatusBadRequest, "query"}
		}
	}
	return values, nil
}

func (e *exchange) dashboard() error {
	if _, err := e.query(); err != nil {
		return err
	}
	found, err := e.store.dashboard(e.ctx, e.imageBase)
	if err != nil {
		return err
	}
	return e.answer(http.StatusOK, found)
}

func (e *exchange) listProducts() error {
	values, err := e.query("search", "limit")
	if err != nil {
		return err
	}
	limit := defaultLimit
	if text := values.Get("limit"); text != "" {
		limit, err = strconv.Atoi(text)
		if err != nil || limit < 1 || limit > mostLimit {
			return refusal{http.StatusBadRequest, "limit"}
		}
	}
	search := values.Get("search")
	if len([]rune(search)) > mostSearch {
		return refusal{http.StatusBadRequest, "search"}
	}
	products, err := e.store.list(e.ctx, search, limit+1, e.imageBase)
	if err != nil {
		return err
	}
	if len(products) > limit {
		products = products[:limit]
		last := products[limit-1]
		values.Set("cursor", base64url.EncodeToString([]byte(last.ProductID+last.Name)))
		e.response.Header().Set("Link", "</products?"+values.Encode()+`>; rel="next"`)
	}
	return e.answer(http.StatusOK, products)
}

func (e *exchange) getProduct() error {
	if _, err := e.query(); err != nil {
		return err
	}
	found, err := e.store.productWithHistory(e.ctx, e.productID, e.imageBase)
	if err != nil {
		return err
	}
	return e.answer(http.StatusOK, found)
}

func (e *exchange) createProduct() error {
	input, err := readInput(e.request, true)
	if err != nil {
		return err
	}
	made, err := e.store.create(e.ctx, e.userID, e.id, input, e.imageBase)
	if err != nil {
		return err
	}
	e.response.Header().Set("Location", "/products/"+made.ProductID)
	return e.answer(http.StatusCreated, made)
}

func (e *exchange) changeProduct() error {
	input, err := readInput(e.request, false)
	if err != nil {
		return err
	}
	version, err := versionFrom(e.request.Header.Get("If-Match"))
	if err != nil {
		return err
	}
	changed, err := e.store.change(e.ctx, e.userID, e.id, e.productID, version, input, e.imageBase)
	if err != nil {
		return err
	}
	return e.answer(http.StatusOK, changed)
}

var entityTag = regexp.MustCompile(`^"([0-9]{1,9})[."]`)

func versionFrom(ifMatch string) (*int, error) {
	if ifMatch == "" || ifMatch == "*" {
		return nil, nil
	}
	match := entityTag.FindStringSubmatch(ifMatch)
	if match == nil {
		return nil, refusal{http.StatusPreconditionFailed, "If-Match names no version"}
	}
	version, err := strconv.Atoi(match[1])
	return &version, err
}

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	keys := newKeySet(os.Getenv("COGNITO_JWKS_URL"), os.Getenv("COGNITO_ISSUER"), os.Getenv("COGNITO_CLIENT_ID"))
	if err := keys.fetch(ctx); err != nil {
		log.Fatal(err)
	}
	connections, err := strconv.Atoi(os.Getenv("PEER_CONNECTIONS"))
	if err != nil {
		log.Fatal("PEER_CONNECTIONS is a number")
	}
	store, err := openStore(ctx, os.Getenv("DATABASE_URL"), connections, os.Getenv("PEER_BATCH") == "1")
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", os.Getenv("PEER_SOCKET"))
	if err != nil {
		log.Fatal(err)
	}
	s := &server{keys: keys, store: store, imageBase: os.Getenv("IMAGE_BASE_URL"), users: make(map[string]string)}
	web := &http.Server{Handler: s, IdleTimeout: time.Minute, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = web.Shutdown(context.Background())
	}()
	if err := web.Serve(listener); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
