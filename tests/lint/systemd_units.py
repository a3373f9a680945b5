#!/usr/bin/env -S python3 -B
"""Lets systemd check the units, and holds the pool's two services and the socket against each other.

`systemd-analyze verify` wants the programs to be there: the units are rendered for a folder with
stand-ins.
"""

import pathlib
import re
import subprocess
import tempfile

from findings import Planted, lay_out, main

SERVICE = "systemd/stockpilot-pool.service.in"
NOTIFIER = "systemd/stockpilot-notifier.service.in"
SOCKET = "systemd/stockpilot-pool-activated.socket.in"
SYSUSERS = "systemd/sysusers.d/stockpilot.conf"
RENDER = "systemd/render"
SOURCES = (SERVICE, NOTIFIER, SOCKET, SYSUSERS, RENDER)

SPAWNED = "stockpilot-pool.service"
ACTIVATED = "stockpilot-pool-activated.service"
LISTENING = "stockpilot-pool-activated.socket"
NOTIFYING = "stockpilot-notifier.service"
UNITS = {SPAWNED: (SERVICE, "spawned"), ACTIVATED: (SERVICE, "activated"),
         LISTENING: (SOCKET, "activated"), NOTIFYING: (NOTIFIER, "spawned")}
PROGRAMS = ("stockpilot-notifier", "stockpilot-pool", "stockpilotctl")

EXPOSURE = 2.0
OVERALL = re.compile(r"Overall exposure level for .*: ([0-9.]+)")
SOCKET_FOLDER = "/run/stockpilot"
SOCKET_PATH = f"{SOCKET_FOLDER}/api.sock"
# In what the services may differ: how they get the socket.
DIFFERENT = re.compile(rf"ExecStart=|StandardInput=socket$|(?:ReadWrite|NoExec)Paths={SOCKET_FOLDER}$")


class UnitError(Exception):
    """A unit could not be made, or not be judged."""


