-- Daily bars of the S&P 500 with volume, known a quarter of an hour after the session's close.
-- name: curated.sp500_bars
-- version: 1
-- kind: pit table
-- grain: symbol, date
-- inputs: tests/data/sp500_ohlcv.parquet
-- lookahead: none
-- owner: research
-- source: arch 8.0.0 (NCSA), see tests/data/README.md

SELECT
  CAST('SPX' AS VARCHAR)                                    AS symbol,      -- the index
  CAST(date AS DATE)                                        AS date,        -- session, New York
  CAST(open AS DOUBLE)                                      AS open,        -- index points
  CAST(high AS DOUBLE)                                      AS high,        -- index points
  CAST(low AS DOUBLE)                                       AS low,         -- index points
  CAST(close AS DOUBLE)                                     AS close,       -- index points
  CAST(volume AS BIGINT)                                    AS volume,      -- shares of all members
  session_close('XNYS', date) + INTERVAL '15 minutes'       AS known_at,    -- UTC
  'tests/data/sp500_ohlcv.parquet'                          AS source_uri   -- file loaded
FROM read_parquet('tests/data/sp500_ohlcv.parquet')
