#!/usr/bin/python3 -B
"""Reads KEY=value lines and writes the description of a stack as JSON: pid.NAME and worker are its processes."""

import json
import sys

PEOPLE = [("admin", 1, ["admin"]), ("staff", 2, ["staff"]), ("viewer", 3, ["viewer"]), ("nogroup", 4, [])]


def person(name, number, groups):
    return {"name": name, "sub": f"a0000000-0000-4000-8000-00000000000{number}",
            "email": f"{name}@stockpilot.test", "groups": groups}


def describe(lines):
    description, pids = {}, {"workers": []}
    for line in lines:
        key, value = line.rstrip("\n").split("=", 1)
        if key == "worker":
            pids["workers"].append(int(value))
        elif key.startswith("pid."):
            pids[key[len("pid."):]] = int(value)
        else:
            description[key] = value
    users = [person(*each) for each in PEOPLE]
    return {**description, "pids": pids, "password": "StockPilot-demo-1", "users": users}


if __name__ == "__main__":
    json.dump(describe(sys.stdin), sys.stdout, indent=2)
