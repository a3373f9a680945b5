#!/usr/bin/env -S python3 -B
"""Holds the documents, and what ./dev takes out of its environment, against the options there are.

An option is documented where it heads a table row or a section of docs/configuration.md
(`| `NAME` …` or `### `NAME``), and where it is a tagged paragraph of man/stockpilot.conf.5.
scripts/dev/state.sh unsets every option: one that it forgot, and somebody has in the environment, would
win over the stack's own file and could lead ./dev to a real database.
"""

import re

from findings import Planted, main
from program import PLANTED_PROGRAM, ProgramError, output, printing

NAME = r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+"
PLACES = {
    "docs/configuration.md": re.compile(rf"^(?:\|\s*|#+\s+)`({NAME})`", re.MULTILINE),
    "man/stockpilot.conf.5": re.compile(
        rf'^\.TP[^\n]*\n(?:\.BR?\s+"?|\\fB)({NAME})\b|^\.It\s+(?:[A-Z][a-z]\s+)?({NAME})\b',
        re.MULTILINE),
}
DEV_STATE = "scripts/dev/state.sh"
UNSET = re.compile(r"^unset((?: |\\\n|[A-Z0-9_])+)$", re.MULTILINE)


def not_unset(root, known):
    path = root / DEV_STATE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    unset = {name for words in UNSET.findall(text) for name in re.findall(NAME, words)}
    return [f"{DEV_STATE}: {name} is not unset" for name in sorted(known - unset)]


def check(root):
    try:
        known = set(output(root, "check-config", "--list").split())
    except ProgramError as error:
        return [str(error)]
    findings = [] if known else ["stockpilotctl check-config --list names no option"]
    for place, pattern in PLACES.items():
        path = root / place
        if not path.is_file():
            findings.append(f"{place} is missing")
            continue
        groups = pattern.findall(path.read_text(encoding="utf-8"))
        documented = [name if isinstance(name, str) else "".join(name) for name in groups]
        findings += [f"{place}: {name} is missing" for name in sorted(known - set(documented))]
        findings += [f"{place}: {name} is no option" for name in sorted(set(documented) - known)]
        findings += [f"{place}: {name} is described twice" for name in sorted(set(documented))
                     if documented.count(name) > 1]
    return findings + not_unset(root, known)


CLEAN = {
    PLANTED_PROGRAM: printing("DATABASE_URL\nLOG_LEVEL"),
    "docs/configuration.md": "`OTHER_NAME` in prose\n| `DATABASE_URL` | x |\n### `LOG_LEVEL`\n",
    "man/stockpilot.conf.5": '.TP\n.B DATABASE_URL\nx\n.TP\n.BR LOG_LEVEL " (text)"\ny\n',
    DEV_STATE: "# LOG_LEVEL\nunset DATABASE_URL \\\n    LOG_LEVEL OTHER_NAME\nunset PGHOST\n",
}
PLANTED = [
    Planted("a new option", "docs/configuration.md: AWS_REGION is missing",
            {PLANTED_PROGRAM: printing("DATABASE_URL\nLOG_LEVEL\nAWS_REGION")}),
    Planted("the same in the man page", "man/stockpilot.conf.5: AWS_REGION is missing",
            {PLANTED_PROGRAM: printing("DATABASE_URL\nLOG_LEVEL\nAWS_REGION")}),
    Planted("one that ./dev lets in", "scripts/dev/state.sh: LOG_LEVEL is not unset",
            {DEV_STATE: "# LOG_LEVEL\nunset DATABASE_URL\n"}),
    Planted("an option that is gone", "docs/configuration.md: LOG_LEVEL is no option",
            {PLANTED_PROGRAM: printing("DATABASE_URL")}),
    Planted("the same in the man page", "man/stockpilot.conf.5: LOG_LEVEL is no option",
            {PLANTED_PROGRAM: printing("DATABASE_URL")}),
    Planted("one twice", "LOG_LEVEL is described twice",
            {"docs/configuration.md": "| `DATABASE_URL` |\n| `LOG_LEVEL` |\n| `LOG_LEVEL` |\n"}),
    Planted("a missing page", "man/stockpilot.conf.5 is missing", {"man/stockpilot.conf.5": None}),
    Planted("no options", "names no option", {PLANTED_PROGRAM: printing("")}),
]

if __name__ == "__main__":
    main(__doc__.split("\n", 1)[0], check, CLEAN, PLANTED)
