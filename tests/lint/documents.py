#!/usr/bin/env -S python3 -B
"""Holds what the documents name: files and headings that a link leads to, and files of the tree that stand in the text as code."""

import re

from findings import Planted, main

PLACES = ("*.md", "docs/*.md", "docs/decisions/*.md")
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(\s*([^)\s]+)\s*\)")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#{1,6} +(.*?) *$", re.MULTILINE)
# Written out, from a folder of the tree down; * and … stand for several.
NAMED = re.compile(r"(?:src|include|tests|sql|nginx|systemd|infra|debian|scripts|standins|web|docs|man|bench)/[A-Za-z0-9_./\[\]()-]*[A-Za-z0-9_]")
# For any, not for one.
EXAMPLES = {"src/m/x.c", "include/stockpilot/m/x.h", "sql/migrations/NNNN_subject.sql"}
MADE = re.compile(r"(^|/)(node_modules|\.next|generated\.ts)(/|$)")


def anchors_of(text):
    """As GitHub makes them of headings."""
    seen, anchors = {}, set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        number = seen.get(slug, 0)
        seen[slug] = number + 1
        anchors.add(f"{slug}-{number}" if number else slug)
    return anchors


def link_findings(root, name, text):
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (root / name).parent / path if path else root / name
        if not file.exists():
            yield f"{name}: the link to {target} leads nowhere"
        elif anchor and file.suffix == ".md" and anchor not in anchors_of(file.read_text(encoding="utf-8")):
            yield f"{name}: {target} has no such heading"


def is_there(root, code):
    """The dashboard's documents name what is below web/; a program stands there by its source."""
    return any((root / path).exists() for path in (code, f"web/{code}", f"{code}.c"))


def check(root):
    findings = []
    files = [file for place in PLACES for file in sorted(root.glob(place))]
    if not files:
        return ["no document was found"]
    for file in files:
        name = file.relative_to(root).as_posix()
        text = FENCE.sub("", file.read_text(encoding="utf-8"))
        findings += link_findings(root, name, CODE.sub("", text))
        for code in CODE.findall(text):
            if NAMED.fullmatch(code) and code not in EXAMPLES and not MADE.search(code) and not is_there(root, code):
                findings.append(f"{name}: there is no {code}")
    return findings


CLEAN = {
    "README.md": "# A\n\n[there](docs/a.md#what-runs--what-not), [here](#a), [outside](https://example.com/x#y) and `tests/lint/a.py`.\n",
    "docs/a.md": "# Of a\n\n## What runs, & what `not`\n\nSee [it](../README.md), `tests/*.py` and `src/x/…`.\n\n```sh\ncat tests/no [a](b)\n```\n",
    "docs/decisions/b.md": "# B\n\n[a](../a.md)\n",
    "tests/lint/a.py": "\n",
}
PLANTED = [
    Planted("a link to a file that is gone", "README.md: the link to docs/b.md leads nowhere", {"README.md": "# A\n[b](docs/b.md)\n"}),
    Planted("one to a heading that is gone", "README.md: docs/a.md#what has no such heading", {"README.md": "# A\n[b](docs/a.md#what)\n"}),
    Planted("one within a document", "docs/a.md: #what has no such heading", {"docs/a.md": CLEAN["docs/a.md"] + "[x](#what)\n"}),
    Planted("one from a folder below", "docs/decisions/b.md: the link to a.md leads nowhere", {"docs/decisions/b.md": "[a](a.md)\n"}),
    Planted("a test that is gone", "README.md: there is no tests/lint/a.py", {"tests/lint/a.py": None}),
    Planted("a tree without documents", "no document was found", {name: None for name in CLEAN if name.endswith(".md")}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
