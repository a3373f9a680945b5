#!/usr/bin/env -S python3 -B
"""Holds the CloudWatch agent's configuration against what the agent reads, and against where logs are.

The agent ignores what it does not know, and a file that nobody writes: both would be noticed when the
log is needed. Its members and limits are those of the schema that it is shipped with
(doc/amazon-cloudwatch-agent-schema.json beside the agent), as far as they are used here.
"""

import json
import re
import subprocess
import tempfile

from findings import Planted, main

FOLDER = "infra/cloudwatch"
AGENT = f"{FOLDER}/amazon-cloudwatch-agent.json"
INSTALL = f"{FOLDER}/install"
DROP_INS = (f"{FOLDER}/pool.conf", f"{FOLDER}/notifier.conf")
TMPFILES = f"{FOLDER}/tmpfiles.conf"
LOGROTATE = f"{FOLDER}/logrotate.conf"
NGINX = "nginx/local.mk"
DOCUMENT = "docs/cloudwatch.md"

# Of rsyslog, as Debian has it.
SYSTEM_FILES = {"/var/log/syslog", "/var/log/auth.log"}
GROUPS = {"/stockpilot/backend", "/stockpilot/nginx", "/stockpilot/system"}

RETENTIONS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
              2922, 3288, 3653}
DIRECTIVES = re.compile(r"(?:%(?:-[mdIMS]|[BbmAadHIMSYypZzf])|[^%])*")
STREAM = re.compile(r"\{instance_id\}/[A-Za-z0-9._-]+")

# Members by the path of the object that has them; … ends a path to an object of an array.
MEMBERS = {
    "": {"agent", "metrics", "logs"},
    "agent": {"metrics_collection_interval", "logfile", "region", "debug", "run_as_user"},
    "metrics": {"namespace", "append_dimensions", "metrics_collected", "force_flush_interval"},
    "metrics.append_dimensions": {"InstanceId"},
    "metrics.metrics_collected": {"mem", "disk"},
    "metrics.metrics_collected.mem": {"measurement", "metrics_collection_interval"},
    "metrics.metrics_collected.disk": {"measurement", "metrics_collection_interval", "resources",
                                       "ignore_file_system_types", "drop_device"},
    "logs": {"logs_collected", "log_stream_name", "force_flush_interval"},
    "logs.logs_collected": {"files"},
    "logs.logs_collected.files": {"collect_list"},
    "logs.logs_collected.files.collect_list[]": {
        "file_path", "log_group_name", "log_stream_name", "retention_in_days", "timestamp_format",
        "timezone"},
}


