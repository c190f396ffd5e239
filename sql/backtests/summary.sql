-- Each model's out-of-sample figures net of costs, deflated for all the trials that were counted.
-- name: backtests.summary
-- version: 1
-- kind: table
-- grain: model
-- inputs: backtests.daily, models.ridge, models.lightgbm
-- lookahead: full: an evaluation
-- audits: probabilities_in_range
-- owner: research
-- source: Bailey & López de Prado (2014), The Deflated Sharpe Ratio

-- The best of all trials of both models is what would be shown, so both models' trials count for each.
-- A trial's Sharpe ratio is of one session's returns, as net_return is, so their variance needs no rescaling.
WITH trials AS (
  SELECT sharpe FROM ML.TRIAL_INFO(MODEL ridge)
  UNION ALL
  SELECT sharpe FROM ML.TRIAL_INFO(MODEL lightgbm)
),
counted AS (
  SELECT CAST(count(*) AS DOUBLE) AS n_trials, var_samp(sharpe) AS trial_variance FROM trials
),
evaluated AS (
  SELECT 'ridge' AS model, pbo FROM ML.EVALUATE(MODEL ridge)
  UNION ALL
  SELECT 'lightgbm' AS model, pbo FROM ML.EVALUATE(MODEL lightgbm)
)
SELECT
  CAST(d.model AS VARCHAR)                                                        AS model,         -- the model
  CAST(min(d.date) AS DATE)                                                       AS first_date,    -- first session
  CAST(max(d.date) AS DATE)                                                       AS last_date,     -- last session
  CAST(sharpe_ratio(d.net_return) AS DOUBLE)                                      AS net_sharpe,    -- annualised
  CAST(sharpe_ratio(d.gross_return) AS DOUBLE)                                    AS gross_sharpe,  -- annualised
  CAST(sortino_ratio(d.net_return) AS DOUBLE)                                     AS sortino,       -- annualised
  CAST(cagr(d.net_return, d.date) AS DOUBLE)                                      AS cagr,          -- a year, decimal
  CAST(stddev_samp(d.net_return) * sqrt(252) AS DOUBLE)                           AS volatility,    -- annualised decimal
  CAST(max_drawdown(d.net_return, d.date) AS DOUBLE)                              AS max_drawdown,  -- share of the peak, ≥ 0
  CAST(probabilistic_sharpe_ratio(d.net_return) AS DOUBLE)                        AS psr,           -- probability
  CAST(deflated_sharpe_ratio(d.net_return, c.n_trials, c.trial_variance) AS DOUBLE) AS dsr,         -- probability
  CAST(max(e.pbo) AS DOUBLE)                                                      AS pbo,           -- probability
  CAST(avg(d.turnover) * 252 AS DOUBLE)                                           AS turnover,      -- traded value a year over capital
  CAST(avg(d.cost_return) * 252 * 10000 AS DOUBLE)                                AS cost_bps,      -- spread, commission, impact a year
  CAST(avg(d.borrow_return) * 252 * 10000 AS DOUBLE)                              AS borrow_bps,    -- a year
  CAST(max(c.n_trials) AS BIGINT)                                                 AS n_trials       -- counted by the engine
FROM backtests.daily AS d
JOIN evaluated AS e ON e.model = d.model
CROSS JOIN counted AS c
GROUP BY d.model
ORDER BY model
