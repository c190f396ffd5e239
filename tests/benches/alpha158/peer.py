"""The features of sql/features/alpha158.sql in Polars, from the file to the result in memory: all
values, or the mean of each feature.

    python peer.py values|means BARS.parquet THREADS
"""

import os
import sys

from serve import serve

WINDOWS = [5, 10, 20, 30, 60]
#: Above any row number, so that rank * ROWS + row orders by rank, then by row.
ROWS = 1 << 32


def steps(pl):
    """Row numbers and lags of each name, then what follows from them within a row."""
    close, volume = pl.col("close"), pl.col("volume")
    lags = {f"close_lag_{n}": close.shift(n) for n in [1, *WINDOWS]}
    of_name = {
        "row": pl.int_range(pl.len()),
        "volume_1": volume.shift(1),
        # The position of an extreme is the least of these keys in its window: of equals the oldest.
        "high_key": pl.col("high").rank("dense", descending=True).cast(pl.Int64) * ROWS + pl.int_range(pl.len()),
        "low_key": pl.col("low").rank("dense").cast(pl.Int64) * ROWS + pl.int_range(pl.len()),
        **lags,
    }
    last, last_volume, row = pl.col("close_lag_1"), pl.col("volume_1"), pl.col("row").cast(pl.Float64)
    change, volume_change = close - last, volume - last_volume
    volume_ratio = volume / pl.when(last_volume != 0).then(last_volume)
    log_volume, log_volume_ratio, ratio = (volume + 1).log(), (volume_ratio + 1).log(), close / last
    of_row = {
        "row": row,
        "log_volume": log_volume,
        "ratio": ratio,
        "log_volume_ratio": log_volume_ratio,
        "timed_close": row * close,
        "close_by_volume": close * log_volume,
        "ratio_by_volume": ratio * log_volume_ratio,
        "is_up": (close > last).fill_null(False).cast(pl.Float64),
        "is_down": (close < last).fill_null(False).cast(pl.Float64),
        "gain": change.clip(lower_bound=0),
        "loss": (-change).clip(lower_bound=0),
        "volume_gain": volume_change.clip(lower_bound=0),
        "volume_loss": (-volume_change).clip(lower_bound=0),
        "weighted_move": (ratio - 1).abs() * volume,
    }
    return of_name, of_row


def rolled(pl, n):
    """What rolls over the n last rows of a name."""

    def of(function, column, *arguments):
        return getattr(pl.col(column), f"rolling_{function}")(*arguments, window_size=n, min_samples=1)

    means = {
        "close_mean": "close", "timed_mean": "timed_close", "log_volume_mean": "log_volume",
        "close_by_volume_mean": "close_by_volume", "ratio_mean": "ratio", "log_volume_ratio_mean": "log_volume_ratio",
        "ratio_by_volume_mean": "ratio_by_volume", "up": "is_up", "down": "is_down", "volume_mean": "volume",
        "move_mean": "weighted_move",
    }  # fmt: skip
    deviations = {
        "close_std": "close", "log_volume_std": "log_volume", "ratio_std": "ratio",
        "log_volume_ratio_std": "log_volume_ratio", "volume_std": "volume", "move_std": "weighted_move",
    }  # fmt: skip
    sums = {"gains": "gain", "losses": "loss", "volume_gains": "volume_gain", "volume_losses": "volume_loss"}
    columns = {
        **{name: of("mean", column) for name, column in means.items()},
        **{name: of("std", column) for name, column in deviations.items()},
        **{name: of("sum", column) for name, column in sums.items()},
        "high_max": of("max", "high"),
        "low_min": of("min", "low"),
        "high_key_min": of("min", "high_key"),
        "low_key_min": of("min", "low_key"),
        "close_q80": of("quantile", "close", 0.8, "linear"),
        "close_q20": of("quantile", "close", 0.2, "linear"),
        "close_rank": of("rank", "close"),
    }
    return {f"{name}_{n}": expression for name, expression in columns.items()}


def bar_shapes(pl):
    open_, high, low, close = (pl.col(c) for c in ["open", "high", "low", "close"])
    top, bottom, length = pl.max_horizontal("open", "close"), pl.min_horizontal("open", "close"), high - low + 1e-12
    return {
        "kmid": (close - open_) / open_,
        "klen": (high - low) / open_,
        "kmid2": (close - open_) / length,
        "kup": (high - top) / open_,
        "kup2": (high - top) / length,
        "klow": (bottom - low) / open_,
        "klow2": (bottom - low) / length,
        "ksft": (2 * close - high - low) / open_,
        "ksft2": (2 * close - high - low) / length,
        "open0": open_ / close,
        "high0": high / close,
        "low0": low / close,
        "vwap0": (high + low + close) / 3 / close,
    }


