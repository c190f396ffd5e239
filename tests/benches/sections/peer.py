"""The cross-sections of ours.sql in Polars, from the files to the whole result in memory.

    python peer.py PRICES.parquet NAMES.parquet THREADS
"""

import os
import sys

from serve import serve


def main() -> None:
    prices, names, threads = sys.argv[1:]
    os.environ["POLARS_MAX_THREADS"] = threads  # read when polars is imported
    import polars as pl

    x, size = pl.col("x"), pl.col("close")
    rank, count = x.rank("average"), pl.len()
    # A dummy for each sector takes out its means (Frisch and Waugh): what is left is one factor.
    left, factor = pl.col("within_sector"), pl.col("factor")
    query = (
        pl.scan_parquet(prices)
        .join(pl.scan_parquet(names), on="symbol")
        .with_columns(pl.col("close").log().alias("x"))
        .with_columns(
            (rank / count).over("date").alias("rank"),
            ((x - x.mean()) / x.std()).over("date").alias("z"),
            x.clip(x.quantile(0.01, "linear"), x.quantile(0.99, "linear")).over("date").alias("winsorized"),
            (x - x.mean()).over("date").alias("demeaned"),
            (x - x.mean()).over("date", "sector").alias("within_sector"),
            (size - size.mean()).over("date", "sector").alias("factor"),
            # In whole numbers, so that no rounding moves a bound.
            (((2 * rank - 1).cast(pl.Int64) * 10 // (2 * count.cast(pl.Int64)) + 1).cast(pl.Float64))
            .over("date")
            .alias("bucket"),
        )
        .with_columns((left - (left * factor).sum() / (factor * factor).sum() * factor).over("date").alias("residual"))
        .select("symbol", "date", "rank", "z", "winsorized", "demeaned", "within_sector", "residual", "bucket")
    )
    serve(f"Polars {pl.__version__}", query.collect, lambda result, path: result.write_parquet(path))


if __name__ == "__main__":
    main()
