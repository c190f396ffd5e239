"""The rolling statistics against pandas, Polars and NumPy, on an index's closes and on series with gaps.

    python rolling_test.py PROGRAM

Each function runs over several windows and minimum periods; the program runs once. The rows without a
value must be the same, and the values agree to 1e-9, but for what pandas itself loses digits of (`ONLINE`):
there NumPy over each window apart is the judge. Exit code 1 if any answer differs.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    print(f"left out: the libraries compared with are not installed ({missing})")
    sys.exit(0)

ROOT = pathlib.Path(__file__).parents[2]
DAILY = ROOT / "tests" / "data" / "sp500_ohlcv.parquet"
#: Windows with their minimum periods; 4 of 10 and 2 of 60 make do with fewer values.
WINDOWS = [(2, 2), (5, 5), (20, 20), (250, 250), (10, 4), (60, 2)]


def sample():
    """Closes and log volumes; and returns of closes, rounded so that some are equal, with one in eight missing."""
    bars = pd.read_parquet(DAILY)
    whole = pd.DataFrame({"x": bars["close"].astype(float), "y": np.log(bars["volume"].astype(float) + 1)})
    gaps = pd.DataFrame({"x": whole["x"].pct_change().round(3), "y": whole["y"].diff()})
    rng = np.random.default_rng(7)
    for column in gaps:
        gaps.loc[rng.random(len(gaps)) < 0.125, column] = np.nan
    return {"gaps": gaps, "whole": whole}


# The others' answers: from a group's frame, the window's rows and the least number of values.
def pandas(statistic, tolerance=1e-9):
    return "pandas", tolerance, lambda t, n, least: statistic(t["x"].rolling(n, min_periods=least))


def pandas_pair(statistic):
    """Rows that lack one of the two count for neither."""

    def answer(t, n, least):
        both = t.where(t.notna().all(axis=1))
        return statistic(both["x"].rolling(n, min_periods=least), both["y"])

    return "pandas", 1e-9, answer


def polars(name, *arguments, **options):
    def answer(t, n, least):
        x = pl.Series(t["x"].to_numpy(), nan_to_null=True)
        rolling = getattr(x, f"rolling_{name}")
        return rolling(*arguments, window_size=n, min_samples=least, **options).cast(pl.Float64).to_numpy()

    return "Polars", 1e-9, answer


def numpy(need, statistic, ends=False):
    """From the values of each window and their places, which count from its oldest row, and its last place;
    `need` values at least. With `ends` the last row must have one."""

    def answer(t, n, least):
        x, y = t["x"].to_numpy(), t["y"].to_numpy()
        out = np.full(len(x), np.nan)
        for row in range(len(x)):
            window = slice(max(0, row - n + 1), row + 1)
            place = np.flatnonzero(~np.isnan(x[window]))
            if len(place) >= max(least, need) and not (ends and np.isnan(x[row])):
                out[row] = statistic(place, x[window][place], row - window.start)
        return out

    return "NumPy", 1e-9, answer


def numpy_pair(statistic):
    def answer(t, n, least):
        x, y = (t[c].where(t.notna().all(axis=1)).to_numpy() for c in "xy")
        out = np.full(len(x), np.nan)
        for row in range(len(x)):
            window = slice(max(0, row - n + 1), row + 1)
            both = ~np.isnan(x[window])
            if both.sum() >= max(least, 2):
                out[row] = statistic(x[window][both], y[window][both])
        return out

    return "NumPy", 1e-9, answer


def product(place, values, last):
    # Too large a product is infinite on both sides.
    with np.errstate(over="ignore"):
        return np.prod(values)


def deviation(place, values, last):
    return np.std(values, ddof=1) if np.ptp(values) else 0.0


def kurtosis(place, values, last):
    """Joanes & Gill's G₂, by its definition."""
    n, d = len(values), values - values.mean()
    if np.ptp(values) == 0:
        return np.nan
    g = (d**4).mean() / (d**2).mean() ** 2 - 3
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g + 6)


def line(place, values):
    slope, start = np.polyfit(place, values, 1)
    return start, slope


def rsquare(place, values, last):
    return np.corrcoef(place, values)[0, 1] ** 2 if np.ptp(values) else np.nan


def residual(place, values, last):
    start, slope = line(place, values)
    return values[-1] - start - slope * last


def decay_linear(place, values, last):
    return np.average(values, weights=1.0 + place)


def beta(x, y):
    return np.cov(x, y)[0, 1] / np.var(x, ddof=1) if np.ptp(x) else np.nan


