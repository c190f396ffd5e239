-- Rows of the tables. From $from on, with $changed = 1, others: values differ, some rows are gone, symbol E is new to bars and
-- F to quotes, and F goes on where it had ended. All values are multiples of 1/64, so that sums do not depend on their order.
INSERT INTO bars (symbol, ts, close, volume, known_at)
SELECT symbol, ts, round(64 * close) / 64 AS close, volume, ts + INTERVAL '0 hours' AS known_at FROM (
  SELECT s.symbol, g.ts,
         100 + 10 * sin(k * date_part('epoch', g.ts) / 70000.0) + $changed * CASE WHEN g.ts >= $from THEN 60 * cos(k * date_part('epoch', g.ts)) ELSE 0 END AS close,
         CASE symbol WHEN 'E' THEN 100 ELSE round(3 + 2 * sin(k * date_part('epoch', g.ts) / 90000.0)) END AS volume
  FROM (VALUES ('A', 1), ('B', 2), ('C', 3), ('E', 4), ('F', 5)) AS s (symbol, k)
  CROSS JOIN (SELECT value AS ts FROM generate_series(TIMESTAMP '2019-12-10T00:00:00Z', TIMESTAMP '2020-02-12T00:00:00Z', INTERVAL '2 hours')) g
  WHERE (g.ts >= '2020-01-24' OR date_part('hour', g.ts) = 0)
    AND ($changed = 0 OR g.ts < $from OR date_part('hour', g.ts) <> 18)
    AND (s.symbol <> 'E' OR ($changed = 1 AND g.ts >= $from))
    AND (s.symbol <> 'F' OR g.ts < '2020-01-30' OR ($changed = 1 AND g.ts >= $from)));
INSERT INTO quotes (symbol, ts, bid, ask, known_at)
SELECT symbol, ts, round(64 * bid) / 64 AS bid, round(64 * bid) / 64 + 1, ts + INTERVAL '0 hours' AS known_at FROM (
  SELECT s.symbol, g.ts + CASE symbol WHEN 'C' THEN INTERVAL '30 seconds' ELSE INTERVAL '0 seconds' END AS ts,
         99 + 10 * sin(k * date_part('epoch', g.ts) / 70000.0) + $changed * CASE WHEN g.ts + INTERVAL '30 seconds' >= $from THEN 60 * cos(k * date_part('epoch', g.ts)) ELSE 0 END AS bid
  FROM (VALUES ('A', 1), ('B', 2), ('C', 3), ('E', 4), ('F', 5)) AS s (symbol, k)
  CROSS JOIN (SELECT value AS ts FROM generate_series(TIMESTAMP '2020-01-24T00:00:00Z', TIMESTAMP '2020-02-12T00:00:00Z', INTERVAL '1 hour')) g
  WHERE ($changed = 0 OR g.ts < $from OR date_part('hour', g.ts) <> 18)
    AND (s.symbol <> 'F' OR ($changed = 1 AND g.ts >= $from)));
INSERT INTO daily (symbol, date, close, volume, known_at)
SELECT symbol, day, close, volume, day + INTERVAL '0 days' AS known_at
FROM (SELECT symbol, CAST(ts AS DATE) AS day, last_value(close ORDER BY ts) AS close, sum(volume) AS volume FROM bars GROUP BY 1, 2);
INSERT INTO eps (symbol, period, eps, known_at)
SELECT symbol, date, close / 20, CAST(date AS TIMESTAMP) + CASE WHEN $changed = 1 AND date >= $from THEN INTERVAL '13 days' ELSE INTERVAL '10 days' END
FROM daily WHERE date_part('day', date) % 10 = 5;
