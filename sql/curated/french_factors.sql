-- Monthly Fama–French factors from 1990, known a quarter of an hour after the month's last close.
-- name: curated.french_factors
-- version: 1
-- kind: pit table
-- grain: region, date
-- inputs: tests/data/french_factors.parquet, reference.sessions
-- lookahead: none: the library publishes weeks later, so a month's factors are known too early by the convention of the sample
-- owner: research
-- source: arch 8.0.0 (NCSA), Kenneth R. French data library, see tests/data/README.md

-- The calendar begins in 1990; the file's months from 1926 on stay in the file.
WITH last_sessions AS (
  SELECT max(session) AS session FROM reference.sessions GROUP BY date_trunc('month', session)
)
SELECT
  CAST('US' AS VARCHAR)                                     AS region,      -- the market
  CAST(s.session AS DATE)                                   AS date,        -- the month's last session
  CAST(f.mkt_rf AS DOUBLE)                                  AS mkt_rf,      -- market less the riskless rate, decimal a month
  CAST(f.smb AS DOUBLE)                                     AS smb,         -- small less big, decimal a month
  CAST(f.hml AS DOUBLE)                                     AS hml,         -- high less low book to market, decimal a month
  CAST(f.rf AS DOUBLE)                                      AS rf,          -- riskless rate, decimal a month
  session_close('XNYS', s.session) + INTERVAL '15 minutes'  AS known_at,    -- UTC
  'tests/data/french_factors.parquet'                       AS source_uri   -- file loaded
FROM read_parquet('tests/data/french_factors.parquet') AS f
JOIN last_sessions AS s ON date_trunc('month', s.session) = date_trunc('month', f.date)
