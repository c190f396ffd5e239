-- The usual price and volume features of stocks, standardised within each date and one bar late.
-- name: features.equity_features
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: curated.ohlcv, curated.index_bars
-- lookahead: none: row t uses the section of the bar before t; trade on it at t's open or later
-- audits: unique(symbol, date)
-- owner: research
-- source: Jegadeesh & Titman (1993) momentum; Jegadeesh (1990) reversal; Amihud (2002) illiquidity; George & Hwang (2004) 52-week high

-- curated.ohlcv has symbol, date, open, high, low, close, volume, a row a session; curated.index_bars the market's closes.
-- Both have to be free of splits. Turnover is left out, because there are no shares outstanding.
-- Each feature is cut at its 1 % and 99 % quantiles of the date and becomes a z-score.

-- Layers, because a window function cannot take another one's result in the same SELECT.
WITH bars AS (
  SELECT
    b.symbol,
    b.date,
    CAST(b.open AS DOUBLE)                        AS open,
    CAST(b.high AS DOUBLE)                        AS high,
    CAST(b.low AS DOUBLE)                         AS low,
    CAST(b.close AS DOUBLE)                       AS close,
    CAST(b.volume AS DOUBLE)                      AS volume,
    CAST(b.close AS DOUBLE) * b.volume            AS dollars,
    i.close                                       AS market
  FROM curated.ohlcv AS b
  LEFT JOIN curated.index_bars AS i ON i.date = b.date
),
steps AS (
  SELECT
    *,
    simple_return(close, n => 1) OVER w           AS ret_1,
    simple_return(market, n => 1) OVER w          AS market_ret,
    close - lag(close, 1) OVER w                  AS change,
    open / lag(close, 1) OVER w - 1.0             AS overnight,
    close / open - 1.0                            AS intraday,
    greatest(high, lag(close, 1) OVER w) - least(low, lag(close, 1) OVER w) AS true_range
  FROM bars
  WINDOW w AS (PARTITION BY symbol ORDER BY date)
),
moves AS (
  SELECT
    *,
    CASE WHEN change > 0 THEN change WHEN change <= 0 THEN 0.0 END    AS gain,
    CASE WHEN ret_1 < 0 THEN ret_1 WHEN ret_1 >= 0 THEN 0.0 END       AS fall
  FROM steps
),
trailing AS (
  SELECT
    symbol,
    date,
    -ret_1                                                                                      AS reversal_1,    -- minus the return of 1 session
    -simple_return(close, n => 5) OVER w                                                        AS reversal_5,    -- minus the return of 5 sessions
    simple_return(close, n => 21) OVER w                                                        AS mom_21,        -- return of 21 sessions
    simple_return(close, n => 63) OVER w                                                        AS mom_63,        -- return of 63 sessions
    simple_return(close, n => 126) OVER w                                                       AS mom_126,       -- return of 126 sessions
    simple_return(close, n => 252) OVER w                                                       AS mom_252,       -- return of 252 sessions
    momentum(close, n => 252, skip => 21) OVER w                                                AS mom_252_21,    -- the same without the last 21: 12–1 month momentum
    rolling_std(ret_1, 20) OVER w                                                               AS vol_20,        -- deviation of returns, 20 sessions
    rolling_std(ret_1, 60) OVER w                                                               AS vol_60,        -- deviation of returns, 60 sessions
    sqrt(rolling_mean(power(fall, 2.0), 60) OVER w)                                             AS downside_60,   -- root mean square of falls, 60 sessions
    rolling_skew(ret_1, 60) OVER w                                                              AS skew_60,       -- skewness of returns, 60 sessions
    rolling_kurt(ret_1, 60) OVER w                                                              AS kurt_60,       -- excess kurtosis of returns, 60 sessions
    rolling_mean(abs(ret_1) / nullif(dollars, 0.0), 20) OVER w                                  AS amihud_20,     -- illiquidity: move a dollar traded, 20 sessions
    ln(nullif(rolling_mean(dollars, 20) OVER w, 0.0))                                           AS dollars_20,    -- log of dollars traded a session, 20 sessions
    rolling_mean(volume, 5) OVER w / nullif(rolling_mean(volume, 60) OVER w, 0.0)               AS volume_5_60,   -- volume of 5 sessions, multiple of that of 60
    rolling_mean(gain, 14) OVER w / nullif(rolling_mean(abs(change), 14) OVER w, 0.0)           AS rsi_14,        -- relative strength with plain means (Cutler), 0 … 1
    (rolling_decay_linear(close, 12) OVER w - rolling_decay_linear(close, 26) OVER w) / close   AS macd_12_26,    -- fast minus slow mean, linear weights, share of the close
    (close - rolling_mean(close, 20) OVER w) / nullif(2.0 * rolling_std(close, 20) OVER w, 0.0) AS bollinger_20,  -- place in the band of 2 deviations, -1 … 1 within
    rolling_mean(true_range, 14) OVER w / close                                                 AS atr_14,        -- mean true range, share of the close
    rolling_beta(ret_1, market_ret, 252) OVER w                                                 AS beta_252,      -- slope of returns on the index's, 252 sessions
    rolling_corr(ret_1, market_ret, 252) OVER w                                                 AS corr_252,      -- correlation of returns with the index's, 252 sessions
    close / rolling_max(high, 252) OVER w - 1.0                                                 AS high_252,      -- distance to the highest high of 252 sessions
    rolling_sum(overnight, 20) OVER w                                                           AS overnight_20,  -- sum of gaps from close to open, 20 sessions
    rolling_sum(intraday, 20) OVER w                                                            AS intraday_20,   -- sum of moves from open to close, 20 sessions
    overnight                                                                                   AS gap_1          -- last gap from close to open
  FROM moves
  WINDOW w AS (PARTITION BY symbol ORDER BY date)
),
winsorised AS (
  SELECT
    symbol,
    date,
    section_winsorize(reversal_1, 0.01, 0.99) OVER d   AS reversal_1,
    section_winsorize(reversal_5, 0.01, 0.99) OVER d   AS reversal_5,
    section_winsorize(mom_21, 0.01, 0.99) OVER d       AS mom_21,
    section_winsorize(mom_63, 0.01, 0.99) OVER d       AS mom_63,
    section_winsorize(mom_126, 0.01, 0.99) OVER d      AS mom_126,
    section_winsorize(mom_252, 0.01, 0.99) OVER d      AS mom_252,
    section_winsorize(mom_252_21, 0.01, 0.99) OVER d   AS mom_252_21,
    section_winsorize(vol_20, 0.01, 0.99) OVER d       AS vol_20,
    section_winsorize(vol_60, 0.01, 0.99) OVER d       AS vol_60,
    section_winsorize(downside_60, 0.01, 0.99) OVER d  AS downside_60,
    section_winsorize(skew_60, 0.01, 0.99) OVER d      AS skew_60,
    section_winsorize(kurt_60, 0.01, 0.99) OVER d      AS kurt_60,
    section_winsorize(amihud_20, 0.01, 0.99) OVER d    AS amihud_20,
    section_winsorize(dollars_20, 0.01, 0.99) OVER d   AS dollars_20,
    section_winsorize(volume_5_60, 0.01, 0.99) OVER d  AS volume_5_60,
    section_winsorize(rsi_14, 0.01, 0.99) OVER d       AS rsi_14,
    section_winsorize(macd_12_26, 0.01, 0.99) OVER d   AS macd_12_26,
    section_winsorize(bollinger_20, 0.01, 0.99) OVER d AS bollinger_20,
    section_winsorize(atr_14, 0.01, 0.99) OVER d       AS atr_14,
    section_winsorize(beta_252, 0.01, 0.99) OVER d     AS beta_252,
    section_winsorize(corr_252, 0.01, 0.99) OVER d     AS corr_252,
    section_winsorize(high_252, 0.01, 0.99) OVER d     AS high_252,
    section_winsorize(overnight_20, 0.01, 0.99) OVER d AS overnight_20,
    section_winsorize(intraday_20, 0.01, 0.99) OVER d  AS intraday_20,
    section_winsorize(gap_1, 0.01, 0.99) OVER d        AS gap_1
  FROM trailing
  WINDOW d AS (PARTITION BY date)
),
scored AS (
  SELECT
    symbol,
    date,
    zscore(reversal_1) OVER d    AS reversal_1,
    zscore(reversal_5) OVER d    AS reversal_5,
    zscore(mom_21) OVER d        AS mom_21,
    zscore(mom_63) OVER d        AS mom_63,
    zscore(mom_126) OVER d       AS mom_126,
    zscore(mom_252) OVER d       AS mom_252,
    zscore(mom_252_21) OVER d    AS mom_252_21,
    zscore(vol_20) OVER d        AS vol_20,
    zscore(vol_60) OVER d        AS vol_60,
    zscore(downside_60) OVER d   AS downside_60,
    zscore(skew_60) OVER d       AS skew_60,
    zscore(kurt_60) OVER d       AS kurt_60,
    zscore(amihud_20) OVER d     AS amihud_20,
    zscore(dollars_20) OVER d    AS dollars_20,
    zscore(volume_5_60) OVER d   AS volume_5_60,
    zscore(rsi_14) OVER d        AS rsi_14,
    zscore(macd_12_26) OVER d    AS macd_12_26,
    zscore(bollinger_20) OVER d  AS bollinger_20,
    zscore(atr_14) OVER d        AS atr_14,
    zscore(beta_252) OVER d      AS beta_252,
    zscore(corr_252) OVER d      AS corr_252,
    zscore(high_252) OVER d      AS high_252,
    zscore(overnight_20) OVER d  AS overnight_20,
    zscore(intraday_20) OVER d   AS intraday_20,
    zscore(gap_1) OVER d         AS gap_1
  FROM winsorised
  WINDOW d AS (PARTITION BY date)
)
SELECT
  CAST(symbol AS VARCHAR)                     AS symbol,          -- ticker
  CAST(date AS DATE)                          AS date,            -- session on which the features may be traded
  CAST(lag(reversal_1, 1) OVER w AS DOUBLE)   AS z_reversal_1,    -- minus the return of 1 session
  CAST(lag(reversal_5, 1) OVER w AS DOUBLE)   AS z_reversal_5,    -- minus the return of 5 sessions
  CAST(lag(mom_21, 1) OVER w AS DOUBLE)       AS z_mom_21,        -- return of 21 sessions
  CAST(lag(mom_63, 1) OVER w AS DOUBLE)       AS z_mom_63,        -- return of 63 sessions
  CAST(lag(mom_126, 1) OVER w AS DOUBLE)      AS z_mom_126,       -- return of 126 sessions
  CAST(lag(mom_252, 1) OVER w AS DOUBLE)      AS z_mom_252,       -- return of 252 sessions
  CAST(lag(mom_252_21, 1) OVER w AS DOUBLE)   AS z_mom_252_21,    -- the same without the last 21: 12–1 month momentum
  CAST(lag(vol_20, 1) OVER w AS DOUBLE)       AS z_vol_20,        -- deviation of returns, 20 sessions
  CAST(lag(vol_60, 1) OVER w AS DOUBLE)       AS z_vol_60,        -- deviation of returns, 60 sessions
  CAST(lag(downside_60, 1) OVER w AS DOUBLE)  AS z_downside_60,   -- root mean square of falls, 60 sessions
  CAST(lag(skew_60, 1) OVER w AS DOUBLE)      AS z_skew_60,       -- skewness of returns, 60 sessions
  CAST(lag(kurt_60, 1) OVER w AS DOUBLE)      AS z_kurt_60,       -- excess kurtosis of returns, 60 sessions
  CAST(lag(amihud_20, 1) OVER w AS DOUBLE)    AS z_amihud_20,     -- illiquidity: move a dollar traded, 20 sessions
  CAST(lag(dollars_20, 1) OVER w AS DOUBLE)   AS z_dollars_20,    -- log of dollars traded a session, 20 sessions
  CAST(lag(volume_5_60, 1) OVER w AS DOUBLE)  AS z_volume_5_60,   -- volume of 5 sessions, multiple of that of 60
  CAST(lag(rsi_14, 1) OVER w AS DOUBLE)       AS z_rsi_14,        -- relative strength with plain means (Cutler), 0 … 1
  CAST(lag(macd_12_26, 1) OVER w AS DOUBLE)   AS z_macd_12_26,    -- fast minus slow mean, linear weights, share of the close
  CAST(lag(bollinger_20, 1) OVER w AS DOUBLE) AS z_bollinger_20,  -- place in the band of 2 deviations, -1 … 1 within
  CAST(lag(atr_14, 1) OVER w AS DOUBLE)       AS z_atr_14,        -- mean true range, share of the close
  CAST(lag(beta_252, 1) OVER w AS DOUBLE)     AS z_beta_252,      -- slope of returns on the index's, 252 sessions
  CAST(lag(corr_252, 1) OVER w AS DOUBLE)     AS z_corr_252,      -- correlation of returns with the index's, 252 sessions
  CAST(lag(high_252, 1) OVER w AS DOUBLE)     AS z_high_252,      -- distance to the highest high of 252 sessions
  CAST(lag(overnight_20, 1) OVER w AS DOUBLE) AS z_overnight_20,  -- sum of gaps from close to open, 20 sessions
  CAST(lag(intraday_20, 1) OVER w AS DOUBLE)  AS z_intraday_20,   -- sum of moves from open to close, 20 sessions
  CAST(lag(gap_1, 1) OVER w AS DOUBLE)        AS z_gap_1          -- last gap from close to open
FROM scored
WINDOW w AS (PARTITION BY symbol ORDER BY date)
ORDER BY symbol, date
