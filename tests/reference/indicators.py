"""What TA-Lib gives for 120 days of the S&P 500, for the tests of the indicators.

    python indicators.py GROUP... > ../../udfs/math/tests/data/talib.json
    python indicators.py "Momentum Indicators" > ../../udfs/math/tests/data/talib_momentum.json
    python indicators.py --still "Momentum Indicators" > ../../udfs/math/tests/data/talib_still.json

TA-Lib 0.8.2, numpy, pyarrow. Groups as TA-Lib names them. Each function runs with its defaults and
with the other parameters below; 13 significant digits, null where it has no value. With --still every price
stays at the close of row 30 for 30 rows, for what indicators make of a market that does not move.
"""

import json
import pathlib
import sys

import numpy as np
import pyarrow.parquet as pq
import talib
from talib import abstract

DATA = pathlib.Path(__file__).parents[1] / "data" / "sp500_ohlcv.parquet"
ROWS = slice(2300, 2420)  # 2008, where it moves
#: by parameter name; a function takes those it has.
OTHERS = {
    "timeperiod": 7, "atrperiod": 5, "nbdev": 1.5, "nbdevup": 1.5, "nbdevdn": 2.5, "matype": 1, "multiplier": 2.0,
    "vfactor": 0.4, "fastlimit": 0.6, "slowlimit": 0.1, "minperiod": 3, "maxperiod": 12, "percentile": 90.0,
    "acceleration": 0.03, "maximum": 0.15, "startvalue": -1300.0, "offsetonreverse": 0.01,
    "accelerationinitlong": 0.03, "accelerationlong": 0.04, "accelerationmaxlong": 0.3,
    "accelerationinitshort": 0.01, "accelerationshort": 0.02, "accelerationmaxshort": 0.1,
    "fastperiod": 9, "slowperiod": 4, "signalperiod": 3, "wmaperiod": 4, "roc1period": 6, "roc2period": 3,
    "leftbars": 1, "rightbars": 3, "fastk_period": 6, "slowk_period": 4, "slowk_matype": 1, "slowd_period": 5,
    "slowd_matype": 2, "fastd_period": 4, "fastd_matype": 1, "fastmatype": 1, "slowmatype": 3, "signalmatype": 1,
    "firstperiod": 6, "secondperiod": 4, "timeperiod1": 9, "timeperiod2": 3, "timeperiod3": 5,
}  # fmt: skip
TYPES = [m for m in range(14) if m != 11]
ONE = [{"timeperiod": 1}]
#: further ones.
MORE = {
    "ma": [{"timeperiod": 5, "matype": m} for m in TYPES],
    "hma": [{"timeperiod": 3}],
    "apo": [{"fastperiod": 3, "slowperiod": 8, "matype": m} for m in TYPES],
    "ppo": [{"fastperiod": 3, "slowperiod": 8, "matype": m} for m in TYPES],
    "macdext": [
        {"fastperiod": 3, "fastmatype": m, "slowperiod": 8, "slowmatype": n, "signalperiod": 4, "signalmatype": m}
        for m, n in [*zip(TYPES, TYPES), (0, 7), (7, 1), (6, 3)]
    ],
    "macd": [{"fastperiod": 3, "slowperiod": 8, "signalperiod": 1}],
    "macdfix": [{"signalperiod": 1}],
    "stochf": [{"fastk_period": 1, "fastd_period": 1, "fastd_matype": 0}],
    "coppock": [{"wmaperiod": 1, "roc1period": 1, "roc2period": 2}],
    "dpo": [{"timeperiod": 2}, {"timeperiod": 3}],
    "minus_di": ONE, "minus_dm": ONE, "plus_di": ONE, "plus_dm": ONE, "vortex": ONE, "trix": ONE, "eri": ONE,
    "qstick": ONE, "mom": ONE, "adx": [{"timeperiod": 2}], "adxr": [{"timeperiod": 2}], "dx": [{"timeperiod": 2}],
    "rsi": [{"timeperiod": 2}], "stochrsi": [{"timeperiod": 2, "fastk_period": 1, "fastd_period": 1, "fastd_matype": 0}],
}  # fmt: skip


def digits(values, lookback):
    """Whole numbers are 0, not NaN, in the rows before TA-Lib has a value."""
    values = np.asarray(values, float)
    return [None if i < lookback or np.isnan(v) else float(f"{v:.13g}") for i, v in enumerate(values)]


def main(groups, still):
    table = pq.read_table(DATA).slice(ROWS.start, ROWS.stop - ROWS.start)
    rows = {c: np.asarray(table[c], float) for c in ("open", "high", "low", "close", "volume")}
    if still:
        stands, level = np.arange(len(rows["close"])) // 30 == 1, rows["close"][30]
        rows = {c: v if c == "volume" else np.where(stands, level, v) for c, v in rows.items()}
    rows["periods"] = np.array([2.0 + i * 7 % 31 for i in range(len(rows["open"]))])
    results = {}
    for group in groups:
        for name in talib.get_function_groups()[group]:
            function = abstract.Function(name)
            defaults = dict(function.info["parameters"])
            other = {p: OTHERS[p] for p in defaults}
            for parameters in [defaults, *([other] if other else []), *([] if still else MORE.get(name.lower(), []))]:
                function = abstract.Function(name, **parameters)
                answer = function(rows)
                answer = answer if isinstance(answer, list) else [answer]
                label = ",".join(f"{p}={v:g}" for p, v in parameters.items())
                results.setdefault(name.lower(), {})[label] = [digits(a, function.lookback) for a in answer]
    given = {c: v.tolist() for c, v in rows.items()}
    print(json.dumps({"talib": talib.__version__, **given, "results": results}, separators=(",", ":")))


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main([a for a in arguments if a != "--still"], "--still" in arguments)