def measures(pl, n):
    """The 29 measures of n rows. Fits and correlations are closed forms of means and deviations."""
    close, volume, row = pl.col("close"), pl.col("volume"), pl.col("row")
    of = lambda name: pl.col(f"{name}_{n}")
    bars = (row + 1).clip(upper_bound=n)
    # Rows of a full window are `bars` numbers in a row, the last one of them `row`.
    slope = (of("timed_mean") - (row - (bars - 1) / 2) * of("close_mean")) * 12 / (bars * bars - 1)
    slope = pl.when(bars > 1).then(slope)
    fitted = of("close_mean") + slope * (bars - 1) / 2
    deviation = pl.when(of("close_std") != 0).then(of("close_std"))

    def correlation(x, y, product, pairs):
        covariance = (of(f"{product}_mean") - of(f"{x}_mean") * of(f"{y}_mean")) * pairs / (pairs - 1)
        both = of(f"{x}_std") * of(f"{y}_std")
        return covariance / pl.when(both != 0).then(both)

    since_high, since_low = row - of("high_key_min") % ROWS, row - of("low_key_min") % ROWS
    shares = lambda up, down: (up + down + 1e-12).pipe(lambda all_: (up / all_, down / all_, (up - down) / all_))
    sump, sumn, sumd = shares(of("gains"), of("losses"))
    vsump, vsumn, vsumd = shares(of("volume_gains"), of("volume_losses"))
    features = {
        "roc": of("close_lag") / close,
        "ma": of("close_mean") / close,
        "std": of("close_std") / close,
        "beta": slope / close,
        "rsqr": (slope / deviation) ** 2 * bars * (bars + 1) / 12,
        "resi": (close - fitted) / close,
        "max": of("high_max") / close,
        "min": of("low_min") / close,
        "qtlu": of("close_q80") / close,
        "qtld": of("close_q20") / close,
        "rank": of("close_rank") / bars,
        "rsv": (close - of("low_min")) / (of("high_max") - of("low_min") + 1e-12),
        "imax": (bars - since_high) / n,
        "imin": (bars - since_low) / n,
        "imxd": (since_low - since_high) / n,
        "corr": correlation("close", "log_volume", "close_by_volume", bars),
        # The first row has no change.
        "cord": correlation("ratio", "log_volume_ratio", "ratio_by_volume", row.clip(upper_bound=n)),
        "cntp": of("up"),
        "cntn": of("down"),
        "cntd": of("up") - of("down"),
        "sump": sump,
        "sumn": sumn,
        "sumd": sumd,
        "vma": of("volume_mean") / (volume + 1e-12),
        "vstd": of("volume_std") / (volume + 1e-12),
        "wvma": of("move_std") / (of("move_mean") + 1e-12),
        "vsump": vsump,
        "vsumn": vsumn,
        "vsumd": vsumd,
    }
    return {f"{name}{n}": expression for name, expression in features.items()}


def polars_peer(kind: str, bars: str, threads: int):
    os.environ["POLARS_MAX_THREADS"] = str(threads)  # read when polars is imported
    import polars as pl

    of_name, of_row = steps(pl)
    windows = {name: column for n in WINDOWS for name, column in rolled(pl, n).items()}
    features = {**bar_shapes(pl), **{name: column for n in WINDOWS for name, column in measures(pl, n).items()}}
    kept = ["date", "open", "high", "low", "close", "volume", "row", *(f"close_lag_{n}" for n in WINDOWS)]
    # Groups of all windows at once cost less than one `over` a window, and the streaming engine less memory.
    trailing = (
        pl.scan_parquet(bars)
        .sort("symbol", "date")
        .with_columns(expression.over("symbol").alias(name) for name, expression in of_name.items())
        .with_columns(**of_row)
        .group_by("symbol")
        .agg(*kept, **windows)
        .explode(pl.exclude("symbol"))
    )
    if kind == "means":
        query = trailing.select(one=pl.lit(1), **{name: column.mean() for name, column in features.items()})
    else:
        query = trailing.select("symbol", "date", **features)
    return f"Polars {pl.__version__}", lambda: query.collect(engine="streaming")


def main() -> None:
    kind, bars, threads = sys.argv[1:]
    name, run = polars_peer(kind, bars, int(threads))
    serve(name, run, lambda result, path: result.write_parquet(path))


if __name__ == "__main__":
    main()
