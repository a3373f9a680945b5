#!/usr/bin/env -S python3 -B
"""Checks what scripts/openapi_to_c.py makes of docs/openapi.yaml: the same every time, complete,
and a page that loads nothing, runs nothing and has no link that leads nowhere."""

import html.parser
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

from findings import Planted, main

METHODS = ("get", "post", "patch", "put", "delete")
LOADING = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
LOADING_STYLE = ("@import", "url(")


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links, self.findings = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag in LOADING:
            self.findings.append(f"the page has a <{tag}>")
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            elif name == "href":
                self.links.append(value)
            elif name == "style" or name.startswith("on"):
                self.findings.append(f"the page has an attribute {name}, which its policy forbids")


def made(generator, source):
    """What the generator writes, by kind."""
    with tempfile.TemporaryDirectory() as scratch:
        names = {kind: pathlib.Path(scratch) / kind for kind in ("c", "json", "html")}
        options = [word for kind, path in names.items() for word in (f"--{kind}", str(path))]
        subprocess.run([sys.executable, "-B", str(generator), *options, str(source)], check=True)
        return {kind: path.read_bytes() for kind, path in names.items()}


def page_findings(page, document):
    reader = Reader()
    reader.feed(page)
    findings = reader.findings
    findings += [f"the page loads something: {word}" for word in LOADING_STYLE if word in page]
    findings += [f"the id {name} is there twice" for name in sorted(set(reader.ids))
                 if reader.ids.count(name) > 1]
    findings += [f"the link {link} leads nowhere" for link in sorted(set(reader.links))
                 if link != "openapi.json" and link.removeprefix("#") not in reader.ids]
    wanted = [item[method]["operationId"] for item in document["paths"].values()
              for method in METHODS if method in item]
    wanted += [f"schema-{name}" for name in document["components"]["schemas"]]
    return findings + [f"{name} is not on the page" for name in wanted if name not in reader.ids]


def check(root):
    source = root / "docs/openapi.yaml"
    first, second = (made(root / "scripts/openapi_to_c.py", source) for _ in range(2))
    findings = [f"two runs give different {kind}" for kind in first if first[kind] != second[kind]]
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    if json.loads(first["json"]) != document:
        findings.append("the JSON says something else than the YAML")
    return findings + page_findings(first["html"].decode("utf-8"), document)


# Stands for the generator in a self-test: writes what the case needs, with the JSON always right.
STAND_IN = """
import json, os, sys, yaml
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
document = yaml.safe_load(open(sys.argv[-1]))
PAGE = '<p id="listUsers"></p><p id="schema-User"></p><a href="#listUsers">x</a>'
EDIT
for name, text in (("--c", "x"), ("--json", json.dumps(document)), ("--html", PAGE)):
    open(options[name], "w").write(text)
"""


def stand_in(edit):
    return {"scripts/openapi_to_c.py": STAND_IN.replace("EDIT", edit)}


CLEAN = {
    "docs/openapi.yaml": "paths: {/users: {get: {operationId: listUsers}}}\n"
                         "components: {schemas: {User: {type: object}}}\n",
    **stand_in(""),
}
PLANTED = [
    Planted("a script", "has a <script>", stand_in("PAGE += '<script>1</script>'")),
    Planted("a handler attribute", "attribute onclick", stand_in("PAGE += '<p onclick=x>'")),
    Planted("a style from elsewhere", "loads something", stand_in("PAGE += '@import x'")),
    Planted("a dead link", "the link #gone leads nowhere", stand_in("PAGE += '<a href=#gone>'")),
    Planted("a doubled id", "listUsers is there twice", stand_in("PAGE += '<p id=listUsers>'")),
    Planted("a lost operation", "listUsers is not on the page",
            stand_in("PAGE = '<p id=schema-User>'")),
    Planted("chance", "two runs give different html", stand_in("PAGE += str(os.getpid())")),
    Planted("another JSON", "the JSON says something else", stand_in("document['paths'] = {}")),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
