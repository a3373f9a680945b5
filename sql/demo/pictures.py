"""What the products of the demo look like: one drawing per kind of thing, in the product's colour.

Our own drawings, made here point by point; nothing is copied from anywhere.
"""

from drawing import Canvas, box, curve, ellipse, line, mirrored, mix, polygon

SIZE = 480
WHITE = '#ffffff'
INK = '#2b2440'
WOOD = '#c89b6b'
STEEL = '#b9bfca'


def picture(kind, colour):
    """PNG bytes of a `kind` (a key of DRAWINGS) in a '#rrggbb' colour."""
    ground = mix(colour, WHITE, 0.86)
    canvas = Canvas(SIZE, ground)
    canvas.fill(ellipse(240, 240, 190), mix(colour, WHITE, 0.74))
    canvas.fill(ellipse(240, 392, 130, 16), mix(colour, INK, 0.35), 0.25)
    DRAWINGS[kind](canvas, colour, mix(colour, INK, 0.28), mix(colour, WHITE, 0.38))
    return canvas.png()


def mug(c, colour, dark, light):
    c.fill(ellipse(322, 260, 62, 66), dark)
    c.fill(ellipse(320, 260, 36, 40), mix(colour, WHITE, 0.74))
    c.fill(box(140, 160, 184, 232, 34), colour)
    c.fill(box(140, 160, 36, 232, 18), light)
    c.fill(ellipse(232, 166, 92, 22), dark)
    c.fill(ellipse(232, 170, 76, 15), '#5b3a29')
    for x in (200, 236, 272):
        c.fill(line(curve((x, 128), (x - 22, 106), (x + 22, 92), (x, 66)), 8), WHITE, 0.8)


def kettle(c, colour, dark, light):
    c.fill(line(curve((160, 220), (150, 60), (330, 60), (320, 220)), 18), INK)
    c.fill(polygon((320, 250), (404, 186), (424, 206), (346, 330)), dark)
    c.fill(mirrored(curve((240, 172), (150, 172), (112, 300), (128, 372)) + [(140, 392)], 240),
           colour)
    c.fill(polygon(*curve((196, 190), (160, 220), (146, 300), (152, 360)),
                   *curve((176, 360), (170, 300), (184, 230), (214, 196))), light)
    c.fill(ellipse(240, 178, 66, 16), dark)
    c.fill(ellipse(240, 156, 15), INK)


def pan(c, colour, dark, light):
    c.fill(line([(318, 238), (436, 150)], 30), WOOD)
    c.fill(line([(404, 174), (424, 159)], 8), mix(WOOD, INK, 0.4))
    c.fill(ellipse(206, 290, 150, 104), dark)
    c.fill(ellipse(206, 276, 150, 104), colour)
    c.fill(ellipse(206, 280, 122, 80), mix(colour, INK, 0.55))
    c.fill(ellipse(196, 284, 66, 44), WHITE)
    c.fill(ellipse(232, 268, 40, 30), WHITE)
    c.fill(ellipse(204, 280, 27, 21), '#f5b82e')
    c.fill(ellipse(196, 274, 9, 6), '#fbd878')


def bottle(c, colour, dark, light):
    c.fill(mirrored([(212, 120)] + curve((212, 150), (212, 190), (170, 190), (170, 236))
                    + [(170, 366)] + curve((170, 366), (170, 386), (180, 392), (196, 392)), 240),
           colour)
    c.fill(box(184, 226, 22, 146, 11), light)
    c.fill(box(170, 270, 140, 62), dark)
    c.fill(ellipse(240, 301, 19), light)
    c.fill(box(204, 74, 72, 56, 12), INK)
    c.fill(line(curve((212, 78), (214, 44), (266, 44), (268, 78)), 10), STEEL)


