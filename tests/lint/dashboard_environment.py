#!/usr/bin/env -S python3 -B
"""Holds the environment of the dashboard's server together: what it reads is documented, is passed on by Amplify's build, and
is given by ./dev; and nothing else is.
"""

import re

from findings import Planted, main

READER = "web/src/server/configuration.ts"
NAMES = {
    READER: re.compile(r"^  ([A-Z][A-Z0-9_]+): ", re.MULTILINE),
    "docs/dashboard.md": re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|", re.MULTILINE),
    # What it takes of its own environment, and what it writes itself.
    "amplify.yml": re.compile(r"\(([A-Z0-9_|]+)\)=|printf '([A-Z0-9_]+)="),
    "scripts/dev/dashboard.sh": re.compile(r'\b([A-Z][A-Z0-9_]+) "?\$'),
}
# Of Node, not of the dashboard.
BESIDE = {"NODE_EXTRA_CA_CERTS"}


def names_in(text, pattern):
    return {name for match in pattern.finditer(text) for name in match[match.lastindex].split("|")} - BESIDE


def check(root):
    found = {path: names_in((root / path).read_text(encoding="utf-8"), pattern) for path, pattern in NAMES.items()}
    read = found[READER]
    if not read:
        return [f"{READER}: no variable was found"]
    findings = []
    for path, names in found.items():
        findings += [f"{path}: {name} is missing, which {READER} reads" for name in sorted(read - names)]
        findings += [f"{path}: {name} is read by nobody" for name in sorted(names - read)]
    return findings


CLEAN = {
    READER: "const schema = z.object({\n  /** Ours. */\n  DASHBOARD_URL: origin,\n  SESSION_SECRET: z.string(),\n});\n",
    "docs/dashboard.md": "| variable | |\n|---|---|\n| `DASHBOARD_URL` | ours |\n| `SESSION_SECRET` | seals |\n",
    "amplify.yml": "- env | grep -E '^(DASHBOARD_URL)=' > .env.production\n- printf 'SESSION_SECRET=%s\\n' \"$secret\" >> .env.production\n",
    "scripts/dev/dashboard.sh": 'printf DASHBOARD_URL "$(address)" SESSION_SECRET "$(secret)" NODE_EXTRA_CA_CERTS "$STATE/ca.pem"\n',
}
PLANTED = [
    Planted("an undocumented variable", "docs/dashboard.md: SESSION_SECRET is missing", {"docs/dashboard.md": "| `DASHBOARD_URL` | ours |\n"}),
    Planted("one that Amplify's build leaves out", "amplify.yml: SESSION_SECRET is missing", {"amplify.yml": "grep '^(DASHBOARD_URL)='\n"}),
    Planted("one that Amplify's build writes and nobody reads", "amplify.yml: API_KEY is read by nobody",
            {"amplify.yml": CLEAN["amplify.yml"] + "- printf 'API_KEY=%s\\n' \"$key\" >> .env.production\n"}),
    Planted("one that is gone", "scripts/dev/dashboard.sh: API_KEY is read by nobody",
            {"scripts/dev/dashboard.sh": CLEAN["scripts/dev/dashboard.sh"] + 'printf API_KEY "$(key)"\n'}),
    Planted("a reader that cannot be read", "no variable was found", {READER: "\n"}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
