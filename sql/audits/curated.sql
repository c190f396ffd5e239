-- Checks the loaded prices before anything is computed from them.
-- name: audits.curated
-- version: 1
-- kind: script
-- inputs: curated.bars, curated.index_bars, reference.sessions
-- lookahead: none
-- audits: bars_on_sessions, bars_complete, index_complete
-- owner: research
-- source: definition

-- Prices are positive numbers on days the exchange was open.
AUDIT (name => 'bars_on_sessions') AS
SELECT b.symbol, b.date, b.close
FROM curated.bars AS b
LEFT JOIN reference.sessions AS s ON s.session = b.date
WHERE s.session IS NULL OR b.close IS NULL OR isnan(b.close) OR b.close <= 0;

-- No name lacks a session between its first and its last bar.
AUDIT (name => 'bars_complete') AS
WITH spans AS (
  SELECT symbol, min(date) AS first_date, max(date) AS last_date, count(*) AS bars
  FROM curated.bars
  GROUP BY symbol
)
SELECT p.symbol, p.first_date, p.last_date, p.bars, count(*) AS sessions
FROM spans AS p
JOIN reference.sessions AS s ON s.session BETWEEN p.first_date AND p.last_date
GROUP BY p.symbol, p.first_date, p.last_date, p.bars
HAVING count(*) <> p.bars;

-- The benchmark has a close on each date of the stocks.
AUDIT (name => 'index_complete') AS
SELECT DISTINCT b.date
FROM curated.bars AS b
LEFT JOIN curated.index_bars AS i ON i.date = b.date
WHERE i.date IS NULL;
