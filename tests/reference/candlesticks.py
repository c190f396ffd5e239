"""Writes TA-Lib's signals for the candles in udfs/math/tests/data/talib_candles.json back into it.

Needs `pip install TA-Lib==0.8.2 numpy`. The candles themselves are kept: `sp500` is the last 2 500
rows of tests/data/sp500_ohlcv.parquet rounded to cents, `drawn` is constructed so that every pattern
fires (it is made of short runs that end with a pattern).
"""
import json
import pathlib

import numpy as np
import talib
from talib import abstract

PATH = pathlib.Path(__file__).parents[2] / "udfs/math/tests/data/talib_candles.json"
NAMES = sorted(talib.get_function_groups()["Pattern Recognition"])


def signals(candles):
    prices = [np.array(candles[c], dtype=float) for c in ("open", "high", "low", "close")]
    answers = {}
    for name in NAMES:
        penetrates = "penetration" in abstract.Function(name).info["parameters"]
        for p in [None, 0.0, 0.1, 0.8] if penetrates else [None]:
            options = {} if p is None else {"penetration": p}
            found = getattr(talib, name)(*prices, **options)
            key = name.lower() if p is None else f"{name.lower()} penetration={p}"
            answers[key] = [[int(i), int(found[i])] for i in np.nonzero(found)[0]]
    return answers


def text(value, depth=0):
    """JSON with one entry a line down to the third level."""
    if not isinstance(value, dict) or depth == 3:
        return json.dumps(value, separators=(",", ":"))
    entries = (f"{json.dumps(k)}: {text(v, depth + 1)}" for k, v in value.items())
    return "{\n" + ",\n".join(entries) + "\n}"


data = json.loads(PATH.read_text())
data["lookback"] = {n.lower(): abstract.Function(n).lookback for n in NAMES}
for series in ("sp500", "drawn"):
    data[series]["signals"] = signals(data[series])
PATH.write_text(text(data) + "\n")
