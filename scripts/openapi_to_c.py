#!/usr/bin/env python3
"""Turns docs/openapi.yaml into what the programs serve as /openapi.json and /docs.

    openapi_to_c.py [--c FILE] [--json FILE] [--html FILE] docs/openapi.yaml

--c gives the source for include/stockpilot/handlers/openapi_document.h. The same input gives the
same bytes, and a file appears only when it is complete.
"""

import argparse
import base64
import hashlib
import json
import os
import sys

import yaml

import openapi_page


def json_bytes(document):
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def security_policy(style):
    """Lets the page use its own style element and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'")


def c_string(text):
    return json.dumps(text, ensure_ascii=True)


def c_bytes(name, content):
    lines = [f"const unsigned char {name}[] = {{"]
    lines += ["    " + ",".join(map(str, content[start:start + 24])) + ","
              for start in range(0, len(content), 24)]
    lines += ["};", f"const size_t {name}_size = sizeof {name};", ""]
    return lines


def c_source(document, page):
    lines = ["/* Made from docs/openapi.yaml by scripts/openapi_to_c.py. Change those instead. */",
             '#include "stockpilot/handlers/openapi_document.h"', ""]
    lines += c_bytes("openapi_json", json_bytes(document))
    lines += c_bytes("docs_html", page.encode("utf-8"))
    lines += ["const char docs_html_security_policy[] =",
              f"    {c_string(security_policy(openapi_page.STYLE))};", ""]
    return "\n".join(lines).encode("ascii")


def write(path, content):
    scratch = f"{path}.{os.getpid()}.part"
    with open(scratch, "wb") as file:
        file.write(content)
    os.replace(scratch, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--c", metavar="FILE", help="the C source with both")
    parser.add_argument("--json", metavar="FILE", help="the description as JSON")
    parser.add_argument("--html", metavar="FILE", help="the page")
    parser.add_argument("source", help="docs/openapi.yaml")
    options = parser.parse_args()

    with open(options.source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    try:
        page = openapi_page.page(document)
    except openapi_page.PageError as error:
        sys.exit(f"{options.source}: {error}")
    if options.json:
        write(options.json, json_bytes(document))
    if options.html:
        write(options.html, page.encode("utf-8"))
    if options.c:
        write(options.c, c_source(document, page))


if __name__ == "__main__":
    main()
