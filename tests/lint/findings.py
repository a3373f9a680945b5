"""What the lints have in common: how they are called, how they report, how they prove themselves.

A lint is a function check(root) -> list of texts, one for each finding, empty when all is well.
Planted(…) describes a small tree with a violation; `--self-test` lays each one out and demands
that the lint finds it, and that it finds nothing in the tree without it.
"""

import argparse
import pathlib
import sys
import tempfile
from dataclasses import dataclass, field


@dataclass
class Planted:
    what: str
    expected: str  # a part of the finding
    files: dict = field(default_factory=dict)  # laid over the clean tree; None takes a file away


def lay_out(root, files):
    for name, content in files.items():
        if content is None:
            continue
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        if content.startswith("#!"):
            path.chmod(0o755)


def found_in(check, files):
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        lay_out(root, files)
        return check(root)


def self_test(check, clean, planted):
    failures = []
    found = found_in(check, clean)
    if found:
        failures.append(f"the clean tree gives findings: {found}")
    if not planted:
        failures.append("nothing is planted")
    for case in planted:
        found = found_in(check, {**clean, **case.files})
        if not any(case.expected in text for text in found):
            failures.append(f"{case.what}: wanted {case.expected!r}, found {found}")
    return failures


def report(texts):
    for text in texts:
        print(text)
    return 1 if texts else 0


def main(purpose, check, clean, planted, show=None):
    """show(root) prints what is worth seeing also when nothing is wrong."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2],
                        help="the source tree (default: the one this script is in)")
    parser.add_argument("--self-test", action="store_true",
                        help="prove that planted violations are found")
    options = parser.parse_args()
    if options.self_test:
        sys.exit(report(self_test(check, clean, planted)))
    if show:
        show(options.root)
    sys.exit(report(check(options.root)))
