"""The factors of ours.sql in Polars or DuckDB, from the file to the whole result in memory.

    python peer.py polars|duckdb PRICES.parquet THREADS
"""

import math
import os
import pathlib
import sys

from serve import serve

FACTORS = [
    "ret_1", "log_ret_1", "ret_5", "ret_21", "mom_126_21", "mom_252_21", "vol_20", "vol_63", "vol_252",
    "rsi_14", "from_mean_20", "from_high_252", "z_mom", "z_vol",
]  # fmt: skip


def polars_peer(prices: str, threads: int):
    os.environ["POLARS_MAX_THREADS"] = str(threads)  # read when polars is imported
    import polars as pl

    close, log_ret = pl.col("close"), pl.col("log_ret_1")
    row, change = pl.int_range(pl.len()), close.diff()

    def by_name(expression, name):
        return expression.over("symbol").alias(name)

    def wilder(x, n):
        """Wilder's smoothing: the mean of the first n, then a step of 1/n towards each new value."""
        seeded = pl.when(row == n).then(x.slice(1, n).mean()).when(row > n).then(x)
        return seeded.ewm_mean(alpha=1 / n, adjust=False)

    def volatility(n):
        return log_ret.rolling_std(n) * math.sqrt(252)

    def z(column):
        x = pl.col(column)
        return ((x - x.mean()) / x.std()).over("date")

    gain = wilder(change.clip(lower_bound=0), 14)
    loss = wilder((-change).clip(lower_bound=0), 14)
    query = (
        pl.scan_parquet(prices)
        .sort("symbol", "date")
        .with_columns(by_name((close / close.shift(1)).log(), "log_ret_1"))
        .with_columns(
            by_name(close / close.shift(1) - 1, "ret_1"),
            by_name(close / close.shift(5) - 1, "ret_5"),
            by_name(close / close.shift(21) - 1, "ret_21"),
            by_name(close.shift(21) / close.shift(126) - 1, "mom_126_21"),
            by_name(close.shift(21) / close.shift(252) - 1, "mom_252_21"),
            by_name(volatility(20), "vol_20"),
            by_name(volatility(63), "vol_63"),
            by_name(volatility(252), "vol_252"),
            by_name(gain, "gain"),
            by_name(loss, "loss"),
            by_name(close / close.rolling_mean(20, min_samples=1) - 1, "from_mean_20"),
            by_name(close / close.rolling_max(252, min_samples=1) - 1, "from_high_252"),
        )
        .with_columns(
            pl.when(pl.col("gain") + pl.col("loss") == 0)
            .then(0.0)
            .otherwise(100 * pl.col("gain") / (pl.col("gain") + pl.col("loss")))
            .alias("rsi_14"),
            z("mom_252_21").alias("z_mom"),
            z("vol_20").alias("z_vol"),
        )
        .select("symbol", "date", *FACTORS)
    )
    return f"Polars {pl.__version__}", query.collect, lambda result, path: result.write_parquet(path)


def duckdb_peer(prices: str, threads: int):
    import duckdb
    import pyarrow.parquet

    connection = duckdb.connect(config={"threads": threads})
    query = pathlib.Path(__file__).with_name("duckdb.sql").read_text()
    query = query.replace("{prices}", prices.replace("'", "''"))
    # The order of the rows is free for all.
    connection.execute("SET preserve_insertion_order = false")

    def run():
        return connection.sql(query).to_arrow_table()

    return f"DuckDB {duckdb.__version__}", run, pyarrow.parquet.write_table


def main() -> None:
    kind, prices, threads = sys.argv[1:]
    peer = {"polars": polars_peer, "duckdb": duckdb_peer}[kind]
    serve(*peer(prices, int(threads)))


if __name__ == "__main__":
    main()
