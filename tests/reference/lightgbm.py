"""Reference models and predictions of Python LightGBM, for udfs/math/src/tree_ensemble.

    pip install lightgbm==4.7.0 && python lightgbm.py lightgbm/

Writes per case `<case>.model.txt` (the library's own text, cut before its parameter list) and `<case>.csv`:
the feature values as given to `Booster.predict` (empty = NaN), then `raw…` and `prediction…`, all as
shortest decimals that read back to the same double. `importance.csv` has each case's feature importances.
`trained.csv` (features and target) and `trained.model.txt` are for udfs/lightgbm: the same data and parameters
through the C API must give the same text.
"""

import math
import sys

sys.path = [p for p in sys.path if not p.endswith("reference")]  # this file is called lightgbm.py too

import lightgbm as lgb
import numpy as np

FOLDER = sys.argv[1]
BASE = dict(num_threads=1, deterministic=True, force_row_wise=True, seed=1, verbosity=-1, min_data_in_leaf=5)
FLOAT32_TINY = float(np.float32(1e-35))
importances = ["case,feature,split,gain"]


def data(seed, rows=300, features=4):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features))
    return rng, x, x[:, 0] - 0.5 * x[:, 1] ** 2 + np.sin(3 * x[:, 2]) + 0.1 * rng.normal(size=rows)


def show(v):
    return "" if math.isnan(v) else repr(float(v))


def case(name, x, y, params, probe, rounds=8, **dataset):
    booster = lgb.train({**BASE, **params}, lgb.Dataset(x, y, params=BASE, **dataset), rounds)
    text = booster.model_to_string()
    with open(f"{FOLDER}/{name}.model.txt", "w") as f:
        f.write(text[: text.index("\nparameters:")])
    matrix = lambda p: p.reshape(len(probe), -1)
    raw, prediction = matrix(booster.predict(probe, raw_score=True)), matrix(booster.predict(probe))
    with open(f"{FOLDER}/{name}.csv", "w") as f:
        names = [f"raw{k}" for k in range(raw.shape[1])] + [f"prediction{k}" for k in range(raw.shape[1])]
        f.write(",".join(booster.feature_name() + names) + "\n")
        for row in np.hstack([probe, raw, prediction]):
            f.write(",".join(map(show, row)) + "\n")
    for kind in zip(booster.feature_name(), booster.feature_importance("split"), booster.feature_importance("gain")):
        importances.append(f"{name},{kind[0]},{kind[1]},{float(kind[2])!r}")


def probes(rng, features=4, rows=40):
    """Ordinary rows, and rows of NaN, zeros, values next to zero, infinities and huge values."""
    p = rng.normal(size=(rows, features))
    odd = [math.nan, 0.0, -0.0, 1e-36, -1e-36, FLOAT32_TINY, -FLOAT32_TINY, 1.1e-35, -1.1e-35, math.inf, -math.inf, 1e300, -1e300]
    for i, v in enumerate(odd):
        p[i, i % features] = v
        p[rows - 1 - i, :] = v
    return p


rng, x, y = data(1)
x[rng.random(x.shape) < 0.15] = np.nan
case("regression_nan", x, y, dict(objective="regression", num_leaves=7), probes(rng))

rng, x, y = data(2)
x[rng.random(x.shape) < 0.3] = 0.0
case("zero_as_missing", x, y, dict(objective="regression", zero_as_missing=True, num_leaves=7), probes(rng))

rng, x, y = data(3)
case("max_depth", x, y, dict(objective="regression_l1", max_depth=2, num_leaves=31), probes(rng))

rng, x, y = data(4, rows=600)
x[:, 1] = rng.integers(0, 70, size=600)
x[:, 3] = rng.integers(0, 5, size=600)
y = y + np.sin(x[:, 1]) + (x[:, 3] == 2)
x[rng.random(600) < 0.1, 1] = np.nan
probe = probes(rng)
probe[14:26, 1] = [-3, -1, -0.5, 0, 0.5, 1, 31, 32, 63, 64, 69, 1000]
probe[14:26, 3] = [0, 1, 2, 2.9, 3, 4, 5, 2**31, 2**33, -(2.0**40), 1e18, 2]
case("categorical", x, y, dict(objective="regression", num_leaves=15, max_cat_to_onehot=3, cat_smooth=1.0, cat_l2=0.1), probe, categorical_feature=[1, 3])

rng, x, y = data(5)
case("binary", x, (y > 0).astype(float), dict(objective="binary", sigmoid=1.3, num_leaves=5), probes(rng))

rng, x, y = data(6)
case("multiclass", x, np.digitize(y, [-0.5, 0.5]), dict(objective="multiclass", num_class=3, num_leaves=4), probes(rng), rounds=5)
case("multiclassova", x, np.digitize(y, [-0.5, 0.5]), dict(objective="multiclassova", num_class=3, num_leaves=4), probes(rng), rounds=4)

rng, x, y = data(7)
case("random_forest", x, y, dict(objective="regression", boosting="rf", bagging_freq=1, bagging_fraction=0.6, num_leaves=7), probes(rng), rounds=7)

rng, x, y = data(8)
case("poisson", x, np.floor(np.exp(y - y.max() + 2)), dict(objective="poisson", num_leaves=5), probes(rng))
case("signed_square", x, y, dict(objective="regression", reg_sqrt=True, num_leaves=5), probes(rng))
case("cross_entropy_lambda", x, 1 / (1 + np.exp(-y)), dict(objective="cross_entropy_lambda", num_leaves=4), probes(rng), rounds=5)

# No split is worth it: trees of one leaf.
rng, x, y = data(9, rows=40)
case("stumps", x, y, dict(objective="regression", min_data_in_leaf=30), probes(rng), rounds=2)

rng, x, y = data(10, rows=160, features=3)
x = np.round(x, 4)
x[rng.random(x.shape) < 0.1] = np.nan
y = np.round(y, 4)
booster = lgb.train(
    {**BASE, "objective": "regression", "num_leaves": 6, "learning_rate": 0.2, "feature_fraction": 0.7,
     "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 0.5},
    lgb.Dataset(x, y, params=BASE, feature_name=["a", "b", "c"]), 12)
text = booster.model_to_string()
with open(f"{FOLDER}/trained.model.txt", "w") as f:
    f.write(text[: text.index("\nparameters:")])
with open(f"{FOLDER}/trained.csv", "w") as f:
    f.write("a,b,c,target\n")
    for row in np.column_stack([x, y]):
        f.write(",".join(map(show, row)) + "\n")

with open(f"{FOLDER}/importance.csv", "w") as f:
    f.write("\n".join(importances) + "\n")
