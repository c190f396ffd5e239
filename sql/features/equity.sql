-- Price features of each stock and date, compared across the section of that date.
-- name: features.equity
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: curated.bars
-- lookahead: none: row t uses closes up to t, and z-scores the section of t only; trade on it after t's close
-- audits: unique(symbol, date), not_null(ret_1, mom_252_21, vol_60), row_count(0.9, 1.5), features_finite
-- owner: research
-- source: Jegadeesh & Titman (1993) momentum; Jegadeesh (1990) reversal; Wilder (1978) RSI

-- Three layers, because a window function cannot take another one's result in the same SELECT.
WITH returns AS (
  SELECT
    symbol,
    date,
    close,
    simple_return(close, n => 1) OVER (PARTITION BY symbol ORDER BY date) AS ret_1
  FROM curated.bars
),
trailing AS (
  SELECT
    symbol,
    date,
    ret_1,
    simple_return(close, n => 5)            OVER (PARTITION BY symbol ORDER BY date) AS ret_5,
    simple_return(close, n => 21)           OVER (PARTITION BY symbol ORDER BY date) AS ret_21,
    momentum(close, n => 126, skip => 21)   OVER (PARTITION BY symbol ORDER BY date) AS mom_126_21,
    momentum(close, n => 252, skip => 21)   OVER (PARTITION BY symbol ORDER BY date) AS mom_252_21,
    rolling_volatility(ret_1, n => 20)      OVER (PARTITION BY symbol ORDER BY date) AS vol_20,
    rolling_volatility(ret_1, n => 60)      OVER (PARTITION BY symbol ORDER BY date) AS vol_60,
    rsi(close, timeperiod => 14)            OVER (PARTITION BY symbol ORDER BY date) AS rsi_14
  FROM returns
),
-- Names without a full year of history are no part of the section.
complete AS (
  SELECT *
  FROM trailing
  WHERE mom_252_21 IS NOT NULL AND vol_60 IS NOT NULL AND rsi_14 IS NOT NULL
)
SELECT
  CAST(symbol AS VARCHAR)                                                  AS symbol,        -- ticker
  CAST(date AS DATE)                                                       AS date,          -- session whose close is the last one used
  CAST(ret_1 AS DOUBLE)                                                    AS ret_1,         -- return of 1 session, decimal
  CAST(ret_5 AS DOUBLE)                                                    AS ret_5,         -- return of 5 sessions, decimal
  CAST(ret_21 AS DOUBLE)                                                   AS ret_21,        -- return of 21 sessions, decimal
  CAST(mom_126_21 AS DOUBLE)                                               AS mom_126_21,    -- 6–1 month momentum, decimal
  CAST(mom_252_21 AS DOUBLE)                                               AS mom_252_21,    -- 12–1 month momentum, decimal
  CAST(vol_20 AS DOUBLE)                                                   AS vol_20,        -- volatility of 20 sessions, annualised decimal
  CAST(vol_60 AS DOUBLE)                                                   AS vol_60,        -- volatility of 60 sessions, annualised decimal
  CAST(rsi_14 AS DOUBLE)                                                   AS rsi_14,        -- relative strength index, 0 … 100
  CAST(zscore(ret_5) OVER (PARTITION BY date) AS DOUBLE)                   AS z_ret_5,       -- deviations from the section's mean
  CAST(zscore(ret_21) OVER (PARTITION BY date) AS DOUBLE)                  AS z_ret_21,      -- likewise
  CAST(zscore(mom_126_21) OVER (PARTITION BY date) AS DOUBLE)              AS z_mom_126_21,  -- likewise
  CAST(zscore(mom_252_21) OVER (PARTITION BY date) AS DOUBLE)              AS z_mom_252_21,  -- likewise
  CAST(zscore(vol_60) OVER (PARTITION BY date) AS DOUBLE)                  AS z_vol_60,      -- likewise
  CAST(zscore(rsi_14) OVER (PARTITION BY date) AS DOUBLE)                  AS z_rsi_14       -- likewise
FROM complete
ORDER BY symbol, date
