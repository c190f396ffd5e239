"""Feature sets against independent implementations.

    python alpha_test.py PROGRAM [SCRIPT …]

Runs sql/features/alpha158.sql, alpha360.sql, alpha101.sql and equity_features.sql, or those named, on
real bars of 15 US funds and stocks where they are at hand (../shared/data/lean), and on simulated
ones. The first two are compared with Qlib's own expressions and operators, if pyqlib is installed
(requirements-qlib.txt); the others with the definitions written out below in numpy and pandas.

Two values agree if they differ by at most 1e-6 of the greater one plus 1e-8 (pandas gives 2e-9 for
the deviation of equal values); NULL agrees with NaN and with infinite values. Of the 101 alphas, rows
are left out in which noise in the last bits of the operators' results changes the answer of the
definitions below: sums that are equal but for rounding have ranks by chance. Exit code 1 if any
column has any other row that does not agree.
"""

import ast
import math
import pathlib
import subprocess
import sys
import tempfile
import types

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = pathlib.Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared/data/lean/equity_daily.parquet"
RELATIVE, ABSOLUTE = 1e-6, 1e-8
#: Share of a column's rows that may be left out, if it is not 0.01: 45 asks whether two sums of closes are equal.
MOST_UNSTABLE = {"alpha_045": 0.07}
PRICES = ["open", "high", "low", "close"]

