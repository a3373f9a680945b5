#!/usr/bin/env -S python3 -B
"""Refuses unsafe functions, names that say nothing, long files and functions, and notes to self."""

import re

from c_text import code_only, functions
from findings import Planted, main

BANNED_FUNCTIONS = ("strcpy", "strcat", "sprintf", "vsprintf", "gets", "strtok", "atoi", "atol",
                    "strncpy", "strncat")
BANNED_NAMES = ("common", "shared")  # as a whole name; jwks_shared is about shared memory
BANNED_WORDS = ("util", "utils", "misc", "helper", "helpers")  # also as a part of one
MOST_LINES_OF_A_FILE = 500
MOST_LINES_OF_A_FUNCTION = 80

SEARCHED = ("src", "include", "tests", "scripts", "sql", "nginx", "systemd", "docs", "man", "m4")
FOREIGN = ("node_modules", "__pycache__", "corpus")
CALL = re.compile(r"\b(" + "|".join(BANNED_FUNCTIONS) + r")\s*\(")
NOTE = re.compile(r"\b(TODO|FIXME)\b")
NOTE_MAY_STAND_IN = ("tests/lint/banned.py",)  # here it is what is looked for
TEXT_SUFFIXES = {"", ".c", ".h", ".py", ".mjs", ".js", ".sh", ".sql", ".mk", ".md", ".yaml", ".m4",
                 ".in", ".template", ".conf"}


def files(root):
    for top in SEARCHED:
        for path in sorted((root / top).rglob("*")):
            if not set(path.relative_to(root).parts) & set(FOREIGN):
                yield path


def name_findings(name, path):
    stem = path.name.lower().split(".")[0]
    if stem in BANNED_NAMES or set(re.split(r"[_-]", stem)) & set(BANNED_WORDS):
        yield f"{name}: the name does not say what is in it"


def note_findings(name, text):
    if name in NOTE_MAY_STAND_IN:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if NOTE.search(line):
            yield f"{name}:{number}: a note to self; do it, or file an issue"


def call_findings(name, text):
    for number, line in enumerate(code_only(text).splitlines(), 1):
        for match in CALL.finditer(line):
            yield f"{name}:{number}: {match.group(1)} is banned"


def length_findings(name, text):
    lines = text.count("\n")
    if lines > MOST_LINES_OF_A_FILE:
        yield f"{name}: {lines} lines; a file has one subject and at most {MOST_LINES_OF_A_FILE}"
    for function, first, length in functions(text):
        if length > MOST_LINES_OF_A_FUNCTION:
            yield (f"{name}:{first}: {function} has {length} lines, "
                   f"at most {MOST_LINES_OF_A_FUNCTION} are read at once")


def check(root):
    findings = []
    for path in files(root):
        name = path.relative_to(root).as_posix()
        findings += name_findings(name, path)
        if not path.is_file() or path.suffix not in TEXT_SUFFIXES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        findings += note_findings(name, text)
        if path.suffix in (".c", ".h"):
            findings += call_findings(name, text)
            if name.startswith(("src/", "include/")):
                findings += length_findings(name, text)
    return findings


CLEAN = {
    "src/text/copy.c": "/* strcpy( is not used */\n"
                       'int snprintf_like(void)\n{\n    return "gets("[0];\n}\n',
    "src/auth/jwks_shared.c": "\n",
    "src/http/head.c": "static int f(int a)\n{\n" + "    a++;\n" * 77 + "}\n",
}
PLANTED = [
    Planted("an unsafe function", "src/text/a.c:3: strcpy is banned",
            {"src/text/a.c": "void f(void)\n{\n    strcpy(a, b);\n}\n"}),
    Planted("one with a space", "atoi is banned", {"tests/unit/a.c": "int n = atoi (s);\n"}),
    Planted("a catch-all file", "src/text/string_utils.c: the name",
            {"src/text/string_utils.c": "\n"}),
    Planted("a catch-all folder", "src/common: the name", {"src/common/a.c": "\n"}),
    Planted("a long file", "src/text/long.c: 501 lines", {"src/text/long.c": "\n" * 501}),
    Planted("a long function", "src/text/b.c:2: f has 81 lines",
            {"src/text/b.c": "\nstatic int f(int a)\n{\n" + "    a++;\n" * 78 + "}\n"}),
    Planted("a note", "src/text/c.c:1: a note to self", {"src/text/c.c": "/* TODO later */\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
