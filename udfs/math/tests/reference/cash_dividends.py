"""Reference prices with cash dividends, for udfs/math/tests/cash_dividends.rs.

    pip install numpy==2.4.6 scipy==1.17.1 && python cash_dividends.py > cash_dividends.csv

In the spot-drop model, by methods that have nothing to do with a lattice:

* `exact`: a European option with one dividend, and an American call with one dividend and no yield (which is
  exercised just before the dividend, or at expiry): the integral of what it is worth at the dividend over the
  lognormal price, by adaptive quadrature (Haug, Haug & Lewis 2003).
* `grid`: everything else by Crank-Nicolson in the logarithm with four implicit half steps after expiry and each
  dividend (Rannacher), early exercise by policy iteration, cubic splines at a dividend; 4000 prices,
  extrapolated from 1000 and 2000 time steps. On the last two cases, which are also exact, it is within 1e-5.
"""

import numpy as np
from scipy.integrate import quad
from scipy.interpolate import CubicSpline
from scipy.linalg import solve_banded
from scipy.optimize import brentq
from scipy.special import ndtr


def bsm(sign, s, k, t, r, q, v):
    s = np.maximum(s, 1e-300)
    d1 = (np.log(s / k) + (r - q + v * v / 2) * t) / (v * np.sqrt(t))
    return sign * (s * np.exp(-q * t) * ndtr(sign * d1) - k * np.exp(-r * t) * ndtr(sign * (d1 - v * np.sqrt(t))))