#: Kakushadze (2016), 101 Formulaic Alphas, appendix A, in Python's syntax: `where(c, a, b)` for `c ? a : b`, `**` for `^`.
ALPHAS = {
    1: "rank(ts_argmax(signedpower(where(returns < 0, stddev(returns, 20), close), 2), 5)) - 0.5",
    2: "-1 * correlation(rank(delta(log(volume), 2)), rank((close - open) / open), 6)",
    3: "-1 * correlation(rank(open), rank(volume), 10)",
    4: "-1 * ts_rank(rank(low), 9)",
    5: "rank(open - sum(vwap, 10) / 10) * (-1 * abs(rank(close - vwap)))",
    6: "-1 * correlation(open, volume, 10)",
    7: "where(adv20 < volume, (-1 * ts_rank(abs(delta(close, 7)), 60)) * sign(delta(close, 7)), -1)",
    8: "-1 * rank(sum(open, 5) * sum(returns, 5) - delay(sum(open, 5) * sum(returns, 5), 10))",
    9: "where(0 < ts_min(delta(close, 1), 5), delta(close, 1), where(ts_max(delta(close, 1), 5) < 0, delta(close, 1), -1 * delta(close, 1)))",
    10: "rank(where(0 < ts_min(delta(close, 1), 4), delta(close, 1), where(ts_max(delta(close, 1), 4) < 0, delta(close, 1), -1 * delta(close, 1))))",
    11: "(rank(ts_max(vwap - close, 3)) + rank(ts_min(vwap - close, 3))) * rank(delta(volume, 3))",
    12: "sign(delta(volume, 1)) * (-1 * delta(close, 1))",
    13: "-1 * rank(covariance(rank(close), rank(volume), 5))",
    14: "(-1 * rank(delta(returns, 3))) * correlation(open, volume, 10)",
    15: "-1 * sum(rank(correlation(rank(high), rank(volume), 3)), 3)",
    16: "-1 * rank(covariance(rank(high), rank(volume), 5))",
    17: "((-1 * rank(ts_rank(close, 10))) * rank(delta(delta(close, 1), 1))) * rank(ts_rank(volume / adv20, 5))",
    18: "-1 * rank((stddev(abs(close - open), 5) + (close - open)) + correlation(close, open, 10))",
    19: "(-1 * sign((close - delay(close, 7)) + delta(close, 7))) * (1 + rank(1 + sum(returns, 250)))",
    20: "((-1 * rank(open - delay(high, 1))) * rank(open - delay(close, 1))) * rank(open - delay(low, 1))",
    21: "where(sum(close, 8) / 8 + stddev(close, 8) < sum(close, 2) / 2, -1, where(sum(close, 2) / 2 < sum(close, 8) / 8 - stddev(close, 8), 1, where(1 <= volume / adv20, 1, -1)))",
    22: "-1 * (delta(correlation(high, volume, 5), 5) * rank(stddev(close, 20)))",
    23: "where(sum(high, 20) / 20 < high, -1 * delta(high, 2), 0)",
    24: "where(delta(sum(close, 100) / 100, 100) / delay(close, 100) <= 0.05, -1 * (close - ts_min(close, 100)), -1 * delta(close, 3))",
    25: "rank(((-1 * returns) * adv20) * vwap * (high - close))",
    26: "-1 * ts_max(correlation(ts_rank(volume, 5), ts_rank(high, 5), 5), 3)",
    27: "where(0.5 < rank(sum(correlation(rank(volume), rank(vwap), 6), 2) / 2.0), -1, 1)",
    28: "scale((correlation(adv20, low, 5) + (high + low) / 2) - close)",
    29: "min(product(rank(rank(scale(log(sum(ts_min(rank(rank(-1 * rank(delta(close - 1, 5)))), 2), 1))))), 1), 5) + ts_rank(delay(-1 * returns, 6), 5)",
    30: "((1.0 - rank((sign(close - delay(close, 1)) + sign(delay(close, 1) - delay(close, 2))) + sign(delay(close, 2) - delay(close, 3)))) * sum(volume, 5)) / sum(volume, 20)",
    31: "(rank(rank(rank(decay_linear(-1 * rank(rank(delta(close, 10))), 10)))) + rank(-1 * delta(close, 3))) + sign(scale(correlation(adv20, low, 12)))",
    32: "scale(sum(close, 7) / 7 - close) + 20 * scale(correlation(vwap, delay(close, 5), 230))",
    33: "rank(-1 * (1 - open / close) ** 1)",
    34: "rank((1 - rank(stddev(returns, 2) / stddev(returns, 5))) + (1 - rank(delta(close, 1))))",
    35: "(ts_rank(volume, 32) * (1 - ts_rank((close + high) - low, 16))) * (1 - ts_rank(returns, 32))",
    36: "(((2.21 * rank(correlation(close - open, delay(volume, 1), 15)) + 0.7 * rank(open - close)) + 0.73 * rank(ts_rank(delay(-1 * returns, 6), 5))) + rank(abs(correlation(vwap, adv20, 6)))) + 0.6 * rank((sum(close, 200) / 200 - open) * (close - open))",
    37: "rank(correlation(delay(open - close, 1), close, 200)) + rank(open - close)",
    38: "(-1 * rank(ts_rank(close, 10))) * rank(close / open)",
    39: "(-1 * rank(delta(close, 7) * (1 - rank(decay_linear(volume / adv20, 9))))) * (1 + rank(sum(returns, 250)))",
    40: "(-1 * rank(stddev(high, 10))) * correlation(high, volume, 10)",
    41: "(high * low) ** 0.5 - vwap",
    42: "rank(vwap - close) / rank(vwap + close)",
    43: "ts_rank(volume / adv20, 20) * ts_rank(-1 * delta(close, 7), 8)",
    44: "-1 * correlation(high, rank(volume), 5)",
    45: "-1 * ((rank(sum(delay(close, 5), 20) / 20) * correlation(close, volume, 2)) * rank(correlation(sum(close, 5), sum(close, 20), 2)))",
    46: "where(0.25 < (delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10, -1, where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < 0, 1, -1 * (close - delay(close, 1))))",
    47: "((rank(1 / close) * volume) / adv20) * ((high * rank(high - close)) / (sum(high, 5) / 5)) - rank(vwap - delay(vwap, 5))",
    48: "indneutralize((correlation(delta(close, 1), delta(delay(close, 1), 1), 250) * delta(close, 1)) / close, subindustry) / sum((delta(close, 1) / delay(close, 1)) ** 2, 250)",
    49: "where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < -0.1, 1, -1 * (close - delay(close, 1)))",
    50: "-1 * ts_max(rank(correlation(rank(volume), rank(vwap), 5)), 5)",
    51: "where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < -0.05, 1, -1 * (close - delay(close, 1)))",
    52: "((-1 * ts_min(low, 5) + delay(ts_min(low, 5), 5)) * rank((sum(returns, 240) - sum(returns, 20)) / 220)) * ts_rank(volume, 5)",
    53: "-1 * delta(((close - low) - (high - close)) / (close - low), 9)",
    54: "(-1 * ((low - close) * open ** 5)) / ((low - high) * close ** 5)",
    55: "-1 * correlation(rank((close - ts_min(low, 12)) / (ts_max(high, 12) - ts_min(low, 12))), rank(volume), 6)",
    57: "0 - (close - vwap) / decay_linear(rank(ts_argmax(close, 30)), 2)",
    58: "-1 * ts_rank(decay_linear(correlation(indneutralize(vwap, sector), volume, 3.92795), 7.89291), 5.50322)",
    59: "-1 * ts_rank(decay_linear(correlation(indneutralize(vwap * 0.728317 + vwap * (1 - 0.728317), industry), volume, 4.25197), 16.2289), 8.19648)",
    60: "0 - (2 * scale(rank((((close - low) - (high - close)) / (high - low)) * volume)) - scale(rank(ts_argmax(close, 10))))",
    61: "rank(vwap - ts_min(vwap, 16.1219)) < rank(correlation(vwap, adv180, 17.9282))",
    62: "(rank(correlation(vwap, sum(adv20, 22.4101), 9.91009)) < rank((rank(open) + rank(open)) < (rank((high + low) / 2) + rank(high)))) * -1",
    63: "(rank(decay_linear(delta(indneutralize(close, industry), 2.25164), 8.22237)) - rank(decay_linear(correlation(vwap * 0.318108 + open * (1 - 0.318108), sum(adv180, 37.2467), 13.557), 12.2883))) * -1",
    64: "(rank(correlation(sum(open * 0.178404 + low * (1 - 0.178404), 12.7054), sum(adv120, 12.7054), 16.6208)) < rank(delta(((high + low) / 2) * 0.178404 + vwap * (1 - 0.178404), 3.69741))) * -1",
    65: "(rank(correlation(open * 0.00817205 + vwap * (1 - 0.00817205), sum(adv60, 8.6911), 6.40374)) < rank(open - ts_min(open, 13.635))) * -1",
    66: "(rank(decay_linear(delta(vwap, 3.51013), 7.23052)) + ts_rank(decay_linear(((low * 0.96633 + low * (1 - 0.96633)) - vwap) / (open - (high + low) / 2), 11.4157), 6.72611)) * -1",
    67: "(rank(high - ts_min(high, 2.14593)) ** rank(correlation(indneutralize(vwap, sector), indneutralize(adv20, subindustry), 6.02936))) * -1",
    68: "(ts_rank(correlation(rank(high), rank(adv15), 8.91644), 13.9333) < rank(delta(close * 0.518371 + low * (1 - 0.518371), 1.06157))) * -1",
    69: "(rank(ts_max(delta(indneutralize(vwap, industry), 2.72412), 4.79344)) ** ts_rank(correlation(close * 0.490655 + vwap * (1 - 0.490655), adv20, 4.92416), 9.0615)) * -1",
    70: "(rank(delta(vwap, 1.29456)) ** ts_rank(correlation(indneutralize(close, industry), adv50, 17.8256), 17.9171)) * -1",
    71: "max(ts_rank(decay_linear(correlation(ts_rank(close, 3.43976), ts_rank(adv180, 12.0647), 18.0175), 4.20501), 15.6948), ts_rank(decay_linear(rank((low + open) - (vwap + vwap)) ** 2, 16.4662), 4.4388))",
    72: "rank(decay_linear(correlation((high + low) / 2, adv40, 8.93345), 10.1519)) / rank(decay_linear(correlation(ts_rank(vwap, 3.72469), ts_rank(volume, 18.5188), 6.86671), 2.95011))",
    73: "max(rank(decay_linear(delta(vwap, 4.72775), 2.91864)), ts_rank(decay_linear((delta(open * 0.147155 + low * (1 - 0.147155), 2.03608) / (open * 0.147155 + low * (1 - 0.147155))) * -1, 3.33829), 16.7411)) * -1",
    74: "(rank(correlation(close, sum(adv30, 37.4843), 15.1365)) < rank(correlation(rank(high * 0.0261661 + vwap * (1 - 0.0261661)), rank(volume), 11.4791))) * -1",
    75: "rank(correlation(vwap, volume, 4.24304)) < rank(correlation(rank(low), rank(adv50), 12.4413))",
    76: "max(rank(decay_linear(delta(vwap, 1.24383), 11.8259)), ts_rank(decay_linear(ts_rank(correlation(indneutralize(low, sector), adv81, 8.14941), 19.569), 17.1543), 19.383)) * -1",
    77: "min(rank(decay_linear(((high + low) / 2 + high) - (vwap + high), 20.0451)), rank(decay_linear(correlation((high + low) / 2, adv40, 3.1614), 5.64125)))",
    78: "rank(correlation(sum(low * 0.352233 + vwap * (1 - 0.352233), 19.7428), sum(adv40, 19.7428), 6.83313)) ** rank(correlation(rank(vwap), rank(volume), 5.77492))",
    79: "rank(delta(indneutralize(close * 0.60733 + open * (1 - 0.60733), sector), 1.23438)) < rank(correlation(ts_rank(vwap, 3.60973), ts_rank(adv150, 9.18637), 14.6644))",
    80: "(rank(sign(delta(indneutralize(open * 0.868128 + high * (1 - 0.868128), industry), 4.04545))) ** ts_rank(correlation(high, adv10, 5.11456), 5.53756)) * -1",
    81: "(rank(log(product(rank(rank(correlation(vwap, sum(adv10, 49.6054), 8.47743)) ** 4), 14.9655))) < rank(correlation(rank(vwap), rank(volume), 5.07914))) * -1",
    82: "min(rank(decay_linear(delta(open, 1.46063), 14.8717)), ts_rank(decay_linear(correlation(indneutralize(volume, sector), open * 0.634196 + open * (1 - 0.634196), 17.4842), 6.92131), 13.4283)) * -1",
    83: "(rank(delay((high - low) / (sum(close, 5) / 5), 2)) * rank(rank(volume))) / (((high - low) / (sum(close, 5) / 5)) / (vwap - close))",
    84: "signedpower(ts_rank(vwap - ts_max(vwap, 15.3217), 20.7127), delta(close, 4.96796))",
    85: "rank(correlation(high * 0.876703 + close * (1 - 0.876703), adv30, 9.61331)) ** rank(correlation(ts_rank((high + low) / 2, 3.70596), ts_rank(volume, 10.1595), 7.11408))",
    86: "(ts_rank(correlation(close, sum(adv20, 14.7444), 6.00049), 20.4195) < rank((open + close) - (vwap + open))) * -1",
    87: "max(rank(decay_linear(delta(close * 0.369701 + vwap * (1 - 0.369701), 1.91233), 2.65461)), ts_rank(decay_linear(abs(correlation(indneutralize(adv81, industry), close, 13.4132)), 4.89768), 14.4535)) * -1",
    88: "min(rank(decay_linear((rank(open) + rank(low)) - (rank(high) + rank(close)), 8.06882)), ts_rank(decay_linear(correlation(ts_rank(close, 8.44728), ts_rank(adv60, 20.6966), 8.01266), 6.65053), 2.61957))",
    89: "ts_rank(decay_linear(correlation(low * 0.967285 + low * (1 - 0.967285), adv10, 6.94279), 5.51607), 3.79744) - ts_rank(decay_linear(delta(indneutralize(vwap, industry), 3.48158), 10.1466), 15.3012)",
    90: "(rank(close - ts_max(close, 4.66719)) ** ts_rank(correlation(indneutralize(adv40, subindustry), low, 5.38375), 3.21856)) * -1",
    91: "(ts_rank(decay_linear(decay_linear(correlation(indneutralize(close, industry), volume, 9.74928), 16.398), 3.83219), 4.8667) - rank(decay_linear(correlation(vwap, adv30, 4.01303), 2.6809))) * -1",
    92: "min(ts_rank(decay_linear((high + low) / 2 + close < low + open, 14.7221), 18.8683), ts_rank(decay_linear(correlation(rank(low), rank(adv30), 7.58555), 6.94024), 6.80584))",
    93: "ts_rank(decay_linear(correlation(indneutralize(vwap, industry), adv81, 17.4193), 19.848), 7.54455) / rank(decay_linear(delta(close * 0.524434 + vwap * (1 - 0.524434), 2.77377), 16.2664))",
    94: "(rank(vwap - ts_min(vwap, 11.5783)) ** ts_rank(correlation(ts_rank(vwap, 19.6462), ts_rank(adv60, 4.02992), 18.0926), 2.70756)) * -1",
    95: "rank(open - ts_min(open, 12.4105)) < ts_rank(rank(correlation(sum((high + low) / 2, 19.1351), sum(adv40, 19.1351), 12.8742)) ** 5, 11.7584)",
    96: "max(ts_rank(decay_linear(correlation(rank(vwap), rank(volume), 3.83878), 4.16783), 8.38151), ts_rank(decay_linear(ts_argmax(correlation(ts_rank(close, 7.45404), ts_rank(adv60, 4.13242), 3.65459), 12.6556), 14.0365), 13.4143)) * -1",
    97: "(rank(decay_linear(delta(indneutralize(low * 0.721001 + vwap * (1 - 0.721001), industry), 3.3705), 20.4523)) - ts_rank(decay_linear(ts_rank(correlation(ts_rank(low, 7.87871), ts_rank(adv60, 17.255), 4.97547), 18.5925), 15.7152), 6.71659)) * -1",
    98: "rank(decay_linear(correlation(vwap, sum(adv5, 26.4719), 4.58418), 7.18088)) - rank(decay_linear(ts_rank(ts_argmin(correlation(rank(open), rank(adv15), 20.8187), 8.62571), 6.95668), 8.07206))",
    99: "(rank(correlation(sum((high + low) / 2, 19.8975), sum(adv60, 19.8975), 8.8136)) < rank(correlation(low, volume, 6.28259))) * -1",
    100: "0 - (1.5 * scale(indneutralize(indneutralize(rank((((close - low) - (high - close)) / (high - low)) * volume), subindustry), subindustry)) - scale(indneutralize(correlation(close, rank(adv20), 5) - rank(ts_argmin(close, 30)), subindustry))) * (volume / adv20)",
    101: "(close - open) / ((high - low) + 0.001)",
}


