"""stockpilotctl migrate on a real PostgreSQL: what it prints, what it ends with, and what is in the database then.

Run by itself, it runs itself beside a cluster of its own (scripts/with-postgres).
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("top_builddir", "."))
SOURCE = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("STOCKPILOTCTL", str(BUILD / "stockpilotctl"))
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
OWNER = os.environ.get("STOCKPILOT_OWNER_DATABASE_URL", "")
APPLICATION = os.environ.get("DATABASE_URL", "")
ADMINISTRATOR = os.environ.get("STOCKPILOT_ADMIN_DATABASE_URL", "")
RELEASED = SOURCE / "sql/migrations"
NAMES = sorted(path.name for path in RELEASED.glob("*.sql"))
NEXT = f"{int(NAMES[-1][:4]) + 1:04d}_returns.sql"


def psql(*arguments, database="stockpilot"):
    url = ADMINISTRATOR.replace("/stockpilot?", f"/{database}?")
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, *arguments],
                          stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout


def dump():
    """All that is in the database, as SQL; without the keys that newer releases of pg_dump draw by lot."""
    done = subprocess.run(["pg_dump", "-d", ADMINISTRATOR], stdout=subprocess.PIPE, text=True, timeout=60,
                          check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def start(*arguments, **options):
    environment = {"STOCKPILOT_CONFIG": "/dev/null", **SANITIZERS, "DATABASE_URL": OWNER, **options}
    return subprocess.Popen([PROGRAM, "migrate", *arguments], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def finish(process):
    stdout, stderr = process.communicate(timeout=60)
    return process.returncode, stdout, stderr


def lines(verb, names, summary):
    return "".join(f"{verb} {name}\n" for name in names) + summary + "\n"


ALL_APPLIED = lines("applied", NAMES, f"{len(NAMES)} applied, 0 before")
NOTHING_TO_DO = f"nothing to do: all {len(NAMES)} migrations are applied\n"


class Migrate(unittest.TestCase):
    def setUp(self):
        psql("-c", "drop database if exists stockpilot with (force)", "-c", "create database stockpilot",
             database="postgres")
        psql("-f", str(SOURCE / "sql/roles.sql"))
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.migrations = pathlib.Path(folder.name)
        for name in NAMES:
            shutil.copyfile(RELEASED / name, self.migrations / name)

    def write(self, name, sql):
        (self.migrations / name).write_text(sql, encoding="utf-8")

    def migrate(self, *arguments, **options):
        return finish(start("--directory", str(self.migrations), *arguments, **options))

    def assert_done(self, stdout, *arguments):
        self.assertEqual(self.migrate(*arguments), (0, stdout, ""))

    def assert_refused(self, *says, arguments=(), stdout="", **options):
        status, printed, complaint = self.migrate(*arguments, **options)
        self.assertEqual((status, printed), (1, stdout))
        for text in says:
            self.assertIn(text, complaint)
        return complaint

    def assert_stored(self, names):
        self.assertEqual(psql("-c", "select name from schema_migrations order by version").split(), names)

    def test_a_dry_run_shows_what_is_to_do_and_leaves_an_empty_database_empty(self):
        empty = dump()
        self.assert_done(lines("would apply", NAMES, f"{len(NAMES)} to apply, 0 before"), "--dry-run")
        self.assertEqual(dump(), empty)
        self.assertEqual(psql("-c", "select count(*) from pg_tables where schemaname = 'public'"), "0\n")

    def test_all_is_applied_once(self):
        self.assert_done(ALL_APPLIED)
        self.assert_stored(NAMES)
        before = dump()
        self.assert_done(NOTHING_TO_DO)
        self.assert_done(NOTHING_TO_DO, "--dry-run")
        self.assertEqual(dump(), before)

    def test_a_new_file_is_shown_and_applied_as_the_manual_page_has_it(self):
        self.assert_done(ALL_APPLIED)
        before = dump()
        self.write(NEXT, "create table returns ();\n")
        self.assert_done(lines("would apply", [NEXT], f"1 to apply, {len(NAMES)} before"), "--dry-run")
        self.assertEqual(dump(), before)
        self.assert_done(lines("applied", [NEXT], f"1 applied, {len(NAMES)} before"))
        self.assert_stored([*NAMES, NEXT])

    def test_a_changed_old_file_is_refused_and_nothing_is_applied(self):
        self.assert_done(ALL_APPLIED)
        before = dump()
        with open(self.migrations / NAMES[1], "a", encoding="utf-8") as file:
            file.write("-- one more line\n")
        self.write(NEXT, "create table returns ();\n")
        for arguments in ((), ("--dry-run",)):
            self.assert_refused(f"stockpilotctl: {NAMES[1]}: was changed after it had been applied\n", "\nHint: ",
                                arguments=arguments)
            self.assertEqual(dump(), before)

    def test_a_file_that_fails_is_named_with_its_line_and_those_before_it_stay(self):
        self.write(NEXT, "create table returns ();\n\ncreate tabel refunds ();\n")
        self.assert_refused(f"stockpilotctl: {NEXT}:3: ", 'at or near "tabel"',
                            stdout="".join(f"applied {name}\n" for name in NAMES))
        self.assert_stored(NAMES)
        self.assertEqual(psql("-c", "select to_regclass('returns')"), "\n")

    def test_two_runs_at_once_apply_everything_once(self):
        runs = [start("--directory", str(self.migrations)) for _ in range(2)]
        self.assertEqual(sorted(map(finish, runs)), sorted([(0, ALL_APPLIED, ""), (0, NOTHING_TO_DO, "")]))
        self.assert_stored(NAMES)

    def test_the_directory_and_the_owner_may_be_options_of_the_configuration(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(f"MIGRATIONS_DIRECTORY={self.migrations}\nMIGRATION_DATABASE_URL={OWNER}\n")
            file.flush()
            self.assertEqual(finish(start(STOCKPILOT_CONFIG=file.name, DATABASE_URL=APPLICATION)),
                             (0, ALL_APPLIED, ""))

    def test_the_application_is_told_to_let_the_owner_do_it(self):
        empty = dump()
        self.assert_refused("permission denied", "\nHint: Migrations run as stockpilot_owner", DATABASE_URL=APPLICATION)
        self.assertEqual(dump(), empty)

    def test_a_database_that_does_not_let_us_in_is_told_without_the_password(self):
        password = OWNER.split(":")[2].split("@")[0]
        socket = OWNER.split("host=")[1]
        with tempfile.TemporaryDirectory() as elsewhere:
            for url in (OWNER.replace(socket, elsewhere), OWNER.replace("/stockpilot?", "/nowhere?"),
                        OWNER.replace("stockpilot_owner:", "nobody:")):
                self.assertIn(password, url)
                told = self.assert_refused("stockpilotctl: cannot connect to the database\nDetail: ", "\nHint: Check ",
                                           DATABASE_URL=url)
                self.assertNotIn(password, told)


if __name__ == "__main__":
    if not OWNER:
        beside = str(SOURCE / "scripts/with-postgres")
        os.execv(beside, [beside, sys.executable, "-B", *sys.argv])
    unittest.main()
