#!/usr/bin/env -S python3 -B
"""Holds docs/cloudwatch.md against the metric lines of pool and notifier, and against the free tier.

A value is `{ "Name", "Unit", …`, or with NULL for a member that no metric is made of. The document has
a row for each, tells how many metrics there are with those of the agent, and makes alarms of none that
there is not.
"""

import json
import re

from findings import Planted, main

DOCUMENT = "docs/cloudwatch.md"
AGENT = "infra/cloudwatch/amazon-cloudwatch-agent.json"
SOURCES = {"pool": "src/pool/report.c", "notifier": "src/notifier/report.c"}

VALUE = re.compile(r'\{\s*"([A-Z][A-Za-z0-9]*)",\s*(?:"([A-Za-z/]+)"|NULL),')
ROW = re.compile(r"^\| `([A-Z][A-Za-z0-9]*)` \| (\S+) \| (\w+) \| (\w+) \|", re.MULTILINE)
SUM = re.compile(r"\*\*(\d+) custom metrics\*\*")
ALARM = re.compile(r"^\| [^|`]+ \| `([A-Za-z0-9/]+)` ([^|]*) \| [^|]* \| [^|]* \| (\w+) \|$", re.MULTILINE)
NAME = re.compile(r"`([A-Za-z_]\w*)`")
DIMENSIONS = {"path", "fstype"}

# What AWS makes by itself, as far as there are alarms on it.
OF_AWS = {"AWS/EC2": {"CPUUtilization", "CPUCreditBalance", "StatusCheckFailed"},
          "AWS/RDS": {"DatabaseConnections", "FreeStorageSpace"}}
MISSING = {"breaching", "notBreaching", "ignore", "missing"}

FREE = 10


def told_in_code(root):
    """{ name: (unit or '-', program) }, and findings."""
    told, findings = {}, []
    for program, source in SOURCES.items():
        values = VALUE.findall((root / source).read_text(encoding="utf-8"))
        if not values:
            findings.append(f"{source}: no value was found")
        for name, unit in values:
            if name in told:
                findings.append(f"{source}: {name} is told twice")
            told[name] = (unit or "-", program)
    return told, findings


def of_agent(root):
    """The names of the agent's metrics, once for each thing that they are taken of."""
    collected = json.loads((root / AGENT).read_text(encoding="utf-8"))["metrics"]["metrics_collected"]
    return [f"{what}_{one}" for what, settings in collected.items()
            for one in settings["measurement"] for _ in settings.get("resources", ["all"])]


def row_findings(told, rows):
    for name in sorted(told.keys() - rows.keys()):
        yield f"{DOCUMENT}: {name} is missing"
    for name in sorted(rows.keys() - told.keys()):
        yield f"{DOCUMENT}: {name} is told by nobody"
    for name in sorted(told.keys() & rows.keys()):
        if told[name] != rows[name]:
            yield f"{DOCUMENT}: {name} is {' of the '.join(told[name])}, not {' of the '.join(rows[name])}"


def count_findings(made, text):
    said = [int(number) for number in SUM.findall(text)]
    if said != [made]:
        yield f"{DOCUMENT}: there are {made} custom metrics, it says {said}"
    if made > FREE:
        yield f"{made} custom metrics: {FREE} are free"


def alarm_findings(ours, text):
    alarms = ALARM.findall(text)
    if not alarms:
        yield f"{DOCUMENT}: no alarm was found"
    for namespace, names, missing in alarms:
        known = ours if namespace == "StockPilot" else OF_AWS.get(namespace, set())
        for name in NAME.findall(names):
            if name not in known | DIMENSIONS:
                yield f"{DOCUMENT}: an alarm on {namespace} {name}, which there is not"
        if missing not in MISSING:
            yield f"{DOCUMENT}: missing data cannot be treated as {missing}"


def check(root):
    told, findings = told_in_code(root)
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    rows = {name: (unit, program) for name, unit, program, _ in ROW.findall(text)}
    metrics = {name for name, (unit, _) in told.items() if unit != "-"}
    agents = of_agent(root)
    return [*findings, *row_findings(told, rows), *count_findings(len(metrics) + len(agents), text),
            *alarm_findings(metrics | set(agents), text)]


POOL = '{ "Requests", "Count", (double)x };\n{ "Workers", NULL,\n y };\n'
TEXT = """| `Requests` | Count | pool | Sum | x |
| `Workers` | - | pool | Average | x |
| `OutboxAge` | Seconds | notifier | Maximum | x |
**3 custom metrics**
| Slow | `StockPilot` `OutboxAge` (dims) | Maximum, 60 s | > 1 | breaching |
| Full | `StockPilot` `disk_used_percent` (i, `path` `/`) | Maximum, 60 s | > 1 | missing |
| Busy | `AWS/EC2` `CPUUtilization` (i) | Average, 60 s | > 1 | missing |
"""
DISK = {"measurement": ["used_percent"], "resources": ["/"]}


def agent(disk):
    return json.dumps({"metrics": {"metrics_collected": {"disk": disk}}})


CLEAN = {SOURCES["pool"]: POOL, SOURCES["notifier"]: '{ "OutboxAge", "Seconds", z },\n',
         DOCUMENT: TEXT, AGENT: agent(DISK)}
PLANTED = [
    Planted("a new metric", "Errors is missing", {SOURCES["pool"]: POOL + '{ "Errors", "Count", x }'}),
    Planted("one that is gone", "Requests is told by nobody",
            {SOURCES["pool"]: '{ "Workers", NULL, y }'}),
    Planted("another unit", "OutboxAge is Count of the notifier, not Seconds of the notifier",
            {SOURCES["notifier"]: '{ "OutboxAge", "Count", z }'}),
    Planted("a member that became a metric", "there are 4 custom metrics, it says [3]",
            {SOURCES["pool"]: POOL.replace("NULL", '"Count"')}),
    Planted("another disk", "there are 4 custom metrics",
            {AGENT: agent({**DISK, "resources": ["/", "/srv"]})}),
    Planted("more than are free", "11 custom metrics: 10 are free",
            {SOURCES["pool"]: POOL + "".join(f'{{ "A{n}", "Count", x }},' for n in range(8))}),
    Planted("an alarm on a member without a metric", "an alarm on StockPilot Workers",
            {DOCUMENT: TEXT.replace("`OutboxAge` (dims)", "`Workers` (dims)")}),
    Planted("an alarm on a metric that AWS has not", "an alarm on AWS/EC2 Credits",
            {DOCUMENT: TEXT.replace("CPUUtilization", "Credits")}),
    Planted("missing data treated in another way", "cannot be treated as good",
            {DOCUMENT: TEXT.replace("breaching", "good")}),
    Planted("no alarms", "no alarm was found", {DOCUMENT: TEXT.partition("| Slow")[0]}),
    Planted("a source without values", "src/notifier/report.c: no value was found",
            {SOURCES["notifier"]: "\n"}),
    Planted("a value in both", "Requests is told twice",
            {SOURCES["notifier"]: '{ "OutboxAge", "Seconds", z }, { "Requests", "Count", z }'}),
]

if __name__ == "__main__":
    main(__doc__.split("\n", 1)[0], check, CLEAN, PLANTED)
