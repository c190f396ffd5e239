"""Noisy slices of SVI and the least squared error that scipy finds for them: `svi_fit.csv`.

python -m venv v && v/bin/pip install numpy==2.4.6 scipy==1.17.1 && v/bin/python svi_fit.py > svi_fit.csv

The best of 50 random starts of SLSQP with exact gradients under b >= 0, |rho| <= 0.9999, w >= 0 and
Lee's b(1 + |rho|) <= 2. Seeds are fixed.
"""

import numpy as np
import scipy
from scipy.optimize import minimize

# name, (a, b, rho, m, sigma), quotes, range of k in both directions, relative noise, weighted
CASES = [
    ("vogt", (-0.0410, 0.1331, 0.3060, 0.3586, 0.4153), 25, (-1.2, 1.2), 0.01, False),
    ("five", (0.01, 0.1, -0.5, 0.0, 0.1), 5, (-0.3, 0.2), 0.02, False),
    ("short", (0.0001, 0.02, -0.3, 0.01, 0.02), 30, (-0.12, 0.08), 0.05, False),
    ("week", (0.00005, 0.03, -0.6, 0.0, 0.01), 40, (-0.2, 0.06), 0.1, True),
    ("year", (0.005, 0.15, -0.7, 0.05, 0.3), 60, (-1.0, 0.4), 0.01, True),
    ("flat", (0.04, 0.002, 0.0, 0.0, 0.1), 15, (-0.3, 0.3), 0.03, False),
    ("steep", (0.2, 0.95, -0.9, 0.0, 0.05), 20, (-0.6, 0.6), 0.05, False),
    ("linear", (0.02, 0.1, -0.98, 0.5, 0.05), 18, (-0.5, 0.2), 0.02, True),
    ("parabola", (-2.0, 0.7, 0.0, 0.0, 3.0), 21, (-0.4, 0.4), 0.005, False),
    ("junk", (0.02, 0.05, -0.2, 0.0, 0.1), 16, (-0.4, 0.3), 0.8, True),
]


def best(k, w, p, rng):
    level, span = w.mean(), k.max() - k.min()

    def error(x):
        a, b, rho, m, s = x
        y = k - m
        r = np.sqrt(y * y + s * s)
        e = a + b * (rho * y + r) - w / level
        rows = np.stack([np.ones_like(k), rho * y + r, b * y, -b * (rho + y / r), b * s / r])
        return p @ (e * e), 2 * rows @ (p * e)

    bounds = [
        (None, None),
        (0, None),
        (-0.9999, 0.9999),
        (k.min() - 2 * span, k.max() + 2 * span),
        (1e-5 * span, 20 * span),
    ]
    limits = [
        lambda x: 2 / level - x[1] * (1 + x[2]),
        lambda x: 2 / level - x[1] * (1 - x[2]),
        lambda x: x[0] + x[1] * x[4] * np.sqrt(max(1 - x[2] ** 2, 0)),
    ]
    cons = [{"type": "ineq", "fun": f} for f in limits]
    found = np.inf
    for _ in range(50):
        start = [
            rng.uniform(0, 1),
            np.exp(rng.uniform(-3, 1)) / span,
            rng.uniform(-0.9, 0.9),
            rng.uniform(k.min(), k.max()),
            span * np.exp(rng.uniform(-4, 1)),
        ]
        options = {"maxiter": 1000, "ftol": 1e-15}
        x = minimize(error, start, jac=True, method="SLSQP", bounds=bounds, constraints=cons, options=options).x
        if min(f(x) for f in limits) >= -1e-9:
            found = min(found, error(x)[0] * level * level)
    return found


def main():
    rng = np.random.default_rng(20140610)
    print(f"# svi_fit.py, numpy {np.__version__}, scipy {scipy.__version__}: case,best squared error, then k,w,weight")
    for name, (a, b, rho, m, s), n, (low, high), noise, weighted in CASES:
        k = np.sort(np.round(rng.uniform(low, high, n), 4))
        w = a + b * (rho * (k - m) + np.sqrt((k - m) ** 2 + s * s))
        w = np.array([float(f"{x:.6g}") for x in w * np.exp(noise * rng.standard_normal(n))])
        p = np.round(rng.uniform(0.2, 2.0, n), 2) if weighted else np.ones(n)
        print(f"{name},{float(best(k, w, p, rng))!r}")
        for row in zip(k, w, p):
            print(",".join(repr(float(x)) for x in row))


main()
