"""stockpilotctl import on real databases of the former backend's schema: what is taken over, what is told, and that
nothing changes where it must not.

Run by itself, it runs itself beside a cluster of its own (scripts/with-postgres).
"""

import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import unittest

BUILD = pathlib.Path(os.environ.get("top_builddir", "."))
SOURCE = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
PROGRAM = os.environ.get("STOCKPILOTCTL", str(BUILD / "stockpilotctl"))
SANITIZERS = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
OWNER = os.environ.get("STOCKPILOT_OWNER_DATABASE_URL", "")
ADMINISTRATOR = os.environ.get("STOCKPILOT_ADMIN_DATABASE_URL", "")
FORMER = ADMINISTRATOR.replace("/stockpilot?", "/former?")
DONE, DONE_WITH_FINDINGS, FAILED, MISUSED = 0, 3, 1, 2

LAMP = "7d0f6c1e-3f0b-4a51-9a4e-0a4b6c0d3e11"
CHAIR = "0c7d6f5e-8b1a-4f4e-9d57-2f5f0f6f3a10"
ADA = "b9f7c7a4-2a9a-4a37-8f1c-51b4a1f1f8d0"

CLEAN = f"""
INSERT INTO "Users" VALUES ('{ADA}', 'Ada', 'ada@shop.test');
INSERT INTO "Products" VALUES ('{LAMP}', 'Lamp', 19.99, 4.5, 12, 'https://shop.test/lamp.png', 'A lamp'),
                              ('{CHAIR}', 'Chair', 5, NULL, 0, NULL, NULL);
INSERT INTO "Purchases" VALUES ('11111111-0000-4000-8000-000000000001', '{LAMP}', '2023-11-01 08:00:00.123', 10, 7.125, 71.25);
INSERT INTO "Sales" VALUES ('22222222-0000-4000-8000-000000000001', '{LAMP}', '2023-11-02 09:00', 3, 19.99, 59.97),
                           ('22222222-0000-4000-8000-000000000002', '{LAMP}', '2023-11-02 23:30', 1, 20, 20);
INSERT INTO "Expenses" VALUES ('33333333-0000-4000-8000-000000000001', 'Rent', 500.5, '2023-11-03 10:00');
INSERT INTO "Notifications" VALUES ('44444444-0000-4000-8000-000000000001', '{ADA}', 'system', 'Hello', 'Read me', true, '2023-11-03 10:00');
"""


def psql(sql, database="stockpilot", url=ADMINISTRATOR):
    target = url.replace("/stockpilot?", f"/{database}?")
    return subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", target, "-f", "-"],
                          input=sql, stdout=subprocess.PIPE, text=True, timeout=120, check=True).stdout.strip()


