"""Reference values of volatility and liquidity, by pandas and arch, for udfs/math/tests/volatility_liquidity.rs.

    pip install arch==8.0.0 pandas pyarrow && python volatility_liquidity.py > volatility_liquidity.json

Bars are the S&P 500 index of tests/data, with some of them shifted so that days have gaps between them; quotes
and trades are drawn here. Every case is written from its definition in another form than the kernel: windows by
pandas, VPIN unit of volume by unit of volume, order flow case by case. GARCH is `arch`'s.
"""

import json
import math
import sys
from pathlib import Path

import arch
import numpy as np
import pandas as pd
from scipy.stats import norm

YEAR = 252
rng = np.random.default_rng(11)
data = pd.read_parquet(Path(__file__).parent.parent / "data" / "sp500_ohlcv.parquet")
bars = data.iloc[:160][["open", "high", "low", "close", "volume"]].astype(float).reset_index(drop=True)
shift = np.where(rng.random(len(bars)) < 0.3, rng.normal(0, 0.02, len(bars)), 0.0)
for name in ["open", "high", "low", "close"]:
    bars[name] = (bars[name] * np.exp(np.cumsum(shift) * 0.5 + shift)).round(4)
bars["volume"] = (bars["volume"] / 1e6).round()
o, h, l, c, v = (bars[name] for name in bars)
ret = (data["close"] / data["close"].shift(1)).map(math.log)[1:1001].round(8).reset_index(drop=True)

inputs = {name: bars[name].tolist() for name in bars}
inputs["ret"] = ret.tolist()
long, ret = ret, ret[:160]
inputs["bar_ret"] = ret.tolist()
cases = []


def case(name, columns, parameters, result):
    values = [None if math.isnan(x) else float(f"{x:.13g}") for x in result]
    cases.append({"name": name, "inputs": columns, "parameters": parameters, "values": values})


def logs(a, b):
    return np.log(a) - np.log(b)


# Volatility; the forms of R's TTR 0.24, `volatility`.
def rogers_satchell(n):
    return (logs(h, c) * logs(h, o) + logs(l, c) * logs(l, o)).rolling(n).sum() / n


for n in [2, 21]:
    case("close_to_close", ["close"], [n, YEAR], logs(c, c.shift(1)).rolling(n).std() * math.sqrt(YEAR))
    case("parkinson", ["high", "low"], [n, YEAR],
         np.sqrt(YEAR / (4 * n * math.log(2)) * (logs(h, l) ** 2).rolling(n).sum()))
    case("garman_klass", ["open", "high", "low", "close"], [n, YEAR],
         np.sqrt(YEAR / n * (0.5 * logs(h, l) ** 2 - (2 * math.log(2) - 1) * logs(c, o) ** 2).rolling(n).sum()))
    case("rogers_satchell", ["open", "high", "low", "close"], [n, YEAR], np.sqrt(YEAR * rogers_satchell(n)))
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    overnight, day = logs(o, c.shift(1)).rolling(n).var(), logs(c, o).rolling(n).var()
    case("yang_zhang", ["open", "high", "low", "close"], [n, YEAR],
         np.sqrt(YEAR * (overnight + k * day + (1 - k) * rogers_satchell(n))))
    for target in [0.0, 0.001]:
        short = (ret - target).where(ret < target, 0.0)
        case("downside", ["bar_ret"], [n, target, YEAR], np.sqrt(YEAR * (short**2).rolling(n).mean()))
    case("realized_quarticity", ["bar_ret"], [n], n * (ret**4).rolling(n).sum() / 3)
    both = (ret.abs() * ret.abs().shift(1)).rolling(n - 1).sum()
    mu = math.sqrt(2 / math.pi)
    case("bipower_variation", ["bar_ret"], [n], both / mu**2 * n / (n - 1))
