#!/usr/bin/env -S python3 -B
"""Holds the architecture: which folder may include which, and where a library is at home."""

import re

from findings import Planted, main

# A folder may include its own headers and those of the folders named here; "folder/file.h" allows
# one header only. None allows everything.
MAY_INCLUDE = {
    "error": [],
    "memory": ["error"],
    "text": ["error", "memory"],
    "clock": ["error", "memory", "text"],
    "log": ["error", "memory", "text", "clock"],
    "config": ["error", "memory", "text", "clock", "log"],
    "metrics": ["error", "memory", "text", "clock"],
    "scoreboard": ["error", "memory", "text", "clock", "metrics"],
    "domain": ["error", "text"],
    "json": ["domain", "error", "memory", "text"],
    "http": ["error", "memory", "text", "json"],
    "httpclient": ["error", "memory", "log", "clock"],
    "aws": ["httpclient", "json", "log", "error", "memory", "text", "clock"],
    "parameters": ["aws", "config", "error", "memory", "text", "clock", "log"],
    "storage": ["aws", "config", "error", "memory", "text", "clock"],
    "fastcgi": ["http", "memory", "error", "log", "clock", "text", "metrics"],
    "auth": ["httpclient", "json", "error", "clock", "memory", "text", "log",
             "metrics"],
    "store": ["domain", "error", "memory", "text", "log", "clock", "metrics"],
    "handlers": ["http", "json", "domain", "store", "storage", "auth/principal.h", "error",
                 "memory", "text", "clock", "scoreboard"],
    "routes": ["handlers", "http", "auth/permission.h", "error", "text"],
    "api": None,
    "pool": ["config", "parameters", "log", "error", "memory", "text", "clock", "metrics", "scoreboard"],
    "notifier": ["aws", "config", "json", "parameters", "log", "storage", "store", "error", "memory", "text",
                 "clock", "metrics", "pool/restart_pause.h"],
    "ctl": ["config", "parameters", "log", "store", "error", "text", "memory", "routes", "clock", "json",
            "metrics", "scoreboard"],
}

# Headers of libraries, by the start of their name, and the folders that may include them.
AT_HOME_IN = {
    "libpq-fe.h": ["store"],
    "cjson/": ["json"],
    "cJSON.h": ["json"],
    "fcgiapp.h": ["fastcgi"],
    "fcgi_": ["fastcgi"],
    "fastcgi.h": ["fastcgi"],
    "curl/": ["httpclient"],
    "jwt.h": ["auth"],
    "openssl/hmac.h": ["aws"],
    "openssl/rsa.h": ["auth"],
    "openssl/pem.h": ["auth"],
    "openssl/param_build.h": ["auth"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root):
    """Yields (folder, file) for every C file of the programs."""
    for top in (root / "src", root / "include" / "stockpilot"):
        for path in sorted(top.rglob("*.[ch]")):
            yield path.relative_to(top).parts[0], path


def own_header_finding(folder, header):
    target = header.removeprefix("stockpilot/")
    if target.split("/")[0] == folder:
        return None
    allowed = MAY_INCLUDE[folder]
    if allowed is None or target.split("/")[0] in allowed or target in allowed:
        return None
    return f"{folder} may not include {header}"


def library_finding(folder, header):
    for start, homes in AT_HOME_IN.items():
        if header.startswith(start) and folder not in homes:
            return f"{folder} may not include <{header}>: it is at home in {', '.join(homes)}"
    return None


def include_finding(folder, bracket, header):
    if folder not in MAY_INCLUDE:
        return f"the folder {folder} is not in the table of tests/lint/layers.py"
    if header.startswith("stockpilot/"):
        return own_header_finding(folder, header)
    if bracket == '"' and "/" in header:
        return f'"{header}": a header of another folder is included as "stockpilot/…"'
    return library_finding(folder, header)


def check(root):
    findings, seen = [], 0
    for folder, path in sources(root):
        seen += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            finding = match and include_finding(folder, *match.groups())
            if finding:
                findings.append(f"{path.relative_to(root)}:{number}: {finding}")
    return findings if seen else ["no source file was found"]


CLEAN = {
    "src/error/error.c": '#include "stockpilot/error/error.h"\n#include <stdio.h>\n',
    "src/store/products_store.c": '#include <libpq-fe.h>\n#include "stockpilot/domain/product.h"\n',
    "src/handlers/products.c": '#include "stockpilot/auth/principal.h"\n',
    "src/fastcgi/server.c": '#include "connection.h"\n',
    "include/stockpilot/handlers/products.h": '#include "stockpilot/http/request.h"\n',
}
PLANTED = [
    Planted("a handler that knows the tokens", "handlers may not include stockpilot/auth/jwks.h",
            {"src/handlers/users.c": '#include "stockpilot/auth/jwks.h"\n'}),
    Planted("a header that reaches upwards", "domain may not include stockpilot/store/store.h",
            {"include/stockpilot/domain/sale.h": '  # include "stockpilot/store/store.h"\n'}),
    Planted("libpq outside the store", "handlers may not include <libpq-fe.h>",
            {"src/handlers/stock.c": "#include <libpq-fe.h>\n"}),
    Planted("cJSON in auth", "auth may not include <cjson/cJSON.h>",
            {"src/auth/jwks.c": "#include <cjson/cJSON.h>\n"}),
    Planted("an unknown folder", "the folder extras is not in the table",
            {"src/extras/a.c": "#include <stdio.h>\n"}),
    Planted("a way around", "is included as",
            {"src/ctl/main.c": '#include "../fastcgi/connection.h"\n'}),
    Planted("an empty tree", "no source file was found", dict.fromkeys(CLEAN)),
]

if __name__ == "__main__":
    main(__doc__, check, CLEAN, PLANTED)
