"""One query in DuckDB, one run a command; the protocol is that of ../rolling_features/peer.py.

python peer.py duckdb QUERY.sql THREADS
"""

import pathlib
import sys
import time

import duckdb
import pyarrow.parquet


def main() -> None:
    _, query, threads = sys.argv[1:]
    connection = duckdb.connect(config={"threads": int(threads)})
    connection.execute("SET preserve_insertion_order = false")
    sql = pathlib.Path(query).read_text()
    print(f"DuckDB {duckdb.__version__}", flush=True)
    result = None
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "run":
            result = None
            start = time.perf_counter()
            result = connection.sql(sql).to_arrow_table()
            print(time.perf_counter() - start, flush=True)
        elif command == "save":
            pyarrow.parquet.write_table(result, path)
            print("saved", flush=True)


if __name__ == "__main__":
    main()
