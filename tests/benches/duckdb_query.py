"""A query in DuckDB: python duckdb_query.py QUERY THREADS [MEMORY]"""

import sys

import duckdb
import pyarrow.parquet
from serve import serve

query, threads, *memory = sys.argv[1:]
connection = duckdb.connect(config={"threads": int(threads)})
for limit in memory:
    connection.execute(f"SET memory_limit = '{limit}'")
# The order of the rows is free for all.
connection.execute("SET preserve_insertion_order = false")
serve(f"DuckDB {duckdb.__version__}", lambda: connection.sql(query).to_arrow_table(), pyarrow.parquet.write_table)