def objects(value, path=""):
    """Yields (path, object) of all objects in it."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from objects(member, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for member in value:
            yield from objects(member, f"{path}[]")


def member_findings(configuration):
    for path, members in objects(configuration):
        for name in sorted(members.keys() - MEMBERS.get(path, set())):
            yield f"{AGENT}: {path}: the agent is not known to read {name}"


def file_findings(files):
    streams = [(one.get("log_group_name"), one.get("log_stream_name")) for one in files]
    retention = {}
    for one in files:
        place = f"{AGENT}: {one.get('file_path')}"
        group, days = one.get("log_group_name"), one.get("retention_in_days")
        if group not in GROUPS:
            yield f"{place}: {group} is no log group of ours"
        if days not in RETENTIONS:
            yield f"{place}: CloudWatch Logs has no retention of {days} days"
        if retention.setdefault(group, days) != days:
            yield f"{place}: {group} has another retention already"
        if not STREAM.fullmatch(one.get("log_stream_name", "")):
            yield f"{place}: no stream of this instance's own"
        if streams.count((group, one.get("log_stream_name"))) > 1:
            yield f"{place}: two files in one stream"
        if not DIRECTIVES.fullmatch(one.get("timestamp_format", "")):
            yield f"{place}: the agent cannot read {one['timestamp_format']}"
        if one.get("timezone", "UTC") not in ("UTC", "Local"):
            yield f"{place}: no time zone of the agent's"
    for group in sorted(GROUPS - retention.keys()):
        yield f"{AGENT}: nothing goes to {group}"


def files_of_nginx(root):
    text = (root / NGINX).read_text(encoding="utf-8")
    folder = re.search(r"^NGINX_LOG_DIRECTORY = (\S+)", text, re.MULTILINE).group(1)
    return {f"{folder}/{name}"
            for name in re.findall(r"_LOG='\$\(NGINX_LOG_DIRECTORY\)/(\S+)'", text)}


def files_of_units(root):
    return {path for name in DROP_INS for path in
            re.findall(r"^StandardError=append:(\S+)", (root / name).read_text(encoding="utf-8"),
                       re.MULTILINE)}


def place_findings(root, collected):
    ours = files_of_units(root)
    written = ours | files_of_nginx(root) | SYSTEM_FILES
    yield from (f"{AGENT}: nobody writes {path}" for path in sorted(collected - written))
    yield from (f"{AGENT}: {path} is not collected" for path in sorted(written - collected))
    made = set(re.findall(r"^[fd] (\S+)", (root / TMPFILES).read_text(encoding="utf-8"), re.MULTILINE))
    rotated = re.findall(r"^(/\S+) \{", (root / LOGROTATE).read_text(encoding="utf-8"), re.MULTILINE)
    for path in sorted(ours):
        folder = path.rpartition("/")[0]
        if not {path, folder} <= made:
            yield f"{TMPFILES}: nobody makes {path} and its folder"
        if f"{folder}/*.log" not in rotated or not path.endswith(".log"):
            yield f"{LOGROTATE}: {path} is not rotated"
    if "copytruncate" not in (root / LOGROTATE).read_text(encoding="utf-8"):
        yield f"{LOGROTATE}: the programs would go on writing to the renamed file"


def install_findings(root):
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(["bash", root / INSTALL, "--root", scratch], capture_output=True,
                              text=True, timeout=60, check=False)
        if done.returncode != 0:
            yield f"{INSTALL}: {done.stderr.strip()}"
            return
        listed = subprocess.run(["find", scratch, "-type", "f", "-exec", "cat", "{}", "+"],
                                capture_output=True, text=True, check=True).stdout
    for name in (AGENT, TMPFILES, LOGROTATE, *DROP_INS):
        if (root / name).read_text(encoding="utf-8") not in listed:
            yield f"{INSTALL}: {name} is not put into place"


def document_findings(root, files):
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    for group in sorted({one.get("log_group_name") for one in files}):
        days = next(one.get("retention_in_days") for one in files
                    if one.get("log_group_name") == group)
        if not re.search(rf"`{group}`[^|\n]*?\b{days}\b", text):
            yield f"{DOCUMENT}: {group} and its {days} days are not told"


def check(root):
    try:
        configuration = json.loads((root / AGENT).read_text(encoding="utf-8"))
    except ValueError as error:
        return [f"{AGENT}: {error}"]
    files = configuration["logs"]["logs_collected"]["files"]["collect_list"]
    return [*member_findings(configuration), *file_findings(files),
            *place_findings(root, {one.get("file_path") for one in files}),
            *install_findings(root), *document_findings(root, files)]


def collecting(**changes):
    """The configuration, with changes to the file of the units."""
    files = [
        {"file_path": "/var/log/stockpilot/api.log", "log_group_name": "/stockpilot/backend",
         "log_stream_name": "{instance_id}/api", "retention_in_days": 30,
         "timestamp_format": "%Y-%m-%dT%H:%M:%S.%f", "timezone": "UTC", **changes},
        {"file_path": "/logs/access.log", "log_group_name": "/stockpilot/nginx",
         "log_stream_name": "{instance_id}/access", "retention_in_days": 14},
        *({"file_path": path, "log_group_name": "/stockpilot/system", "retention_in_days": 14,
           "log_stream_name": "{instance_id}/" + path.rpartition("/")[2]}
          for path in sorted(SYSTEM_FILES))]
    return json.dumps({"logs": {"logs_collected": {"files": {"collect_list": files}}}})


PUT = "".join(f'cat "${{0%/*}}/{name.rpartition("/")[2]}" >>"$2/all"\n'
              for name in (AGENT, TMPFILES, LOGROTATE, *DROP_INS))
MADE = "d /var/log/stockpilot 0750 root adm -\nf /var/log/stockpilot/api.log 0640 root adm -\n"
ROTATED = "/var/log/stockpilot/*.log {\n copytruncate\n}\n"
TOLD = "| `/stockpilot/backend` 30 days, `/stockpilot/nginx` and `/stockpilot/system` 14 |\n"
CLEAN = {AGENT: collecting(), INSTALL: "#!/bin/bash\n" + PUT, TMPFILES: MADE, LOGROTATE: ROTATED,
         DROP_INS[0]: "[Service]\nStandardError=append:/var/log/stockpilot/api.log\n",
         DROP_INS[1]: "[Service]\n# the same\nStandardError=append:/var/log/stockpilot/api.log\n",
         NGINX: "NGINX_LOG_DIRECTORY = /logs\n ACCESS_LOG='$(NGINX_LOG_DIRECTORY)/access.log' \\\n",
         DOCUMENT: TOLD}
PLANTED = [
    Planted("no JSON", "Expecting", {AGENT: "{,"}),
    Planted("a member that is misspelt", "not known to read retention_days",
            {AGENT: collecting(retention_days=30)}),
    Planted("a retention that there is not", "no retention of 31 days",
            {AGENT: collecting(retention_in_days=31)}),
    Planted("two retentions of one group", "has another retention already",
            {AGENT: collecting(log_group_name="/stockpilot/system")}),
    Planted("another group", "is no log group of ours", {AGENT: collecting(log_group_name="/other")}),
    Planted("a group without a file", "nothing goes to /stockpilot/backend",
            {AGENT: collecting(log_group_name="/stockpilot/nginx")}),
    Planted("one stream for all instances", "no stream of this instance's own",
            {AGENT: collecting(log_stream_name="api")}),
    Planted("two files in one stream", "two files in one stream",
            {AGENT: collecting(log_group_name="/stockpilot/nginx",
                               log_stream_name="{instance_id}/access")}),
    Planted("a time that the agent cannot read", "cannot read %T",
            {AGENT: collecting(timestamp_format="%T")}),
    Planted("a time zone by name", "no time zone of the agent's",
            {AGENT: collecting(timezone="Europe/Berlin")}),
    Planted("a file that nobody writes", "nobody writes /var/log/other.log",
            {AGENT: collecting(file_path="/var/log/other.log")}),
    Planted("a file that is not collected", "/logs/error.log is not collected",
            {NGINX: CLEAN[NGINX] + " ERROR_LOG='$(NGINX_LOG_DIRECTORY)/error.log'\n"}),
    Planted("a folder that nobody makes", "nobody makes", {TMPFILES: MADE.partition("\n")[2]}),
    Planted("a log that grows for ever", "is not rotated", {LOGROTATE: "/else/*.log {\ncopytruncate\n}\n"}),
    Planted("a rotation that the programs do not follow", "go on writing",
            {LOGROTATE: ROTATED.replace("copytruncate", "create")}),
    Planted("a file that is not installed", "notifier.conf is not put into place",
            {INSTALL: "#!/bin/bash\n" + PUT.rpartition("cat ")[0]}),
    Planted("an installation that fails", "install: no", {INSTALL: "#!/bin/bash\necho no >&2\nexit 1\n"}),
    Planted("another retention in the document", "30 days are not told",
            {DOCUMENT: TOLD.replace("30", "90")}),
]

if __name__ == "__main__":
    main(__doc__.split("\n", 1)[0], check, CLEAN, PLANTED)
