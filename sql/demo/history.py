"""A year of trade, simulated day by day, as rows for the tables of the database.

The rules are those of move_stock() in sql/migrations: a stock never goes below zero, every
movement is in the ledger with the stock it left, an episode of low stock opens and closes as
described at alert_states. sql/demo/verify.sql proves it of the result.
"""

import bisect
import datetime
import itertools
import math

from catalogue import ADMIN, SELLERS

DAYS = 365
LINES_PER_SALE = 1.9        # what _basket_size() gives on average
UNITS_PER_LINE = 1.4        # likewise _quantity()
WEEKDAYS = (0.9, 0.9, 0.95, 1.0, 1.2, 1.5, 0.55)        # Monday to Sunday
DAMAGE = ('damaged', 'lost', 'expired')
HOUR = 3600


def season(day):
    """How busy a calendar day is, 1 being the average."""
    yearly = 1 + 0.15 * math.cos((day.timetuple().tm_yday + 10) * 2 * math.pi / 365)
    return WEEKDAYS[day.weekday()] * yearly * (1.35 if day.month == 12 and day.day < 25 else 1)


class Calendar:
    """The business days up to today, and instants on them."""

    def __init__(self, now, zone):
        today = now.astimezone(zone).date()
        self.days = [today - datetime.timedelta(DAYS - 1 - n) for n in range(DAYS)]
        self.starts = [datetime.datetime.combine(day, datetime.time(), zone).timestamp()
                       for day in self.days]
        # What happens today has happened by now, however early it is.
        self.scale_today = (now.timestamp() - self.starts[-1]) / (24 * HOUR)

    def at(self, n, seconds):
        """The instant `seconds` into day n, as text."""
        if n == DAYS - 1:
            seconds *= self.scale_today
        moment = datetime.datetime.fromtimestamp(self.starts[n] + seconds, datetime.timezone.utc)
        return moment.isoformat()


class Shelf:
    """One product's stock while the year goes by."""

    def __init__(self, product, daily_units):
        self.product = product
        self.id = product.id.hex
        self.stock = 0
        self.sold = 0
        self.on_order = False
        self.withdrawn = False
        self.archived_at = None
        self.low = False
        self.episode = 0
        self.changed_at = None
        self.batch = max(6, math.ceil(daily_units * 28))
        self.reorder_at = product.minimum + math.ceil(daily_units * 7)
        self.cost = product.cents * 0.0055      # in money, four decimals
        self.last_supply = DAYS - 1 - (product.supply_ends or -DAYS)


