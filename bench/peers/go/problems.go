package main

import (
	"errors"
	"log"
	"net/http"

	"github.com/jackc/pgconn"
	"github.com/jackc/pgx/v4"
)

// What a client did wrong.
type refusal struct {
	status int
	why    string
}

func (r refusal) Error() string { return r.why }

type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"`
	RequestID string       `json:"requestId"`
	Message   string       `json:"message"`
	Errors    []fieldError `json:"errors,omitempty"`
}

type fieldError struct {
	Pointer string `json:"pointer"`
}

var titles = map[int][2]string{
	http.StatusBadRequest:            {"malformed-request", "The request cannot be read"},
	http.StatusUnauthorized:          {"invalid-token", "The access token is not accepted"},
	http.StatusForbidden:             {"forbidden", "This is not allowed"},
	http.StatusNotFound:              {"not-found", "There is nothing here"},
	http.StatusConflict:              {"conflict", "The record collides with another"},
	http.StatusPreconditionFailed:    {"stale", "The record was changed in the meantime"},
	http.StatusRequestEntityTooLarge: {"payload-too-large", "The request is too large"},
	http.StatusUnsupportedMediaType:  {"unsupported-media-type", "The body has a type that is not read here"},
	http.StatusUnprocessableEntity:   {"invalid", "Some values are not valid"},
	http.StatusInternalServerError:   {"internal", "Something went wrong on our side"},
}

var statusOfSQLState = map[string]int{
	"23505": http.StatusConflict, "23514": http.StatusUnprocessableEntity,
	"SP002": http.StatusNotFound, "SP006": http.StatusPreconditionFailed,
}

func statusOf(err error) int {
	var said refusal
	var sql *pgconn.PgError
	switch {
	case errors.As(err, &said):
		return said.status
	case errors.Is(err, pgx.ErrNoRows):
		return http.StatusNotFound
	case errors.As(err, &sql) && statusOfSQLState[sql.Code] != 0:
		return statusOfSQLState[sql.Code]
	}
	return http.StatusInternalServerError
}

func (e *exchange) answerProblem(err error) {
	status := statusOf(err)
	if status == http.StatusInternalServerError {
		log.Printf("%v", err)
	}
	title := titles[status]
	document := problem{Type: "/problems/" + title[0], Title: title[1], Status: status, Detail: title[1],
		RequestID: e.id, Message: title[1]}
	if said, ok := err.(refusal); ok && status == http.StatusUnprocessableEntity {
		document.Errors = []fieldError{{said.why}}
	}
	header := e.response.Header()
	header.Set("Content-Type", "application/problem+json")
	if status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", `Bearer realm="stockpilot", error="invalid_token"`)
	}
	if err := e.answer(status, document); err != nil {
		log.Printf("%v", err)
	}
}
