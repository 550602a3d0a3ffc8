"""Reads an exported CSV and what the database's own client says of the same query, and compares row by row.

reopen.py sqlite CSV FILE SQL | reopen.py postgres CSV (psql's CSV on stdin) | reopen.py mysql CSV (mariadb's on stdin)
"""

import csv
import io
import itertools
import re
import sqlite3
import sys

csv.field_size_limit(1 << 30)


def exported(path):
    with open(path, encoding='utf-8', newline='') as file:
        yield from csv.reader(file)


def from_sqlite(path, sql):
    cursor = sqlite3.connect(f'file:{path}?mode=ro', uri=True).execute(sql)
    yield [column[0] for column in cursor.description]
    for row in cursor:
        yield ['' if cell is None else str(cell) for cell in row]


def from_postgres():
    yield from csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline=''))


def from_mysql():
    meanings = {'n': '\n', 't': '\t', '0': '\0', '\\': '\\'}
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='\n'):
        cells = line.rstrip('\n').split('\t')
        yield [
            '' if cell == 'NULL' else re.sub(r'\\(.)', lambda found: meanings[found[1]], cell)
            for cell in cells
        ]


sources = {'sqlite': from_sqlite, 'postgres': from_postgres, 'mysql': from_mysql}
kind, path, *rest = sys.argv[1:]
count = 0
for own, theirs in itertools.zip_longest(exported(path), sources[kind](*rest)):
    if own != theirs:
        sys.exit(f'row {count}: exported {own!r}, the database has {theirs!r}')
    count += 1
print(count - 1)