class History:
    """`tables` takes rows: tables.add(name, values…). `sales` is the number on an average day."""

    def __init__(self, products, sales, big_sale_cents, calendar, random, tables):
        self.random = random
        self.tables = tables
        self.calendar = calendar
        self.sales = sales
        self.big_sale_cents = big_sale_cents
        total = sum(product.popularity for product in products)
        daily = sales * LINES_PER_SALE * UNITS_PER_LINE / total
        self.shelves = [Shelf(product, product.popularity * daily) for product in products]
        self.odds = list(itertools.accumulate(product.popularity for product in products))
        self.deliveries = {}        # day → shelves
        self.last_sale = None       # movement, shelf and quantity, until it is returned

    def run(self):
        for shelf in self.shelves:
            self._move(shelf, 'opening', shelf.reorder_at + shelf.batch,
                       self.calendar.at(0, 6 * HOUR))
        for n, day in enumerate(self.calendar.days):
            self._receive(self.deliveries.pop(n, []), self.calendar.at(n, 8 * HOUR))
            self._trade(n, day)
            self._tidy(n, day)
            if n < DAYS - 1:
                self._order(n)
        self._leave_only_dry_shelves_low()
        self._write_states()

    def new_id(self):
        """A random (version 4) UUID in hexadecimal."""
        bits = self.random.getrandbits(128)
        bits = bits & ~(0xf << 76) | 4 << 76
        return f'{bits & ~(3 << 62) | 2 << 62:032x}'

    # -- the ledger

    def _move(self, shelf, kind, quantity, at, reason=None, note=None, actor=ADMIN,
              sale_line=None, purchase_line=None, reversal_of=None):
        shelf.stock += quantity
        assert shelf.stock >= 0
        movement = self.new_id()
        self.tables.add('stock_movements', movement, shelf.id, kind, quantity, shelf.stock,
                        reason, note, sale_line, purchase_line, reversal_of, actor.id.hex, at)
        if shelf.low and shelf.stock >= shelf.product.minimum:
            shelf.low, shelf.changed_at = False, at
        elif quantity < 0 and shelf.stock < shelf.product.minimum and not shelf.low \
                and not shelf.withdrawn:
            self._alert(shelf, at)
        return movement

    def _alert(self, shelf, at):
        shelf.low, shelf.changed_at = True, at
        shelf.episode += 1
        name = shelf.product.name
        if shelf.stock:
            title, left = f'Low stock: {name}', f'{name} has {shelf.stock} left.'
        else:
            title, left = f'Out of stock: {name}', f'{name} is out of stock.'
        self.tables.add('notifications', self.new_id(), None, 'stock_alert', title,
                        f'{left} Its minimum is {shelf.product.minimum}.',
                        shelf.id, shelf.episode, at)

    # -- one day

    def _receive(self, shelves, at):
        by_supplier = {}
        for shelf in shelves:
            by_supplier.setdefault(shelf.product.supplier, []).append(shelf)
        for supplier, delivered in by_supplier.items():
            self._buy(supplier, delivered, at)

    def _buy(self, supplier, shelves, at):
        purchase, buyer = self.new_id(), self.random.choice(SELLERS)
        self.tables.add('purchases', purchase, at, supplier, buyer.id.hex, at)
        for shelf in shelves:
            line = self.new_id()
            shelf.on_order = False
            cost = shelf.cost * self.random.uniform(0.94, 1.06)
            self.tables.add('purchase_lines', line, purchase, shelf.id, at, shelf.batch,
                            f'{cost:.4f}')
            self._move(shelf, 'purchase', shelf.batch, at, actor=buyer, purchase_line=line)

    def _trade(self, n, day):
        busy = season(day) * (0.9 + 0.2 * n / DAYS)
        count = round(self.sales * busy * self.random.uniform(0.85, 1.15))
        for seconds in sorted(9 * HOUR + self.random.random() * 10 * HOUR for _ in range(count)):
            self._sell(self.calendar.at(n, seconds))

    def _sell(self, at):
        basket = {}
        for _ in range(self._basket_size()):
            shelf = self.shelves[bisect.bisect(self.odds, self.random.random() * self.odds[-1])]
            if shelf.stock and not shelf.withdrawn:
                basket[shelf.id] = shelf
        if not basket:
            return
        random, sale, seller = self.random, self.new_id(), self.random.choice(SELLERS)
        self.tables.add('sales', sale, at, seller.id.hex, at)
        total = units = 0
        for shelf in basket.values():
            quantity = min(self._quantity(), shelf.stock)
            cents = shelf.product.cents
            if random.random() < 0.08:      # a tenth off
                cents -= cents // 10
            line = self.new_id()
            self.tables.add('sale_lines', line, sale, shelf.id, at, quantity,
                            f'{cents // 100}.{cents % 100:02d}')
            movement = self._move(shelf, 'sale', -quantity, at, actor=seller, sale_line=line)
            shelf.sold += quantity
            total += quantity * cents
            units += quantity
        self.last_sale = movement, shelf, quantity
        if total >= self.big_sale_cents:
            self.tables.add('notifications', self.new_id(), None, 'order_notification',
                            'Large order', f'{seller.name} sold {units} items for '
                            f'{total // 100}.{total % 100:02d}.', None, None, at)

    def _basket_size(self):
        return bisect.bisect((0.48, 0.76, 0.92), self.random.random()) + 1

    def _quantity(self):
        return bisect.bisect((0.7, 0.9), self.random.random()) + 1

    def _tidy(self, n, day):
        """After closing time: breakages, a return now and then, a count at the month's end."""
        at = self.calendar.at(n, 20 * HOUR)
        random = self.random
        if random.random() < 0.25:
            shelf = random.choice(self.shelves)
            if shelf.stock > shelf.product.minimum + 3:
                self._move(shelf, 'adjustment', -random.randrange(1, 4), at, random.choice(DAMAGE),
                           actor=random.choice(SELLERS))
        if random.random() < 0.06 and self.last_sale:
            movement, shelf, quantity = self.last_sale
            self.last_sale = None
            if not shelf.withdrawn:
                shelf.sold -= quantity
                self._move(shelf, 'reversal', quantity, at, 'returned',
                           actor=random.choice(SELLERS), reversal_of=movement)
        if (day + datetime.timedelta(1)).day == 1:
            self._count(at)
        for shelf in self.shelves:
            if shelf.product.withdrawn == DAYS - 1 - n:
                self._withdraw(shelf, at)

    def _withdraw(self, shelf, at):
        shelf.withdrawn = True
        if shelf.low:
            shelf.low, shelf.changed_at = False, at
        if shelf.stock:
            self._move(shelf, 'adjustment', -shelf.stock, at, 'withdrawn')
        shelf.archived_at = at

    def _count(self, at):
        counted = self.random.sample(self.shelves, min(8, len(self.shelves)))
        for shelf in counted:
            found = self.random.choice((-2, -1, 0, 0, 0, 1))
            if found and shelf.stock + found > shelf.product.minimum:
                self._move(shelf, 'count', found, at, note='month-end count',
                           actor=self.random.choice(SELLERS))
        self.tables.add('notifications', self.new_id(), None, 'user_activity', 'Stock counted',
                        f'{ADMIN.name} counted {len(counted)} products.', None, None, at)

    def _order(self, n):
        for shelf in self.shelves:
            if shelf.stock <= shelf.reorder_at and not shelf.on_order \
                    and not shelf.withdrawn and n <= shelf.last_supply:
                due = n + self.random.randrange(2, 7)
                if due < DAYS:
                    shelf.on_order = True
                    self.deliveries.setdefault(due, []).append(shelf)

    # -- how the year ends

    def _leave_only_dry_shelves_low(self):
        """Tonight only those whose supply has ended are below their minimum, each in its way:
        out of stock, or with a quarter, a half, three quarters of it left."""
        at = self.calendar.at(DAYS - 1, 22 * HOUR)
        self._receive([shelf for shelf in self.shelves
                       if shelf.low and shelf.product.supply_ends is None], at)
        dry = [shelf for shelf in self.shelves if shelf.product.supply_ends is not None]
        for quarters, shelf in zip(itertools.cycle(range(4)), dry):
            missing = shelf.product.minimum * quarters // 4 - shelf.stock
            if missing > 0:
                shelf.batch = missing
                self._buy(shelf.product.supplier, [shelf], at)
            elif missing < 0:
                self._move(shelf, 'adjustment', missing, at, 'damaged', 'water in the store')

    def _write_states(self):
        for shelf in self.shelves:
            self.tables.add('totals', shelf.id, shelf.stock, shelf.sold, shelf.archived_at)
            if shelf.episode:
                self.tables.add('alert_states', shelf.id, 'low' if shelf.low else 'ok',
                                shelf.episode, shelf.product.minimum if shelf.low else None,
                                shelf.changed_at)
