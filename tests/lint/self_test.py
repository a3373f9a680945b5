#!/usr/bin/env -S python3 -B
"""Lets every lint prove that it finds the violations planted for it."""

import pathlib
import subprocess
import sys

LINTS = ("layers", "routes_openapi", "banned", "options", "problems_documented",
         "acceptance", "openapi_document", "manual_pages", "systemd_units", "cloudwatch_agent",
         "cloudwatch_metrics", "aws_policy", "dashboard_environment", "documents")


def main():
    folder = pathlib.Path(__file__).resolve().parent
    failed = [lint for lint in LINTS if subprocess.run(
        [sys.executable, "-B", str(folder / f"{lint}.py"), "--self-test"], check=False).returncode]
    for lint in failed:
        print(f"{lint}.py lets something through")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
