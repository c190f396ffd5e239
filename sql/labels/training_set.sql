-- Features beside the return that followed, less the average of the same date's stocks.
-- name: labels.training_set
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: features.equity, labels.triple_barrier
-- lookahead: label: alpha, ret and trade_ret depend on closes up to label_end
-- audits: unique(symbol, date), not_null(alpha, trade_ret, label_end)
-- owner: research
-- source: definition

-- Within ten sessions of the cut only the labels that touched a barrier exist, the volatile ones: let train_end lie
-- at least as far before it.
WITH traded AS (
  SELECT
    *,
    -- What is decided after the close of t trades at the close of t + 1 and earns from there, as in backtests.daily.
    lead(ret_1, 2) OVER (PARTITION BY symbol ORDER BY date) AS trade_ret,
    lead(date, 2)  OVER (PARTITION BY symbol ORDER BY date) AS trade_end
  FROM features.equity
)
SELECT
  CAST(f.symbol AS VARCHAR)                                                  AS symbol,       -- ticker
  CAST(f.date AS DATE)                                                       AS date,         -- session of the features and of the entry
  f.ret_1, f.ret_5, f.ret_21, f.mom_126_21, f.mom_252_21, f.vol_20, f.vol_60, f.rsi_14,       -- features.equity
  f.z_ret_5, f.z_ret_21, f.z_mom_126_21, f.z_mom_252_21, f.z_vol_60, f.z_rsi_14,              -- features.equity
  CAST(l.ret AS DOUBLE)                                                      AS ret,          -- return from entry to exit, decimal
  CAST(l.ret - avg(l.ret) OVER same_entry AS DOUBLE)                         AS alpha,        -- beyond the date's average, decimal
  CAST(f.trade_ret AS DOUBLE)                                                AS trade_ret,    -- return of the second session after date, decimal
  -- The average makes each alpha depend on the latest exit of its date, so purging must go by that.
  CAST(greatest(max(l.exit_date) OVER same_entry, f.trade_end) AS DATE)      AS label_end     -- last session the three depend on
FROM traded AS f
JOIN labels.triple_barrier AS l ON l.symbol = f.symbol AND l.entry_date = f.date
WHERE f.trade_ret IS NOT NULL
-- The order fixes the order of the sum, and with it the average's last bit.
WINDOW same_entry AS (
  PARTITION BY l.entry_date ORDER BY l.symbol ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
)
ORDER BY symbol, date
