#!/usr/bin/env -S python3 -B
"""Demands that a test names every acceptance case built so far (AC-26), and prints which one."""

import re

from findings import Planted, main

CASES = [*range(1, 98)]
NAMED = re.compile(r"\bAC-([1-9][0-9]*)\b")
TEST_SUFFIXES = {".c", ".h", ".mjs", ".js", ".py", ".sh", ".sql"}
FOREIGN = ("node_modules", "lint", "corpus")


def named_cases(root):
    """The files that name each case."""
    found = {}
    for path in sorted((root / "tests").rglob("*")):
        inside = path.relative_to(root / "tests").parts
        if path.is_file() and path.suffix in TEST_SUFFIXES and not set(inside) & set(FOREIGN):
            name = path.relative_to(root).as_posix()
            for number in set(NAMED.findall(path.read_text(encoding="utf-8", errors="replace"))):
                found.setdefault(int(number), []).append(name)
    return found


def show(root):
    for case, files in sorted(named_cases(root).items()):
        print(f"AC-{case:<3} {', '.join(files)}")


def check(root):
    named = named_cases(root)
    return [f"AC-{case} is named by no test" for case in CASES if case not in named]


ALL_CASES = "".join(f"/* AC-{case} */\n" for case in CASES)
CLEAN = {"tests/unit/test_all.c": ALL_CASES, "tests/lint/ignored.py": "# AC-1\n"}
PLANTED = [
    Planted("a case without a test", "AC-26 is named by no test",
            {"tests/unit/test_all.c": ALL_CASES.replace("AC-26 ", "AC-260 ")}),
    Planted("a case named by a lint only", "AC-1 is named by no test",
            {"tests/unit/test_all.c": ALL_CASES.replace("AC-1 ", "")}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED, show)
