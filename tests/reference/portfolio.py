"""Makes the numbers of udfs/math/tests/portfolio_reference.rs with numpy 2 and pandas 2, apart from the Rust code.

The covariance is formed as a matrix as in Ledoit and Wolf's published covDiag, portfolios are
sized by bisection, and the backtest keeps cash and units in an account instead of returns.
Run: python portfolio.py
"""

import numpy as np
import pandas as pd

DAYS, NAMES = 60, 9


def noise(t, i, seed):
    return ((t * 7919 + i * 104729 + t * i * 31 + seed * 613) % 1009) / 1009 - 0.5


RETURNS = np.array(
    [[0.04 * (1 + i / 4) * noise(t, i, 1) + 0.03 * noise(t, 0, 2) for i in range(NAMES)] for t in range(DAYS)]
)
RETURNS[:35, 7] = np.nan  # listed late
RETURNS[10:55:7, 2] = np.nan  # gaps
RETURNS[:, 8] = np.where(np.arange(DAYS) % 5 == 0, RETURNS[:, 8], np.nan)  # too few
SCORES = np.array([[noise(t, i, 3) for i in range(NAMES)] for t in range(DAYS)])
SCORES[:, 4] = np.nan


def cov_diag(y):
    """Demeaned y [n + 1 × p] → covariance, intensity."""
    n = len(y) - 1
    sample = y.T @ y / n
    target = np.diag(np.diag(sample))
    pi = (y**2).T @ y**2 / n - sample**2
    gamma = np.linalg.norm(sample - target, "fro") ** 2
    delta = max(0, min(1, (pi.sum() - np.trace(pi)) / gamma / n))
    return delta * target + (1 - delta) * sample, delta