# --- bars -------------------------------------------------------------------------------------------


def real():
    """Unadjusted bars from October 2018 to March 2021: splits, equal closes, one name that begins late."""
    bars = pd.read_parquet(REAL).rename(columns={"ticker_file": "symbol"})
    bars["date"] = pd.to_datetime(bars["date"])
    bars = bars[bars["date"] >= "2018-10-01"]
    bars = bars[bars.groupby("symbol")["date"].transform("size") > 100]
    # Each name is dropped before its first gap: windows count rows, and the panels below days.
    sessions = {date: i for i, date in enumerate(sorted(bars["date"].unique()))}
    row = bars["date"].map(sessions)
    last = row.groupby(bars["symbol"]).transform("max")
    first_without_gap = last - bars.groupby("symbol").cumcount(ascending=False)
    return bars[row == first_without_gap]


def simulated(seed, names=8, dates=420):
    """Random walks on a grid of prices, so that equal values are frequent; one name begins late."""
    rng = np.random.default_rng(seed)
    days = pd.bdate_range("2020-01-01", periods=dates)
    parts = []
    for i in range(names):
        close = np.round(50 * np.exp(np.cumsum(rng.normal(0, 0.02, dates))), 2)
        open_ = np.round(np.r_[close[0], close[:-1]] * np.exp(rng.normal(0, 0.005, dates)), 2)
        high = np.round(np.maximum(open_, close) * (1 + np.abs(rng.normal(0, 0.005, dates))), 2)
        low = np.round(np.minimum(open_, close) * (1 - np.abs(rng.normal(0, 0.005, dates))), 2)
        volume = np.round(np.exp(rng.normal(10, 0.4, dates)), -2)
        part = pd.DataFrame({"symbol": f"s{i}", "date": days, "open": open_, "high": high, "low": low,
                             "close": close, "volume": volume.astype("int64")})  # fmt: skip
        # A day without trades, and one of one price.
        part.loc[100 + i, "volume"] = 0
        part.loc[150 + i, ["open", "high", "low"]] = part.loc[150 + i, "close"]
        parts.append(part.iloc[90:] if i == 0 else part)
    return pd.concat(parts)


