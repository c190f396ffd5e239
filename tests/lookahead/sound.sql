-- Queries that look as if they saw the future, and do not.

SELECT ts, close FROM bars;
SELECT * FROM bars;
SELECT * FROM daily WHERE date >= '2020-01-01';
SELECT ts, lag(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, lag(close, 5) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, lag(close, 0) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, lead(close, -1) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, lead(close) OVER (PARTITION BY symbol ORDER BY ts DESC) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts ROWS 20 PRECEDING) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, sum(volume) OVER (ORDER BY ts) FROM bars;
SELECT ts, sum(volume) OVER (ORDER BY ts, symbol ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts ROWS BETWEEN 20 PRECEDING AND 1 PRECEDING) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND CURRENT ROW) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts GROUPS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM bars;
SELECT ts, first_value(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, last_value(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, nth_value(close, 3) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts DESC ROWS BETWEEN CURRENT ROW AND 3 FOLLOWING) FROM bars;
SELECT ts, max(close) OVER (PARTITION BY symbol ORDER BY ts DESC ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM bars;
SELECT ts, row_number() OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, rank() OVER (PARTITION BY ts ORDER BY close DESC) FROM bars;
SELECT ts, ntile(10) OVER (PARTITION BY ts ORDER BY close) FROM bars;
SELECT ts, percent_rank() OVER (PARTITION BY ts ORDER BY close) FROM bars;
SELECT ts, cume_dist() OVER (PARTITION BY ts ORDER BY volume DESC) FROM bars;
SELECT ts, close / avg(close) OVER (PARTITION BY ts) FROM bars;
SELECT ts, close - avg(close) OVER (PARTITION BY ts ORDER BY symbol ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM bars;
SELECT ts, max(close) OVER (PARTITION BY symbol, ts) FROM bars;
SELECT date, avg(close) OVER (PARTITION BY date_trunc('day', date)) FROM daily;
SELECT date, momentum(close, 5, 1) OVER (PARTITION BY symbol ORDER BY date) FROM daily;
SELECT date, rsi(close) OVER (PARTITION BY symbol ORDER BY date) FROM daily;
SELECT date, corr(close, volume) OVER (PARTITION BY symbol ORDER BY date ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) FROM daily;
SELECT count(*) FROM bars;
SELECT symbol, avg(close), stddev(close) FROM bars GROUP BY symbol;
SELECT symbol, max(ts) FROM bars GROUP BY symbol;
SELECT ts, avg(close), count(*) FROM bars GROUP BY ts;
SELECT symbol, ts, max(close) FROM bars GROUP BY symbol, ts;
SELECT date_trunc('month', ts) AS month, avg(close) FROM bars GROUP BY 1;
SELECT symbol, date_bin(INTERVAL '5 minutes', ts) AS bin, max(close), min(close), sum(volume) FROM bars GROUP BY 1, 2;
SELECT CAST(ts AS DATE) AS day, sum(volume) FROM bars GROUP BY 1;
SELECT ts, avg(close) FROM bars GROUP BY ts HAVING count(*) > 2;
SELECT month, avg(c) OVER (ORDER BY month ROWS 11 PRECEDING)
  FROM (SELECT date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1);
SELECT month, lag(c) OVER (ORDER BY month) FROM (SELECT date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1);
SELECT b.ts, m.c FROM bars b JOIN (SELECT symbol, date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.month + INTERVAL '1 month' <= b.ts;
SELECT b.ts, m.c FROM bars b JOIN (SELECT symbol, date_trunc('month', ts) AS month, avg(close) AS c FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.month < date_trunc('month', b.ts);
SELECT b.ts, m.c FROM bars b JOIN (SELECT symbol, date_trunc('month', ts) + INTERVAL '1 month' AS month_end, avg(close) AS c FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.month_end = date_trunc('month', b.ts);
SELECT b.ts, m.c FROM bars b ASOF JOIN (SELECT symbol, date_trunc('day', ts) + INTERVAL '1 day' AS day_end, avg(close) AS c FROM bars GROUP BY 1, 2) m
  MATCH_CONDITION (b.ts >= m.day_end) ON m.symbol = b.symbol;
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND b.ts = q.ts;
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q USING (symbol, ts);
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts <= b.ts;
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts < b.ts;
SELECT b.ts, b.close, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND b.ts >= q.ts AND b.ts < q.ts + INTERVAL '1 hour';
SELECT b.ts, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts BETWEEN b.ts - INTERVAL '1 hour' AND b.ts;
SELECT b.ts, q.bid FROM bars b JOIN quotes q ON b.symbol = q.symbol AND q.ts + INTERVAL '1 hour' <= b.ts;
SELECT b.ts, q.bid FROM bars b, quotes q WHERE b.symbol = q.symbol AND q.ts <= b.ts;
SELECT b.ts, q.bid FROM bars b CROSS JOIN quotes q WHERE q.ts <= b.ts;
SELECT b.ts, q.bid FROM bars b LEFT JOIN quotes q ON b.symbol = q.symbol AND q.ts <= b.ts;
SELECT q.ts, q.bid, b.close FROM bars b RIGHT JOIN quotes q ON q.symbol = b.symbol AND b.ts <= q.ts;
SELECT coalesce(b.ts, q.ts) AS ts, b.close, q.bid FROM bars b FULL JOIN quotes q ON b.symbol = q.symbol AND b.ts = q.ts;
SELECT b.ts, x.close FROM bars b JOIN bars x ON x.ts = b.ts AND x.symbol <> b.symbol;
SELECT b.ts, q.bid, p.bid FROM bars b JOIN quotes q ON q.symbol = b.symbol AND q.ts <= b.ts JOIN quotes p ON p.symbol = q.symbol AND p.ts <= q.ts;
SELECT b.ts, s.sector, b.close FROM bars b JOIN sectors s ON s.symbol = b.symbol;
SELECT b.ts, b.close FROM bars b LEFT ANTI JOIN sectors s ON s.symbol = b.symbol;
SELECT b.ts, d.close FROM bars b JOIN daily d ON d.symbol = b.symbol AND d.date < CAST(b.ts AS DATE);
SELECT b.ts, d.close FROM bars b JOIN daily d ON d.symbol = b.symbol AND d.date + INTERVAL '1 day' = date_trunc('day', b.ts);
SELECT b.ts, d.close FROM bars b ASOF JOIN daily d MATCH_CONDITION (CAST(b.ts AS DATE) > d.date) ON d.symbol = b.symbol;
SELECT b.ts, d.close FROM bars b ASOF JOIN daily d MATCH_CONDITION (b.ts >= d.known_at) ON d.symbol = b.symbol;
SELECT d.date, e.eps FROM daily d JOIN eps e ON e.symbol = d.symbol AND e.period <= d.date;
SELECT b.ts, q.bid FROM bars b ASOF JOIN quotes q MATCH_CONDITION (b.ts >= q.ts) ON q.symbol = b.symbol;
SELECT b.ts, q.bid FROM bars b ASOF LEFT JOIN quotes q MATCH_CONDITION (b.ts > q.ts) TOLERANCE INTERVAL '1 minute' ON q.symbol = b.symbol;
SELECT b.ts, q.bid FROM bars b WINDOW JOIN quotes q MATCH_CONDITION (b.ts >= q.ts) ON q.symbol = b.symbol
  RANGE BETWEEN 5 minutes PRECEDING AND CURRENT ROW;
SELECT b.ts, h."offset", q.bid FROM bars b HORIZON JOIN quotes q MATCH_CONDITION (b.ts >= q.ts) ON q.symbol = b.symbol
  RANGE FROM -60m TO 0m STEP 10m AS h;
SELECT b.ts, (SELECT max(h.close) FROM bars h WHERE h.symbol = b.symbol AND h.ts <= b.ts) FROM bars b;
SELECT b.ts, (SELECT avg(h.close) FROM bars h WHERE h.symbol = b.symbol AND h.ts BETWEEN b.ts - INTERVAL '1 day' AND b.ts) FROM bars b;
SELECT ts, close FROM bars b WHERE EXISTS (SELECT 1 FROM quotes q WHERE q.symbol = b.symbol AND q.ts <= b.ts);
SELECT ts, close FROM bars b WHERE NOT EXISTS (SELECT 1 FROM quotes q WHERE q.symbol = b.symbol AND q.ts < b.ts AND q.bid < b.close);
SELECT ts, close FROM bars WHERE symbol IN (SELECT symbol FROM sectors);
SELECT ts, close FROM bars WHERE (SELECT count(*) FROM sectors) > 0;
SELECT ts, close FROM bars WHERE ts IN (SELECT ts FROM quotes);
SELECT ts, sma FROM sma WHERE sma > 10;
SELECT s.ts, s.sma, b.close FROM sma s JOIN bars b ON b.symbol = s.symbol AND b.ts = s.ts;
SELECT ts, close FROM (SELECT ts, close, lag(close) OVER (PARTITION BY symbol ORDER BY ts) AS p FROM bars) WHERE close > p;
SELECT ts, close FROM (SELECT ts, close, rank() OVER (PARTITION BY ts ORDER BY volume DESC) AS r FROM bars) WHERE r <= 10;
SELECT ts, close FROM (SELECT ts, close, row_number() OVER (PARTITION BY symbol ORDER BY ts) AS r FROM bars) WHERE r = 1;
SELECT ts, close FROM bars ORDER BY ts DESC LIMIT 10;
SELECT ts, close FROM bars LIMIT 10;
SELECT ts, avg(close) FROM (SELECT ts, close FROM bars ORDER BY ts LIMIT 100) GROUP BY ts;
SELECT DISTINCT ON (symbol) symbol, ts, close FROM bars ORDER BY symbol, ts;
SELECT DISTINCT ts, close FROM bars;
SELECT ts, close FROM bars UNION ALL SELECT ts, bid FROM quotes;
SELECT ts, close FROM bars UNION SELECT ts, lag(close) OVER (PARTITION BY symbol ORDER BY ts) FROM bars;
SELECT ts, symbol FROM bars INTERSECT SELECT ts, symbol FROM quotes;
SELECT ts, close FROM bars EXCEPT SELECT ts, bid FROM quotes;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT b.ts, b.close, r.n FROM bars b CROSS JOIN r;
WITH RECURSIVE r AS (SELECT symbol, ts, close, 1 AS n FROM bars UNION ALL
  SELECT b.symbol, r.ts, b.close, r.n + 1 FROM r JOIN bars b ON b.symbol = r.symbol AND b.ts < r.ts WHERE r.n < 2) SELECT ts, close FROM r;
SELECT ts, close FROM bars FOR SYSTEM_TIME AS OF '2021-01-01';
SELECT date, close, known_at FROM pit_history(TABLE daily);
SELECT b.ts, d.close FROM bars b JOIN daily FOR SYSTEM_TIME AS OF b.ts d ON d.symbol = b.symbol;
SELECT b.ts, e.eps FROM bars b ASOF JOIN eps FOR SYSTEM_TIME AS OF b.ts AS e MATCH_CONDITION (b.ts >= e.period) ON e.symbol = b.symbol;
SELECT ts, symbol || ': ' || close FROM bars WHERE date_part('hour', ts) = 6;
SELECT date, close FROM daily WHERE date <= now();
SELECT n FROM (VALUES (1), (2)) AS t (n);
SELECT * FROM information_schema.tables;
SELECT ts, ts - INTERVAL '1 day' AS yesterday, close FROM bars;
SELECT ts + INTERVAL '15 minutes' AS known, close FROM bars;
SELECT symbol, time_bucket(INTERVAL '1 day', ts) AS day, max(close) FROM bars GROUP BY 1, 2;
SELECT b.ts, m.high FROM bars b JOIN (SELECT symbol, time_bucket(INTERVAL '6 hours', ts) AS bin, max(close) AS high FROM bars GROUP BY 1, 2) m
  ON m.symbol = b.symbol AND m.bin < time_bucket(INTERVAL '6 hours', b.ts);
SELECT symbol, ts, first(close) AS o, last(close) AS c, sum(volume) AS v FROM bars SAMPLE BY 1d;
SELECT ts, count(*) AS n FROM bars SAMPLE BY 1M;
SELECT symbol, ts, last(close) AS c FROM bars SAMPLE BY 6h ALIGN TO CALENDAR WITH OFFSET '06:00';
SELECT symbol, date, last(close) AS c FROM daily SAMPLE BY 1M;
SELECT b.ts, m.c FROM bars b ASOF JOIN (SELECT symbol, ts + INTERVAL '6 hours' AS known, c FROM (SELECT symbol, ts, last(close) AS c FROM bars SAMPLE BY 6h)) m
  MATCH_CONDITION (b.ts >= m.known) ON m.symbol = b.symbol;
SELECT b.date, m.c FROM daily b JOIN (SELECT symbol, date AS month, last(close) AS c FROM daily SAMPLE BY 1M) m
  ON m.symbol = b.symbol AND m.month + INTERVAL '1 month' <= b.date AND m.month + INTERVAL '2 months' > b.date;
SELECT date, symbol, rank, adv FROM top_by_adv(TABLE daily, n => 2, window => 5);
SELECT symbol, date, issuer FROM issuers(TABLE daily);
