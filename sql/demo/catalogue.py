"""Who works in the demo shop and what it sells."""

import functools
import itertools
import uuid
from dataclasses import dataclass

NAMESPACE = uuid.UUID('5b0c9f0e-6f0a-4d59-9b6e-0c7a5f2d1e43')


def fixed_id(kind, name):
    """The same id for the same thing in every load."""
    return uuid.uuid5(NAMESPACE, f'{kind}:{name}')


@dataclass
class Person:
    cognito_sub: str
    name: str
    email: str
    role: str
    disabled: bool = False

    @functools.cached_property
    def id(self):
        return fixed_id('user', self.cognito_sub)


# Numbers 1 to 3 sign in at the local OpenID provider, 4 is its user without a group: nobody's here.
PEOPLE = [Person(f'a0000000-0000-4000-8000-{number:012d}', name, f'{address}@stockpilot.test',
                 role, disabled)
          for number, name, address, role, disabled in (
              (1, 'Ada Admin', 'admin', 'admin', False),
              (2, 'Sam Staff', 'staff', 'staff', False),
              (3, 'Vera Viewer', 'viewer', 'viewer', False),
              (11, 'Noor Haddad', 'noor.haddad', 'staff', False),
              (12, 'Tomás Rivera', 'tomas.rivera', 'staff', False),
              (13, 'Mei-Lin Chua', 'meilin.chua', 'staff', False),
              (14, 'Jonas Bergström', 'jonas.bergstrom', 'viewer', False),
              (15, 'Olive Okafor', 'olive.okafor', 'viewer', True))]

ADMIN, STAFF, VIEWER = PEOPLE[:3]
SELLERS = [p for p in PEOPLE if p.role == 'staff']


@dataclass
class Product:
    sku: str
    name: str
    description: str
    category: str
    cents: int              # price
    rating: float
    minimum: int
    popularity: float       # share of the demand, relative to the others
    supplier: str
    picture: str = None     # a key of pictures.DRAWINGS, with its colour
    colour: str = None
    supply_ends: int = None     # days before today; nothing is bought afterwards
    withdrawn: int = None       # days before today; written off and archived

    @functools.cached_property
    def id(self):
        return fixed_id('product', self.sku)

    @property
    def image_key(self):
        return f'products/{fixed_id("image", self.sku)}.png' if self.picture else None


SUPPLIERS = {
    'Kitchen': 'Hearth & Hob Wholesale', 'Lighting': 'Lumen Trading', 'Office': 'Desk Depot',
    'Audio': 'Northwind Audio', 'Garden': 'Green Thumb Supply', 'Bags': 'Carryall Ltd',
    'Living': 'Soft Furnishings Co.',
}

