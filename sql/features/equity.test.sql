-- A name without a full year of history is no part of the section, and one whose price grows at one rate has
-- that rate in each return.
CREATE PIT TABLE curated.bars (symbol TEXT, date DATE, close DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
INSERT INTO curated.bars (symbol, date, close)
SELECT 'DOUBLES', DATE '2020-01-01' + CAST(value AS INTEGER), power(2.0, value / 100.0) FROM generate_series(0, 300)
UNION ALL
SELECT 'YOUNG', DATE '2020-06-01' + CAST(value AS INTEGER), 10.0 FROM generate_series(0, 100);

SELECT 'DOUBLES' AS symbol, DATE '2020-01-01' + CAST(value AS INTEGER) AS date,
       power(2.0, 0.05) - 1 AS ret_5, power(2.0, 2.31) - 1 AS mom_252_21, 100.0 AS rsi_14
FROM generate_series(252, 300);
