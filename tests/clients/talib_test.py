"""Every TA-Lib function that the program has against TA-Lib itself, on real prices.

    python talib_test.py PROGRAM

The program says which functions it has: the window functions whose contract names TA-Lib, by TA-Lib's
name in lower case, or with `ta_` before it where SQL has an aggregate of that name. Each runs with its
defaults and with other parameters; the program runs once a table. Values must agree to 1e-9, and the
rows without one must be the same. Exit code 1 if any answer differs.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    import talib
    from talib import abstract
except ImportError as missing:
    print(f"left out: TA-Lib is not installed ({missing})")
    sys.exit(0)

ROOT = pathlib.Path(__file__).parents[2]
DAILY = ROOT / "tests" / "data" / "sp500_ohlcv.parquet"
#: Bars of one minute of ten symbols, many without a change; they may not ship with the project.
MINUTES = ROOT.parent / "shared" / "data" / "lean" / "equity_minute_trade.parquet"
BAR = ["open", "high", "low", "close", "volume"]
#: Other parameters by name; by default whole numbers grow by 3 and others by a quarter.
OTHERS = {"startvalue": -1.0, "offsetonreverse": 0.01, "minperiod": 4, "maxperiod": 15}
#: Here TA-Lib's running sums lose digits: where they and exact fractions were compared, ours are right.
LOOSE = {"beta": 1e-8, "correl": 1e-8, "linearreg_angle": 1e-8}
#: Patterns compare a candle with the mean of those before. Where the two are equal the last bit of
#: TA-Lib's running sum decides, which remembers prices long gone; so many rows in a million may differ.
TIES = 200


def read(path, group):
    """The bars of a file, a group's rows together, with a column of periods."""
    table = pq.read_table(path)
    bars = {name: np.asarray(table[name], float) for name in BAR}
    rows = len(table)
    bars["periods"] = 2.0 + np.arange(rows) * 7 % 31
    groups = table[group].to_pylist() if group else [path.stem] * rows
    return pa.table({"i": np.arange(rows), "symbol": groups, **bars})


