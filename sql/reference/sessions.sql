-- The trading sessions of the New York Stock Exchange, early closes and daylight saving included.
-- name: reference.sessions
-- version: 1
-- kind: table
-- grain: session
-- inputs: -
-- lookahead: none: scheduled hours; closures that were not scheduled (2001-09-11, 2012-10-29) are known afterwards
-- audits: bars_on_sessions
-- owner: research
-- source: NYSE Rule 7.2 and holiday notices

SELECT
  CAST(session AS DATE)          AS session,      -- the exchange's day
  open_at                        AS open_at,      -- first instant of continuous trading, UTC
  close_at                       AS close_at,     -- last instant of continuous trading, UTC
  CAST(early_close AS BOOLEAN)   AS early_close   -- ends before 16:00 New York
FROM trading_sessions('XNYS', DATE '1990-01-01', DATE '2022-12-31')
ORDER BY session
