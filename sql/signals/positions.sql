-- The weights each model's scores ask for, within the risk budget.
-- name: signals.positions
-- version: 1
-- kind: table
-- grain: model, symbol, date
-- inputs: signals.scores, features.equity, models.ridge, models.lightgbm
-- lookahead: none: covariances of date t use returns up to t; the barriers use the volatility at t
-- audits: weights_within_caps
-- owner: research
-- source: Grinold & Kahn (1999), ch. 14; Ledoit & Wolf (2003); Thorp (2006)

-- Dollar-neutral, 10 % volatility, decided anew each 5 sessions: half of the label's horizon of ten. In between
-- the last decision is repeated, and rebalanced tells the two apart, so that drift is not traded away daily.
WITH weights AS (
  SELECT 'ridge' AS model, *
  FROM build_portfolio(
    (SELECT symbol, date, score FROM signals.scores WHERE model = 'ridge'),
    returns => (SELECT symbol, date, ret_1 AS ret FROM features.equity),
    target_vol => 0.10, gross_cap => 1.5, name_cap => 0.15, cov_window => 126, rebalance => 5, kelly => 0.25
  )
  UNION ALL
  SELECT 'lightgbm' AS model, *
  FROM build_portfolio(
    (SELECT symbol, date, score FROM signals.scores WHERE model = 'lightgbm'),
    returns => (SELECT symbol, date, ret_1 AS ret FROM features.equity),
    target_vol => 0.10, gross_cap => 1.5, name_cap => 0.15, cov_window => 126, rebalance => 5, kelly => 0.25
  )
),
-- Root mean squared error of each model out of sample, in its cross-validation.
errors AS (
  SELECT 'ridge' AS model, sqrt(mse) AS rmse FROM ML.EVALUATE(MODEL ridge)
  UNION ALL
  SELECT 'lightgbm' AS model, sqrt(mse) AS rmse FROM ML.EVALUATE(MODEL lightgbm)
)
SELECT
  CAST(w.model AS VARCHAR)                       AS model,                -- the model
  CAST(w.symbol AS VARCHAR)                      AS symbol,               -- ticker
  CAST(w.date AS DATE)                           AS date,                 -- decided after this session's close
  CAST(w.target_w AS DOUBLE)                     AS target_w,             -- share of equity, negative when short
  CAST(10 AS INTEGER)                            AS horizon_days,         -- sessions, max_h of labels.triple_barrier
  CAST(w.score * 10000 AS DOUBLE)                AS expected_alpha_bps,   -- over the horizon
  -- The chance that the sign is right if errors are normal with the model's error (logistic approximation).
  CAST(1 / (1 + exp(-1.702 * abs(w.score) / e.rmse)) AS DOUBLE) AS conf,  -- 0.5 … 1
  -- Barriers of labels.triple_barrier: two volatilities of one session.
  CAST(2.0 * f.vol_20 / sqrt(252) * 10000 AS DOUBLE) AS tp_bps,           -- distance from the entry price
  CAST(2.0 * f.vol_20 / sqrt(252) * 10000 AS DOUBLE) AS sl_bps,           -- distance from the entry price
  CAST(w.portfolio_vol AS DOUBLE)                AS portfolio_vol,        -- of the whole portfolio before the fact, annualised decimal
  CAST(w.kelly_fraction AS DOUBLE)               AS kelly_fraction,       -- of the growth-optimal portfolio
  CAST(w.binding AS VARCHAR)                     AS binding,              -- what keeps the position from being larger
  (dense_rank() OVER (PARTITION BY w.model ORDER BY w.date) - 1) % 5 = 0 AS rebalanced  -- decided on this date
FROM weights AS w
JOIN errors AS e ON e.model = w.model
JOIN features.equity AS f ON f.symbol = w.symbol AND f.date = w.date
ORDER BY model, symbol, date
