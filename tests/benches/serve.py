"""How the peers answer `peer.rs`, which starts them with this folder in PYTHONPATH.

A peer prints its name and version when it is ready. `run` on stdin runs it once and prints the seconds;
`save PATH` writes the last result as Parquet.
"""

import sys
import time


def serve(name, run, save) -> None:
    """Answers until the input ends: `run()` gives a result, `save(result, path)` writes it."""
    print(name, flush=True)
    result = None
    for line in sys.stdin:
        command, _, path = line.strip().partition(" ")
        if command == "run":
            result = None  # the last result's memory is free, as it is for the others
            start = time.perf_counter()
            result = run()
            print(time.perf_counter() - start, flush=True)
        elif command == "save":
            save(result, path)
            print("saved", flush=True)
        else:
            sys.exit(f"unknown command '{command}'")