def bowl(c, colour, dark, light):
    for x, y, fruit in ((180, 208, '#e4572e'), (300, 208, '#7fb069'), (240, 190, '#f2a541')):
        c.fill(ellipse(x, y, 56), fruit)
        c.fill(ellipse(x - 18, y - 20, 13), WHITE, 0.35)
    c.fill(line([(240, 138), (250, 114)], 8), mix(WOOD, INK, 0.4))
    c.fill(box(190, 368, 100, 24, 8), dark)
    c.fill([ellipse(240, 226, 156, 154, 0, 180)[0]], colour)
    c.fill(box(84, 218, 312, 26, 13), dark)
    c.fill(line(curve((126, 280), (140, 326), (170, 350), (206, 362)), 14), light)


def desk_lamp(c, colour, dark, light):
    c.fill(polygon((270, 196), (386, 180), (420, 392), (196, 392)), '#fff3c4', 0.65)
    c.fill(box(92, 370, 130, 22, 11), dark)
    c.fill(line([(156, 372), (122, 236), (252, 118)], 14), INK)
    c.fill(ellipse(122, 236, 17), dark)
    c.fill(ellipse(326, 188, 32, 20), '#ffe08a')
    c.fill(polygon((238, 104), (282, 78), (400, 168), (262, 204)), colour)
    c.fill(polygon((238, 104), (254, 95), (290, 196), (262, 204)), light)
    c.fill(ellipse(256, 102, 22), dark)


def pendant(c, colour, dark, light):
    c.fill(line([(240, 0), (240, 130)], 7), INK)
    c.fill(polygon((130, 272), (350, 272), (404, 392), (76, 392)), '#fff3c4', 0.6)
    c.fill(ellipse(240, 274, 46, 40), '#ffe08a')
    c.fill(mirrored([(216, 132)] + curve((214, 150), (150, 160), (110, 210), (104, 276)), 240),
           colour)
    c.fill(polygon(*curve((206, 160), (160, 178), (134, 220), (128, 262)),
                   *curve((150, 262), (156, 224), (180, 186), (220, 166))), light)
    c.fill(box(98, 264, 284, 18, 9), dark)
    c.fill(box(212, 108, 56, 34, 8), INK)


def candle(c, colour, dark, light):
    c.fill(ellipse(240, 132, 62), '#fff3c4', 0.75)
    c.fill(mirrored(curve((240, 70), (226, 104), (206, 124), (212, 150))
                    + curve((212, 150), (216, 172), (228, 178), (240, 178)), 240), '#f59e0b')
    c.fill(ellipse(240, 154, 14, 20), '#fde68a')
    c.fill(line([(240, 170), (240, 206)], 6), INK)
    c.fill(box(150, 204, 180, 188, 20), colour)
    c.fill(box(164, 222, 22, 152, 11), light)
    c.fill(ellipse(240, 206, 90, 20), dark)
    c.fill(box(190, 272, 130, 70, 8), WHITE, 0.85)
    c.fill(box(210, 292, 90, 9, 4), dark)
    c.fill(box(226, 313, 58, 9, 4), light)


def notebook(c, colour, dark, light):
    c.fill(box(134, 92, 232, 308, 14), dark)
    c.fill(box(126, 100, 232, 288, 8), WHITE)
    c.fill(box(118, 84, 232, 300, 14), colour)
    c.fill(box(118, 84, 44, 300, 14), dark)
    c.fill(box(312, 84, 12, 316), INK)
    c.fill(box(190, 140, 100, 64, 8), WHITE, 0.9)
    c.fill(box(206, 158, 68, 8, 4), dark)
    c.fill(box(206, 178, 44, 8, 4), light)


def pencils(c, colour, dark, light):
    for x, top, paint in ((178, 112, '#e4572e'), (222, 76, '#f2a541'), (266, 98, '#3d8bd4'),
                          (306, 128, '#7fb069')):
        c.fill(polygon((x - 20, top + 52), (x, top), (x + 20, top + 52)), '#f3d9b1')
        c.fill(polygon((x - 8, top + 20), (x, top), (x + 8, top + 20)), paint)
        c.fill(box(x - 20, top + 50, 40, 200), paint)
        c.fill(box(x - 6, top + 50, 12, 200), WHITE, 0.25)
    c.fill(polygon((140, 232), (344, 232), (324, 392), (160, 392)), colour)
    c.fill(polygon((140, 232), (180, 232), (190, 392), (160, 392)), light)
    c.fill(box(130, 222, 224, 26, 13), dark)


