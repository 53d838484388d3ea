"""broken_files.py - write files that no reader should take, of every format.

    broken_files.py FOLDER

Prints a line for each: its name and its media type. Every one differs from a
good file in one place, which moves with its number.
"""
import os
import struct
import sys

EACH = 10  # files of a kind of damage


def rows(count):
    return [[str(i), str(i * 3 % 7) + '.5', 'red' if i % 2 else 'blue']
            for i in range(1, count + 1)]


def text(table, delimiter):
    lines = [delimiter.join(row) for row in table]
    return ('\n'.join([delimiter.join('abc')] + lines) + '\n').encode()


def table_damages(delimiter):
    """Damage to CSV and TSV: (what, bytes) for place i of n rows."""
    def short(i, n):
        table = rows(n)
        table[i].pop()
        return text(table, delimiter)

    def long(i, n):
        table = rows(n)
        table[i].append('more')
        return text(table, delimiter)

    def empty_cell(i, n):
        table = rows(n)
        table[i][i % 2] = ''
        return text(table, delimiter)

    def word_for_missing(i, n):
        table = rows(n)
        table[i][1] = ('NA', 'NaN', '?', 'null')[i % 4]
        return text(table, delimiter)

    def not_utf8(i, n):
        table = rows(n)
        table[i][2] = 'gr@n'
        return text(table, delimiter).replace(b'@', b'\xfc')

    def open_quote(i, n):
        table = rows(n)
        table[i][2] = '"blue'
        return text(table, delimiter)

    def same_name(i, n):
        return text(rows(n + i), delimiter).replace(b'c', b'a', 1)

    return [short, long, empty_cell, word_for_missing, not_utf8, open_quote,
            same_name]


def libsvm(lines):
    return ('\n'.join(lines) + '\n').encode()


def libsvm_rows(count):
    return [f'{i % 2} 1:{i}.5 {i + 2}:1' for i in range(1, count + 1)]


def libsvm_damages():
    def with_row(row):
        def damage(i, n):
            lines = libsvm_rows(n)
            lines[i] = row
            return libsvm(lines)
        damage.__name__ = 'row'
        return damage

    return [with_row(row) for row in (
        '1 0:3 2:1', '1 3:1 2:1', '1 2:1 2:1', '1:2 2:1', '1 2:', '1 x:1',
        '1 2:y', '1 2', '1 -1:2', '1 4294967297:1')]


def ndjson_damages():
    good = '{"x":%d,"c":"red"}'

    def with_row(row):
        def damage(i, n):
            lines = [good % k for k in range(n)]
            lines[i] = row
            return libsvm(lines)
        return damage

    return [with_row(row) for row in (
        '{"x":1}', '{"x":1,"c":"red","d":1}', '{"x":[1],"c":"red"}',
        '{"x":1,"c":"red"', '[1,2]', '{"x":01,"c":"red"}', 'x',
        '{"x":1,"x":2,"c":"red"}', '{"x":null,"c":"red"}')]


def npy(descr, shape, data, magic=b'\x93NUMPY\x01\x00'):
    header = ("{'descr': '%s', 'fortran_order': False, 'shape': %s, }"
              % (descr, shape)).encode()
    header += b' ' * (63 - (len(header) + 10) % 64) + b'\n'
    return magic + struct.pack('<H', len(header)) + header + data


def npy_damages():
    def data(count):
        return struct.pack('<%dd' % count, *range(count))

    return [
        lambda i, n: npy('<f8', (n, 2), data(2 * n))[:-1 - i],
        lambda i, n: npy('<f8', (n, 2), data(2 * n) + bytes(1 + i)),
        lambda i, n: npy('|O', (n, 2), data(2 * n)),
        lambda i, n: npy('<f8', (n, 2, 0), b''),
        lambda i, n: npy('<f8', (n, 2), data(2 * n))[:10 + i],
        lambda i, n: npy('<f8', (n, 2), data(2 * n), b'\x93NUMPI\x01\x00'),
        lambda i, n: npy('<q7', (n, 2), data(2 * n)),
    ]


def idx_damages():
    def idx(count, width, data, kind=8, zero=0):
        return struct.pack('>BBBBII', zero, 0, kind, 2, count, width) + data

    return [
        lambda i, n: idx(n, 3, bytes(3 * n))[:-1 - i],
        lambda i, n: idx(n, 3, bytes(3 * n + 1 + i)),
        lambda i, n: idx(n, 3, bytes(3 * n), kind=7),
        lambda i, n: idx(n, 3, bytes(3 * n), zero=1 + i),
        lambda i, n: idx(n, 3, b'')[:4 + i % 8],
    ]


FORMATS = [
    ('csv', 'text/csv', table_damages(',')),
    ('tsv', 'text/tab-separated-values', table_damages('\t')),
    ('svm', 'application/x-libsvm', libsvm_damages()),
    ('ndjson', 'application/x-ndjson', ndjson_damages()),
    ('npy', 'application/x-npy', npy_damages()),
    ('idx', 'application/x-idx', idx_damages()),
]


def main(folder):
    for suffix, media_type, damages in FORMATS:
        for number, damage in enumerate(damages):
            for i in range(EACH):
                name = '%s_%d_%d.%s' % (suffix, number, i, suffix)
                with open(os.path.join(folder, name), 'wb') as file:
                    file.write(damage(i, EACH + 5))
                print(name, media_type)


main(sys.argv[1])
