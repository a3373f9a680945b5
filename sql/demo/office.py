"""What the shop spends beside its goods, and the messages that people find in the application."""

import itertools

from catalogue import ADMIN, PEOPLE, STAFF, VIEWER, fixed_id
from history import DAYS, HOUR

MONTHLY = {     # day of the month → category, cents, note
    1: ('Rent', 320000, 'Shop and store room'),
    3: ('Insurance', 18500, None),
    12: ('Software', 14900, 'Subscriptions'),
    15: ('Utilities', 41000, 'Power, water, heating'),
    25: ('Salaries', 1180000, None),
}


def expenses(calendar, random, tables):
    numbers = itertools.count()

    def spend(n, category, cents, note=None):
        tables.add('expenses', fixed_id('expense', str(next(numbers))).hex, category,
                   f'{cents // 100}.{cents % 100:02d}', calendar.days[n].isoformat(), note,
                   ADMIN.id.hex, calendar.at(n, 18 * HOUR), calendar.at(n, 18 * HOUR))

    for n, day in enumerate(calendar.days):
        if day.day in MONTHLY:
            category, cents, note = MONTHLY[day.day]
            spend(n, category, round(cents * random.uniform(0.97, 1.03)), note)
        spend(n, 'Shipping', random.randrange(1500, 9000))
        if day.weekday() == 0:
            spend(n, 'Marketing', random.randrange(8000, 30000), 'Advertisements of the week')
        if day.weekday() in (1, 4):
            spend(n, 'Office', random.randrange(900, 7000))
        if random.random() < 0.03:
            spend(n, 'Professional', random.randrange(15000, 60000), 'Accountant')


def messages(calendar, tables):
    def tell(name, person, kind, title, message, n, seconds):
        tables.add('notifications', fixed_id('notification', name).hex,
                   person.id.hex if person else None, kind, title, message, None, None,
                   calendar.at(n, seconds))

    for person in PEOPLE:
        tell(f'welcome {person.cognito_sub}', person, 'system', 'Welcome to StockPilot',
             f'Hello {person.name}, you can see the stock and the figures of the shop here.', 0,
             7 * HOUR)
    for n, day in enumerate(calendar.days):
        if day.day == 1:
            tell(f'month {n}', None, 'system', 'A month is complete',
                 f'The figures up to {calendar.days[n - 1] if n else day} are final.', n, 5 * HOUR)
    tell('maintenance', None, 'system', 'Maintenance on Sunday',
         'StockPilot is updated on Sunday at 06:00 and stays available meanwhile.', DAYS - 3,
         12 * HOUR)
    tell('order list', STAFF, 'user_activity', 'Order list shared',
         f'{ADMIN.name} shared the order list of the week with you.', DAYS - 2, 10 * HOUR)
    tell('suppliers', ADMIN, 'user_activity', 'Suppliers without delivery',
         'Four products have no supplier at present.', DAYS - 1, 9 * HOUR)


def reading(calendar, notifications, tables):
    """Messages older than ten days are read; the staff put system messages aside as well."""
    recent = calendar.at(DAYS - 11, 0)
    for values in notifications:
        notification, owner, kind, at = values[0], values[1], values[2], values[-1]
        for person in (ADMIN, STAFF, VIEWER):
            if at < recent and owner in (None, person.id.hex):
                dismissed = at if person is STAFF and kind == 'system' else None
                tables.add('notification_reads', notification, person.id.hex, at, dismissed)
