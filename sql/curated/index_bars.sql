-- Daily closes of the S&P 500 price index, known a quarter of an hour after the session's close.
-- name: curated.index_bars
-- version: 1
-- kind: pit table
-- grain: symbol, date
-- inputs: tests/data/sp500_index.parquet
-- lookahead: none
-- audits: index_complete
-- owner: research
-- source: skfolio 1.12.2 (BSD-3), see tests/data/README.md

SELECT
  CAST('SPX' AS VARCHAR)                                    AS symbol,      -- the index
  CAST(date AS DATE)                                        AS date,        -- session, New York
  CAST(close AS DOUBLE)                                     AS close,       -- index points, without dividends
  session_close('XNYS', date) + INTERVAL '15 minutes'       AS known_at,    -- UTC
  'tests/data/sp500_index.parquet'                          AS source_uri   -- file loaded
FROM read_parquet('tests/data/sp500_index.parquet')