def prepared(bars):
    """Sorted, with the made-up classes and index that scripts ask for, and the typical price."""
    bars = bars[["symbol", "date", *PRICES, "volume"]].sort_values(["symbol", "date"]).reset_index(drop=True)
    number = bars["symbol"].map({s: i for i, s in enumerate(sorted(bars["symbol"].unique()))})
    for column, classes in [("sector", 2), ("industry", 3), ("subindustry", 4)]:
        bars[column] = column + (number % classes).astype(str)
    index = bars.groupby("date", as_index=False)["close"].mean()
    return bars, index


# --- ours -------------------------------------------------------------------------------------------


def write(folder, bars, index):
    dates = lambda frame: pa.array(frame["date"].dt.date, pa.date32())
    for name, frame in [("ohlcv", bars), ("index_bars", index)]:
        table = pa.table({c: dates(frame) if c == "date" else pa.array(frame[c].to_numpy()) for c in frame})
        pq.write_table(table, folder / f"{name}.parquet")


def ours(program, folder, script):
    """The script's rows, by symbol and date. Its inputs are plain tables of a lake of its own."""
    out, lake = folder / f"{script}.parquet", folder / "lake"
    run = lambda *options: subprocess.run([program, "--lake", str(lake), *map(str, options)], check=True)
    if not lake.exists():
        for name in ["ohlcv", "index_bars"]:
            path = folder / f"{name}.parquet"
            run("-c", f"CREATE TABLE curated.{name} AS SELECT * FROM read_parquet('{path}')")
    run("-f", ROOT / f"sql/features/{script}.sql", "--format", "parquet", "-o", out)
    return pq.read_table(out).to_pandas().sort_values(["symbol", "date"]).reset_index(drop=True)