def run(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise UnitError(f"{error.filename} is missing: install the package systemd") from error


def rendered(root, folder):
    """The units as files in folder, and their texts by name."""
    lay_out(folder, {f"sbin/{name}": "#!/bin/sh\n" for name in PROGRAMS})
    texts = {}
    for name, (template, kind) in UNITS.items():
        done = run("bash", root / RENDER, root / template, kind, f"UNIT={name}",
                   f"SBINDIR={folder}/sbin", "SYSCONFDIR=/etc", "LOCALSTATEDIR=/var",
                   f"SOCKET={SOCKET_PATH}", f"SOCKET_DIRECTORY={SOCKET_FOLDER}",
                   "NGINX_GROUP=www-data")
        if done.returncode != 0:
            raise UnitError(f"{template}: {done.stderr.strip()}")
        texts[name] = done.stdout
    lay_out(folder, texts)
    return texts


def verify(folder):
    done = run("systemd-analyze", "verify", "--man=no", *(f"{folder}/{name}" for name in UNITS))
    said = (done.stdout + done.stderr).splitlines()
    # Of this machine's own units, which ours are ordered by, it may have something to say too.
    ours = [line.replace(f"{folder}/", "") for line in said if "stockpilot" in line]
    return ours or (said[-5:] if done.returncode != 0 else [])


def exposure(folder, name):
    done = run("systemd-analyze", "security", "--offline=true", "--no-pager",
               f"--threshold={int(EXPOSURE * 10)}", f"{folder}/{name}")
    level = OVERALL.search(done.stdout)
    if not level:
        raise UnitError(f"{name}: systemd-analyze security gives no level: {done.stderr.strip()}")
    if done.returncode == 0 and float(level.group(1)) <= EXPOSURE:
        return []
    return [f"{name}: exposure {level.group(1)} is more than {EXPOSURE}"]


def settings(text):
    """(section, line) of each setting, in order."""
    section, found = "", []
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            found.append((section, line))
    return found


def values(text, key):
    """The words of all lines of a key."""
    return [word for _, line in settings(text) if line.startswith(f"{key}=")
            for word in line.partition("=")[2].split()]


def drift(texts):
    lines = {name: [line for section, line in settings(texts[name])
                    if section == "[Service]" and not DIFFERENT.match(line)]
             for name in (SPAWNED, ACTIVATED)}
    return [f"{name}: the other service has no line {line}"
            for name, other in ((SPAWNED, ACTIVATED), (ACTIVATED, SPAWNED))
            for line in lines[name] if line not in lines[other]]


def one_socket(texts):
    """Both ways make the same socket, and exclude each other."""
    command = " ".join(values(texts[SPAWNED], "ExecStart"))
    socket = {key: "".join(values(texts[LISTENING], key))
              for key in ("ListenStream", "SocketMode", "Backlog")}
    as_options = "-s {ListenStream} -M {SocketMode} -b {Backlog} --".format(**socket)
    findings = [] if as_options in command else [
        f"{SPAWNED}: spawn-fcgi's options are not those of {LISTENING}: {as_options}"]
    for name, others in ((SPAWNED, (ACTIVATED, LISTENING)), (ACTIVATED, (SPAWNED,)),
                         (LISTENING, (SPAWNED,))):
        findings += [f"{name} does not conflict with {other}" for other in others
                     if other not in values(texts[name], "Conflicts")]
    return findings


def users(root, texts):
    made = (root / SYSUSERS).read_text(encoding="utf-8")
    known = set(re.findall(r"^u (\S+)", made, re.MULTILINE))
    named = {user for text in texts.values() for key in ("User", "Group", "SocketUser")
             for user in values(text, key)}
    return [f"{SYSUSERS}: there is no user {user}" for user in sorted(named - known)] + [
        f"{name} has no User=" for name in (SPAWNED, ACTIVATED, NOTIFYING)
        if not values(texts[name], "User")]


def check(root):
    missing = [f"{name} is missing" for name in SOURCES if not (root / name).is_file()]
    if missing:
        return missing
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            texts = rendered(root, folder)
            return (drift(texts) + one_socket(texts) + users(root, texts) + verify(folder) +
                    exposure(folder, SPAWNED) + exposure(folder, ACTIVATED) +
                    exposure(folder, NOTIFYING))
    except UnitError as error:
        return [str(error)]


def without(text, *keys):
    return re.sub(rf"^(?:{'|'.join(keys)})=.*\n", "", text, flags=re.MULTILINE)


def planted():
    """The violations are planted in the source's own units: what passes as strict is long."""
    root = pathlib.Path(__file__).resolve().parents[2]
    clean = {name: (root / name).read_text(encoding="utf-8") for name in SOURCES}
    service, socket = clean[SERVICE], clean[SOCKET]
    weak = without(service, "CapabilityBoundingSet", "SystemCallFilter", "PrivateUsers",
                   "RestrictAddressFamilies")
    return clean, [
        Planted("a weak sandbox", f"{SPAWNED}: exposure ", {SERVICE: weak}),
        Planted("the same in the notifier's", f"{NOTIFYING}: exposure ",
                {NOTIFIER: without(clean[NOTIFIER], "CapabilityBoundingSet", "SystemCallFilter",
                                   "PrivateUsers", "RestrictAddressFamilies")}),
        Planted("the same in the other", f"{ACTIVATED}: exposure ", {SERVICE: weak}),
        Planted("a line of one service only",
                f"{ACTIVATED}: the other service has no line ProtectHome=yes",
                {SERVICE: service.replace("\nProtectHome=", "\n@ACTIVATED@ProtectHome=")}),
        Planted("a line that differs", f"{SPAWNED}: the other service has no line UMask=0022",
                {SERVICE: service.replace("UMask=", "@SPAWNED@UMask=0022\n@ACTIVATED@UMask=")}),
        Planted("a mistyped line", "ProtectHomes",
                {SERVICE: service.replace("ProtectHome=", "ProtectHomes=")}),
        Planted("a program that is not there", "stockpilotd is not executable",
                {SERVICE: service.replace("/stockpilotctl ", "/stockpilotd ")}),
        Planted("another socket", f"{SPAWNED}: spawn-fcgi's options are not those",
                {SOCKET: socket.replace("ListenStream=@SOCKET@", "ListenStream=/run/other.sock")}),
        Planted("both at once", f"{LISTENING} does not conflict with {SPAWNED}",
                {SOCKET: without(socket, "Conflicts")}),
        Planted("the same in the service", f"{SPAWNED} does not conflict with {LISTENING}",
                {SERVICE: service.replace(f" {LISTENING}\n", "\n")}),
        Planted("a user nobody makes", "there is no user nginx",
                {SOCKET: socket.replace("SocketUser=stockpilot", "SocketUser=nginx")}),
        Planted("root", f"{SPAWNED} has no User=", {SERVICE: without(service, "User")}),
        Planted("a place without a value", "no value for @SOME@", {SERVICE: service + "# @SOME@\n"}),
        Planted("a missing template", f"{SOCKET} is missing", {SOCKET: None}),
    ]


if __name__ == "__main__":
    main(__doc__.split("\n", 1)[0], check, *planted())
