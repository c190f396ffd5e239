-- Queries that see the future. Above each: a part of what EXPLAIN PIT says it sees.

-- the row 1 later
SELECT ts, lead(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
-- the row 5 later
SELECT ts, lead(close, 5) OVER (PARTITION BY symbol ORDER BY ts) - close FROM bars;
-- the row 2 later
SELECT ts, lag(close, -2) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
-- the row 1 later
SELECT ts, lag(close) OVER (PARTITION BY symbol ORDER BY ts DESC) FROM bars;
-- ends 3 FOLLOWING
SELECT ts, sum(close) OVER (PARTITION BY symbol ORDER BY ts ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM bars;
-- ends 1 FOLLOWING
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM bars;
-- ends UNBOUNDED FOLLOWING
SELECT ts, max(close) OVER (PARTITION BY symbol ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM bars;
-- ends 1 FOLLOWING
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM bars;
-- rows up to 2 hours after its own
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts RANGE BETWEEN CURRENT ROW AND INTERVAL '2 hours' FOLLOWING) FROM bars;
-- begins UNBOUNDED PRECEDING, in descending time
SELECT ts, close / first_value(close) OVER (PARTITION BY symbol ORDER BY ts DESC ROWS UNBOUNDED PRECEDING) FROM bars;
-- begins UNBOUNDED PRECEDING, in descending time
SELECT ts, sum(volume) OVER (PARTITION BY symbol ORDER BY ts DESC) FROM bars;
-- begins 3 PRECEDING, in descending time
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts DESC ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM bars;
-- all rows of the partition
SELECT ts, close / avg(close) OVER (PARTITION BY symbol) FROM bars;
-- all rows of the partition
SELECT ts, close - avg(close) OVER () FROM bars;
-- all rows of the partition
SELECT ts, count(*) OVER (PARTITION BY symbol) FROM bars;
-- all rows of the partition
SELECT ts, last_value(close) OVER (PARTITION BY symbol) FROM bars;
-- an order that is not that of time
SELECT ts, row_number() OVER (ORDER BY close) FROM bars;
-- an order that is not that of time
SELECT ts, rank() OVER (PARTITION BY symbol ORDER BY close DESC) FROM bars;
-- an order that is not that of time
SELECT ts, sum(volume) OVER (ORDER BY symbol, ts) FROM bars;
-- how many rows come later
SELECT ts, row_number() OVER (PARTITION BY symbol ORDER BY ts DESC) FROM bars;
-- how many rows the partition has
SELECT ts, ntile(10) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
-- an order that is not that of time
SELECT ts, percent_rank() OVER (ORDER BY close) FROM bars;
-- how many rows the partition has
SELECT ts, cume_dist() OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
-- rows up to 1 day after its own
SELECT ts, avg(close) OVER (PARTITION BY symbol, date_trunc('day', ts)) FROM bars;
-- rows up to 7 days after its own
SELECT ts, max(close) OVER (PARTITION BY symbol, date_trunc('week', ts) ORDER BY ts ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM bars;
-- rows up to 1 day after its own
SELECT ts, sum(volume) OVER (PARTITION BY symbol ORDER BY CAST(ts AS DATE)) FROM bars;
-- rows up to 1 month after its own
SELECT date, avg(close) OVER (PARTITION BY symbol, date_trunc('month', date)) FROM daily;
-- ends 1 FOLLOWING
SELECT date, corr(close, volume) OVER (PARTITION BY symbol ORDER BY date ROWS BETWEEN 20 PRECEDING AND 1 FOLLOWING) FROM daily;
-- which come first in descending time
SELECT date, momentum(close, 5, 1) OVER (PARTITION BY symbol ORDER BY date DESC) FROM daily;
-- all rows of the group
SELECT ts, close - (SELECT avg(close) FROM bars) FROM bars;
-- all rows of the group
SELECT ts, (close - (SELECT avg(close) FROM bars)) / (SELECT stddev(close) FROM bars) AS z FROM bars;
-- all rows of the group
SELECT b.ts, b.close, (SELECT max(h.close) FROM bars h WHERE h.symbol = b.symbol) FROM bars b;
-- all rows of the group
SELECT b.ts, (SELECT max(h.close) FROM bars h WHERE h.symbol = b.symbol AND h.ts >= b.ts) FROM bars b;
-- all rows of the group
SELECT b.ts, (SELECT avg(h.close) FROM bars h WHERE h.symbol = b.symbol AND h.ts <= b.ts + INTERVAL '1 day') FROM bars b;
-- a subquery
SELECT ts, close FROM bars b WHERE EXISTS (SELECT 1 FROM quotes q WHERE q.symbol = b.symbol AND q.ts > b.ts);
-- a subquery
SELECT ts, close FROM bars b WHERE NOT EXISTS (SELECT 1 FROM quotes q WHERE q.symbol = b.symbol AND q.ts > b.ts AND q.bid < 45);
-- a subquery
SELECT ts, close FROM bars WHERE symbol IN (SELECT symbol FROM bars WHERE close > 150);
-- a subquery
SELECT ts, close FROM bars WHERE symbol NOT IN (SELECT symbol FROM quotes);
-- all rows of the group
SELECT ts, close FROM bars WHERE close > (SELECT avg(close) FROM bars);
-- the row 1 later
SELECT ts, close FROM (SELECT ts, close, lead(close) OVER (PARTITION BY symbol ORDER BY ts) AS n FROM bars) WHERE n > close;
-- the row 1 later
SELECT ts, CASE WHEN lead(close) OVER (PARTITION BY symbol ORDER BY ts) > close THEN 1 ELSE 0 END AS up FROM bars;
-- the row 1 later
SELECT ts, next FROM next_close;
-- the row 1 later
SELECT s.ts, s.sma, n.next FROM sma s JOIN next_close n ON n.symbol = s.symbol AND n.ts = s.ts;
-- the row 1 later
SELECT ts, avg(next) OVER (PARTITION BY symbol ORDER BY ts ROWS 5 PRECEDING) FROM next_close;
-- the row 1 later
SELECT ts, sum(next) FROM next_close GROUP BY ts;
-- all rows of the group
WITH s AS (SELECT symbol, avg(close) AS mu, stddev(close) AS sd FROM bars GROUP BY symbol)
SELECT b.ts, (b.close - s.mu) / s.sd AS z FROM bars b JOIN s ON b.symbol = s.symbol;
-- GROUP BY without the event time
SELECT b.ts, b.close FROM bars b JOIN (SELECT symbol FROM bars GROUP BY symbol HAVING max(close) > 150) u ON u.symbol = b.symbol;
-- GROUP BY without the event time
SELECT b.ts, b.close FROM bars b JOIN (SELECT symbol FROM bars GROUP BY symbol HAVING count(*) > 150) u ON u.symbol = b.symbol;
-- rows of q at any time after ts
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol;
-- rows of q at any time after ts
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts > b.ts;
-- rows of q at any time after ts
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts >= b.ts;
-- rows of q that end up to 1 hour after ts
SELECT b.ts, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts BETWEEN b.ts AND b.ts + INTERVAL '1 hour';
-- rows of q that end up to 1 hour after ts
SELECT b.ts, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts - INTERVAL '1 hour' <= b.ts;
-- rows of q that end up to 1 day after ts
SELECT b.ts, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND date_trunc('day', q.ts) = date_trunc('day', b.ts);
-- rows of q at any time after ts
SELECT b.ts, b.close, q.bid FROM bars b, quotes q WHERE b.symbol = q.symbol;
-- rows of q at any time after ts
SELECT b.ts, q.bid FROM bars b CROSS JOIN quotes q;
-- rows of q at any time after ts
SELECT b.ts, b.close FROM bars b LEFT JOIN quotes q ON q.symbol = b.symbol AND q.ts > b.ts;
-- rows of q at any time after ts
SELECT b.ts, q.bid IS NULL AS last FROM bars b LEFT JOIN quotes q ON q.symbol = b.symbol AND q.ts > b.ts;
-- rows of b at any time after ts
SELECT q.ts, q.bid, b.close FROM bars b RIGHT JOIN quotes q ON q.symbol = b.symbol AND b.ts > q.ts;
-- rows of bars at any time after ts
SELECT quotes.ts FROM quotes LEFT SEMI JOIN bars ON quotes.symbol = bars.symbol;
-- rows of d that end up to 1 day after ts
SELECT b.ts, b.close / d.close FROM bars b JOIN daily d ON d.symbol = b.symbol AND d.date = CAST(b.ts AS DATE);
-- rows of d that end up to 1 day after ts
SELECT b.ts, d.close FROM bars b JOIN daily d ON d.symbol = b.symbol AND d.date <= b.ts;
-- rows of d that end up to 1 day after ts
SELECT b.ts, d.close FROM bars b ASOF JOIN daily d MATCH_CONDITION (b.ts >= d.date) ON d.symbol = b.symbol;
-- rows of q at any time after ts
SELECT b.ts, q.bid FROM bars b ASOF JOIN quotes q MATCH_CONDITION (b.ts <= q.ts) ON q.symbol = b.symbol;
-- rows of q at any time after ts
SELECT b.ts, q.bid FROM bars b ASOF JOIN quotes q MATCH_CONDITION (b.ts < q.ts) ON q.symbol = b.symbol;
-- rows of q that end up to 1 minute after ts
SELECT b.ts, q.bid FROM bars b ASOF JOIN quotes q MATCH_CONDITION (b.ts <= q.ts) TOLERANCE INTERVAL '1 minute' ON q.symbol = b.symbol;
-- rows of q at any time after ts
SELECT b.ts, q.bid FROM bars b ASOF JOIN quotes q MATCH_CONDITION (NEAREST(b.ts, q.ts)) ON q.symbol = b.symbol;
-- rows of q that end up to 1 hour after ts
SELECT b.ts, h."offset", q.bid FROM bars b HORIZON JOIN quotes q MATCH_CONDITION (b.ts >= q.ts) ON q.symbol = b.symbol
  RANGE FROM 0m TO 60m STEP 10m AS h;
-- rows of q that end up to 5 minutes after ts
SELECT b.ts, q.bid FROM bars b WINDOW JOIN quotes q MATCH_CONDITION (b.ts >= q.ts) ON q.symbol = b.symbol
  RANGE BETWEEN 5 minutes PRECEDING AND 5 minutes FOLLOWING;
-- rows of m that end up to 1 month after ts
SELECT b.ts, m.c FROM bars b JOIN (SELECT symbol, date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.month = date_trunc('month', b.ts);
-- rows of m that end up to 1 month after ts
SELECT b.ts, m.c FROM bars b JOIN (SELECT symbol, date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.month <= b.ts;
-- rows of m that end up to 1 day after ts
SELECT b.ts, m.c FROM bars b ASOF JOIN (SELECT symbol, date_trunc('day', ts) AS day, avg(close) AS c FROM bars GROUP BY 1, 2) m
  MATCH_CONDITION (b.ts >= m.day) ON m.symbol = b.symbol;
-- rows of m that end up to 6 hours after ts
SELECT b.ts, m.high FROM bars b JOIN (SELECT symbol, date_bin(INTERVAL '6 hours', ts) AS bin, max(close) AS high FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.bin = date_bin(INTERVAL '6 hours', b.ts);
-- the first rows by
SELECT ts, close FROM (SELECT ts, close FROM bars ORDER BY close DESC LIMIT 10);
-- the first rows by
SELECT ts, avg(close) FROM (SELECT ts, close FROM bars ORDER BY ts DESC LIMIT 1000) GROUP BY ts;
-- LIMIT without ORDER BY
SELECT ts, close FROM (SELECT ts, close FROM bars LIMIT 10) WHERE close > 0;
-- the first rows by
SELECT b.ts, b.close FROM bars b WHERE b.symbol IN (SELECT symbol FROM bars ORDER BY volume DESC LIMIT 10);
-- the first rows by
SELECT DISTINCT ON (symbol) symbol, ts, close FROM bars ORDER BY symbol, ts DESC;
-- LATEST ON
SELECT ts, close FROM bars LATEST ON ts PARTITION BY symbol;
-- LATEST ON
SELECT b.ts, l.close FROM bars b JOIN (SELECT symbol, close, ts FROM bars LATEST ON ts PARTITION BY symbol) l ON l.symbol = b.symbol;
-- the row 1 later
SELECT ts, close FROM bars UNION ALL SELECT ts, lead(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
-- rows whose times are in different columns
SELECT ts, close FROM bars UNION ALL SELECT NULL, bid FROM quotes;
-- the recursive query
WITH RECURSIVE r AS (SELECT symbol, ts, close, 1 AS n FROM bars UNION ALL
  SELECT b.symbol, r.ts, b.close, r.n + 1 FROM r JOIN bars b ON b.symbol = r.symbol AND b.ts > r.ts WHERE r.n < 2) SELECT ts, close FROM r;
-- GROUP BY without the event time
SELECT b.ts, t.total FROM bars b JOIN (SELECT symbol, sum(volume) AS total FROM bars GROUP BY ROLLUP (symbol, ts)) t ON t.symbol = b.symbol;
-- all rows of the group
SELECT ts, symbol FROM bars INTERSECT SELECT ts, symbol FROM quotes WHERE bid > (SELECT avg(bid) FROM quotes);
-- rows of e at any time after date
SELECT d.date, e.eps FROM daily d JOIN eps e ON e.symbol = d.symbol;
-- 1 day before it is over
SELECT ts - INTERVAL '1 day' AS ts, close FROM bars;
-- 1 month before it is over
SELECT date_trunc('month', ts) - INTERVAL '1 month' AS month, avg(close) FROM bars GROUP BY 1;
-- rows of m that end up to 6 hours after ts
SELECT b.ts, m.high FROM bars b JOIN (SELECT symbol, time_bucket(INTERVAL '6 hours', ts) AS bin, max(close) AS high FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.bin = time_bucket(INTERVAL '6 hours', b.ts);
-- rows of m that end up to 7 days after ts
SELECT b.ts, m.high FROM bars b JOIN (SELECT symbol, time_bucket(INTERVAL '1 week', ts) AS bin, max(close) AS high FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.bin <= b.ts;
-- rows up to 1 day after its own
SELECT ts, avg(close) OVER (PARTITION BY symbol, time_bucket(INTERVAL '1 day', ts, INTERVAL '9 hours')) FROM bars;
-- rows of m that end up to 6 hours after ts
SELECT b.ts, m.high FROM bars b JOIN (SELECT symbol, ts, max(close) AS high FROM bars SAMPLE BY 6h) m
  ON m.symbol = b.symbol AND m.ts <= b.ts;
-- rows of m that end up to 1 day after ts
SELECT b.ts, m.c FROM bars b ASOF JOIN (SELECT symbol, ts, last(close) AS c FROM bars SAMPLE BY 1d) m
  MATCH_CONDITION (b.ts >= m.ts) ON m.symbol = b.symbol;
-- rows of m that end up to 1 month after date
SELECT b.date, m.c FROM daily b ASOF JOIN (SELECT symbol, date, last(close) AS c FROM daily SAMPLE BY 1M) m
  MATCH_CONDITION (b.date >= m.date) ON m.symbol = b.symbol;
-- whether a later bucket of its key comes
SELECT symbol, ts, last(close) AS c FROM bars SAMPLE BY 1h FILL (PREV);
-- 1 day before it is over
SELECT ts - INTERVAL '1 day' AS ts, c FROM (SELECT ts, last(close) AS c FROM bars SAMPLE BY 1h);
-- the row 1 later
SELECT ts, close FROM (SELECT ts, close, unnest(range(0, CASE WHEN lead(close) OVER (PARTITION BY symbol ORDER BY ts) > close THEN 2 ELSE 1 END)) AS i FROM bars);
