-- What holding each model's positions would have brought, session by session, net of costs.
-- name: backtests.daily
-- version: 1
-- kind: table
-- grain: model, date
-- inputs: signals.positions, curated.bars
-- lookahead: none: weights decided after the close of t trade at the close of t + 1
-- params: adv DOUBLE = 500000000
-- audits: equity_positive
-- owner: research
-- source: Almgren, Thum, Hauptmann & Li (2005) for impact; costs are assumptions, see below

-- The sample has no volumes: adv is one figure for all names and years, USD a session. With 10 million USD of capital
-- trades stay far below the participation cap, so impact is small and the half-spread is what counts.
-- Two basis points of half-spread suit large US names after 2001; shorts pay half a percent a year.
SELECT
  CAST('ridge' AS VARCHAR)          AS model,           -- the model
  CAST(date AS DATE)                AS date,            -- session
  CAST(equity AS DOUBLE)            AS equity,          -- USD after the session
  CAST(gross_return AS DOUBLE)      AS gross_return,    -- before costs, decimal
  CAST(cost_return AS DOUBLE)       AS cost_return,     -- spread, commission and impact, decimal, ≥ 0
  CAST(borrow_return AS DOUBLE)     AS borrow_return,   -- borrow on shorts, decimal, ≥ 0
  CAST(net_return AS DOUBLE)        AS net_return,      -- gross − cost − borrow
  CAST(turnover AS DOUBLE)          AS turnover,        -- traded value over the previous equity
  CAST(gross_exposure AS DOUBLE)    AS gross_exposure,  -- Σ|position| over equity
  CAST(net_exposure AS DOUBLE)      AS net_exposure,    -- Σ position over equity
  CAST(drawdown AS DOUBLE)          AS drawdown,        -- share of the highest equity so far that is lost
  CAST(n_trades AS BIGINT)          AS n_trades         -- names traded
FROM backtest(
  (SELECT symbol, date, target_w FROM signals.positions WHERE model = 'ridge' AND rebalanced),
  prices => (SELECT symbol, date, close, $adv AS adv FROM curated.bars), adv_usd => adv,
  capital => 10000000.0, half_spread_bps => 2.0, commission_bps => 0.5, impact_eta => 0.142,
  max_participation => 0.10, borrow_rate => 0.005, lag => 1
)
UNION ALL
SELECT
  CAST('lightgbm' AS VARCHAR)       AS model,
  CAST(date AS DATE)                AS date,
  CAST(equity AS DOUBLE)            AS equity,
  CAST(gross_return AS DOUBLE)      AS gross_return,
  CAST(cost_return AS DOUBLE)       AS cost_return,
  CAST(borrow_return AS DOUBLE)     AS borrow_return,
  CAST(net_return AS DOUBLE)        AS net_return,
  CAST(turnover AS DOUBLE)          AS turnover,
  CAST(gross_exposure AS DOUBLE)    AS gross_exposure,
  CAST(net_exposure AS DOUBLE)      AS net_exposure,
  CAST(drawdown AS DOUBLE)          AS drawdown,
  CAST(n_trades AS BIGINT)          AS n_trades
FROM backtest(
  (SELECT symbol, date, target_w FROM signals.positions WHERE model = 'lightgbm' AND rebalanced),
  prices => (SELECT symbol, date, close, $adv AS adv FROM curated.bars), adv_usd => adv,
  capital => 10000000.0, half_spread_bps => 2.0, commission_bps => 0.5, impact_eta => 0.142,
  max_participation => 0.10, borrow_rate => 0.005, lag => 1
)
ORDER BY model, date