# --- Qlib -------------------------------------------------------------------------------------------


def qlib_columns(config, bars):
    """Qlib's expressions, evaluated by its operators on each name."""
    from qlib.data import ops
    from qlib.data.base import Feature
    from qlib.data.cache import H
    from qlib.utils import parse_field

    class Column(Feature):
        def _load_internal(self, instrument, *_):
            return parts[instrument][self._name]

    names = {**vars(ops), "Feature": Column}
    expressions, columns = config
    parts = {}
    for symbol, part in bars.groupby("symbol"):
        part = part[[*PRICES, "volume"]].astype(float).reset_index(drop=True)
        parts[symbol] = part.assign(vwap=(part["high"] + part["low"] + part["close"]) / 3)
    H.clear()
    answer = {}
    for expression, column in zip(expressions, columns):
        tree = eval(parse_field(expression), {"Operators": types.SimpleNamespace(**names)})
        series = [tree.load(symbol, 0, len(part) - 1, "day") for symbol, part in parts.items()]
        answer[column.lower()] = pd.concat(series).to_numpy(dtype=float)
    return answer


def alpha158(bars, _):
    from qlib.contrib.data.loader import Alpha158DL

    return qlib_columns(Alpha158DL.get_feature_config(), bars)


def alpha360(bars, _):
    from qlib.contrib.data.loader import Alpha360DL

    return qlib_columns(Alpha360DL.get_feature_config(), bars)