for decay, seed in [(0.94, 1), (0.94, 20), (0.97, 5)]:
    smooth = pd.concat([pd.Series([(ret[:seed] ** 2).mean()]), ret[seed:] ** 2]).ewm(alpha=1 - decay, adjust=False)
    head = [math.nan] * (seed - 1)
    case("ewma", ["bar_ret"], [decay, seed, YEAR], head + np.sqrt(YEAR * smooth.mean()).tolist())

# GARCH: arch's own recursion where parameters are given, its fit on expanding windows otherwise.
omega, alpha, beta = 2e-6, 0.08, 0.9
variance, given = omega / (1 - alpha - beta), []
for x in long:
    variance = omega + alpha * x * x + beta * variance
    given.append(math.sqrt(YEAR * variance))
case("garch_given", ["ret"], [omega, alpha, beta, YEAR], given)


def model(rows):
    return arch.arch_model(100 * long[:rows], mean="Zero", vol="GARCH", p=1, q=1, rescale=False)


first, every = 500, 250
path, fits = [math.nan] * (first - 1), []
for rows in range(first, len(long) + 1, every):
    fit = model(rows).fit(disp="off", tol=1e-13, options={"maxiter": 2000})
    p = fit.params
    fits.append({"rows": rows, "omega": p["omega"] / 1e4, "alpha": p["alpha[1]"], "beta": p["beta[1]"],
                 "log_likelihood": fit.loglikelihood + rows * math.log(100)})
    variance = fit.forecast(horizon=1).variance.iloc[-1, 0] / 1e4
    path.append(math.sqrt(YEAR * variance))
    for x in long[rows:rows + every - 1]:
        variance = p["omega"] / 1e4 + p["alpha[1]"] * x * x + p["beta[1]"] * variance
        path.append(math.sqrt(YEAR * variance))
case("garch_fitted", ["ret"], [first, every, YEAR], path[:len(long)])

# Liquidity.
rows = len(bars)
change = c.diff()
signed = pd.Series(rng.normal(0, 100, rows).round() + (change.fillna(0) * 5).round())
traded = (v * c).round(2).where(rng.random(rows) > 0.1, 0.0)
inputs["signed"], inputs["traded"] = signed.tolist(), traded.tolist()
bounce = (100 + 0.05 * rng.normal(0, 1, rows).cumsum() + rng.choice([-0.1, 0.1], rows)).round(4)
inputs["bounce"] = bounce.tolist()
for n in [2, 21]:
    case("average_volume", ["volume"], [n], v.rolling(n).mean())
    active = traded > 0
    ratio = (ret.abs() / traded)[active].rolling(n).mean()
    case("amihud", ["bar_ret", "traded"], [n], ratio.reindex(range(rows)))
    slope = [math.nan] * n + [
        np.polyfit(signed[i - n + 1:i + 1], change[i - n + 1:i + 1], 1)[0] for i in range(n, rows)]
    case("kyle", ["close", "signed"], [n], slope)
    d = pd.Series(bounce).diff()
    cov = d.rolling(n).cov(d.shift(1))
    case("roll", ["bounce"], [n], 2 * np.sqrt(-cov.where(cov < 0)))
    # As in R's bidask 2.1.4, methods CS2 and AR2, but with β of the adjusted day, as the paper says.
    two = [math.nan]
    for i in range(1, rows):
        high, low = h[i], l[i]
        if low > c[i - 1]:
            high, low = high - (low - c[i - 1]), c[i - 1]
        elif high < c[i - 1]:
            high, low = c[i - 1], low + (c[i - 1] - high)
        b = math.log(h[i - 1] / l[i - 1]) ** 2 + math.log(high / low) ** 2
        g = math.log(max(h[i - 1], high) / min(l[i - 1], low)) ** 2
        q = 3 - 2 * math.sqrt(2)
        a = (math.sqrt(2 * b) - math.sqrt(b)) / q - math.sqrt(g / q)
        two.append(max(2 * (math.exp(a) - 1) / (1 + math.exp(a)), 0))
    case("corwin_schultz", ["high", "low", "close"], [n], pd.Series(two).rolling(n).mean())
    middle = (np.log(h) + np.log(l)) / 2
    square = 4 * (np.log(c.shift(1)) - middle.shift(1)) * (np.log(c.shift(1)) - middle)
    case("abdi_ranaldo", ["high", "low", "close"], [n], np.sqrt(square.clip(lower=0)).rolling(n).mean())
