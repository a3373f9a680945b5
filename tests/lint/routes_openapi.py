#!/usr/bin/env -S python3 -B
"""Compares the route table with docs/openapi.yaml: path, method, permission and summary."""

import json

import yaml

from findings import Planted, main
from program import PLANTED_PROGRAM, ProgramError, output, printing

METHODS = ("get", "post", "patch", "put", "delete")


def documented_routes(root):
    document = yaml.safe_load((root / "docs/openapi.yaml").read_text(encoding="utf-8"))
    return {(method.upper(), path): {"permission": item[method].get("x-permission"),
                                     "summary": item[method].get("summary")}
            for path, item in document["paths"].items() for method in METHODS if method in item}


def security_findings(root):
    """A public operation says `security: []`; no other one may."""
    document = yaml.safe_load((root / "docs/openapi.yaml").read_text(encoding="utf-8"))
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                public = item[method].get("x-permission") == "public"
                if public != (item[method].get("security") == []):
                    yield f"{method.upper()} {path}: security and x-permission do not agree"


def built_routes(root):
    routes = {}
    for row in json.loads(output(root, "routes", "--json")):
        key = (row["method"], row["path"])
        if key in routes:
            raise ProgramError(f"{' '.join(key)} is in the route table twice")
        routes[key] = {"permission": row["permission"], "summary": row["summary"]}
    return routes


def check(root):
    documented = documented_routes(root)
    try:
        built = built_routes(root)
    except ProgramError as error:
        return [str(error)]
    findings = list(security_findings(root))
    for key in sorted(documented.keys() | built.keys()):
        name = " ".join(key)
        if key not in built:
            findings.append(f"{name} is in docs/openapi.yaml but not in the route table")
        elif key not in documented:
            findings.append(f"{name} is in the route table but not in docs/openapi.yaml")
        else:
            findings += [f"{name}: {what} is {built[key][what]!r} in the route table, "
                         f"{documented[key][what]!r} in docs/openapi.yaml"
                         for what in ("permission", "summary")
                         if built[key][what] != documented[key][what]]
    return findings


def table(**changed):
    row = {"method": "GET", "path": "/users", "permission": "viewer", "summary": "List users"}
    return printing(json.dumps([{**row, **changed}]))


def description(permission="viewer", more=""):
    return (f"paths:\n  /users:\n    get: {{summary: List users, x-permission: {permission}}}\n"
            + more)


CLEAN = {"docs/openapi.yaml": description(), PLANTED_PROGRAM: table()}
PLANTED = [
    Planted("another summary", "summary is 'All users'",
            {PLANTED_PROGRAM: table(summary="All users")}),
    Planted("another permission", "permission is 'staff'",
            {PLANTED_PROGRAM: table(permission="staff")}),
    Planted("a route nobody described", "PUT /users is in the route table but not",
            {PLANTED_PROGRAM: table(method="PUT")}),
    Planted("a description of nothing", "GET /sales is in docs/openapi.yaml but not",
            {"docs/openapi.yaml": description(
                more="  /sales:\n    get: {summary: List sales, x-permission: viewer}\n")}),
    Planted("public, but with the token of the others", "security and x-permission do not agree",
            {"docs/openapi.yaml": description("public"),
             PLANTED_PROGRAM: table(permission="public")}),
    Planted("a program that fails", "ended with 3", {PLANTED_PROGRAM: "#!/bin/sh\nexit 3\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