# category, drawing, colour, name, description, cents, rating, minimum, popularity
_SHOP = (
    ('Kitchen', 'mug', '#6c5ce7', 'Stoneware Mug, Violet',
     'Holds 350 ml. Glazed inside and out, safe in the dishwasher.', 1450, 4.7, 20, 2.4),
    ('Kitchen', 'mug', '#e17055', 'Stoneware Mug, Terracotta',
     'Holds 350 ml. Unglazed foot, warm to the touch.', 1450, 4.6, 20, 2.0),
    ('Kitchen', 'kettle', '#00a8a8', 'Enamel Kettle, Teal',
     'Two litres, for every hob including induction.', 4990, 4.4, 8, 0.8),
    ('Kitchen', 'kettle', '#d6336c', 'Enamel Kettle, Berry',
     'Two litres, with a whistle that can be lifted off.', 4990, 4.2, 8, 0.6),
    ('Kitchen', 'pan', '#495057', 'Cast-Iron Pan, 26 cm',
     'Seasoned with linseed oil. Heavy, and lasts for generations.', 5900, 4.9, 10, 1.1),
    ('Kitchen', 'pan', '#f08c00', 'Enamelled Pan, 28 cm',
     'Cast iron with a smooth enamel that needs no seasoning.', 7250, 4.5, 6, 0.7),
    ('Kitchen', 'bottle', '#1c7ed6', 'Steel Bottle, 500 ml',
     'Keeps tea hot for twelve hours. Leak-proof.', 2490, 4.6, 18, 2.2),
    ('Kitchen', 'bottle', '#2f9e44', 'Steel Bottle, 750 ml',
     'For a day on the hills. Wide neck, easy to clean.', 2990, 4.7, 15, 1.7),
    ('Kitchen', 'bowl', '#f2a541', 'Fruit Bowl, Amber',
     'Hand-thrown, 30 cm across. No two are quite alike.', 3875, 4.3, 6, 0.6),
    ('Kitchen', 'bowl', '#3d8bd4', 'Salad Bowl, Sky',
     'Hand-thrown, 28 cm across, with a foot.', 3450, 4.4, 6, 0.7),
    ('Lighting', 'desk_lamp', '#2f9e44', 'Desk Lamp, Fern',
     'Jointed arm, dimmable LED, 2700 to 4000 K.', 6400, 4.5, 8, 1.0),
    ('Lighting', 'desk_lamp', '#d6336c', 'Desk Lamp, Raspberry',
     'Jointed arm, dimmable LED, 2700 to 4000 K.', 6400, 4.3, 8, 0.7),
    ('Lighting', 'pendant', '#1c7ed6', 'Pendant Lamp, Harbour',
     'Spun aluminium, 40 cm across, with 2 m of cable.', 8900, 4.6, 5, 0.5),
    ('Lighting', 'pendant', '#f08c00', 'Pendant Lamp, Saffron',
     'Spun aluminium, 40 cm across, with 2 m of cable.', 8900, 4.4, 5, 0.4),
    ('Lighting', 'candle', '#8e6b4e', 'Soy Candle, Cedar',
     'Burns for forty hours. Cotton wick.', 1890, 4.8, 24, 2.6),
    ('Lighting', 'candle', '#9775fa', 'Soy Candle, Lavender',
     'Burns for forty hours. Cotton wick.', 1890, 4.7, 24, 2.3),
    ('Office', 'notebook', '#6c5ce7', 'Dotted Notebook, A5',
     '192 pages of 100 g paper that opens flat.', 1290, 4.8, 30, 3.0),
    ('Office', 'notebook', '#00a8a8', 'Lined Notebook, A5',
     '192 pages of 100 g paper that opens flat.', 1290, 4.6, 30, 2.2),
    ('Office', 'pencils', '#e17055', 'Pencil Pot with Four Pencils',
     'Ceramic pot, cedar pencils, nothing to charge.', 1650, 4.1, 12, 1.2),
    ('Office', 'pencils', '#1c7ed6', 'Colouring Pencils in a Pot',
     'Soft leads in four colours, for large hands and small.', 1750, 4.2, 12, 1.1),
    ('Office', 'clock', '#00a8a8', 'Alarm Clock, Lagoon',
     'Two bells, no app. Runs a year on one battery.', 2850, 3.9, 10, 0.9),
    ('Office', 'clock', '#f08c00', 'Alarm Clock, Marigold',
     'Two bells, no app. Runs a year on one battery.', 2850, 4.0, 10, 0.8),
    ('Audio', 'headphones', '#d6336c', 'Over-Ear Headphones, Ruby',
     'Closed, foldable, thirty hours on a charge.', 12900, 4.4, 8, 0.9),
    ('Audio', 'headphones', '#495057', 'Over-Ear Headphones, Slate',
     'Closed, foldable, thirty hours on a charge.', 12900, 4.5, 8, 1.2),
    ('Audio', 'speaker', '#f08c00', 'Bookshelf Speaker, Tangerine',
     'Two-way, 40 W, with Bluetooth and a plain old jack.', 14500, 4.6, 5, 0.6),
    ('Audio', 'speaker', '#5c7cfa', 'Bookshelf Speaker, Iris',
     'Two-way, 40 W, with Bluetooth and a plain old jack.', 14500, 4.5, 5, 0.5),
    ('Garden', 'plant', '#e17055', 'Rubber Plant in Terracotta',
     'About 50 cm tall. Forgives a missed watering.', 2700, 4.3, 8, 1.3),
    ('Garden', 'plant', '#868e96', 'Rubber Plant in Stone Grey',
     'About 50 cm tall. Forgives a missed watering.', 2950, 4.2, 8, 1.0),
    ('Garden', 'watering_can', '#1c7ed6', 'Watering Can, 5 l',
     'Galvanised steel with a brass rose.', 3300, 4.6, 8, 0.8),
    ('Garden', 'watering_can', '#d6336c', 'Watering Can, 2 l',
     'For the windowsill. Fine rose, no drips.', 2200, 4.4, 10, 0.9),
    ('Bags', 'backpack', '#8e6b4e', 'Canvas Backpack, 22 l',
     'Waxed canvas, padded for a laptop of 15 inches.', 9800, 4.7, 6, 0.8),
    ('Bags', 'backpack', '#2f9e44', 'Canvas Backpack, 16 l',
     'Waxed canvas, light enough for every day.', 8400, 4.5, 6, 0.7),
    ('Bags', 'tote', '#6c5ce7', 'Organic Tote, Plum',
     'Heavy cotton, long handles, washable.', 1600, 4.2, 25, 2.1),
    ('Bags', 'tote', '#f2a541', 'Organic Tote, Honey',
     'Heavy cotton, long handles, washable.', 1600, 4.3, 25, 1.9),
    ('Bags', 'umbrella', '#e17055', 'Storm Umbrella, Coral',
     'Fibreglass ribs that turn inside out and back again.', 3600, 4.1, 10, 1.0),
    ('Bags', 'umbrella', '#1c7ed6', 'Storm Umbrella, Marine',
     'Fibreglass ribs that turn inside out and back again.', 3600, 4.2, 10, 1.1),
    ('Living', 'cushion', '#00a8a8', 'Woven Cushion, Sea Green',
     'Wool cover, feather filling, 50 × 50 cm.', 4500, 4.4, 8, 0.9),
    ('Living', 'cushion', '#d6336c', 'Woven Cushion, Fuchsia',
     'Wool cover, feather filling, 50 × 50 cm.', 4500, None, 8, 0.7),
    ('Living', 'vase', '#9775fa', 'Belly Vase, Lilac',
     'Porcelain, 24 cm. Stands firm with long stems.', 3990, 4.6, 6, 0.6),
    ('Living', 'vase', '#495057', 'Belly Vase, Graphite',
     'Porcelain, 24 cm. Stands firm with long stems.', 3990, 4.5, 6, 0.5),
    ('Living', 'cushion', '#f08c00', 'Woven Cushion, Ochre (last season)',
     'No longer made.', 3900, 3.8, 8, 0.6),
)