def portfolio(t, window, target, gross_cap, name_cap, long_only):
    x = RETURNS[max(0, t + 1 - window) : t + 1]
    count = (~np.isnan(x)).sum(axis=0)
    ok = (count >= max(2, -(-window // 2))) & ~np.isnan(SCORES[t])
    names = np.flatnonzero(ok)
    sigma = pd.DataFrame(x).std(ddof=1).to_numpy() * np.sqrt(252)
    d = (SCORES[t, names] - SCORES[t, names].mean()) / sigma[names]
    keep = d > 0 if long_only else d != 0
    names, d = names[keep], d[keep]
    y = x[:, names] - np.nanmean(x[:, names], axis=0)
    y = np.where(np.isnan(y), 0, y) * np.sqrt((len(x) - 1) / (count[names] - 1))
    cov, delta = cov_diag(y)
    legs = [d > 0] if long_only else [d > 0, d < 0]

    def weights(g):
        w = np.zeros(len(d))
        for leg in legs:
            u = np.abs(d) * leg
            capped = np.zeros(len(d), bool)
            for _ in range(len(d)):
                free = leg & ~capped
                if not free.any():
                    break
                w[leg & capped] = name_cap
                w[free] = u[free] / u[free].sum() * (g - name_cap * capped.sum())
                capped |= leg & (w > name_cap)
            w[capped] = name_cap
        return w * np.sign(d)

    def vol(g):
        w = weights(g)
        return np.sqrt(252 * w @ cov @ w)

    most = min(gross_cap / len(legs), min(leg.sum() for leg in legs) * name_cap)
    low, high = 0.0, most
    if vol(most) > target:
        for _ in range(200):
            mid = (low + high) / 2
            low, high = (low, mid) if vol(mid) > target else (mid, high)
    else:
        low = most
    w = np.zeros(NAMES)
    w[names] = weights(low)
    return w, vol(low), delta, sigma[[0, 2]]


for args in [
    (20, 30, 0.10, 2.0, 0.5, False),
    (40, 30, 0.30, 2.0, 0.30, False),
    (50, 30, 0.90, 1.0, 0.5, False),
    (50, 30, 0.90, 3.0, 0.2, False),
    (59, 20, 0.15, 2.0, 0.45, True),
]:
    w, v, delta, sigma = portfolio(*args)
    print(args, "vol", repr(float(v)), "delta", repr(float(delta)))
    print("   w", [float(f"{x:.15g}") for x in w], "sigma", sigma)


# --- the backtest -------------------------------------------------------------------------------
dates = pd.bdate_range("2024-01-01", periods=DAYS)
prices = 50 * (1 + pd.DataFrame(np.nan_to_num(RETURNS), index=dates)).cumprod()
prices.iloc[20:23, 1] = np.nan  # a short gap
prices.iloc[30:, 3] = np.nan  # delisted
adv = pd.DataFrame([[2e6 * (i + 1) for i in range(NAMES)]] * DAYS, index=dates)
CAPITAL, HALF_SPREAD, COMMISSION, ETA = 1e7, 2.0, 0.5, 0.8
PARTICIPATION, BORROW, WINDOW, STALE, LAG = 0.1, 0.05, 10, 5, 2

cash = CAPITAL
units = pd.Series(0.0, index=prices.columns)
last = pd.Series(np.nan, index=prices.columns)
missing = pd.Series(0, index=prices.columns)
weights = {t + LAG: pd.Series(np.round(SCORES[t], 3), index=prices.columns).fillna(0.0) for t in range(12, DAYS, 6)}
goal, todo, rows, peak = units * 0, set(), [], CAPITAL
equity = CAPITAL
for s in range(12, DAYS):
    seen = prices.iloc[:s].ffill().iloc[-1]
    shorts = -(units * seen)[units < 0].sum()
    days = (dates[s] - dates[s - 1]).days
    borrow = BORROW * days / 365 * shorts if s > 12 else 0.0
    cash -= borrow
    last = prices.iloc[: s + 1].ffill().iloc[-1]
    missing = (missing + 1) * prices.iloc[s].isna()
    pnl = (units * (last - seen)).sum()
    closed = 0
    for i in units.index[(units != 0) & (missing > STALE)]:
        cash += units[i] * last[i]
        units[i], goal[i], closed = 0.0, 0.0, closed + 1
        todo.discard(i)
    worth = cash + (units * last).sum()
    if s in weights:
        goal = weights[s]
        todo = set(units.index[(units != 0) | (goal != 0)])
    traded = unfilled = cost = 0.0
    trades = 0
    for i in sorted(todo):
        order = goal[i] * worth - units[i] * last[i]
        most = 0.0 if np.isnan(prices.iloc[s, i]) else PARTICIPATION * adv.iloc[s, i]
        fill = np.sign(order) * min(abs(order), most)
        sigma = prices.iloc[: s + 1, i].dropna().pct_change().dropna().tail(WINDOW).std(ddof=1)
        bps = HALF_SPREAD + COMMISSION + ETA * sigma * np.sqrt(abs(fill) / adv.iloc[s, i]) * 1e4
        cost += abs(fill) * bps / 1e4
        cash -= fill
        units[i] += fill / last[i]
        traded += abs(fill)
        trades += fill != 0
        unfilled += abs(order - fill)
        if fill == order:
            todo.discard(i)
            units[i] = goal[i] * worth / last[i]
    cash -= cost
    before, equity = equity, cash + (units * last).sum()
    peak = max(peak, equity)
    value = units * last
    rows.append(
        dict(
            date=dates[s].date(),
            equity=equity,
            gross=pnl / before,
            cost=cost / before,
            borrow=borrow / before,
            turnover=traded / before,
            gross_exposure=value.abs().sum() / equity,
            net_exposure=value.sum() / equity,
            positions=int((units != 0).sum()),
            unfilled=unfilled,
            drawdown=1 - equity / peak,
            trades=trades,
            closed=closed,
        )
    )
table = pd.DataFrame(rows)
pd.set_option("display.width", 250, "display.max_columns", 20, "display.precision", 12)
print(table.iloc[[0, 1, 2, 3, 4, 9, 20, 23, 24, 30, 47]].to_csv(index=False, float_format="%.13g"))
print("sums", table.drop(columns="date").sum().to_dict())
