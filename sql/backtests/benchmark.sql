-- What holding the same stocks in equal parts, or the index, would have brought over the same sessions.
-- name: backtests.benchmark
-- version: 3
-- kind: table
-- grain: date
-- inputs: features.equity, curated.index_bars, backtests.daily
-- lookahead: none
-- owner: research
-- source: definition

-- Equal weights are set anew each session, without costs. They share the survivorship of the 20 names
-- with the models, which the index does not.
WITH index_returns AS (
  SELECT date, simple_return(close, n => 1) OVER (PARTITION BY symbol ORDER BY date) AS ret
  FROM curated.index_bars
),
equal_weight AS (
  SELECT date, avg(ret_1) AS ret
  FROM features.equity
  GROUP BY date
),
sessions AS (
  SELECT DISTINCT date FROM backtests.daily
)
SELECT
  CAST(s.date AS DATE)     AS date,               -- session
  CAST(e.ret AS DOUBLE)    AS equal_weight_ret,   -- decimal, dividends included
  CAST(i.ret AS DOUBLE)    AS index_ret           -- decimal, without dividends
FROM sessions AS s
JOIN equal_weight AS e ON e.date = s.date
JOIN index_returns AS i ON i.date = s.date
ORDER BY date
