-- The factors of ours.sql in DuckDB's words. Wilder's smoothing is a recursion, which windows cannot
-- say; as only the ratio of two smoothed series counts, a sum with weights that grow by 14/13 a row
-- after the seed is the same (it overflows after about 9,500 rows a name).
WITH changes AS (
    SELECT
        symbol,
        date,
        close,
        ln(close / lag(close) OVER w) AS log_ret_1,
        close - lag(close) OVER w AS change,
        row_number() OVER w - 1 AS i
    FROM read_parquet('{prices}')
    WINDOW w AS (PARTITION BY symbol ORDER BY date)
),
weighted AS (
    SELECT
        symbol,
        date,
        close,
        log_ret_1,
        i,
        greatest(change, 0) * power(14.0::DOUBLE / 13.0::DOUBLE, greatest(i - 14, 0)) AS gain,
        greatest(-change, 0) * power(14.0::DOUBLE / 13.0::DOUBLE, greatest(i - 14, 0)) AS loss
    FROM changes
),
factors AS (
    SELECT
        symbol,
        date,
        close / lag(close) OVER w - 1 AS ret_1,
        log_ret_1,
        close / lag(close, 5) OVER w - 1 AS ret_5,
        close / lag(close, 21) OVER w - 1 AS ret_21,
        lag(close, 21) OVER w / lag(close, 126) OVER w - 1 AS mom_126_21,
        lag(close, 21) OVER w / lag(close, 252) OVER w - 1 AS mom_252_21,
        CASE WHEN i >= 20 THEN stddev_samp(log_ret_1) OVER w20 * sqrt(252) END AS vol_20,
        CASE WHEN i >= 63 THEN stddev_samp(log_ret_1) OVER w63 * sqrt(252) END AS vol_63,
        CASE WHEN i >= 252 THEN stddev_samp(log_ret_1) OVER w252 * sqrt(252) END AS vol_252,
        CASE WHEN i >= 14
            THEN coalesce(100 * sum(gain) OVER past / nullif(sum(gain + loss) OVER past, 0), 0)
        END AS rsi_14,
        close / avg(close) OVER w20 - 1 AS from_mean_20,
        close / max(close) OVER w252 - 1 AS from_high_252
    FROM weighted
    WINDOW
        w AS (PARTITION BY symbol ORDER BY date),
        past AS (PARTITION BY symbol ORDER BY date ROWS UNBOUNDED PRECEDING),
        w20 AS (PARTITION BY symbol ORDER BY date ROWS 19 PRECEDING),
        w63 AS (PARTITION BY symbol ORDER BY date ROWS 62 PRECEDING),
        w252 AS (PARTITION BY symbol ORDER BY date ROWS 251 PRECEDING)
)
SELECT
    *,
    (mom_252_21 - avg(mom_252_21) OVER day) / nullif(stddev_samp(mom_252_21) OVER day, 0) AS z_mom,
    (vol_20 - avg(vol_20) OVER day) / nullif(stddev_samp(vol_20) OVER day, 0) AS z_vol
FROM factors
WINDOW day AS (PARTITION BY date)
