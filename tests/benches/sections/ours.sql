-- Cross-sections of every name by day.
WITH closes AS (
    SELECT p.symbol, p.date, n.sector, p.close, ln(p.close) AS x
    FROM read_parquet('{prices}') AS p
    JOIN read_parquet('{names}') AS n ON n.symbol = p.symbol
)
SELECT
    symbol,
    date,
    section_rank(x) OVER (PARTITION BY date) AS rank,
    zscore(x) OVER (PARTITION BY date) AS z,
    section_winsorize(x) OVER (PARTITION BY date) AS winsorized,
    section_demean(x) OVER (PARTITION BY date) AS demeaned,
    neutralize(x, sector) OVER (PARTITION BY date) AS within_sector,
    neutralize(x, sector, f1 => close) OVER (PARTITION BY date) AS residual,
    CAST(section_bucket(x) OVER (PARTITION BY date) AS DOUBLE) AS bucket
FROM closes
