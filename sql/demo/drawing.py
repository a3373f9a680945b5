"""Flat, anti-aliased drawings written as PNG, with nothing but the standard library.

A Canvas is filled with closed polygons; circles, rounded boxes and thick lines are turned into
polygons first. Coordinates are pixels, y downwards, and may be fractions.
"""

import math
import struct
import zlib

SUBLINES = 4  # samples per pixel row; along a row coverage is exact …
SHADES = 6    # … and then rounded to this many steps, which keeps colours few and files small


def rgb(text):
    """'#rrggbb' as a tuple of three integers."""
    return tuple(int(text[i:i + 2], 16) for i in (1, 3, 5))


def mix(one, other, share):
    """The colour `share` of the way from one to other, all '#rrggbb'."""
    return '#' + ''.join('%02x' % round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other)))


def polygon(*points):
    return [list(points)]


def ellipse(cx, cy, rx, ry=None, start=0.0, end=360.0):
    """The whole ellipse, or the part between two angles (degrees, clockwise from the right)."""
    ry = rx if ry is None else ry
    steps = max(12, int((rx + ry) * abs(end - start) / 360))
    turn = math.radians(end - start)
    first = math.radians(start)
    return [[(cx + rx * math.cos(first + turn * i / steps),
              cy + ry * math.sin(first + turn * i / steps)) for i in range(steps + 1)]]


def box(x, y, width, height, radius=0.0):
    if radius <= 0:
        return [[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]]
    corners = ((x + width - radius, y + height - radius, 0), (x + radius, y + height - radius, 90),
               (x + radius, y + radius, 180), (x + width - radius, y + radius, 270))
    return [[p for cx, cy, angle in corners
             for p in ellipse(cx, cy, radius, radius, angle, angle + 90)[0]]]


def curve(start, control1, control2, end, steps=24):
    """Points of a cubic Bézier curve."""
    points = []
    for i in range(steps + 1):
        t = i / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3
        points.append(tuple(a * p + b * q + c * r + d * s
                            for p, q, r, s in zip(start, control1, control2, end)))
    return points


def line(points, width):
    """A line of that width through the points, with round joints and ends."""
    half = width / 2
    parts = [ellipse(x, y, half)[0] for x, y in points]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        length = math.hypot(x1 - x0, y1 - y0)
        if length:
            dx, dy = (y1 - y0) / length * half, (x0 - x1) / length * half
            # Wound like ellipse(), so that overlaps add up instead of cancelling out.
            parts.append([(x0 - dx, y0 - dy), (x0 + dx, y0 + dy),
                          (x1 + dx, y1 + dy), (x1 - dx, y1 - dy)])
    return parts


def mirrored(points, axis):
    """A closed outline from its left half, top to bottom."""
    return [points + [(2 * axis - x, y) for x, y in reversed(points)]]


class Canvas:
    def __init__(self, size, background):
        self.size = size
        self.rows = [bytearray(bytes(rgb(background)) * size) for _ in range(size)]

    def fill(self, outline, colour, opacity=1.0):
        """Paints the union of closed polygons (non-zero winding)."""
        edges = []
        for points in outline:
            for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
                if y0 != y1:
                    slope = (x1 - x0) / (y1 - y0)
                    edges.append((y0, y1, x0, slope, 1) if y0 < y1 else (y1, y0, x1, slope, -1))
        if not edges:
            return
        top = max(0, int(min(e[0] for e in edges)))
        bottom = min(self.size, math.ceil(max(e[1] for e in edges)))
        edges.sort()
        paint = bytes(rgb(colour))
        for y in range(top, bottom):
            near = [e for e in edges if e[0] < y + 1 and e[1] > y]
            self._paint_row(self.rows[y], self._coverage(near, y), paint, opacity)

    def _coverage(self, edges, y):
        """Changes of coverage along a row: {pixel: change at it}, running sum = coverage."""
        change = {}
        for sub in range(SUBLINES):
            at = y + (sub + 0.5) / SUBLINES
            crossings = sorted((x + (at - top) * slope, winding)
                               for top, bottom, x, slope, winding in edges if top <= at < bottom)
            depth = 0
            for x, winding in crossings:
                if depth == 0:
                    self._step(change, x, 1 / SUBLINES)
                depth += winding
                if depth == 0:
                    self._step(change, x, -1 / SUBLINES)
        return change

    def _step(self, change, x, amount):
        x = min(max(x, 0.0), float(self.size))
        pixel = int(x)
        right = amount * (x - pixel)
        change[pixel] = change.get(pixel, 0.0) + amount - right
        change[pixel + 1] = change.get(pixel + 1, 0.0) + right

    def _paint_row(self, row, change, paint, opacity):
        covered = 0.0
        pixels = sorted(change)
        for pixel, following in zip(pixels, pixels[1:]):
            covered += change[pixel]
            share = round(covered * SHADES) / SHADES * opacity
            if share == 0 or pixel >= self.size:
                continue
            end = min(following, self.size)
            if share == 1:
                row[3 * pixel:3 * end] = paint * (end - pixel)
                continue
            for i in range(3 * pixel, 3 * end):
                row[i] += round((paint[i % 3] - row[i]) * share)

    def png(self):
        """The picture as the bytes of a PNG file: with a palette, as flat pictures have few
        colours, or in 8-bit RGB when there are more than a palette holds."""
        pixels = [[bytes(row[i:i + 3]) for i in range(0, len(row), 3)] for row in self.rows]
        palette = sorted({colour for row in pixels for colour in row})
        if len(palette) <= 256:
            index = {colour: number for number, colour in enumerate(palette)}
            lines = b''.join(b'\0' + bytes(index[colour] for colour in row) for row in pixels)
            colours, colour_type = _chunk(b'PLTE', b''.join(palette)), 3
        else:
            lines = b''.join(b'\0' + bytes(row) for row in self.rows)
            colours, colour_type = b'', 2
        header = struct.pack('>IIBBBBB', self.size, self.size, 8, colour_type, 0, 0, 0)
        return (b'\x89PNG\r\n\x1a\n' + _chunk(b'IHDR', header) + colours
                + _chunk(b'IDAT', zlib.compress(lines, 9)) + _chunk(b'IEND', b''))


def _chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
