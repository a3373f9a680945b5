#!/usr/bin/env -S python3 -B
"""Holds the tables of errors in docs/http-api.md, and nginx's own documents, against the code.

The problem types are those of src/error/error.c. The codes of single values are gathered from the
calls and tables that give them, and stand in docs/openapi.yaml as well."""

import json
import re

import yaml

from findings import Planted, main

ROW = re.compile(r'^\s*\[ERROR_\w+\] = \{ (\d+),\s*"([^"]*)",\s*"([^"]*)"', re.MULTILINE)
DOCUMENTED = re.compile(r"^\|\s*`/problems/([a-z-]+)`\s*\|\s*(\d+)\s*\|\s*([^|]*?)\s*\|",
                        re.MULTILINE)
# A status that nginx answers by itself, and the document it sends.
NGINX_ROW = re.compile(r"^\s*(\d{3})\s+'(\{.*\})';", re.MULTILINE)
NGINX = "nginx/problem_documents.conf"

# Where a code is given: a call that adds a field error, or a row of a table of constraints.
GIVEN = re.compile(r"\b(?:error_add_field|add_error|add_field|add_line_error|add_row_error)\s*\(([^;{]*)\)\s*;"
                   r"|\bquery_refuse\s*\([^,;]*,[^,;]*,\s*(\"\w+\")"
                   r"|ERROR_\w+,\s*(\"/\w+\",\s*\"\w+\")")
CODE = re.compile(r'"([a-z]+(?:_[a-z]+)*)"')
CODE_ROW = re.compile(r"^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|", re.MULTILINE)


def nginx_findings(root, told):
    """nginx's documents say what the application would have said."""
    rows = NGINX_ROW.findall((root / NGINX).read_text(encoding="utf-8"))
    if not rows:
        yield f"{NGINX}: no document was found"
    for status, text in rows:
        problem = json.loads(text)
        slug = problem["type"].removeprefix("/problems/")
        if problem["status"] != int(status):
            yield f"{NGINX}: the document of {status} says {problem['status']}"
        if slug not in told or told[slug][1] != problem["title"]:
            yield f"{NGINX}: {status} has another type or title than src/error/error.c"
        if problem["message"] != problem["detail"] or problem["requestId"] != "$request_id":
            yield f"{NGINX}: {status} lacks message or requestId as the others have them"


def given_codes(root):
    codes = set()
    for path in (root / "src").rglob("*.c"):
        for found in GIVEN.findall(path.read_text(encoding="utf-8")):
            codes |= set(CODE.findall("".join(found)))
    return codes


def code_findings(root, text):
    given = given_codes(root)
    table = text.partition("The codes in `errors`")[2].partition("\n## ")[0]
    told = {code.strip("`") for row in CODE_ROW.findall(table) for code in row.split(", ")}
    document = yaml.safe_load((root / "docs/openapi.yaml").read_text(encoding="utf-8"))
    listed = set(document["components"]["schemas"]["FieldError"]["properties"]["code"]["enum"])
    for place, codes in (("docs/http-api.md", told), ("docs/openapi.yaml", listed)):
        for code in sorted(given - codes):
            yield f"{place}: the code {code} is missing"
        for code in sorted(codes - given):
            yield f"{place}: the code {code} is never given"


def check(root):
    source = (root / "src/error/error.c").read_text(encoding="utf-8")
    text = (root / "docs/http-api.md").read_text(encoding="utf-8")
    told = {slug: (status, title) for status, slug, title in ROW.findall(source)
            if int(status) >= 400}
    documented = {slug: (status, title) for slug, status, title in DOCUMENTED.findall(text)}
    if not told:
        return ["src/error/error.c: the table of problems was not found"]
    findings = [f"docs/http-api.md: the problem {slug} is missing"
                for slug in sorted(told.keys() - documented.keys())]
    findings += [f"docs/http-api.md: there is no problem {slug}"
                 for slug in sorted(documented.keys() - told.keys())]
    findings += nginx_findings(root, told)
    findings += code_findings(root, text)
    return findings + [
        f"docs/http-api.md: {slug} is {documented[slug]}, in src/error/error.c {told[slug]}"
        for slug in sorted(told.keys() & documented.keys()) if told[slug] != documented[slug]]


CLEAN = {
    "src/error/error.c": '    [ERROR_NONE] = { 200, "", "" },\n'
                         '    [ERROR_STALE] = { 412, "stale", "Changed meanwhile" },\n',
    "src/http/query.c": 'error_add_field(error, pointer,\n  "repeated", "It came %d times.", n);\n',
    "src/store/sqlstate.c": '{ "pkey", ERROR_CONFLICT, "/productId", "taken", "Taken." },\n',
    NGINX: """    412 '{"type":"/problems/stale","title":"Changed meanwhile","status":412,"""
           """"detail":"a","requestId":"$request_id","message":"a"}';\n""",
    "docs/http-api.md": "| `/problems/stale` | 412 | Changed meanwhile | read again |\n"
                        "The codes in `errors`:\n| `repeated`, `taken` | twice |\n",
    "docs/openapi.yaml": "components: {schemas: {FieldError: {properties: {code: "
                         "{enum: [repeated, taken]}}}}}\n",
}
DOCUMENT = CLEAN["docs/http-api.md"]
PLANTED = [
    Planted("a problem nobody described", "the problem stale is missing",
            {"docs/http-api.md": "The codes in `errors`:\n"}),
    Planted("one that is not there", "there is no problem odd",
            {"docs/http-api.md": "| `/problems/odd` | 400 | Odd | |\n" + DOCUMENT}),
    Planted("another status", "stale is ('409'",
            {"docs/http-api.md": DOCUMENT.replace("412", "409")}),
    Planted("another title in nginx", "412 has another type or title",
            {NGINX: CLEAN[NGINX].replace("Changed", "Altered")}),
    Planted("another status in nginx", "the document of 412 says 409",
            {NGINX: CLEAN[NGINX].replace('"status":412', '"status":409')}),
    Planted("no message in nginx", "412 lacks message",
            {NGINX: CLEAN[NGINX].replace('"message":"a"', '"message":"b"')}),
    Planted("a code nobody described", "docs/http-api.md: the code too_long is missing",
            {"src/domain/rule.c": 'add_error(reading, rule, "too_long", detail);\n'}),
    Planted("a code of a table", "docs/openapi.yaml: the code odd is missing",
            {"src/store/more.c": '{ "x", ERROR_INVALID, "/sku", "odd",\n  "Odd." },\n'}),
    Planted("a code that is gone", "docs/http-api.md: the code taken is never given",
            {"src/store/sqlstate.c": None}),
    Planted("no table", "was not found", {"src/error/error.c": "\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
