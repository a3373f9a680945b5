"""Reads C as far as the lints need it."""

import re

NOT_CODE = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.DOTALL | re.VERBOSE)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
HEAD = re.compile(r"([A-Za-z_]\w*)\s*\([^;{}]*\)\s*$")


def blanked(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def code_only(text):
    """The text with comments, strings and characters blanked; lines keep their numbers."""
    return NOT_CODE.sub(blanked, text)


def functions(text):
    """Yields (name, first line, number of lines) of every function defined in a C file."""
    text = DIRECTIVE.sub(blanked, code_only(text))
    depth, head_start, current = 0, 0, None
    for position, character in enumerate(text):
        if character == "{":
            if depth == 0:
                head = text[head_start:position]
                match = HEAD.search(head)
                first = head_start + len(head) - len(head.lstrip())
                current = (match.group(1), text.count("\n", 0, first) + 1) if match else None
            depth += 1
        elif character == "}":
            depth = max(depth - 1, 0)
            if depth == 0:
                if current:
                    name, first = current
                    yield name, first, text.count("\n", 0, position) + 2 - first
                current, head_start = None, position + 1
        elif character == ";" and depth == 0:
            head_start = position + 1
