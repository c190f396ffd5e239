"""One function of TA-Lib on one long series.

    python peer.py FUNCTION PRICES.parquet
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import talib
from serve import serve


def save(result, path: str) -> None:
    """The first output, by the number of its row."""
    first = result[0] if isinstance(result, tuple) else result
    value = pa.array(first, mask=np.isnan(first))
    rows = pa.array(np.arange(len(first), dtype=np.float64))
    pq.write_table(pa.table({"row": rows, "value": value}), path)


def main() -> None:
    name, prices = sys.argv[1:]
    close = pq.read_table(prices, columns=["close"])["close"].to_numpy()
    close = np.ascontiguousarray(close, dtype=np.float64)
    function = getattr(talib, name.upper())
    serve(f"TA-Lib {talib.__version__}", lambda: function(close), save)


if __name__ == "__main__":
    main()
