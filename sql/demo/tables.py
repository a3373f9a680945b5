"""Rows on their way into the database, and the psql that takes them there."""

import os
import shutil
import subprocess
import tempfile
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))

# Columns in the order in which rows are added; tables in the order in which they are loaded.
COLUMNS = {
    'users': 'user_id, cognito_sub, name, email, role, disabled_at, created_at',
    'products': 'product_id, sku, name, description, category, price, rating, minimum_stock, '
                'image_key, created_at, updated_at',
    'sales': 'sale_id, sold_at, actor_id, created_at',
    'sale_lines': 'sale_line_id, sale_id, product_id, sold_at, quantity, unit_price',
    'purchases': 'purchase_id, purchased_at, supplier, actor_id, created_at',
    'purchase_lines': 'purchase_line_id, purchase_id, product_id, purchased_at, quantity, '
                      'unit_cost',
    'stock_movements': 'movement_id, product_id, type, quantity, quantity_after, reason, note, '
                       'sale_line_id, purchase_line_id, reversal_of, actor_id, moved_at',
    'expenses': 'expense_id, category, amount, spent_on, note, actor_id, created_at, updated_at',
    'notifications': 'notification_id, user_id, type, title, message, product_id, episode, '
                     'created_at',
    'notification_reads': 'notification_id, user_id, read_at, dismissed_at',
    'totals': 'product_id, stock_quantity, units_sold, archived_at',
    'alert_states': 'product_id, state, episode, level, changed_at',
}


class Tables:
    """Rows in temporary files, one a table, in the text format of COPY."""

    def __init__(self):
        self.files = {name: tempfile.TemporaryFile('w+', encoding='utf-8') for name in COLUMNS}
        self.counts = dict.fromkeys(COLUMNS, 0)
        self.notifications = []

    def add(self, name, *values):
        self.counts[name] += 1
        if name == 'notifications':
            self.notifications.append(values)
        row = '\t'.join(['\\N' if value is None else str(value) for value in values])
        # Our own texts have nothing that COPY wants escaped.
        assert row.count('\t') == len(values) - 1 and '\n' not in row
        self.files[name].write(row + '\n')

    def load(self, url):
        """Runs load.sql with the rows in its place for them: everything or nothing."""
        with open(os.path.join(HERE, 'load.sql'), encoding='utf-8') as script:
            before, after = script.read().split('-- :rows\n')
        with Psql(url) as psql:
            psql.write(before)
            for name, columns in COLUMNS.items():
                psql.write(f'copy {name} ({columns}) from stdin;\n')
                self.files[name].seek(0)
                shutil.copyfileobj(self.files[name], psql, 1 << 20)
                psql.write('\\.\n')
            psql.write(after)


def connection(url):
    """Arguments and environment for psql; a password in the URL stays off the command line."""
    environment = dict(os.environ, PGOPTIONS='-c client_min_messages=warning')
    parts = urllib.parse.urlsplit(url)
    if parts.scheme in ('postgres', 'postgresql') and parts.password is not None:
        environment['PGPASSWORD'] = urllib.parse.unquote(parts.password)
        host = parts.netloc.rpartition('@')[2]
        user = urllib.parse.quote(urllib.parse.unquote(parts.username or ''))
        url = urllib.parse.urlunsplit(parts._replace(netloc=f'{user}@{host}'))
    return ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '--dbname', url], environment


def ask(url, query):
    """The first column of the first row, as text."""
    command, environment = connection(url)
    return subprocess.run(command + ['-At', '-c', query], env=environment, check=True,
                          stdout=subprocess.PIPE, encoding='utf-8').stdout.strip()


class Psql:
    """A psql that reads what is written to it; fails on leaving when psql did."""

    def __init__(self, url):
        command, environment = connection(url)
        self.process = subprocess.Popen(command + ['-At', '-f', '-'], env=environment, cwd=HERE,
                                        stdin=subprocess.PIPE, encoding='utf-8')
        self.broken = False

    def write(self, text):
        try:
            self.process.stdin.write(text)
        except BrokenPipeError:     # psql has said why, and its exit status tells
            self.broken = True

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            self.broken = True
        status = self.process.wait()
        if kind is None and (status or self.broken):
            raise subprocess.CalledProcessError(status, 'psql')