#: pandas updates these from row to row, which leaves rounding behind where a window hardly moves.
ONLINE = 1e-5
LEAST = "min_periods => {least}"
ANSWERS = {
    # It has no least number of values.
    "rolling_count(x, {n})": [("pandas", 0.0, lambda t, n, least: t["x"].rolling(n, min_periods=0).count())],
    f"rolling_sum(x, {{n}}, {LEAST})": [pandas(lambda r: r.sum()), polars("sum")],
    f"rolling_mean(x, {{n}}, {LEAST})": [pandas(lambda r: r.mean()), polars("mean")],
    f"rolling_product(x, {{n}}, {LEAST})": [numpy(1, product)],
    f"rolling_var(x, {{n}}, {LEAST})": [
        numpy(2, lambda *window: deviation(*window) ** 2), pandas(lambda r: r.var(), ONLINE), polars("var"),
    ],
    f"rolling_std(x, {{n}}, {LEAST})": [numpy(2, deviation), pandas(lambda r: r.std(), ONLINE), polars("std")],
    f"rolling_skew(x, {{n}}, {LEAST})": [pandas(lambda r: r.skew())],
    f"rolling_kurt(x, {{n}}, {LEAST})": [numpy(4, kurtosis), pandas(lambda r: r.kurt(), ONLINE)],
    f"rolling_min(x, {{n}}, {LEAST})": [pandas(lambda r: r.min()), polars("min")],
    f"rolling_max(x, {{n}}, {LEAST})": [pandas(lambda r: r.max()), polars("max")],
    f"rolling_argmin(x, {{n}}, {LEAST})": [numpy(1, lambda place, values, last: last - place[values.argmin()])],
    f"rolling_argmax(x, {{n}}, {LEAST})": [numpy(1, lambda place, values, last: last - place[values.argmax()])],
    f"rolling_median(x, {{n}}, {LEAST})": [pandas(lambda r: r.median()), polars("median")],
    f"rolling_quantile(x, {{n}}, 0.1, {LEAST})": [
        pandas(lambda r: r.quantile(0.1)), polars("quantile", 0.1, interpolation="linear"),
    ],
    f"rolling_rank(x, {{n}}, {LEAST})": [pandas(lambda r: r.rank(pct=True))],
    f"rolling_corr(x, y, {{n}}, {LEAST})": [pandas_pair(lambda x, y: x.corr(y))],
    f"rolling_cov(x, y, {{n}}, {LEAST})": [pandas_pair(lambda x, y: x.cov(y))],
    f"rolling_beta(y, x, {{n}}, {LEAST})": [numpy_pair(beta)],
    f"rolling_slope(x, {{n}}, {LEAST})": [numpy(2, lambda place, values, last: line(place, values)[1])],
    f"rolling_intercept(x, {{n}}, {LEAST})": [numpy(2, lambda place, values, last: line(place, values)[0])],
    f"rolling_rsquare(x, {{n}}, {LEAST})": [numpy(2, rsquare)],
    f"rolling_residual(x, {{n}}, {LEAST})": [numpy(2, residual, ends=True)],
    # All rows of the window must have a value.
    "rolling_decay_linear(x, {n})": [("NumPy", 1e-9, lambda t, n, least: numpy(1, decay_linear)[2](t, n, n))],
}  # fmt: skip


def ask(program, folder, sql):
    out = folder / "answer.parquet"
    with out.open("wb") as file:
        subprocess.run([program, "--lake", folder / "lake", "--format", "parquet", "-c", sql], check=True, stdout=file)
    return pq.read_table(out).to_pandas()


def main(program):
    groups = sample()
    calls = [(call, n, least) for call in ANSWERS for n, least in WINDOWS]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rows = pd.concat([t.assign(g=g, i=np.arange(len(t))) for g, t in groups.items()])
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / "rows.parquet")
        columns = [
            f"{call.format(n=n, least=least)} OVER w AS c{c}"
            for c, (call, n, least) in enumerate(calls)
        ]
        answer = ask(
            program, folder,
            f"SELECT g, {', '.join(columns)} FROM read_parquet('{folder / 'rows.parquet'}') "
            "WINDOW w AS (PARTITION BY g ORDER BY i) ORDER BY g, i",
        )  # fmt: skip
    failed = compared = 0
    for c, (call, n, least) in enumerate(calls):
        for group, t in groups.items():
            ours = answer.loc[answer["g"] == group, f"c{c}"].to_numpy(float)
            for library, tolerance, oracle in ANSWERS[call]:
                theirs = np.asarray(oracle(t, n, least), float)
                compared += 1
                same = np.isclose(ours, theirs, rtol=tolerance, atol=tolerance, equal_nan=True)
                wrong = np.flatnonzero(~same)
                if len(wrong):
                    failed += 1
                    row = wrong[0]
                    print(
                        f"FAIL {call.split('(')[0]} n={n} min_periods={least} {group} row {row}: "
                        f"{ours[row]!r}, {library} {theirs[row]!r} ({len(wrong)} rows differ)"
                    )
    print(
        f"{compared - failed} rolling columns of {len(rows)} rows agree with pandas {pd.__version__}, "
        f"Polars {pl.__version__} and NumPy {np.__version__}, {failed} differ"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
