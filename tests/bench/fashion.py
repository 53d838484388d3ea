#!/usr/bin/env python3
"""fashion.py - Fashion-MNIST as one IDX file: a row an image, its 784 pixels
and then its label.

    fashion.py train|t10k ROWS >FILE

Of Debian's package dataset-fashion-mnist; the first ROWS rows.
"""
import gzip
import struct
import sys

FOLDER = "/usr/share/datasets/fashion-mnist"
PIXELS = 784


def octets(part, kind, dimensions):
    with gzip.open(f"{FOLDER}/{part}-{kind}-idx{dimensions}-ubyte.gz") as file:
        return file.read()[4 + 4 * dimensions:]


part, rows = sys.argv[1], int(sys.argv[2])
images, labels = octets(part, "images", 3), octets(part, "labels", 1)
assert rows <= len(labels)
out = sys.stdout.buffer
out.write(struct.pack(">BBBBII", 0, 0, 8, 2, rows, PIXELS + 1))
for i in range(rows):
    out.write(images[PIXELS * i:PIXELS * (i + 1)] + labels[i:i + 1])
