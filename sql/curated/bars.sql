-- Daily adjusted closes of 20 US stocks, known a quarter of an hour after the session's close.
-- name: curated.bars
-- version: 1
-- kind: pit table
-- grain: symbol, date
-- inputs: tests/data/stocks_adjusted_close.parquet
-- lookahead: none: levels embed later splits and dividends, so use ratios of closes only; the 20 names are survivors
-- audits: bars_on_sessions, bars_complete
-- owner: research
-- source: skfolio 1.12.2 (BSD-3), see tests/data/README.md

-- The event time is the grain's last column. A date without a session has no close and so no
-- known_at, which a point-in-time table refuses.
SELECT
  CAST(symbol AS VARCHAR)                                   AS symbol,      -- ticker
  CAST(date AS DATE)                                        AS date,        -- session, New York
  CAST(close AS DOUBLE)                                     AS close,       -- USD a share, adjusted
  session_close('XNYS', date) + INTERVAL '15 minutes'       AS known_at,    -- UTC
  'tests/data/stocks_adjusted_close.parquet'                AS source_uri   -- file loaded
FROM read_parquet('tests/data/stocks_adjusted_close.parquet')
