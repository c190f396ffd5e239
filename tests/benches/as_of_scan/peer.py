"""A query in DuckDB, one run a command.

    python peer.py QUERY THREADS [MEMORY]

Prints its name and version when it is ready. `run` on stdin runs once and prints the seconds;
`save PATH` writes the last result as Parquet.
"""

import sys
import time


def main() -> None:
    import duckdb
    import pyarrow.parquet

    query, threads, *memory = sys.argv[1:]
    connection = duckdb.connect(config={"threads": int(threads)})
    for limit in memory:
        connection.execute(f"SET memory_limit = '{limit}'")
    # The order of the rows is free for all.
    connection.execute("SET preserve_insertion_order = false")
    print(f"DuckDB {duckdb.__version__}", flush=True)
    result = None
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "run":
            start = time.perf_counter()
            result = connection.sql(query).to_arrow_table()
            print(time.perf_counter() - start, flush=True)
        elif command == "save":
            pyarrow.parquet.write_table(result, path)
            print("saved", flush=True)
        else:
            sys.exit(f"unknown command '{command}'")


if __name__ == "__main__":
    main()