# --- the paper's operators --------------------------------------------------------------------------


class Panel:
    """Values of days × names, NaN where there is none. A comparison is 1, 0 or NaN."""

    def __init__(self, values):
        self.values = values

    def binary(self, other, operation):
        other = other.values if isinstance(other, Panel) else other
        with np.errstate(all="ignore"):
            return Panel(operation(self.values, other))

    def compared(self, other, operation):
        x = other.values if isinstance(other, Panel) else other
        missing = np.isnan(self.values) | np.isnan(x)
        return Panel(np.where(missing, np.nan, operation(self.values, x)))

    __add__ = lambda x, y: x.binary(y, np.add)
    __radd__ = __add__
    __sub__ = lambda x, y: x.binary(y, np.subtract)
    __rsub__ = lambda x, y: x.binary(y, lambda a, b: b - a)
    __mul__ = lambda x, y: x.binary(y, np.multiply)
    __rmul__ = __mul__
    __truediv__ = lambda x, y: x.binary(y, lambda a, b: np.where(b == 0, np.nan, a / b))
    __rtruediv__ = lambda x, y: x.binary(y, lambda a, b: np.where(a == 0, np.nan, b / a))
    # numpy has 1 ** NaN = 1.
    __pow__ = lambda x, y: x.binary(y, lambda a, b: np.where(np.isnan(a) | np.isnan(b), np.nan, a**b))
    __lt__ = lambda x, y: x.compared(y, np.less)
    __le__ = lambda x, y: x.compared(y, np.less_equal)
    __gt__ = lambda x, y: x.compared(y, np.greater)
    __ge__ = lambda x, y: x.compared(y, np.greater_equal)


#: Noise for the results of inexact operators: a random generator, or None.
NOISE = None
#: Windows whose values differ by no more than this share do not move; sums that are equal on paper may differ by it.
STILL = 0.0


def noisy(values):
    """Values, with their last bits changed if NOISE is set."""
    return values if NOISE is None else values * (1 + NOISE.uniform(-1e-14, 1e-14, values.shape))


def rolling(function, d, *panels):
    """function of windows (days, names, d), for full windows only."""
    d = math.floor(d)
    values = [p.values for p in panels]
    out = np.full(values[0].shape, np.nan)
    windows = [np.lib.stride_tricks.sliding_window_view(v, d, axis=0) for v in values]
    full = ~np.any([np.isnan(w).any(axis=2) for w in windows], axis=0)
    with np.errstate(all="ignore"):
        out[d - 1 :] = np.where(full, function(*windows), np.nan)
    return Panel(out)


def delay(x, d):
    d = math.floor(d)
    out = np.full(x.values.shape, np.nan)
    out[d:] = x.values[:-d]
    return Panel(out)


#: Of correlations, covariances and decayed means, so that equal values stay equal.
DECIMALS = 12


def moments(x, y):
    x, y = x - x.mean(axis=2, keepdims=True), y - y.mean(axis=2, keepdims=True)
    return (x * x).sum(axis=2), (y * y).sum(axis=2), (x * y).sum(axis=2)


def correlation(x, y, d):
    def of(a, b):
        aa, bb, ab = moments(a, b)
        still = lambda w: w.max(axis=2) - w.min(axis=2) <= STILL * np.abs(w).max(axis=2)
        flat = still(a) | still(b)
        return np.where(flat, np.nan, np.round(noisy(ab / np.sqrt(aa) / np.sqrt(bb)), DECIMALS))

    return rolling(of, d, x, y)


def covariance(x, y, d):
    return rolling(lambda a, b: np.round(noisy(moments(a, b)[2] / (a.shape[2] - 1)), DECIMALS), d, x, y)


def last_rank(window):
    last = window[:, :, -1:]
    return ((window < last).sum(axis=2) + ((window == last).sum(axis=2) + 1) / 2) / window.shape[2]


def section(x, function):
    return Panel(pd.DataFrame(x.values).pipe(function).to_numpy())


def indneutralize(x, groups):
    out = x.values.copy()
    for group in set(groups):
        columns = [i for i, g in enumerate(groups) if g == group]
        frame = pd.DataFrame(out[:, columns])
        mean = frame.mean(axis=1).to_numpy()[:, None]
        alone = (frame.count(axis=1) == 1).to_numpy()[:, None]
        out[:, columns] -= np.where(alone, mean, noisy(mean))
    return Panel(out)


def where(condition, a, b):
    a, b = [x.values if isinstance(x, Panel) else x for x in (a, b)]
    c = condition.values
    return Panel(np.where(np.isnan(c), np.nan, np.where(c == 1, a, b)))


def extreme(windowed, pairwise):
    """min and max of the paper: over days if the second is a number, else of two values."""

    def of(x, y):
        return x.binary(y, pairwise) if isinstance(y, Panel) else rolling(windowed, y, x)

    return of


