"""A lake's tables as plain Delta, read by other engines.

    python tests/clients/delta_test.py [path of trademl-sql]

Our program writes a point-in-time table with revisions, partitions and an added column, and a plain
table, vacuums them and reads them; the Delta library, Polars and DuckDB must find the same rows, sums
and types. DuckDB's own Delta reader has to be downloaded at run time, so it gets the list of files from
the Delta library. Then the Delta library appends to the plain table and our program reads that. The
exit code is 1 if a check failed; a missing package is an error, not a skip.
"""

import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

import deltalake
import duckdb
import polars
import pyarrow

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TRADEML_SQL", "trademl-sql")
CHECKS = []

# Every 7th of 60 days comes twice, the later revision 1.5 higher; two days lie in another month.
WRITE = """
CREATE PIT TABLE curated.bars (symbol TEXT, date DATE, month DATE, close DOUBLE, volume BIGINT,
  adjusted BOOLEAN, price DECIMAL(12, 4)) PRIMARY KEY (symbol) EVENT TIME (date) PARTITIONED BY (month, symbol);
CREATE VIEW days AS SELECT s.symbol, DATE '2020-01-01' + CAST(g.value AS INTEGER) AS date, CAST(g.value AS BIGINT) AS n
  FROM generate_series(0, 59) AS g(value) CROSS JOIN (VALUES ('A'), ('BRK B'), ('é/%')) AS s(symbol);
CREATE VIEW rows AS SELECT symbol, date, date_trunc('month', date) AS month, 100.0 + n AS close,
  CASE WHEN n % 10 = 0 THEN NULL ELSE n * 1000000000 END AS volume, n % 2 = 0 AS adjusted,
  CAST(n * 1.25 AS DECIMAL(12, 4)) AS price, CAST(date AS TIMESTAMP) + INTERVAL '21 hours' AS known_at, n FROM days;
INSERT INTO curated.bars (symbol, date, month, close, volume, adjusted, price, known_at)
  SELECT symbol, date, CAST(month AS DATE), close, volume, adjusted, price, known_at FROM rows;
INSERT INTO curated.bars (symbol, date, month, close, volume, adjusted, price, known_at)
  SELECT symbol, date, CAST(month AS DATE), close + 1.5, volume, adjusted, price, known_at + INTERVAL '1 day'
  FROM rows WHERE n % 7 = 0;
ALTER TABLE curated.bars ADD COLUMN source TEXT;
INSERT INTO curated.bars (symbol, date, month, close, volume, adjusted, price, source, known_at)
  SELECT symbol, DATE '2020-03-01' AS d, DATE '2020-03-01' AS m, 1.0, 1 AS v, true, 1 AS p, 'late', TIMESTAMP '2020-03-02 00:00:00Z' FROM days
  WHERE n = 0;
CREATE TABLE signals.plain AS SELECT 0 AS a;
CREATE OR REPLACE TABLE signals.plain AS SELECT value AS a, value * 0.5 AS b, CAST(value AS VARCHAR) AS c
  FROM generate_series(1, 1000);
ALTER TABLE signals.plain ADD COLUMN d DATE;
VACUUM signals.plain;
"""

# All revisions, by what each engine can compute alike.
FIGURES = """count(*) AS n, count(DISTINCT symbol) AS symbols, sum(close) AS close, sum(volume) AS volume,
  count(volume) AS volumes, sum(CASE WHEN adjusted THEN 1 ELSE 0 END) AS adjusted, sum(price) AS price,
  count(source) AS sources, min(date) AS first, max(month) AS last, count(DISTINCT known_at) AS instants"""

TYPES = {
    "symbol": pyarrow.string(),
    "date": pyarrow.date32(),
    "month": pyarrow.date32(),
    "close": pyarrow.float64(),
    "volume": pyarrow.int64(),
    "adjusted": pyarrow.bool_(),
    "price": pyarrow.decimal128(12, 4),
    "source": pyarrow.string(),
    "known_at": pyarrow.timestamp("us", tz="UTC"),
    "ingested_at": pyarrow.timestamp("us", tz="UTC"),
    "source_uri": pyarrow.string(),
    "transform_id": pyarrow.string(),
}


def check(function):
    CHECKS.append(function)
    return function


class Lake:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "lake"
        self.sql(WRITE)
        history = f"SELECT {FIGURES} FROM pit_history(TABLE curated.bars)"
        self.ours = list(self.sql(history)[0].values())

    def sql(self, text):
        command = [PROGRAM, "--lake", str(self.folder), "--format", "csv", "-c", text]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def table(self, name):
        return str(self.folder / name.replace(".", "/"))


