-- What the queries of leaks.sql and sound.sql read.
CREATE PIT TABLE bars (symbol TEXT, ts TIMESTAMP, close DOUBLE, volume DOUBLE) PRIMARY KEY (symbol) EVENT TIME (ts);
CREATE PIT TABLE quotes (symbol TEXT, ts TIMESTAMP, bid DOUBLE, ask DOUBLE) PRIMARY KEY (symbol) EVENT TIME (ts);
CREATE PIT TABLE daily (symbol TEXT, date DATE, close DOUBLE, volume DOUBLE) PRIMARY KEY (symbol) EVENT TIME (date);
CREATE PIT TABLE eps (symbol TEXT, period DATE, eps DOUBLE) PRIMARY KEY (symbol) EVENT TIME (period);
CREATE TABLE sectors AS SELECT 'A' AS symbol, 'tech' AS sector;
CREATE VIEW next_close AS SELECT symbol, ts, lead(close) OVER (PARTITION BY symbol ORDER BY ts) AS next FROM bars;
CREATE VIEW sma AS SELECT symbol, ts, avg(close) OVER (PARTITION BY symbol ORDER BY ts ROWS 19 PRECEDING) AS sma FROM bars;
