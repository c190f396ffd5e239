"""ASOF JOIN on random data against DuckDB.

    python asof_test.py PROGRAM

Both read the same Parquet files. Where DuckDB leaves a choice between rows of one time, times are
made unique. Exit code 1 if any answer differs.
"""

import itertools
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

COMPARISONS = [">=", ">", "<=", "<"]
#: rows left, rows right, keys, span of the times: dense, sparse, one key, many keys, empty sides.
SHAPES = [(500, 500, 3, 300), (50, 20_000, 2, 100_000), (20_000, 50, 2, 100_000), (30_000, 30_000, 1, 40_000),
          (20_000, 20_000, 5_000, 50), (0, 100, 2, 50), (100, 0, 2, 50), (1, 1, 1, 2)]  # fmt: skip


def table(rng, rows, keys, span, unique):
    """Keys and times with NULLs; unique times within a key if asked for."""
    if unique:
        cells = {(rng.randrange(keys), rng.randrange(span)) for _ in range(rows)}
        cells = sorted(cells)
        rng.shuffle(cells)
    else:
        cells = [(rng.randrange(keys), rng.randrange(span)) for _ in range(rows)]
    rare = lambda value: None if rng.random() < 0.01 else value
    key = [rare(f"k{k}") for k, _ in cells]
    ts = [rare(1_600_000_000_000_000 + t * 1_000_000) for _, t in cells]
    return pa.table({
        "id": pa.array(range(len(cells)), pa.int64()),
        "k": pa.array(key, pa.string()),
        "ts": pa.array(ts, pa.timestamp("us")),
        "v": pa.array([rare(rng.random()) for _ in cells], pa.float64()),
    })  # fmt: skip


def ours(program, folder, sql, *options):
    out = folder / "ours.parquet"
    command = [program, "--lake", folder / "lake", *options, "--format", "parquet", "-c", sql]
    with out.open("wb") as file:
        subprocess.run(list(map(str, command)), check=True, stdout=file)
    return pq.read_table(out)


def main(program):
    failed = checked = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for seed, (shape, kind) in enumerate(itertools.product(SHAPES, ["LEFT", "INNER"])):
            rng = random.Random(seed)
            rows_left, rows_right, keys, span = shape
            pq.write_table(table(rng, rows_left, keys, span, False), folder / "l.parquet")
            pq.write_table(table(rng, rows_right, keys, span, True), folder / "r.parquet")
            read = lambda side: f"read_parquet('{folder / side}.parquet')"
            for comparison in COMPARISONS:
                select = "SELECT l.id AS id, r.id AS match, r.v AS v FROM"
                theirs = duckdb.sql(
                    f"{select} {read('l')} AS l ASOF {kind} JOIN {read('r')} AS r "
                    f"ON l.k = r.k AND l.ts {comparison} r.ts ORDER BY id"
                ).to_arrow_table()
                threads = 1 + checked % 2
                answer = ours(
                    program, folder,
                    f"{select} {read('l')} AS l ASOF {kind} JOIN {read('r')} AS r "
                    f"MATCH_CONDITION (l.ts {comparison} r.ts) ON l.k = r.k ORDER BY id",
                    "--threads", threads,
                )  # fmt: skip
                checked += 1
                answer, theirs = answer.to_pylist(), theirs.to_pylist()
                if answer != theirs:
                    failed += 1
                    first = next((p for p in zip(answer, theirs) if p[0] != p[1]), "lengths")
                    print(f"FAIL {shape} {kind} {comparison} {threads} threads: {first}")
    print(f"{checked - failed} answers equal DuckDB {duckdb.__version__}'s, {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
