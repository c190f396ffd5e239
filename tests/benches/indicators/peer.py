"""One function of TA-Lib on one long series, one run a command.

    python peer.py FUNCTION PRICES.parquet

Prints its name and version when it is ready. `run` on stdin runs once and prints the seconds; `save
PATH` writes the last result's first output as Parquet, by the number of its row.
"""

import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import talib


def main() -> None:
    name, prices = sys.argv[1:]
    close = pq.read_table(prices, columns=["close"])["close"].to_numpy()
    close = np.ascontiguousarray(close, dtype=np.float64)
    function = getattr(talib, name.upper())
    print(f"TA-Lib {talib.__version__}", flush=True)
    result = None
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "run":
            result = None
            start = time.perf_counter()
            result = function(close)
            print(time.perf_counter() - start, flush=True)
        elif command == "save":
            first = result[0] if isinstance(result, tuple) else result
            value = pa.array(first, mask=np.isnan(first))
            rows = pa.array(np.arange(len(first), dtype=np.float64))
            pq.write_table(pa.table({"row": rows, "value": value}), path)
            print("saved", flush=True)
        else:
            sys.exit(f"unknown command '{command}'")


if __name__ == "__main__":
    main()
