-- What each stock did after each date: the first of take-profit, stop-loss and ten sessions.
-- name: labels.triple_barrier
-- version: 1
-- kind: table
-- grain: symbol, entry_date
-- inputs: curated.bars
-- lookahead: label: a row depends on closes up to its exit_date
-- audits: labels_in_order
-- owner: research
-- source: López de Prado (2018), Advances in Financial Machine Learning, ch. 3

SELECT
  CAST(symbol AS VARCHAR)      AS symbol,       -- ticker
  CAST(entry_date AS DATE)     AS entry_date,   -- session whose close is the entry price
  CAST(exit_date AS DATE)      AS exit_date,    -- session of the first touch, at most 10 later
  CAST(label AS SMALLINT)      AS label,        -- 1 take-profit, −1 stop-loss, 0 time
  CAST(outcome AS VARCHAR)     AS outcome,      -- 'tp', 'sl', 'time'
  CAST(ret AS DOUBLE)          AS ret,          -- return from entry to exit, decimal
  CAST(sigma AS DOUBLE)        AS sigma         -- volatility of one session at entry, decimal
FROM triple_barrier(TABLE curated.bars, tp_sigma => 2.0, sl_sigma => 2.0, max_h => 10, vol_window => 20)
ORDER BY symbol, entry_date