case("overnight_return", ["open", "close"], [], o / c.shift(1) - 1)

# VPIN, one unit of volume after the other.
for bucket, n, span in [(500, 5, 10), (1500, 3, 2), (90, 12, 20)]:
    z = change / change.rolling(span).std()
    share = 2 * norm.cdf(z) - 1
    units, value, out = [], math.nan, []
    for i in range(rows):
        if not math.isnan(share[i]):
            units += [share[i]] * int(v[i])
        full = len(units) // bucket
        if full >= n:
            last = np.array(units[(full - n) * bucket:full * bucket]).reshape(n, bucket)
            value = np.abs(last.sum(axis=1)).sum() / (n * bucket)
        out.append(value)
    case("vpin", ["close", "volume"], [bucket, n, span], out)

bid = (100 + 0.01 * rng.integers(-2, 3, rows).cumsum()).round(2)
ask = (bid + 0.01 * rng.integers(1, 4, rows)).round(2)
size = lambda: rng.integers(1, 50, rows).astype(float)
bid_size, ask_size = size(), size()
inputs |= {"bid": bid.tolist(), "bid_size": bid_size.tolist(), "ask": ask.tolist(), "ask_size": ask_size.tolist()}
events = [math.nan]
for i in range(1, rows):
    db, da = bid[i] - bid[i - 1], ask[i] - ask[i - 1]
    buyers = bid_size[i] if db > 0 else -bid_size[i - 1] if db < 0 else bid_size[i] - bid_size[i - 1]
    sellers = ask_size[i] if da < 0 else -ask_size[i - 1] if da > 0 else ask_size[i] - ask_size[i - 1]
    events.append(buyers - sellers)
for n in [1, 7]:
    case("order_flow", ["bid", "bid_size", "ask", "ask_size"], [n], pd.Series(events).rolling(n).sum())
price = pd.Series(np.where(rng.random(rows) < 0.5, (bid + ask) / 2, bid + 0.01 * rng.integers(-1, 4, rows))).round(3)
price[:6] = ((bid + ask) / 2).round(3)[:6]
inputs["price"] = price.tolist()
middle = np.round((bid + ask) / 2, 3)
# A trade at the middle is one in decimals, whatever the rounding of floats.
quote = np.sign(np.round(price - middle, 6))
tick = np.sign(price.diff()).replace(0, np.nan).ffill()
case("trade_sign", ["price", "bid", "ask"], [], pd.Series(quote).replace(0.0, np.nan).fillna(tick))

slot = np.arange(rows) % 7.0
slot[rng.random(rows) < 0.2] = 3
inputs["slot"] = slot.tolist()
for n in [1, 4]:
    mean = pd.Series(v).groupby(slot).transform(lambda s: s.shift(1).rolling(n).mean())
    case("seasonality", ["volume", "slot"], [n], mean)
event = (rng.random(rows) < 0.1).astype(float)
inputs["event"], inputs["day"] = event.tolist(), np.cumsum(rng.integers(1, 4, rows)).astype(float).tolist()
index = pd.Series(np.arange(rows, dtype=float))
case("rows_since_event", ["event"], [], index - index.where(event > 0).ffill())
day = pd.Series(inputs["day"])
case("time_since_event", ["event", "day"], [], day - day.where(event > 0).ffill())
json.dump({"versions": {"arch": arch.__version__, "pandas": pd.__version__}, "inputs": inputs, "fits": fits,
           "cases": cases}, sys.stdout)
