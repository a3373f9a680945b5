"""Runs the built stockpilotctl for the lints that compare it with documents."""

import os
import pathlib
import subprocess


PLANTED_PROGRAM = "planted/stockpilotctl"


class ProgramError(Exception):
    """stockpilotctl is missing or did not do what it was asked."""


def stockpilotctl(root):
    """The planted one in a self-test; else $STOCKPILOTCTL, or the build directory's."""
    build = pathlib.Path(os.environ.get("top_builddir", "."))
    named = os.environ.get("STOCKPILOTCTL")
    built = [pathlib.Path(named)] if named else [
        build / "stockpilotctl", build / "src/ctl/stockpilotctl"]
    for path in [root / PLANTED_PROGRAM, *built]:
        if path.is_file() and os.access(path, os.X_OK):
            return path.resolve()
    raise ProgramError("stockpilotctl is not built; say where it is in STOCKPILOTCTL")


def output(root, *arguments):
    done = subprocess.run([stockpilotctl(root), *arguments], capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode != 0:
        raise ProgramError(f"stockpilotctl {' '.join(arguments)} ended with {done.returncode}: "
                           f"{done.stderr.strip()}")
    return done.stdout


def printing(text):
    """A stand-in for a self-test that prints `text` whatever it is asked."""
    return "#!/bin/sh\ncat <<'END'\n" + text + "\nEND\n"