def clock(c, colour, dark, light):
    c.fill(line([(160, 350), (136, 388)], 20), dark)
    c.fill(line([(320, 350), (344, 388)], 20), dark)
    c.fill(ellipse(150, 116, 44), dark)
    c.fill(ellipse(330, 116, 44), dark)
    c.fill(ellipse(240, 238, 152), colour)
    c.fill(ellipse(240, 238, 122), WHITE)
    for x, y in ((240, 136), (342, 238), (240, 340), (138, 238)):
        c.fill(ellipse(x, y, 9), light)
    c.fill(line([(240, 238), (240, 162)], 13), INK)
    c.fill(line([(240, 238), (296, 272)], 13), INK)
    c.fill(ellipse(240, 238, 14), colour)


def headphones(c, colour, dark, light):
    c.fill(line(curve((112, 286), (96, 46), (384, 46), (368, 286)), 26), INK)
    c.fill(line(curve((140, 190), (170, 66), (310, 66), (340, 190)), 16), light)
    for x, inner in ((82, 130), (318, 294)):
        c.fill(box(x, 236, 80, 142, 36), colour)
        c.fill(box(inner, 248, 56, 118, 24), dark)
    c.fill(box(94, 256, 14, 100, 7), light)
    c.fill(box(372, 256, 14, 100, 7), light)


def speaker(c, colour, dark, light):
    c.fill(box(146, 76, 188, 316, 30), colour)
    c.fill(box(146, 76, 26, 316, 13), light)
    c.fill(ellipse(244, 146, 36), dark)
    c.fill(ellipse(244, 146, 16), INK)
    c.fill(ellipse(244, 280, 76), dark)
    c.fill(ellipse(244, 280, 56), INK)
    c.fill(ellipse(244, 280, 24), dark)
    c.fill(ellipse(312, 100, 7), '#7ff0b0')


def plant(c, colour, dark, light):
    leaf, shade = '#4f9d69', '#2f7a52'
    c.fill(line([(240, 290), (240, 130)], 9), shade)
    for tip, bend in (((110, 150), -1), ((370, 150), 1), ((134, 76), -1), ((346, 76), 1)):
        base = (240, 262 if tip[1] > 100 else 208)
        side = (base[0] + bend * 30, tip[1] - 30)
        under = (tip[0] + bend * 8, base[1] - 10)
        c.fill([curve(base, side, tip, tip) + curve(tip, under, base, base)],
               leaf if bend < 0 else shade)
    c.fill(mirrored(curve((240, 44), (204, 84), (204, 130), (240, 172)), 240), leaf)
    c.fill(polygon((150, 268), (330, 268), (306, 392), (174, 392)), colour)
    c.fill(polygon((150, 268), (188, 268), (200, 392), (174, 392)), light)
    c.fill(box(138, 252, 204, 34, 10), dark)


def watering_can(c, colour, dark, light):
    c.fill(line(curve((176, 206), (80, 150), (54, 330), (164, 340)), 18), dark)
    c.fill(line([(300, 330), (404, 178)], 28), dark)
    c.fill(polygon((372, 150), (396, 132), (446, 190), (424, 210)), colour)
    c.fill(line(curve((190, 210), (190, 110), (300, 110), (300, 210)), 16), dark)
    c.fill(box(150, 202, 178, 190, 18), colour)
    c.fill(box(164, 222, 24, 150, 12), light)
    c.fill(box(142, 194, 194, 24, 12), dark)
    for x, y in ((428, 240), (448, 262), (424, 280), (446, 304)):
        c.fill(ellipse(x, y, 7, 10), '#5aa9e6')