# Supply ended for these so many days ago: the demo has something to be alarmed about.
_SUPPLY_ENDS = {'Enamel Kettle, Teal': 45, 'Soy Candle, Cedar': 30,
                'Over-Ear Headphones, Slate': 40, 'Organic Tote, Honey': 30}
_WITHDRAWN = {'Woven Cushion, Ochre (last season)': 120}


def shop():
    """The forty products of the demo, and one that was withdrawn."""
    counters = {}
    for category, drawing, colour, name, text, cents, rating, minimum, popularity in _SHOP:
        counters[category] = counters.get(category, 0) + 1
        yield Product(f'{category[:3].upper()}-{counters[category]:03d}', name, text, category,
                      cents, rating, minimum, popularity, SUPPLIERS[category], drawing, colour,
                      _SUPPLY_ENDS.get(name), _WITHDRAWN.get(name))


_QUALITIES = ('Amber', 'Birch', 'Brass', 'Classic', 'Cobalt', 'Compact', 'Copper', 'Coral',
              'Folding', 'Granite', 'Ivory', 'Jade', 'Linen', 'Maple', 'Marble', 'Modern', 'Nordic',
              'Oak', 'Olive', 'Pearl', 'Rustic', 'Sturdy', 'Velvet', 'Walnut', 'Woven')
_THINGS = (('Kitchen', 'Bread Bin'), ('Kitchen', 'Teapot'), ('Kitchen', 'Chopping Board'),
           ('Kitchen', 'Storage Jar'), ('Lighting', 'Floor Lamp'), ('Lighting', 'Lantern'),
           ('Office', 'Desk Tray'), ('Office', 'Letter Rack'), ('Audio', 'Radio'),
           ('Audio', 'Earphones'), ('Garden', 'Planter'), ('Garden', 'Trowel'),
           ('Bags', 'Satchel'), ('Bags', 'Purse'), ('Living', 'Throw'), ('Living', 'Side Table'))


def warehouse(count, random):
    """The shop and made-up products without pictures, `count` in all that are still sold."""
    products = list(shop())
    active = sum(1 for product in products if product.withdrawn is None)
    kinds = itertools.product(range(1, count), _QUALITIES, _THINGS)
    for rank, (series, quality, (category, thing)) in enumerate(kinds):
        if active + rank == count:
            return products
        cents = random.randrange(300, 25000)
        products.append(Product(
            f'{category[:3].upper()}-{rank + 10000}', f'{quality} {thing} No. {series}',
            f'{quality} {thing.lower()} of series {series}.', category, cents,
            round(random.uniform(2.5, 5), 1), random.randrange(2, 20),
            3 / (rank / 40 + 1) ** 0.6, f'{SUPPLIERS[category]} {rank % 6 + 1}',
            supply_ends=30 if random.random() < 0.005 else None))
    raise ValueError('more products than the catalogue has names for')