def ask(program, folder, sql):
    out = folder / "answer.parquet"
    command = [program, "--lake", folder / "lake", "--format", "parquet", "-c", sql]
    with out.open("wb") as file:
        done = subprocess.run(list(map(str, command)), stdout=file, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return pq.read_table(out)


def functions(program, folder):
    """TA-Lib's names with the program's, and those that it lacks, but for what is SQL's own arithmetic."""
    rows = ask(
        program, folder,
        "SELECT DISTINCT routine_name AS name FROM information_schema.routines "
        "WHERE function_type = 'WINDOW' AND description LIKE '%TA-Lib%'",
    )  # fmt: skip
    ours = set(rows["name"].to_pylist())
    spelled = {name: [n for n in (name.lower(), f"ta_{name.lower()}") if n in ours] for name in talib.get_functions()}
    arithmetic = {*talib.get_function_groups()["Math Transform"], "ADD", "SUB", "MULT", "DIV"}
    lacking = sorted(name for name, found in spelled.items() if not found and name not in arithmetic)
    return {name: found[0] for name, found in spelled.items() if found}, lacking


def parameter_sets(name):
    """The defaults, and others if there is a parameter."""
    defaults = dict(abstract.Function(name).info["parameters"])
    yield {}
    other = {}
    for parameter, default in defaults.items():
        if parameter in OTHERS:
            other[parameter] = OTHERS[parameter]
        elif "matype" in parameter:
            other[parameter] = 1
        else:
            other[parameter] = default + 3 if isinstance(default, int) else default * 1.25
    if other:
        yield other


def inputs(name):
    """The columns a function takes, in TA-Lib's order."""
    given = abstract.Function(name).info["input_names"].values()
    return [column for names in given for column in ([names] if isinstance(names, str) else names)]


def expected(name, parameters, bars):
    """TA-Lib's outputs, NaN where it has no value: whole numbers are 0 there in Python."""
    function = abstract.Function(name, **parameters)
    answer = function({column: values.copy() for column, values in bars.items()})
    answer = np.array(answer if isinstance(answer, list) else [answer], float)
    answer[:, : function.lookback] = np.nan
    # A quotient by nothing, such as a mean by volume where none was traded.
    answer[~np.isfinite(answer)] = np.nan
    return answer


def rounding(name, bars):
    """What TA-Lib's own rounding may be: its ADOSC is a difference of averages of a line of up to billions of shares."""
    if name != "ADOSC":
        return 0.0
    return 1e-15 * np.abs(talib.AD(*(bars[column] for column in ("high", "low", "close", "volume")))).max()


def outputs(column):
    """The program's outputs by name."""
    column = column.combine_chunks()
    fields = {f.name: column.field(f.name) for f in column.type} if pa.types.is_struct(column.type) else {"": column}
    cast = lambda values: np.asarray(values.cast(pa.float64()).fill_null(np.nan))
    return {name: cast(values) for name, values in fields.items()}


def difference(name, parameters, ours, groups):
    """The first value that is not TA-Lib's, as text."""
    rows = sum(len(bars["close"]) for _, bars in groups.values())
    ties = rows * TIES // 1_000_000 if name.startswith("CDL") else 0
    names = [output.lower() for output in abstract.Function(name).info["output_names"]]
    if len(ours) > 1 and list(ours) != names:
        return f"outputs are {list(ours)}, TA-Lib's are {names}"
    tolerance = LOOSE.get(name.lower(), 1e-9)
    for symbol, (begin, bars) in groups.items():
        theirs = expected(name, parameters, bars)
        if len(theirs) != len(ours):
            return f"{len(ours)} outputs, TA-Lib has {len(theirs)}"
        for (output, mine), other in zip(ours.items(), theirs):
            mine = mine[begin : begin + len(other)]
            near = np.abs(mine - other) <= np.maximum(tolerance * np.maximum(np.abs(other), 1.0), rounding(name, bars))
            wrong = np.flatnonzero(~(near | (np.isnan(mine) & np.isnan(other))))
            ties -= len(wrong)
            if len(wrong) and ties < 0:
                row = wrong[0]
                show = lambda value: "none" if np.isnan(value) else repr(float(value))
                where = f"{symbol} row {row}" + (f" {output}" if output else "")
                return f"{where}: {show(mine[row])}, TA-Lib {show(other[row])} ({len(wrong)} rows differ)"
    return None


def compare(program, folder, label, table, known):
    """How many functions agree on a table, and what is wrong with the others."""
    path = folder / f"{label}.parquet"
    table = table.sort_by([("symbol", "ascending"), ("i", "ascending")])
    pq.write_table(table, path)
    symbols = np.asarray(table["symbol"].to_pylist())
    starts = np.flatnonzero(np.r_[True, symbols[1:] != symbols[:-1]])
    bars = {column: np.asarray(table[column]) for column in [*BAR, "periods"]}
    groups = {
        symbols[begin]: (begin, {column: values[begin:end] for column, values in bars.items()})
        for begin, end in zip(starts, [*starts[1:], len(symbols)])
    }
    calls = [(name, ours, p) for name, ours in known.items() for p in parameter_sets(name)]
    columns = [
        f"{ours}({', '.join([*inputs(name), *(f'{k} => {v}' for k, v in p.items())])}) OVER w AS c{n}"
        for n, (name, ours, p) in enumerate(calls)
    ]
    select = lambda columns: (
        f"SELECT {', '.join(columns)} FROM read_parquet('{path}') "
        "WINDOW w AS (PARTITION BY symbol ORDER BY i) ORDER BY symbol, i"
    )
    problems = {}
    try:
        answer = ask(program, folder, select(columns))
        answers = {n: answer[f"c{n}"] for n in range(len(columns))}
    except RuntimeError:
        # Which of them is it?
        answers = {}
        for n, column in enumerate(columns):
            try:
                answers[n] = ask(program, folder, select([column]))[f"c{n}"]
            except RuntimeError as error:
                problems[calls[n][1]] = f"{column}: {str(error).splitlines()[0]}"
    for n, column in answers.items():
        name, ours, parameters = calls[n]
        problem = difference(name, parameters, outputs(column), groups)
        if problem:
            problems.setdefault(ours, f"{ours}({parameters or 'defaults'}) {problem}")
    for problem in problems.values():
        print(f"FAIL {label}: {problem}")
    agree = len(known) - len(problems)
    print(f"{label}: {agree} functions agree with TA-Lib {talib.__version__} on {len(table)} rows, {len(problems)} differ")
    return not problems


def main(program):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        known, lacking = functions(program, folder)
        if not known:
            print("FAIL the program has no function of TA-Lib")
            return 1
        fine = compare(program, folder, "sp500", read(DAILY, None), known)
        if MINUTES.exists():
            fine &= compare(program, folder, "minutes", read(MINUTES, "symbol"), known)
        else:
            print(f"left out: minute bars, no {MINUTES}")
        if lacking:
            print(f"{len(lacking)} functions of TA-Lib that the program has not: {' '.join(lacking)}")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
