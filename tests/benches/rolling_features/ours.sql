-- Fourteen factors of every name and day, with our window functions.
WITH returns AS (
    SELECT symbol, date, close, log_return(close) OVER w AS log_ret_1
    FROM read_parquet('{prices}')
    WINDOW w AS (PARTITION BY symbol ORDER BY date)
),
factors AS (
    SELECT
        symbol,
        date,
        simple_return(close) OVER w AS ret_1,
        log_ret_1,
        simple_return(close, n => 5) OVER w AS ret_5,
        simple_return(close, n => 21) OVER w AS ret_21,
        momentum(close, n => 126, skip => 21) OVER w AS mom_126_21,
        momentum(close, n => 252, skip => 21) OVER w AS mom_252_21,
        rolling_volatility(log_ret_1, n => 20) OVER w AS vol_20,
        rolling_volatility(log_ret_1, n => 63) OVER w AS vol_63,
        rolling_volatility(log_ret_1, n => 252) OVER w AS vol_252,
        rsi(close, timeperiod => 14) OVER w AS rsi_14,
        close / avg(close) OVER (PARTITION BY symbol ORDER BY date ROWS 19 PRECEDING) - 1
            AS from_mean_20,
        close / max(close) OVER (PARTITION BY symbol ORDER BY date ROWS 251 PRECEDING) - 1
            AS from_high_252
    FROM returns
    WINDOW w AS (PARTITION BY symbol ORDER BY date)
)
SELECT
    *,
    zscore(mom_252_21) OVER (PARTITION BY date) AS z_mom,
    zscore(vol_20) OVER (PARTITION BY date) AS z_vol
FROM factors
