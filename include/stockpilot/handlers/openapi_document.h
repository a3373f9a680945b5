/*
 * openapi_document.h - what GET /openapi.json and GET /docs answer, made from docs/openapi.yaml
 * while building (scripts/openapi_to_c.py).
 *
 * The bytes are UTF-8 without a terminating NUL and live as long as the program.
 */
#ifndef STOCKPILOT_HANDLERS_OPENAPI_DOCUMENT_H
#define STOCKPILOT_HANDLERS_OPENAPI_DOCUMENT_H

#include <stddef.h>

/* The OpenAPI 3.1 description, application/json. */
extern const unsigned char openapi_json[];
extern const size_t openapi_json_size;

/* The same for people, text/html; charset=utf-8. It loads nothing and has no script. */
extern const unsigned char docs_html[];
extern const size_t docs_html_size;

/* The Content-Security-Policy to send with docs_html: allows its one style element by hash, and
 * nothing else. */
extern const char docs_html_security_policy[];

#endif