def exact(style, sign, s, k, t, r, q, v, dividends):
    ((at, amount),) = dividends

    def worth(z):
        share = s * np.exp((r - q - v * v / 2) * at + v * np.sqrt(at) * z)
        value = bsm(sign, max(share - amount, 0.0), k, t - at, r, q, v)
        if style == "american":
            value = max(value, sign * (share - k))
        return value

    density = lambda z: worth(z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    ends = [-9.0, 9.0]
    zero = (np.log(amount / s) - (r - q - v * v / 2) * at) / (v * np.sqrt(at))
    kinks = [zero]
    if style == "american":
        early = lambda z: (
            (x := s * np.exp((r - q - v * v / 2) * at + v * np.sqrt(at) * z)) - k
            - bsm(1, max(x - amount, 0.0), k, t - at, r, q, v)
        )
        if early(8.9) > 0 > early(-8.9):
            kinks.append(brentq(early, -8.9, 8.9))
    points = sorted([-9.0, 9.0, *[z for z in kinks if -9 < z < 9]])
    total = sum(quad(density, a, b, epsabs=1e-12, epsrel=1e-12, limit=400)[0] for a, b in zip(points, points[1:]))
    return np.exp(-r * at) * total


def grid(style, sign, s, k, t, r, q, v, dividends, steps, nodes=4000):
    width = 8 * v * np.sqrt(t) + abs(r - q) * t + 0.3
    x = np.linspace(np.log(s) - width, np.log(s) + width, nodes + 1)
    # The spot is on a node, the strike wherever it falls: the payoff's cell mean smooths it.
    h = x[1] - x[0]
    share = np.exp(x)
    payoff = np.maximum(sign * (share - k), 0)
    fine = (x[:, None] + h * ((np.arange(64) + 0.5) / 64 - 0.5)[None, :])
    value = np.maximum(sign * (np.exp(fine) - k), 0).mean(axis=1)
    a = 0.5 * v * v / h**2
    b = (r - q - 0.5 * v * v) / (2 * h)
    low, mid, high = a - b, -2 * a - r, a + b
    dates = [0.0] + [d[0] for d in dividends] + [t]
    american = style == "american"
    for i in range(len(dates) - 1, 0, -1):
        begin, end = dates[i - 1], dates[i]
        n = max(int(steps * (end - begin) / t), 20)
        dt = (end - begin) / n
        schedule = [(dt / 2, 1.0)] * 4 + [(dt, 0.5)] * (n - 2)
        elapsed = t - end
        for tau, theta in schedule:
            elapsed += tau
            rhs = value.copy()
            rhs[1:-1] += tau * (1 - theta) * (low * value[:-2] + mid * value[1:-1] + high * value[2:])
            # Far away: a call, or a put, all but certain to be exercised or not.
            for edge in (0, -1):
                carried = share[edge] * np.exp(-q * elapsed) - k * np.exp(-r * elapsed)
                paid = sum(d * np.exp(-r * (u - (t - elapsed))) for u, d in dividends if u > t - elapsed)
                rhs[edge] = max(sign * (carried - (paid if edge == -1 else 0)), 0)
                if american:
                    rhs[edge] = max(rhs[edge], payoff[edge])
            diag = np.ones(nodes + 1)
            diag[1:-1] -= tau * theta * mid
            upper, lower = np.zeros(nodes + 1), np.zeros(nodes + 1)
            upper[2:] = -tau * theta * high
            lower[:-2] = -tau * theta * low
            held = np.zeros(nodes + 1, bool)
            if american:
                held = value <= payoff
                held[[0, -1]] = False
            for _ in range(60):
                dg, up, lo, right = diag.copy(), upper.copy(), lower.copy(), rhs.copy()
                if american:
                    dg[held] = 1
                    up[1:][held[:-1]] = 0
                    lo[:-1][held[1:]] = 0
                    right[held] = payoff[held]
                new = solve_banded((1, 1), np.array([up, dg, lo]), right)
                if not american:
                    break
                residual = diag * new - rhs
                residual[:-1] += upper[1:] * new[1:]
                residual[1:] += lower[:-1] * new[:-1]
                now = np.where(held, residual > 0, new < payoff)
                now[[0, -1]] = False
                if (now == held).all():
                    break
                held = now
            value = new
        if i > 1:
            amount = dividends[i - 2][1]
            after = share - amount
            spline = CubicSpline(share, value)
            linear = value[0] + (after - share[0]) * (-1.0 if sign < 0 else 0.0)
            moved = np.where(after > share[0], spline(np.maximum(after, share[0])), linear)
            if sign < 0:
                # The share is worth nothing any more.
                moved = np.where(after <= 0, k if american else k * np.exp(-r * (t - dates[i - 1])), moved)
            value = np.maximum(moved, payoff) if american else moved
    return float(value[nodes // 2])


def extrapolated(*case):
    a, b = grid(*case, 1000), grid(*case, 2000)
    return b + (b - a) / 3


print("# Generated by cash_dividends.py with numpy", np.__version__, "- the script says how.")
print("method,style,kind,spot,strike,time,rate,dividend_yield,volatility,dividends,price")
half = [(0.5, 7.0)]
cases = [("exact", style, kind, 100.0, k, 1.0, 0.06, 0.0, 0.3, [(u, 7.0)])
         for style, kind in (("european", "call"), ("european", "put"), ("american", "call"))
         for k in (70.0, 100.0, 130.0) for u in (0.0001, 0.5, 0.9999)]
cases += [("exact", "american", "call", 50.0, 45.0, 2.0, 0.03, 0.0, 0.2, [(1.3, 2.5)]),
          ("exact", "european", "put", 20.0, 25.0, 3.0, 0.02, 0.01, 0.6, [(1.0, 9.0)])]
quarterly = [(0.2, 1.5), (0.45, 1.5), (0.7, 1.5), (0.95, 1.5)]
cases += [("grid", "american", "put", 100.0, k, 1.0, 0.05, 0.0, 0.25, d)
          for k in (85.0, 100.0, 115.0) for d in ([(0.5, 2.0)], quarterly)]
cases += [("grid", "american", "call", 100.0, k, 1.0, 0.05, 0.0, 0.25, quarterly) for k in (85.0, 100.0, 115.0)]
cases += [("grid", "american", "call", 100.0, 95.0, 1.5, 0.03, 0.04, 0.35, [(0.4, 3.0), (0.9, 3.0)]),
          ("grid", "american", "put", 100.0, 110.0, 0.5, 0.08, 0.02, 0.15, [(0.1, 1.0), (0.35, 1.2)]),
          ("grid", "european", "call", 100.0, 100.0, 1.0, 0.06, 0.0, 0.3, half),
          ("grid", "american", "call", 100.0, 100.0, 1.0, 0.06, 0.0, 0.3, half)]
for method, style, kind, *rest in cases:
    of = exact if method == "exact" else extrapolated
    price = of(style, 1 if kind == "call" else -1, *rest)
    *terms, dividends = rest
    print(method, style, kind, *terms, " ".join(f"{u}:{d}" for u, d in dividends), repr(float(price)), sep=",", flush=True)
