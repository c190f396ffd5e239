-- Two sessions of a chain on one smile; ratios, changes and days are whole numbers.
CREATE PIT TABLE curated.option_quotes (contract TEXT, symbol TEXT, asof TIMESTAMP, expiry DATE, kind TEXT, strike DOUBLE, bid DOUBLE, ask DOUBLE,
  bid_size DOUBLE, ask_size DOUBLE, volume DOUBLE, open_interest DOUBLE, spot DOUBLE)
  PRIMARY KEY (contract) EVENT TIME (asof);
CREATE PIT TABLE curated.bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
CREATE TABLE curated.rates AS SELECT * FROM (VALUES (TIMESTAMP '2024-01-01T12:00:00', 0.05)) AS t(ts, rate);
CREATE TABLE reference.earnings AS SELECT * FROM (VALUES ('SPX', TIMESTAMP '2023-12-01T12:00:00', DATE '2024-01-31'),
  ('SPX', TIMESTAMP '2024-01-03T12:00:00', DATE '2024-02-01')) AS t(symbol, announced, earnings_date);

INSERT INTO curated.bars (symbol, date, close)
SELECT 'SPX', DATE '2024-01-02' + CAST(value AS INTEGER), 100.0 FROM generate_series(0, 1);

INSERT INTO curated.option_quotes (contract, symbol, asof, expiry, kind, strike, bid, ask, bid_size, ask_size, volume, open_interest, spot)
SELECT osi_symbol('SPX', expiry, kind, strike), 'SPX', asof, expiry, kind, strike, greatest(price - 0.01, 0.0), price + 0.01, 10, 20, volume,
  open_interest + opened, 100.0
FROM (
  SELECT *, black76_price(kind, 100.0 * exp(0.05 * years), strike, years, 0.05, 0.2) AS price
  FROM (
    SELECT *, years_to_expiry(asof, expiry) AS years
    FROM (VALUES (TIMESTAMP '2024-01-02T20:55:00', 0), (TIMESTAMP '2024-01-03T20:55:00', 5)) AS d(asof, opened)
    CROSS JOIN (VALUES (DATE '2024-01-19'), (DATE '2024-02-16'), (DATE '2024-06-21')) AS e(expiry)
    CROSS JOIN (VALUES ('call', 20, 40), ('put', 30, 20)) AS k(kind, volume, open_interest)
    CROSS JOIN (SELECT 80.0 + 2.5 * value AS strike FROM generate_series(0, 16)) AS s
  )
);

-- 51 calls and 51 puts a day: 40 and 20 are open of each, and 5 more the day after.
SELECT 'SPX' AS symbol, TIMESTAMP '2024-01-02T20:55:00' AS asof, 1.5 AS put_call_volume, 0.5 AS put_call_open, NULL AS open_change, 29 AS days_to_earnings
UNION ALL
SELECT 'SPX', TIMESTAMP '2024-01-03T20:55:00', 1.5, 25.0 / 45.0, 510.0, 29;
