"""One function of TA-Lib, with its defaults, on one long series.

    python peer.py FUNCTION BARS.parquet COLUMN...
"""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import talib
from serve import serve
from talib import abstract


def main() -> None:
    name, bars, *columns = sys.argv[1:]
    table = pq.read_table(bars).sort_by([("symbol", "ascending"), ("date", "ascending")])
    series = [np.ascontiguousarray(table[c].to_numpy(), dtype=np.float64) for c in columns]
    function, before = getattr(talib, name.upper()), abstract.Function(name.upper()).lookback

    def save(result, path: str) -> None:
        """The first output, by the number of its row."""
        first = result[0] if isinstance(result, tuple) else result
        rows = np.arange(len(first), dtype=np.float64)
        # Whole numbers are 0 before there are enough rows.
        none = rows < before if first.dtype == np.int32 else np.isnan(first)
        value = pa.array(first.astype(np.float64), mask=none)
        pq.write_table(pa.table({"row": pa.array(rows), "value": value}), path)

    serve(f"TA-Lib {talib.__version__}", lambda: function(*series), save)


if __name__ == "__main__":
    main()
