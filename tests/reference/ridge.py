"""Reference coefficients of ridge regressions, by scikit-learn, for udfs/math/src/ridge.rs.

    pip install scikit-learn==1.9.1 mpmath && python ridge.py > ridge.txt

The data are drawn here. Each case is solved by scikit-learn's default solver and by its `svd`, and both must
be within 1e-9 of the solution in 60-digit arithmetic (mpmath), or the script stops. `extremely_scaled` is the
exception: scikit-learn keeps only five digits there, and the 60-digit solution is the reference.

One case is: `case name alpha fit_intercept standardise`, one `x` line a feature, `y`, optionally `w`
(sample weights), `intercept`, `coefficients`.
"""

import sys

import mpmath as mp
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

mp.mp.dps = 60
rng = np.random.default_rng(7)


def exact(x, y, w, alpha, intercept, scale):
    n, p = x.shape
    x = mp.matrix(x.tolist())
    w = [mp.mpf(float(v)) for v in w]
    centre = lambda v: sum(a * b for a, b in zip(v, w)) / sum(w) if intercept else mp.mpf(0)
    columns = [[x[i, j] for i in range(n)] for j in range(p)]
    means = [centre(c) for c in columns]
    target = [mp.mpf(float(v)) for v in y]
    mean = centre(target)
    c = [[v - m for v in col] for col, m in zip(columns, means)]
    dot = lambda a, b: sum(u * v * k for u, v, k in zip(a, b, w))
    a = mp.matrix(p, p)
    b = mp.matrix(p, 1)
    for i in range(p):
        for j in range(p):
            a[i, j] = dot(c[i], c[j])
        a[i, i] += mp.mpf(alpha) * (dot(c[i], c[i]) / sum(w) if scale else 1)
        b[i] = dot(c[i], [v - mean for v in target])
    beta = mp.lu_solve(a, b)
    return float(mean - sum(m * v for m, v in zip(means, beta))), [float(v) for v in beta]


def near(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.all(np.abs(a - b) <= 1e-9 * np.maximum(np.abs(b), 1e-300))


def case(name, x, y, alpha=1.0, w=None, intercept=True, scale=False, exactly=False):
    found = []
    for solver in ("svd", "auto"):
        ridge = Ridge(alpha=alpha, fit_intercept=intercept, solver=solver)
        if scale:
            scaler = StandardScaler().fit(x)
            ridge.fit(scaler.transform(x), y)
            coefficients = ridge.coef_ / scaler.scale_
            found.append((ridge.intercept_ - scaler.mean_ @ coefficients, coefficients))
        else:
            ridge.fit(x, y, sample_weight=w)
            found.append((ridge.intercept_, ridge.coef_))
    weights = np.ones(len(y)) if w is None else w
    truth = exact(x, y, weights, alpha, intercept, scale)
    for i, f in enumerate(found):
        if not exactly and not (near(f[0], truth[0]) and near(f[1], truth[1])):
            sys.exit(f"{name}: scikit-learn solver {i} is off by {np.max(np.abs(f[1] / truth[1] - 1))}")
    answer = truth if exactly else found[0]
    show = lambda v: " ".join(repr(float(a)) for a in v)
    print("case", name, alpha, str(intercept).lower(), str(scale).lower())
    for column in x.T:
        print("x", show(column))
    print("y", show(y))
    if w is not None:
        print("w", show(w))
    print("intercept", repr(float(answer[0])))
    print("coefficients", show(answer[1]))


x = rng.normal(size=(30, 3))
y = x @ [0.5, -1.0, 2.0] + 0.3 + rng.normal(size=30)
case("plain", x, y)
case("strong_penalty", x, y, alpha=250.0)
case("no_penalty", x, y, alpha=0.0)
case("no_intercept", x, y, alpha=0.5, intercept=False)
case("weighted", x, y, alpha=0.7, w=rng.uniform(0.1, 4.0, size=30))
case("standardised", x * [1.0, 30.0, 0.01] + [0.0, 5.0, 1.0], y, alpha=2.0, scale=True)
# Features of very different units, with means far from zero: a return, a rate, a score, a price, a volume.
for name, units, exactly in [
    ("badly_scaled", [1e-3, 1e-2, 1.0, 1e2, 1e3], False),
    ("extremely_scaled", [1e-6, 1e-2, 1.0, 1e4, 1e9], True),
]:
    wide = (rng.normal(size=(40, 5)) + [3.0, -2.0, 50.0, 1.0, 4.0]) * units
    target = wide @ (np.array([1.0, -2.0, 0.5, 1.5, -1.0]) / units) + rng.normal(size=40)
    case(name, wide, target, alpha=1e-3, exactly=exactly)
    case(f"{name}_standardised", wide, target, alpha=0.1, scale=True)
# Two features that agree to three digits, and more features than rows.
base = rng.normal(size=(40, 3))
close = np.column_stack([base, base[:, 0] + 1e-3 * rng.normal(size=40)])
case("nearly_collinear", close, close @ [1.0, 1.0, 1.0, 1.0] + rng.normal(size=40), alpha=1e-2)
case("more_features_than_rows", rng.normal(size=(6, 9)), rng.normal(size=6), alpha=0.5)
