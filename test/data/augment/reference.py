"""Writes torchvision.json: what torchvision 0.14 makes of small PIL images. python3 reference.py > torchvision.json"""

import json
import math

import numpy as np
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

NEAREST = InterpolationMode.NEAREST


def image(height, width, channels):
    values = [(i * 37 + (i * i * 11) % 101) % 256 for i in range(height * width * channels)]
    array = np.array(values, dtype=np.uint8).reshape(height, width, channels)
    return Image.fromarray(array[:, :, 0] if channels == 1 else array)


def hexadecimal(picture):
    return np.asarray(picture).tobytes().hex()


def sheared(picture, x, y):
    angles = [math.degrees(math.atan(x)), math.degrees(math.atan(y))]
    return F.affine(picture, 0.0, [0, 0], 1.0, angles, NEAREST, None, [0, 0])


def moved(picture, x, y):
    return F.affine(picture, 0.0, [int(x), int(y)], 1.0, [0.0, 0.0], NEAREST)


signed = {
    1: lambda p, s: sheared(p, 0.3 * s, 0),
    2: lambda p, s: sheared(p, 0, 0.3 * s),
    3: lambda p, s: moved(p, 150 / 331 * p.size[0] * s, 0),
    4: lambda p, s: moved(p, 0, 150 / 331 * p.size[1] * s),
    5: lambda p, s: F.rotate(p, 30 * s, NEAREST),
    6: lambda p, s: F.adjust_brightness(p, 1 + 0.9 * s),
    7: lambda p, s: F.adjust_saturation(p, 1 + 0.9 * s),
    8: lambda p, s: F.adjust_contrast(p, 1 + 0.9 * s),
    9: lambda p, s: F.adjust_sharpness(p, 1 + 0.9 * s),
}
unsigned = {
    10: lambda p, s: F.posterize(p, 8 - round(4 * s)),
    11: lambda p, s: F.solarize(p, 255 * (1 - s)),
    12: lambda p, _: F.autocontrast(p),
    13: lambda p, _: F.equalize(p),
}
rand_augment, affine = [], []
for shape in [(6, 7, 1), (6, 7, 3), (40, 30, 1)]:
    picture = image(*shape)
    for magnitude in (9, 20):
        cases = [(operation, sign) for operation in signed for sign in (1, -1)]
        cases += [(operation, 1) for operation in unsigned]
        for operation, sign in cases if shape[0] == 6 else [(13, 1)]:
            apply = {**signed, **unsigned}[operation]
            pixels = hexadecimal(apply(picture, sign * magnitude / 30))
            rand_augment.append({"shape": shape, "operation": operation, "magnitude": magnitude, "sign": sign, "pixels": pixels})
    for angle, right, down, scale, shear in [(10, 1, -1, 1.1, 5), (-33, 0, 2, 0.8, 20), (170, -2, 0, 1.5, -30)]:
        pixels = hexadecimal(F.affine(picture, float(angle), [right, down], scale, [float(shear), 0.0], NEAREST))
        affine.append({"shape": shape, "angle": angle, "right": right, "down": down, "scale": scale, "shear": shear, "pixels": pixels})
print(json.dumps({"rand_augment": rand_augment, "affine": affine}, indent=1))