def dump(url):
    done = subprocess.run(["pg_dump", "-d", url], stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    # Where a sequence has got to is no matter of the transaction that drew from it.
    return [line for line in done.stdout.splitlines()
            if not line.startswith(("\\restrict", "\\unrestrict", "SELECT pg_catalog.setval("))]


def start(*arguments, url=OWNER):
    environment = {"STOCKPILOT_CONFIG": "/dev/null", **SANITIZERS, "DATABASE_URL": url}
    return subprocess.Popen([PROGRAM, "import", *arguments], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


class Import(unittest.TestCase):
    def setUp(self):
        for name in ("stockpilot", "former"):
            psql(f"drop database if exists {name} with (force)", "postgres")
            psql(f"create database {name}", "postgres")
        subprocess.run(["psql", "-X", "-q", "-d", ADMINISTRATOR, "-f", str(SOURCE / "sql/roles.sql")],
                       stdout=subprocess.DEVNULL, check=True)
        subprocess.run([PROGRAM, "migrate", "--directory", str(SOURCE / "sql/migrations")], check=True,
                       stdout=subprocess.DEVNULL, env={"STOCKPILOT_CONFIG": "/dev/null", **SANITIZERS, "DATABASE_URL": OWNER})
        psql((SOURCE / "tests/ctl/former_schema.sql").read_text(encoding="utf-8"), "former")

    def run_import(self, *arguments, status, source=FORMER, url=OWNER):
        process = start("--from", source, *arguments, url=url)
        stdout, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, stdout + stderr)
        self.assertNotIn(OWNER.split(":")[2].split("@")[0], stdout + stderr, "the password is told to nobody")
        return stdout, stderr

    def findings(self, stdout):
        told = [json.loads(line) for line in stdout.splitlines()]
        return [(line["table"], line["row"], line["what"], line["done"]) for line in told if "what" in line]

    def assert_books_add_up(self):
        subprocess.run(["psql", "-X", "-q", "-d", ADMINISTRATOR, "-f", str(SOURCE / "sql/demo/verify.sql")],
                       check=True, stdout=subprocess.DEVNULL)

    def test_what_is_right_is_taken_over_as_it_is(self):
        psql(CLEAN, "former")
        before = dump(FORMER)
        stdout, _ = self.run_import(status=DONE)
        self.assertIn("everything was taken over, with 0 findings", stdout)
        self.assertIn("Sales          2 read, 2 taken over", stdout)
        self.assertEqual(psql(f"""select name, price, rating, stock_quantity, units_sold, image_url, description
            from products where product_id = '{LAMP}'"""), "Lamp|19.99|4.50|12|4|https://shop.test/lamp.png|A lamp")
        self.assertEqual(psql(f"""select type, quantity, quantity_after, moved_at at time zone 'UTC' from stock_movements
            where product_id = '{LAMP}' order by sequence"""), "\n".join((
                "opening|6|6|2023-11-01 07:59:59.123", "purchase|10|16|2023-11-01 08:00:00.123",
                "sale|-3|13|2023-11-02 09:00:00", "sale|-1|12|2023-11-02 23:30:00")))
        self.assertEqual(psql("select sale_id, sold_at, total_amount from sale_lines order by sold_at limit 1"),
                         "22222222-0000-4000-8000-000000000001|2023-11-02 09:00:00+00|59.97")
        self.assertEqual(psql("select unit_cost, total_cost from purchase_lines"), "7.1250|71.25")
        self.assertEqual(psql("select category, amount, spent_on from expenses"), "Rent|500.50|2023-11-03")
        self.assertEqual(psql("select day, total_value from sales_summary"), "2023-11-02|79.97")
        self.assertEqual(psql(f"select name, email, role from users where user_id = '{ADA}'"), "Ada|ada@shop.test|viewer")
        self.assertEqual(psql("select user_id, read_at is not null from notification_reads"), f"{ADA}|t")
        self.assert_books_add_up()
        self.assertEqual(dump(FORMER), before, "nothing changed at the source")
        self.assertEqual(psql("""select count(*) from pg_trigger where not tgisinternal and tgenabled = 'D'"""), "0")

    def test_a_second_time_there_is_nothing_to_do(self):
        psql(CLEAN, "former")
        self.run_import(status=DONE)
        before = dump(ADMINISTRATOR)
        stdout, _ = self.run_import(status=DONE)
        self.assertIn("nothing to do", stdout)
        self.assertEqual(dump(ADMINISTRATOR), before)

    def test_a_shop_that_has_something_is_left_alone(self):
        psql(CLEAN, "former")
        psql("insert into products (name, price) values ('Ours', 1)")
        before = dump(ADMINISTRATOR)
        _, stderr = self.run_import(status=FAILED)
        self.assertIn("import into an empty one", stderr)
        self.assertEqual(dump(ADMINISTRATOR), before)

    def test_a_dry_run_tells_the_same_and_changes_nothing(self):
        psql(CLEAN + """UPDATE "Sales" SET "totalAmount" = 1 WHERE quantity = 3""", "former")
        before = dump(ADMINISTRATOR)
        dry, _ = self.run_import("--dry-run", status=DONE_WITH_FINDINGS)
        self.assertEqual(dump(ADMINISTRATOR), before)
        wet, _ = self.run_import(status=DONE_WITH_FINDINGS)
        self.assertEqual(dry.replace("a dry run: nothing was changed", "everything was taken over"), wet)

    def test_every_kind_of_bad_row_is_told(self):
        psql(CLEAN + f"""
            INSERT INTO "Users" VALUES ('user one', '  ', 'x');
            INSERT INTO "Products" VALUES ('p1', repeat('n', 201), -1, 7, -3, 'javascript:alert(1)', repeat('d', 4001)),
                                          ('p2', 'Rounded', 1.005, 4.5, 5, '', '');
            INSERT INTO "Sales" VALUES ('s-orphan', 'nobody', '2023-11-02', 1, 1, 1), ('s-none', '{LAMP}', '2023-11-02', 0, 1, 0),
                ('s-negative', '{LAMP}', '2023-11-02', 1, -1, -1), ('s-nan', '{LAMP}', '2023-11-02', 1, 'NaN', 1),
                ('s-total', '{LAMP}', '2023-11-02', 2, 10, 21), ('s-fine', 'p2', '2023-11-02', 2, 1.005, 2.01),
                ('s-future', 'p2', '2999-01-01', 1, 1, 1);
            INSERT INTO "Purchases" VALUES ('b-fine', 'p2', '2023-11-01', 100, 0.12345, 12.35);
            INSERT INTO "Expenses" VALUES ('e-zero', 'Rent', 0, '2023-11-03'), ('e-fine', ' ', 1.005, '2023-11-03');
            INSERT INTO "Notifications" VALUES ('n1', 'nobody', 'gossip', '', '', true, '2023-11-03');
            INSERT INTO "SalesSummary" VALUES ('x', 1, NULL, '2023-11-02');
            """, "former")
        stdout, _ = self.run_import("--json", status=DONE_WITH_FINDINGS)
        found = self.findings(stdout)
        self.assertEqual([(table, row, done) for table, row, _, done in found], [
            ("Users", "user one", "left out"), ("Users", "user one", "corrected"),
            ("Products", "p1", "cut"), ("Products", "p1", "left out"), ("Products", "p1", "corrected"),
            ("Products", "p1", "the price is 0"), ("Products", "p1", "left out"), ("Products", "p1", "the stock is 0"),
            ("Products", "p2", "rounded"),
            ("Sales", "s-fine", "the product counts"), ("Sales", "s-fine", "rounded"), ("Sales", "s-future", "it is of now"),
            ("Sales", "s-nan", "left out"), ("Sales", "s-negative", "left out"), ("Sales", "s-none", "left out"),
            ("Sales", "s-orphan", "left out"), ("Sales", "s-total", "the product counts"),
            ("Purchases", "b-fine", "rounded"),
            ("Products", "p2", "the difference of -92 is booked as an adjustment"),
            ("Expenses", "e-fine", "rounded"), ("Expenses", "e-fine", "corrected"), ("Expenses", "e-zero", "left out"),
            ("Notifications", "n1", "corrected"), ("Notifications", "n1", "corrected"),
            ("Notifications", "n1", "it is of type system"), ("Notifications", "n1", "it is for everyone"),
            ("SalesSummary", None, "computed anew"),
        ])
        self.assertIn("the total is 21, and 2 times 10.00 is 20.00", [what for _, _, what, _ in found])
        totals = {line["table"]: (line["read"], line["taken"]) for line in map(json.loads, stdout.splitlines()) if "read" in line}
        self.assertEqual(totals, {"Users": (2, 2), "Products": (4, 4), "Sales": (9, 5), "Purchases": (2, 2),
                                  "Expenses": (3, 2), "Notifications": (2, 2)})
        self.assertEqual(psql("select price, stock_quantity, image_url is null from products where name = 'Rounded'"), "1.01|5|t")
        self.assert_books_add_up()
        self.run_import(status=DONE)  # ids that are made are made the same again

    def test_stock_that_would_have_been_below_zero_begins_higher(self):
        psql(f"""INSERT INTO "Products" VALUES ('{LAMP}', 'Lamp', 1, NULL, 2, NULL, NULL);
            INSERT INTO "Sales" VALUES ('22222222-0000-4000-8000-000000000001', '{LAMP}', '2023-01-01', 5, 1, 5);
            INSERT INTO "Purchases" VALUES ('11111111-0000-4000-8000-000000000001', '{LAMP}', '2023-01-02', 10, 1, 10);
            """, "former")
        stdout, _ = self.run_import(status=DONE_WITH_FINDINGS)
        self.assertIn("the stock is 2; with its purchases and sales it cannot be less than 10", stdout)
        self.assertEqual(psql("select type, quantity, quantity_after from stock_movements order by sequence"),
                         "opening|5|5\nsale|-5|0\npurchase|10|10\nadjustment|-8|2")
        self.assert_books_add_up()

    def test_a_schema_in_the_url_and_a_role_that_only_reads(self):
        psql("alter schema public rename to shop; create schema public;" + "set search_path = shop;" + CLEAN +
             "create role former_reader login password 'reader'; grant usage on schema shop to former_reader;"
             "grant select on all tables in schema shop to former_reader", "former")
        self.addCleanup(psql, "drop owned by former_reader; drop role former_reader", "former")
        source = FORMER.replace("/former?", "/former?schema=shop&connection_limit=5&").replace(
            FORMER.split("//")[1].split("@")[0], "former_reader:reader")
        self.run_import(status=DONE, source=source)
        self.assertEqual(psql("select count(*) from sales"), "2")

    def test_what_cannot_be_read_is_told_and_changes_nothing(self):
        psql(CLEAN + 'DROP TABLE "Expenses"', "former")
        before = dump(ADMINISTRATOR)
        for source, says in ((FORMER, "Expenses"), (FORMER.replace("/former?", "/nowhere?"), "nowhere")):
            _, stderr = self.run_import(status=FAILED, source=source)
            self.assertIn(says, stderr)
            self.assertIn("Nothing was changed.", stderr)
        self.assertEqual(dump(ADMINISTRATOR), before)

    def test_a_database_without_our_schema_is_told(self):
        psql("set client_min_messages = error; drop schema public cascade; create schema public")
        psql(CLEAN, "former")
        _, stderr = self.run_import(status=FAILED)
        self.assertIn("import_former", stderr)

    def test_how_it_is_used(self):
        process = start()
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, MISUSED)
        self.assertIn("--from URL", stderr)

    def many_sales(self, count):
        psql(f"""INSERT INTO "Products" VALUES ('{LAMP}', 'Lamp', 1, NULL, 7, NULL, NULL);
            INSERT INTO "Sales" SELECT gen_random_uuid(), '{LAMP}', timestamp '2023-01-01' + n * interval '1 minute', 1, 1.5, 1.5
              FROM generate_series(1, {count}) n""", "former")

    def test_two_hundred_thousand_sales_take_no_more_memory_than_two(self):
        self.many_sales(200_000)
        self.run_import(status=DONE)
        self.assertEqual(psql("select stock_quantity, units_sold from products"), "7|200000")
        self.assert_books_add_up()
        if b"__asan_init" not in pathlib.Path(PROGRAM).read_bytes():
            self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, 64 * 1024)

    def test_killed_in_the_middle_it_has_changed_nothing(self):
        self.many_sales(100_000)
        before = dump(ADMINISTRATOR)
        process = start("--from", FORMER)
        while psql("select 1 from pg_stat_activity where query like 'SELECT import_former%' and state = 'active'") == "":
            self.assertIsNone(process.poll(), "it was too quick to be killed")
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        psql("select pg_terminate_backend(pid, 10000) from pg_stat_activity where query like 'SELECT import_former%' and pid <> pg_backend_pid()")
        self.assertEqual(dump(ADMINISTRATOR), before)
        self.run_import(status=DONE)


if __name__ == "__main__":
    if not OWNER:
        beside = str(SOURCE / "scripts/with-postgres")
        os.execv(beside, [beside, sys.executable, "-B", *sys.argv])
    unittest.main()