def backpack(c, colour, dark, light):
    c.fill(line(curve((206, 96), (206, 40), (274, 40), (274, 96)), 16), INK)
    c.fill(box(100, 206, 60, 150, 28), dark)
    c.fill(box(320, 206, 60, 150, 28), dark)
    c.fill(mirrored(curve((240, 82), (160, 82), (128, 140), (128, 210))
                    + [(128, 366)] + curve((128, 366), (128, 386), (140, 392), (156, 392)), 240),
           colour)
    c.fill(box(160, 254, 160, 116, 22), dark)
    c.fill(box(160, 254, 160, 42, 21), light)
    c.fill(box(228, 282, 24, 34, 8), '#f2c14e')
    c.fill(line(curve((164, 196), (200, 216), (280, 216), (316, 196)), 9), dark)


def tote(c, colour, dark, light):
    c.fill(line(curve((176, 196), (176, 30), (304, 30), (304, 196)), 15), dark)
    c.fill(polygon((118, 178), (362, 178), (382, 392), (98, 392)), colour)
    c.fill(polygon((118, 178), (362, 178), (364, 204), (116, 204)), light)
    c.fill(ellipse(240, 298, 54), WHITE, 0.85)
    c.fill(mirrored(curve((240, 262), (206, 288), (210, 326), (240, 334)), 240), '#4f9d69')
    c.fill(line([(240, 346), (240, 286)], 5), '#2f7a52')


def umbrella(c, colour, dark, light):
    c.fill(line([(240, 90), (240, 356)] + curve((240, 356), (240, 400), (300, 400), (300, 352)),
                13), INK)
    c.fill([ellipse(240, 236, 168, 158, 180, 360)[0]], colour)
    c.fill([ellipse(240, 236, 64, 158, 180, 360)[0]], light)
    c.fill([ellipse(240, 236, 168, 158, 180, 270)[0] + ellipse(240, 236, 64, 158, 270, 180)[0]],
           dark)
    for x in (124, 240, 356):
        c.fill(ellipse(x, 240, 54, 20), mix(colour, WHITE, 0.74))
    c.fill(line([(240, 236), (240, 262)], 13), INK)
    c.fill(line([(240, 62), (240, 84)], 11), INK)


def cushion(c, colour, dark, light):
    outline = (curve((92, 116), (170, 150), (310, 150), (388, 116))
               + curve((388, 116), (358, 200), (358, 300), (388, 384))
               + curve((388, 384), (310, 352), (170, 352), (92, 384))
               + curve((92, 384), (122, 300), (122, 200), (92, 116)))
    c.fill([outline], colour)
    for shift in (-64, 0, 64):
        c.fill(polygon((240 + shift, 176), (268 + shift, 250), (240 + shift, 324),
                       (212 + shift, 250)), light if shift else dark)
    c.fill(line(outline, 7), dark)


def vase(c, colour, dark, light):
    for x, y, petal in ((168, 110, '#f2a541'), (240, 78, '#e4577e'), (312, 116, '#f7d6e0')):
        c.fill(line(curve((240, 232), (240, 190), (x, 180), (x, y)), 7), '#2f7a52')
        for dx, dy in ((-22, 0), (22, 0), (0, -22), (0, 22)):
            c.fill(ellipse(x + dx, y + dy, 19), petal)
        c.fill(ellipse(x, y, 14), '#f9e07f' if petal != '#f2a541' else '#8a5a2b')
    c.fill(mirrored([(200, 214)] + curve((214, 240), (218, 264), (144, 276), (150, 330))
                    + curve((150, 330), (156, 372), (184, 392), (204, 392)), 240), colour)
    c.fill(ellipse(240, 214, 40, 10), dark)
    c.fill(line(curve((176, 308), (172, 336), (182, 356), (196, 368)), 13), light)


DRAWINGS = {drawing.__name__: drawing for drawing in (
    mug, kettle, pan, bottle, bowl, desk_lamp, pendant, candle, notebook, pencils, clock,
    headphones, speaker, plant, watering_can, backpack, tote, umbrella, cushion, vase)}