def same(theirs, ours):
    """Values of another engine against the text of ours: numbers as numbers, all else as text."""
    assert len(theirs) == len(ours), (theirs, ours)
    for value, text in zip(theirs, ours):
        try:
            assert abs(float(value) - float(text)) < 1e-9, (theirs, ours)
        except (TypeError, ValueError):
            assert str(value) == text, (theirs, ours)


@check
def the_delta_library_reads_the_same(lake):
    table = deltalake.DeltaTable(lake.table("curated.bars"))
    data = pyarrow.table(table.to_pyarrow_table() if hasattr(table, "to_pyarrow_table") else table.to_arrow())
    assert data.column_names == list(TYPES), data.schema
    wide = {pyarrow.large_string(): pyarrow.string(), pyarrow.string_view(): pyarrow.string()}
    found = {field.name: wide.get(field.type, field.type) for field in data.schema}
    assert found == TYPES, found
    assert table.metadata().partition_columns == ["month", "symbol"]
    same(duckdb.sql(f"SELECT {FIGURES} FROM data").fetchall()[0], lake.ours)


@check
def an_earlier_version_is_the_same(lake):
    ours = lake.sql("SELECT count(*) AS n, sum(close) AS c FROM curated.bars VERSION AS OF 1")[0]
    data = pyarrow.table(deltalake.DeltaTable(lake.table("curated.bars"), version=1).to_pyarrow_table())
    assert "source" not in data.column_names, data.schema
    same(duckdb.sql("SELECT count(*), sum(close) FROM data").fetchall()[0], list(ours.values()))


@check
def polars_reads_the_same(lake):
    bars = polars.scan_delta(lake.table("curated.bars")).collect()
    assert list(bars.columns) == list(TYPES), bars.schema
    assert bars.schema["known_at"] == polars.Datetime("us", "UTC"), bars.schema
    figures = bars.select(
        polars.len().alias("n"), polars.col("symbol").n_unique().alias("symbols"), polars.col("close").sum(),
        polars.col("volume").sum(), polars.col("volume").count().alias("volumes"), polars.col("adjusted").sum(),
        polars.col("price").sum(), polars.col("source").count().alias("sources"),
        polars.col("date").min().alias("first"), polars.col("month").max().alias("last"),
        polars.col("known_at").n_unique().alias("instants"))
    same(figures.row(0), lake.ours)
    # Polars prunes by the statistics in the log; an added column has none in older files.
    late = polars.scan_delta(lake.table("curated.bars")).filter(polars.col("source") == "late").collect()
    assert len(late) == 3, late
    # The latest revision of each row, by hand.
    latest = bars.sort("known_at").group_by("symbol", "date").last()
    ours = lake.sql("SELECT count(*) AS n, sum(close) AS c FROM curated.bars")[0]
    same((len(latest), latest["close"].sum()), list(ours.values()))


@check
def duckdb_reads_the_files(lake):
    files = [path.removeprefix("file://") for path in deltalake.DeltaTable(lake.table("curated.bars")).file_uris()]
    found = duckdb.sql(
        f"SELECT {FIGURES} FROM read_parquet({files!r}, hive_partitioning => true, union_by_name => true,"
        " hive_types => {'month': DATE, 'symbol': VARCHAR})").fetchall()[0]
    same(found, lake.ours)
    # Files are sorted as their log entries say.
    for file in files:
        ordered = duckdb.sql(f"SELECT date, epoch_us(known_at) FROM read_parquet([{file!r}])").fetchall()
        assert ordered == sorted(ordered), file


@check
def plain_tables_too(lake):
    ours = lake.sql("SELECT count(*) AS n, sum(a) AS a, sum(b) AS b, count(d) AS d FROM signals.plain")[0]
    path = lake.table("signals.plain")
    plain = polars.read_delta(path)
    assert plain.schema["d"] == polars.Date, plain.schema
    same((len(plain), plain["a"].sum(), plain["b"].sum(), plain["d"].count()), list(ours.values()))
    history = [entry["operation"] for entry in deltalake.DeltaTable(path).history()]
    assert history == ["ADD COLUMN", "WRITE", "CREATE TABLE"], history


@check
def their_commits_are_read_here(lake):
    path = lake.table("signals.plain")
    row = pyarrow.table({"a": [5000], "b": [1.0], "c": ["theirs"], "d": pyarrow.nulls(1, pyarrow.date32())})
    deltalake.write_deltalake(path, row, mode="append")
    found = lake.sql("SELECT count(*) AS n, max(a) AS a FROM signals.plain")[0]
    assert list(found.values()) == ["1001", "5000"], found


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder)
        for function in CHECKS:
            try:
                function(lake)
            except Exception:
                failed += 1
                print(f"FAIL {function.__name__}\n{traceback.format_exc()}", flush=True)
            else:
                print(f"ok   {function.__name__}", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
