#!/usr/bin/env -S python3 -B
"""Lets mandoc check the manual pages."""

import re
import subprocess

from findings import Planted, main

# Pages of other packages, and of ours where they are not installed.
NOT_INSTALLED = re.compile(r"referenced manual not found|outdated mandoc\.db")


def check(root):
    pages = sorted((root / "man").glob("*.[1-9]"))
    if not pages:
        return ["man has no page"]
    try:
        done = subprocess.run(["mandoc", "-Tlint", "-Wstyle", *(f"man/{page.name}" for page in pages)],
                              cwd=root, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        return ["mandoc is missing: install the package mandoc"]
    return [line for line in (done.stdout + done.stderr).splitlines()
            if not NOT_INSTALLED.search(line)]


PAGE = """.Dd November 23, 2026
.Dt X 1
.Os StockPilot
.Sh NAME
.Nm x
.Nd do x
.Sh DESCRIPTION
.Nm
does x; see
.Xr nowhere-to-be-found 1 .
"""

CLEAN = {"man/x.1": PAGE}
PLANTED = [
    Planted("an unknown macro", "unknown macro", {"man/x.1": PAGE + ".Zz\n"}),
    Planted("a list that is not closed", "Bl", {"man/x.1": PAGE + ".Bl -tag\n.It x\ny\n"}),
    Planted("a long line", "longer than 80 bytes", {"man/x.1": PAGE + "word " * 20 + "end\n"}),
    Planted("no page", "man has no page", {"man/x.1": None}),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
