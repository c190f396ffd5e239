"""Writes udfs/math/tests/data/talib_volume_volatility.json: TA-Lib's volume and volatility indicators.

Needs `pip install TA-Lib==0.8.2 numpy pandas pyarrow`. `sp500` is 150 rows of
tests/data/sp500_ohlcv.parquet, `odd` has flat rows, prices of 0 and below, and rows without volume.
A value that is not finite (rvol after rows without volume) is written as none.
"""
import json
import pathlib

import numpy as np
import pandas as pd
import talib
from talib import abstract

ROOT = pathlib.Path(__file__).parents[2]
COLUMNS = ["high", "low", "close", "volume"]
CALLS = {
    "ad": [{}],
    "adosc": [{}, {"fastperiod": 2, "slowperiod": 5}, {"fastperiod": 9, "slowperiod": 4}],
    "adr": [{}, {"timeperiod": 1}, {"timeperiod": 5}],
    "atr": [{}, {"timeperiod": 1}, {"timeperiod": 5}],
    "cmf": [{}, {"timeperiod": 2}],
    "cvi": [{}, {"timeperiod": 2, "rocperiod": 1}, {"timeperiod": 4, "rocperiod": 40}],
    "efi": [{}, {"timeperiod": 1}, {"timeperiod": 3}],
    "marketfi": [{}],
    "massi": [{}, {"fastperiod": 2, "slowperiod": 2}, {"fastperiod": 12, "slowperiod": 5}],
    "natr": [{}, {"timeperiod": 1}, {"timeperiod": 5}],
    "nvi": [{}],
    "obv": [{}],
    "pvi": [{}],
    "pvo": [{}, {"fastperiod": 9, "slowperiod": 3, "matype": 0}]
    + [{"fastperiod": 3, "slowperiod": 8, "matype": m} for m in [*range(10), 12, 13]],
    "pvt": [{}],
    "rvi": [{}, {"timeperiod": 1, "stddevperiod": 2}, {"timeperiod": 5, "stddevperiod": 20}],
    "rvol": [{}, {"timeperiod": 1}, {"timeperiod": 5}],
    "trange": [{}],
    "vwap": [{}],
}


def rows(prices):
    return {c: [float(x) for x in prices[c]] for c in COLUMNS}


def results(prices):
    columns = {c: np.array(prices[c]) for c in COLUMNS}
    answers = {}
    for name, calls in CALLS.items():
        function = abstract.Function(name.upper())
        answers[name] = {}
        for call in calls:
            label = ",".join(f"{k}={v}" for k, v in {**function.parameters, **call}.items())
            found = function({**columns, "open": columns["close"]}, **call)
            answers[name][label] = [float(f"{x:.13g}") if np.isfinite(x) else None for x in found]
    return answers


sp500 = pd.read_parquet(ROOT / "tests/data/sp500_ohlcv.parquet").iloc[2400:2550]
random = np.random.default_rng(5)
close = np.round(np.cumsum(random.choice([-1, 0, 0, 2, 3, -3], 150)) + 3.0, 2)
odd = {
    "close": close,
    "high": close + random.choice([0, 0, 1, 2], 150),
    "low": close - random.choice([0, 0, 1, 3], 150),
    "volume": random.choice([0.0, 0.0, 10.0, 25.0, 40.0], 150),
}
data = {"talib": talib.__version__}
for name, prices in [("sp500", sp500), ("odd", odd)]:
    data[name] = {**rows(prices), "results": results(rows(prices))}
text = json.dumps(data, separators=(",", ":")).replace('},"', '},\n"').replace('],"', '],\n"')
(ROOT / "udfs/math/tests/data/talib_volume_volatility.json").write_text(text + "\n")
