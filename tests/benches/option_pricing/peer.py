"""What option pricing is compared with.

    python peer.py WORK OPTIONS.parquet

WORK is implied_volatility or greeks (py_vollib_vectorized, on one thread as it is), svi (SciPy's SLSQP, one
start a slice) or surface (NumPy, the formula over whole arrays).
"""

import sys
import warnings

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from serve import serve

RATE = 0.02


def vollib(work, rows):
    warnings.filterwarnings("ignore")
    import py_vollib_vectorized as library

    flag = np.where(rows["kind"] == "call", "c", "p")
    spot, strike, years = rows["spot"], rows["strike"], rows["years"]
    if work == "implied_volatility":
        given = (rows["price"], spot, strike, years, RATE, flag)
        call = library.vectorized_implied_volatility
        run = lambda: {"value": call(*given, model="black_scholes", return_as="numpy", on_error="ignore")}
    else:
        given = (flag, spot, strike, years, RATE, rows["volatility"])
        names = ["delta", "gamma", "theta", "rho", "vega"]
        calls = [getattr(library, f"vectorized_{name}") for name in names]

        def run():
            greeks = [call(*given, model="black_scholes", return_as="numpy") for call in calls]
            return {"value": greeks[0]}

    return f"py_vollib_vectorized {library.__version__ if hasattr(library, '__version__') else '0.1.1'}", run


def total_variance(p, k):
    a, b, rho, m, sigma = p
    return a + b * (rho * (k - m) + np.sqrt((k - m) ** 2 + sigma**2))


def slsqp(rows):
    import scipy
    from scipy.optimize import minimize

    starts = np.flatnonzero(np.diff(rows["slice"], prepend=-1))
    slices = [(k, w) for k, w in zip(np.split(rows["k"], starts[1:]), np.split(rows["w"], starts[1:]))]
    bounds = [(None, None), (0, 2), (-0.999, 0.999), (-1, 1), (1e-3, 2)]
    positive = {"type": "ineq", "fun": lambda p: p[0] + p[1] * p[4] * np.sqrt(1 - p[2] ** 2)}

    def fit(k, w):
        start = [w.min() / 2, 0.1, -0.3, 0.0, 0.1]
        error = lambda p: np.mean((total_variance(p, k) - w) ** 2)
        options = {"ftol": 1e-14, "maxiter": 500}
        return np.sqrt(minimize(error, start, method="SLSQP", bounds=bounds, constraints=positive, options=options).fun)

    run = lambda: {"value": np.array([fit(k, w) for k, w in slices])}
    return f"SciPy {scipy.__version__} SLSQP", run


def surface(rows):
    years = np.arange(1, 11) / 5
    slices = np.array([(0.01 * t, 0.1 * t, -0.4, 0.0, 0.1) for t in years])
    forwards = 100 * np.exp(RATE * years)

    def run():
        t = rows["years"]
        i = np.clip(np.searchsorted(years, t), 1, len(years) - 1)
        share = (t - years[i - 1]) / (years[i] - years[i - 1])
        forward = forwards[i - 1] * (forwards[i] / forwards[i - 1]) ** share
        k = np.log(rows["strike"] / forward)
        early, late = (total_variance(slices[j].T, k) for j in (i - 1, i))
        return {"value": np.sqrt(((1 - share) * early + share * late) / t)}

    return f"NumPy {np.__version__}", run


def main() -> None:
    work, path = sys.argv[1:]
    table = pq.read_table(path)
    rows = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
    name, run = {"svi": slsqp, "surface": surface}.get(work, lambda rows: vollib(work, rows))(rows)

    def save(result, path):
        value = result["value"]
        row = rows["row"] if "row" in rows else np.arange(len(value), dtype=np.int64)
        pq.write_table(pa.table({"row": row, "value": pa.array(value, mask=np.isnan(value))}), path)

    serve(name, run, save)


if __name__ == "__main__":
    main()