def decay(window):
    weights = np.arange(1, window.shape[2] + 1)
    return np.round(noisy((window * (weights / weights.sum())).sum(axis=2)), DECIMALS)


one = lambda function: lambda x: Panel(function(x.values))
over = lambda function: lambda x, d: rolling(function, d, x)
OPERATORS = {
    "where": where,
    "rank": lambda x: section(x, lambda f: f.rank(axis=1, pct=True)),
    "scale": lambda x: x / Panel(noisy(np.nansum(np.abs(x.values), axis=1, keepdims=True))),
    "indneutralize": indneutralize,
    "abs": one(np.abs),
    "sign": one(np.sign),
    "log": one(lambda v: np.log(np.where(v == 0, np.nan, v))),
    "signedpower": lambda x, a: x**a,
    "delay": delay,
    "delta": lambda x, d: x - delay(x, d),
    "correlation": correlation,
    "covariance": covariance,
    "sum": lambda x, d: x if d == 1 else rolling(lambda w: noisy(w.sum(axis=2)), d, x),
    "product": lambda x, d: x if d == 1 else rolling(lambda w: noisy(w.prod(axis=2)), d, x),
    "stddev": over(lambda w: noisy(w.std(axis=2, ddof=1))),
    "ts_min": over(lambda w: w.min(axis=2)),
    "ts_max": over(lambda w: w.max(axis=2)),
    "ts_argmax": over(lambda w: w.argmax(axis=2) + 1.0),
    "ts_argmin": over(lambda w: w.argmin(axis=2) + 1.0),
    "ts_rank": over(last_rank),
    "decay_linear": over(decay),
    "min": extreme(lambda w: w.min(axis=2), np.minimum),
    "max": extreme(lambda w: w.max(axis=2), np.maximum),
}


def alpha101(bars, _):
    """The alphas, and of each the rows in which noise in the last bits decides."""
    global NOISE, STILL
    answer = alphas(bars)
    unstable = {column: np.zeros(len(bars), bool) for column in answer}
    for NOISE, STILL in [(None, 1e-12), *((np.random.default_rng(seed), 0.0) for seed in range(12))]:
        for column, values in alphas(bars).items():
            unstable[column] |= ~agree(values, answer[column])
    NOISE, STILL = None, 0.0
    return answer, unstable


def alphas(bars):
    wide = lambda column: bars.pivot(index="date", columns="symbol", values=column)
    names = {c: Panel(wide(c).to_numpy(dtype=float)) for c in [*PRICES, "volume"]}
    names["vwap"] = (names["high"] + names["low"] + names["close"]) / 3
    names["returns"] = Panel(noisy((names["close"] / delay(names["close"], 1) - 1).values))
    dollars = names["vwap"] * names["volume"]
    for column in ["sector", "industry", "subindustry"]:
        names[column] = list(bars.groupby("symbol")[column].first())
    present = wide("close").notna().to_numpy().T
    answer = {}
    for number, formula in ALPHAS.items():
        for name in ast.walk(ast.parse(formula)):
            if isinstance(name, ast.Name) and name.id.startswith("adv"):
                names[name.id] = rolling(lambda w: noisy(w.mean(axis=2)), int(name.id[3:]), dollars)
        alpha = eval(formula, {"__builtins__": {}}, {**OPERATORS, **names})
        answer[f"alpha_{number:03d}"] = alpha.values.T[present]
    return answer


# --- equity_features --------------------------------------------------------------------------------


