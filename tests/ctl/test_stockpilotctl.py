"""stockpilotctl as an administrator meets it: what it prints, where, and what it ends with."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("top_builddir", "."))
SOURCE = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("STOCKPILOTCTL", str(BUILD / "stockpilotctl"))
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}

GOOD = {
    "DATABASE_URL": "postgresql://stockpilot_app:never-shown@db.test/stockpilot",
    "AWS_REGION": "eu-west-1",
    "COGNITO_USER_POOL_ID": "eu-west-1_AbC123",
    "COGNITO_CLIENT_ID": "client1",
}


def run(*arguments, options=None, stdout=subprocess.PIPE):
    environment = {"STOCKPILOT_CONFIG": "/dev/null", **SANITIZERS, **(options or {})}
    return subprocess.run([PROGRAM, *arguments], env=environment, stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)


class Usage(unittest.TestCase):
    def assert_misused(self, *arguments, says):
        done = run(*arguments)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertIn(says, done.stderr)

    def test_wrong_use_is_told_on_standard_error(self):
        self.assert_misused(says="Usage: stockpilotctl [--config FILE] COMMAND")
        self.assert_misused("frobnicate", says='there is no command "frobnicate"')
        self.assert_misused("--frobnicate", says="Usage: stockpilotctl")
        self.assert_misused("help", "frobnicate", says='there is no command "frobnicate"')
        for command in ("check-config", "migrate", "routes"):
            self.assert_misused(command, "--frobnicate", says=f"Usage: stockpilotctl {command}")
            self.assert_misused(command, "more", says=f"Usage: stockpilotctl {command}")

    def test_help_names_every_command_and_each_has_help(self):
        done = run("help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(run("--help").stdout, done.stdout)
        commands = re.findall(r"^  ([a-z][a-z-]*) ", done.stdout, re.MULTILINE)
        self.assertEqual(commands, sorted(commands))
        self.assertIn("migrate", commands)
        for command in commands:
            shown = run("help", command)
            self.assertEqual(shown.returncode, 0)
            self.assertTrue(shown.stdout.startswith(f"Usage: stockpilotctl {command} "))

    def test_version(self):
        newest = max(path.name for path in (SOURCE / "sql/migrations").glob("*.sql"))
        self.assertRegex(run("--version").stdout,
                         rf"^stockpilotctl \(StockPilot\) \S+, schema {int(newest[:4])}\n$")

    def test_output_that_is_lost_is_a_failure(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = run("routes", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write the output", done.stderr)


class CheckConfig(unittest.TestCase):
    def test_every_option_is_shown_with_where_it_is_from(self):
        done = run("check-config", options={**GOOD, "LOG_LEVEL": "debug"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line}
        self.assertEqual(rows["LOG_LEVEL"], ["environment", "debug"])
        self.assertEqual(rows["DEFAULT_ROLE"], ["default", "viewer"])
        self.assertEqual(rows["S3_BUCKET_NAME"], ["not", "set"])
        self.assertEqual(rows["DATABASE_URL"], ["environment", "(secret)"])
        for name in run("check-config", "--list").stdout.split():
            self.assertIn(name, rows)
        self.assertIn("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123\n", done.stdout)
        self.assertNotIn("never-shown", done.stdout)

    def test_all_errors_are_shown_and_no_secret(self):
        done = run("check-config", options={"DATABASE_URL": "never-shown", "LOG_LEVEL": "loud"})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertNotIn("never-shown", done.stderr)
        for name in ("DATABASE_URL (environment)", "LOG_LEVEL (environment)", "AWS_REGION is not set",
                     "COGNITO_USER_POOL_ID is not set", "COGNITO_CLIENT_ID is not set"):
            self.assertIn(f"error: {name}", done.stderr)

    def test_the_file_may_be_named_before_and_behind_the_command(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("LOG_LEVEL=error\n")
            file.flush()
            for arguments in (["--config", file.name, "check-config"],
                              ["check-config", "--config", file.name]):
                done = run(*arguments, options=GOOD)
                self.assertEqual(done.returncode, 0)
                self.assertIn(f"File: {file.name}\n", done.stdout)
                self.assertRegex(done.stdout, r"LOG_LEVEL +line 1 +error\n")

    def test_the_example_is_a_right_configuration(self):
        example = SOURCE / "docs/stockpilot.conf.example"
        done = run("check-config", "--config", str(example))
        self.assertEqual(done.returncode, 0, done.stderr)
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(re.sub(r"^#(?=[A-Z_]+=)", "", example.read_text("utf-8"), flags=re.MULTILINE))
            file.flush()
            done = run("check-config", "--config", file.name)
            self.assertEqual((done.returncode, done.stderr), (0, ""))


class Routes(unittest.TestCase):
    def test_text_and_json_have_the_same_rows(self):
        rows = json.loads(run("routes", "--json").stdout)
        self.assertGreater(len(rows), 10)
        lines = run("routes").stdout.splitlines()
        self.assertEqual([line.split(None, 3) for line in lines],
                         [[row["method"], row["path"], row["permission"], row["summary"]]
                          for row in rows])


class WithoutDatabase(unittest.TestCase):
    def test_a_missing_url_is_told_by_each_command_that_needs_it(self):
        for arguments in (["verify"], ["outbox"], ["settings"], ["import", "--from", "postgresql://h/d"]):
            done = run(*arguments)
            self.assertGreater(done.returncode, 0, arguments)
            self.assertRegex(done.stderr, "DATABASE_URL is (not )?set\n$")


class Migrate(unittest.TestCase):
    """What needs no database; tests/store/test_migrations.c has the rest."""

    def test_it_needs_a_database_url_and_nothing_else(self):
        done = run("migrate")
        self.assertEqual(done.returncode, 1)
        self.assertIn("neither MIGRATION_DATABASE_URL nor DATABASE_URL is set", done.stderr)

    def test_a_database_that_is_away_is_told_without_the_password(self):
        done = run("migrate", "--directory", str(SOURCE / "sql/migrations"), options={
            "DATABASE_URL": "postgresql://stockpilot_owner:never-shown@127.0.0.1:1/stockpilot"})
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("stockpilotctl: cannot connect to the database\nDetail: ", done.stderr)
        self.assertIn("\nHint: ", done.stderr)
        self.assertNotIn("never-shown", done.stderr)

    def test_a_directory_that_is_not_there_is_told(self):
        done = run("migrate", "--directory", "/nonexistent", options=GOOD)
        self.assertEqual(done.returncode, 1)
        self.assertIn("the directory /nonexistent cannot be opened", done.stderr)


if __name__ == "__main__":
    unittest.main()
