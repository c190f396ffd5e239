-- Daily closes of the VIX, known a quarter of an hour after the session's close.
-- name: curated.vix
-- version: 1
-- kind: pit table
-- grain: symbol, date
-- inputs: tests/data/vix.parquet
-- lookahead: none
-- owner: research
-- source: arch 8.0.0 (NCSA), see tests/data/README.md

SELECT
  CAST('VIX' AS VARCHAR)                                    AS symbol,      -- the index
  CAST(date AS DATE)                                        AS date,        -- session, New York
  CAST(vix AS DOUBLE)                                       AS vix,         -- implied volatility of 30 days, percent a year
  session_close('XNYS', date) + INTERVAL '15 minutes'       AS known_at,    -- UTC
  'tests/data/vix.parquet'                                  AS source_uri   -- file loaded
FROM read_parquet('tests/data/vix.parquet')