def equity_features(bars, index):
    parts = []
    for _, b in bars.groupby("symbol"):
        b = b.assign(market=b["date"].map(index.set_index("date")["close"]))
        close, volume, last = b["close"], b["volume"].astype(float), b["close"].shift(1)
        ret, market = close / last - 1, b["market"].pct_change()
        change = close.diff()
        overnight, intraday = b["open"] / last - 1, close / b["open"] - 1
        rolled = lambda x, n: x.rolling(n, min_periods=n)
        linear = lambda n: rolled(close, n).apply(lambda w: np.average(w, weights=np.arange(1, n + 1)), raw=True)
        exact = lambda f, n: rolled(close, n).apply(f, raw=True)
        true_range = pd.concat([b["high"] - b["low"], (b["high"] - last).abs(), (b["low"] - last).abs()], axis=1)
        f = {
            "reversal_1": -ret,
            "reversal_5": 1 - close / close.shift(5),
            **{f"mom_{n}": close / close.shift(n) - 1 for n in (21, 63, 126, 252)},
            "mom_252_21": close.shift(21) / close.shift(252) - 1,
            "vol_20": rolled(ret, 20).std(),
            "vol_60": rolled(ret, 60).std(),
            "downside_60": np.sqrt(rolled(ret.clip(upper=0) ** 2, 60).mean()),
            "skew_60": rolled(ret, 60).skew(),
            "kurt_60": rolled(ret, 60).kurt(),
            "amihud_20": rolled(ret.abs() / (close * volume), 20).mean(),
            "dollars_20": np.log(rolled(close * volume, 20).mean()),
            "volume_5_60": rolled(volume, 5).mean() / rolled(volume, 60).mean(),
            "rsi_14": rolled(change.clip(lower=0), 14).sum() / rolled(change.abs(), 14).sum(),
            "macd_12_26": (linear(12) - linear(26)) / close,
            "bollinger_20": (close - exact(np.mean, 20)) / (2 * exact(lambda w: w.std(ddof=1), 20)),
            "atr_14": rolled(true_range.max(axis=1, skipna=True), 14).mean() / close,
            "beta_252": rolled(ret, 252).cov(market) / rolled(market, 252).var(),
            "corr_252": rolled(ret, 252).corr(market),
            "high_252": close / rolled(b["high"], 252).max() - 1,
            "overnight_20": rolled(overnight, 20).sum(),
            "intraday_20": rolled(intraday, 20).sum(),
            "gap_1": overnight,
        }
        parts.append(pd.DataFrame(f))
    features = pd.concat(parts)
    by_date = features.groupby(bars["date"])
    low, high = by_date.transform("quantile", 0.01), by_date.transform("quantile", 0.99)
    cut = features.clip(low, high)
    by_date = cut.groupby(bars["date"])
    scores = (cut - by_date.transform("mean")) / by_date.transform("std")
    lagged = scores.groupby(bars["symbol"]).shift(1)
    return {f"z_{column}": lagged[column].to_numpy() for column in lagged}


# --- comparison -------------------------------------------------------------------------------------

ORACLES = {"alpha158": alpha158, "alpha360": alpha360, "alpha101": alpha101, "equity_features": equity_features}


def agree(a, b):
    a, b = [np.where(np.isinf(x), np.nan, x) for x in (a, b)]
    with np.errstate(invalid="ignore"):
        close = np.abs(a - b) <= RELATIVE * np.maximum(np.abs(a), np.abs(b)) + ABSOLUTE
    return close | (np.isnan(a) & np.isnan(b))


def compare(script, label, answer, theirs):
    """Prints the columns that do not agree, and how many do."""
    theirs, unstable = theirs if isinstance(theirs, tuple) else (theirs, {})
    wrong = left_out = 0
    columns = [c for c in answer.columns if c not in ("symbol", "date")]
    for column in sorted(set(columns) ^ set(theirs)):
        wrong += 1
        print(f"FAIL {script} {label} {column}: only on one side")
    values = 0
    for column in [c for c in columns if c in theirs]:
        a, b = answer[column].to_numpy(dtype=float, na_value=np.nan), theirs[column]
        skip = unstable.get(column, np.zeros(len(a), bool))
        left_out += int(skip.sum())
        values += int((np.isfinite(b) & ~skip).sum())
        if not (np.isfinite(b) & ~skip).any():
            print(f"note {script} {label} {column}: no values to compare")
        differs = ~agree(a, b) & ~skip | np.isinf(a)
        if differs.any() or skip.mean() > MOST_UNSTABLE.get(column, 0.01):
            wrong += 1
            row = int(np.flatnonzero(differs)[0]) if differs.any() else 0
            print(f"FAIL {script} {label} {column}: {differs.sum()} of {len(a)} rows differ, {skip.sum()} left out; "
                  f"{answer['symbol'][row]} {answer['date'][row]}: ours {a[row]}, theirs {b[row]}")  # fmt: skip
    print(f"{script} {label}: {len(columns) - wrong} of {len(columns)} columns agree: {values} values, {left_out} left out")
    return wrong


def main(program, *scripts):
    scripts = list(scripts) or list(ORACLES)
    try:
        import qlib
    except ImportError:
        left_out = [s for s in scripts if s in ("alpha158", "alpha360")]
        print(f"pyqlib is not installed (tests/clients/requirements-qlib.txt): {', '.join(left_out)} not compared")
        scripts = [s for s in scripts if s not in left_out]
    else:
        print(f"pyqlib {qlib.__version__}")
    sources = {"simulated": lambda: simulated(7)}
    if REAL.exists():
        sources["real"] = real
    else:
        print(f"no real bars at {REAL}: simulated ones only")
    wrong = 0
    for label, source in sources.items():
        bars, index = prepared(source())
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write(folder, bars, index)
            for script in scripts:
                try:
                    answer = ours(program, folder, script)
                except subprocess.CalledProcessError as error:
                    wrong += 1
                    print(f"FAIL {script} {label}: exit code {error.returncode}")
                    continue
                keys = bars[["symbol", "date"]]
                assert (answer["symbol"] == keys["symbol"]).all() and len(answer) == len(keys), script
                wrong += compare(script, label, answer, ORACLES[script](bars, index))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
