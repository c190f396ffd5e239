-- Qlib's Alpha158 of each stock and date: 9 shapes of the bar, 4 prices, 29 measures over 5, 10, 20, 30 and 60 bars.
-- name: features.alpha158
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: curated.ohlcv
-- lookahead: none: row t uses bars up to t; trade on it after t's close. Qlib's labels, which see the future, are no part of it
-- audits: unique(symbol, date)
-- owner: research
-- source: Qlib 0.9.7, qlib.contrib.data.loader.Alpha158DL; names, expressions and windows are its own, in lower case

-- curated.ohlcv has symbol, date, open, high, low, close, volume, a row a session. It has no average price, so
-- vwap is the typical price (high + low + close) / 3; with a column of its own, write that in `bars`.
-- As in Qlib, a window that is not full yet takes the bars there are, and lags are NULL until there are enough.
-- What Qlib leaves NaN or infinite is NULL. Where it differs from Qlib: docs/src/feature-sets.md.

-- Four layers, because a window function cannot take another one's result in the same SELECT.
WITH bars AS (
  SELECT
    symbol,
    date,
    CAST(open AS DOUBLE)          AS open,
    CAST(high AS DOUBLE)          AS high,
    CAST(low AS DOUBLE)           AS low,
    CAST(close AS DOUBLE)         AS close,
    CAST(volume AS DOUBLE)        AS volume,
    (high + low + close) / 3.0    AS vwap
  FROM curated.ohlcv
),
steps AS (
  SELECT
    *,
    ln(volume + 1.0)                               AS log_volume,
    lag(close, 1) OVER w                           AS close_1,
    close - lag(close, 1) OVER w                   AS change,
    close / lag(close, 1) OVER w                   AS ratio,
    volume - lag(volume, 1) OVER w                 AS volume_change,
    volume / nullif(lag(volume, 1) OVER w, 0.0)    AS volume_ratio
  FROM bars
  WINDOW w AS (PARTITION BY symbol ORDER BY date)
),
-- CASE instead of greatest(), which would take NULL for the smaller one. A first bar is neither up nor down.
moves AS (
  SELECT
    *,
    CASE WHEN close > close_1 THEN 1.0 ELSE 0.0 END                             AS is_up,
    CASE WHEN close < close_1 THEN 1.0 ELSE 0.0 END                             AS is_down,
    CASE WHEN change > 0 THEN change WHEN change <= 0 THEN 0.0 END              AS gain,
    CASE WHEN change < 0 THEN -change WHEN change >= 0 THEN 0.0 END             AS loss,
    CASE WHEN volume_change > 0 THEN volume_change WHEN volume_change <= 0 THEN 0.0 END     AS volume_gain,
    CASE WHEN volume_change < 0 THEN -volume_change WHEN volume_change >= 0 THEN 0.0 END    AS volume_loss,
    ln(volume_ratio + 1.0)                                                      AS log_volume_ratio,
    abs(ratio - 1.0) * volume                                                   AS weighted_move
  FROM steps
),
trailing AS (
  SELECT
    *,
    lag(close, 5) OVER w                                               AS close_lag_5,
    lag(close, 10) OVER w                                              AS close_lag_10,
    lag(close, 20) OVER w                                              AS close_lag_20,
    lag(close, 30) OVER w                                              AS close_lag_30,
    lag(close, 60) OVER w                                              AS close_lag_60,
    rolling_mean(close, 5, min_periods => 1) OVER w                    AS close_mean_5,
    rolling_mean(close, 10, min_periods => 1) OVER w                   AS close_mean_10,
    rolling_mean(close, 20, min_periods => 1) OVER w                   AS close_mean_20,
    rolling_mean(close, 30, min_periods => 1) OVER w                   AS close_mean_30,
    rolling_mean(close, 60, min_periods => 1) OVER w                   AS close_mean_60,
    rolling_std(close, 5, min_periods => 1) OVER w                     AS close_std_5,
    rolling_std(close, 10, min_periods => 1) OVER w                    AS close_std_10,
    rolling_std(close, 20, min_periods => 1) OVER w                    AS close_std_20,
    rolling_std(close, 30, min_periods => 1) OVER w                    AS close_std_30,
    rolling_std(close, 60, min_periods => 1) OVER w                    AS close_std_60,
    rolling_slope(close, 5, min_periods => 1) OVER w                   AS close_slope_5,
    rolling_slope(close, 10, min_periods => 1) OVER w                  AS close_slope_10,
    rolling_slope(close, 20, min_periods => 1) OVER w                  AS close_slope_20,
    rolling_slope(close, 30, min_periods => 1) OVER w                  AS close_slope_30,
    rolling_slope(close, 60, min_periods => 1) OVER w                  AS close_slope_60,
    rolling_rsquare(close, 5, min_periods => 1) OVER w                 AS close_rsquare_5,
    rolling_rsquare(close, 10, min_periods => 1) OVER w                AS close_rsquare_10,
    rolling_rsquare(close, 20, min_periods => 1) OVER w                AS close_rsquare_20,
    rolling_rsquare(close, 30, min_periods => 1) OVER w                AS close_rsquare_30,
    rolling_rsquare(close, 60, min_periods => 1) OVER w                AS close_rsquare_60,
    rolling_residual(close, 5, min_periods => 1) OVER w                AS close_residual_5,
    rolling_residual(close, 10, min_periods => 1) OVER w               AS close_residual_10,
    rolling_residual(close, 20, min_periods => 1) OVER w               AS close_residual_20,
    rolling_residual(close, 30, min_periods => 1) OVER w               AS close_residual_30,
    rolling_residual(close, 60, min_periods => 1) OVER w               AS close_residual_60,
    rolling_max(high, 5, min_periods => 1) OVER w                      AS high_max_5,
    rolling_max(high, 10, min_periods => 1) OVER w                     AS high_max_10,
    rolling_max(high, 20, min_periods => 1) OVER w                     AS high_max_20,
    rolling_max(high, 30, min_periods => 1) OVER w                     AS high_max_30,
    rolling_max(high, 60, min_periods => 1) OVER w                     AS high_max_60,
    rolling_min(low, 5, min_periods => 1) OVER w                       AS low_min_5,
    rolling_min(low, 10, min_periods => 1) OVER w                      AS low_min_10,
    rolling_min(low, 20, min_periods => 1) OVER w                      AS low_min_20,
    rolling_min(low, 30, min_periods => 1) OVER w                      AS low_min_30,
    rolling_min(low, 60, min_periods => 1) OVER w                      AS low_min_60,
    rolling_quantile(close, 5, 0.8, min_periods => 1) OVER w           AS close_q80_5,
    rolling_quantile(close, 10, 0.8, min_periods => 1) OVER w          AS close_q80_10,
    rolling_quantile(close, 20, 0.8, min_periods => 1) OVER w          AS close_q80_20,
    rolling_quantile(close, 30, 0.8, min_periods => 1) OVER w          AS close_q80_30,
    rolling_quantile(close, 60, 0.8, min_periods => 1) OVER w          AS close_q80_60,
    rolling_quantile(close, 5, 0.2, min_periods => 1) OVER w           AS close_q20_5,
    rolling_quantile(close, 10, 0.2, min_periods => 1) OVER w          AS close_q20_10,
    rolling_quantile(close, 20, 0.2, min_periods => 1) OVER w          AS close_q20_20,
    rolling_quantile(close, 30, 0.2, min_periods => 1) OVER w          AS close_q20_30,
    rolling_quantile(close, 60, 0.2, min_periods => 1) OVER w          AS close_q20_60,
    rolling_rank(close, 5, min_periods => 1) OVER w                    AS close_rank_5,
    rolling_rank(close, 10, min_periods => 1) OVER w                   AS close_rank_10,
    rolling_rank(close, 20, min_periods => 1) OVER w                   AS close_rank_20,
    rolling_rank(close, 30, min_periods => 1) OVER w                   AS close_rank_30,
    rolling_rank(close, 60, min_periods => 1) OVER w                   AS close_rank_60,
    rolling_count(high, 5) OVER w                                      AS bars_5,
    rolling_count(high, 10) OVER w                                     AS bars_10,
    rolling_count(high, 20) OVER w                                     AS bars_20,
    rolling_count(high, 30) OVER w                                     AS bars_30,
    rolling_count(high, 60) OVER w                                     AS bars_60,
    rolling_argmax(high, 5, min_periods => 1) OVER w                   AS since_high_5,
    rolling_argmax(high, 10, min_periods => 1) OVER w                  AS since_high_10,
    rolling_argmax(high, 20, min_periods => 1) OVER w                  AS since_high_20,
    rolling_argmax(high, 30, min_periods => 1) OVER w                  AS since_high_30,
    rolling_argmax(high, 60, min_periods => 1) OVER w                  AS since_high_60,
    rolling_argmin(low, 5, min_periods => 1) OVER w                    AS since_low_5,
    rolling_argmin(low, 10, min_periods => 1) OVER w                   AS since_low_10,
    rolling_argmin(low, 20, min_periods => 1) OVER w                   AS since_low_20,
    rolling_argmin(low, 30, min_periods => 1) OVER w                   AS since_low_30,
    rolling_argmin(low, 60, min_periods => 1) OVER w                   AS since_low_60,
    rolling_corr(close, log_volume, 5, min_periods => 1) OVER w        AS corr_5,
    rolling_corr(close, log_volume, 10, min_periods => 1) OVER w       AS corr_10,
    rolling_corr(close, log_volume, 20, min_periods => 1) OVER w       AS corr_20,
    rolling_corr(close, log_volume, 30, min_periods => 1) OVER w       AS corr_30,
    rolling_corr(close, log_volume, 60, min_periods => 1) OVER w       AS corr_60,
    rolling_corr(ratio, log_volume_ratio, 5, min_periods => 1) OVER w  AS cord_5,
    rolling_corr(ratio, log_volume_ratio, 10, min_periods => 1) OVER w AS cord_10,
    rolling_corr(ratio, log_volume_ratio, 20, min_periods => 1) OVER w AS cord_20,
    rolling_corr(ratio, log_volume_ratio, 30, min_periods => 1) OVER w AS cord_30,
    rolling_corr(ratio, log_volume_ratio, 60, min_periods => 1) OVER w AS cord_60,
    rolling_mean(is_up, 5, min_periods => 1) OVER w                    AS up_5,
    rolling_mean(is_up, 10, min_periods => 1) OVER w                   AS up_10,
    rolling_mean(is_up, 20, min_periods => 1) OVER w                   AS up_20,
    rolling_mean(is_up, 30, min_periods => 1) OVER w                   AS up_30,
    rolling_mean(is_up, 60, min_periods => 1) OVER w                   AS up_60,
    rolling_mean(is_down, 5, min_periods => 1) OVER w                  AS down_5,
    rolling_mean(is_down, 10, min_periods => 1) OVER w                 AS down_10,
    rolling_mean(is_down, 20, min_periods => 1) OVER w                 AS down_20,
    rolling_mean(is_down, 30, min_periods => 1) OVER w                 AS down_30,
    rolling_mean(is_down, 60, min_periods => 1) OVER w                 AS down_60,
    rolling_sum(gain, 5, min_periods => 1) OVER w                      AS gains_5,
    rolling_sum(gain, 10, min_periods => 1) OVER w                     AS gains_10,
    rolling_sum(gain, 20, min_periods => 1) OVER w                     AS gains_20,
    rolling_sum(gain, 30, min_periods => 1) OVER w                     AS gains_30,
    rolling_sum(gain, 60, min_periods => 1) OVER w                     AS gains_60,
    rolling_sum(loss, 5, min_periods => 1) OVER w                      AS losses_5,
    rolling_sum(loss, 10, min_periods => 1) OVER w                     AS losses_10,
    rolling_sum(loss, 20, min_periods => 1) OVER w                     AS losses_20,
    rolling_sum(loss, 30, min_periods => 1) OVER w                     AS losses_30,
    rolling_sum(loss, 60, min_periods => 1) OVER w                     AS losses_60,
    rolling_mean(volume, 5, min_periods => 1) OVER w                   AS volume_mean_5,
    rolling_mean(volume, 10, min_periods => 1) OVER w                  AS volume_mean_10,
    rolling_mean(volume, 20, min_periods => 1) OVER w                  AS volume_mean_20,
    rolling_mean(volume, 30, min_periods => 1) OVER w                  AS volume_mean_30,
    rolling_mean(volume, 60, min_periods => 1) OVER w                  AS volume_mean_60,
    rolling_std(volume, 5, min_periods => 1) OVER w                    AS volume_std_5,
    rolling_std(volume, 10, min_periods => 1) OVER w                   AS volume_std_10,
    rolling_std(volume, 20, min_periods => 1) OVER w                   AS volume_std_20,
    rolling_std(volume, 30, min_periods => 1) OVER w                   AS volume_std_30,
    rolling_std(volume, 60, min_periods => 1) OVER w                   AS volume_std_60,
    rolling_mean(weighted_move, 5, min_periods => 1) OVER w            AS move_mean_5,
    rolling_mean(weighted_move, 10, min_periods => 1) OVER w           AS move_mean_10,
    rolling_mean(weighted_move, 20, min_periods => 1) OVER w           AS move_mean_20,
    rolling_mean(weighted_move, 30, min_periods => 1) OVER w           AS move_mean_30,
    rolling_mean(weighted_move, 60, min_periods => 1) OVER w           AS move_mean_60,
    rolling_std(weighted_move, 5, min_periods => 1) OVER w             AS move_std_5,
    rolling_std(weighted_move, 10, min_periods => 1) OVER w            AS move_std_10,
    rolling_std(weighted_move, 20, min_periods => 1) OVER w            AS move_std_20,
    rolling_std(weighted_move, 30, min_periods => 1) OVER w            AS move_std_30,
    rolling_std(weighted_move, 60, min_periods => 1) OVER w            AS move_std_60,
    rolling_sum(volume_gain, 5, min_periods => 1) OVER w               AS volume_gains_5,
    rolling_sum(volume_gain, 10, min_periods => 1) OVER w              AS volume_gains_10,
    rolling_sum(volume_gain, 20, min_periods => 1) OVER w              AS volume_gains_20,
    rolling_sum(volume_gain, 30, min_periods => 1) OVER w              AS volume_gains_30,
    rolling_sum(volume_gain, 60, min_periods => 1) OVER w              AS volume_gains_60,
    rolling_sum(volume_loss, 5, min_periods => 1) OVER w               AS volume_losses_5,
    rolling_sum(volume_loss, 10, min_periods => 1) OVER w              AS volume_losses_10,
    rolling_sum(volume_loss, 20, min_periods => 1) OVER w              AS volume_losses_20,
    rolling_sum(volume_loss, 30, min_periods => 1) OVER w              AS volume_losses_30,
    rolling_sum(volume_loss, 60, min_periods => 1) OVER w              AS volume_losses_60
  FROM moves
  WINDOW w AS (PARTITION BY symbol ORDER BY date)
)
SELECT
  CAST(symbol AS VARCHAR)                                               AS symbol,  -- ticker
  CAST(date AS DATE)                                                    AS date,    -- session whose bar is the last one used
  CAST((close - open) / open AS DOUBLE)                                 AS kmid,    -- body, share of the open
  CAST((high - low) / open AS DOUBLE)                                   AS klen,    -- length, share of the open
  CAST((close - open) / (high - low + 1e-12) AS DOUBLE)                 AS kmid2,   -- body, share of the length
  CAST((high - greatest(open, close)) / open AS DOUBLE)                 AS kup,     -- upper shadow, share of the open
  CAST((high - greatest(open, close)) / (high - low + 1e-12) AS DOUBLE) AS kup2,    -- upper shadow, share of the length
  CAST((least(open, close) - low) / open AS DOUBLE)                     AS klow,    -- lower shadow, share of the open
  CAST((least(open, close) - low) / (high - low + 1e-12) AS DOUBLE)     AS klow2,   -- lower shadow, share of the length
  CAST((2.0 * close - high - low) / open AS DOUBLE)                     AS ksft,    -- close against the middle, share of the open
  CAST((2.0 * close - high - low) / (high - low + 1e-12) AS DOUBLE)     AS ksft2,   -- close against the middle, share of the length
  CAST(open / close AS DOUBLE)                                          AS open0,   -- open, share of the close
  CAST(high / close AS DOUBLE)                                          AS high0,   -- high, share of the close
  CAST(low / close AS DOUBLE)                                           AS low0,    -- low, share of the close
  CAST(vwap / close AS DOUBLE)                                          AS vwap0,   -- average price, share of the close
  CAST(close_lag_5 / close AS DOUBLE)                                   AS roc5,    -- close 5 bars ago, share of the close
  CAST(close_lag_10 / close AS DOUBLE)                                  AS roc10,   -- close 10 bars ago, share of the close
  CAST(close_lag_20 / close AS DOUBLE)                                  AS roc20,   -- close 20 bars ago, share of the close
  CAST(close_lag_30 / close AS DOUBLE)                                  AS roc30,   -- close 30 bars ago, share of the close
  CAST(close_lag_60 / close AS DOUBLE)                                  AS roc60,   -- close 60 bars ago, share of the close
  CAST(close_mean_5 / close AS DOUBLE)                                  AS ma5,     -- mean close, share of the close
  CAST(close_mean_10 / close AS DOUBLE)                                 AS ma10,    -- mean close, share of the close
  CAST(close_mean_20 / close AS DOUBLE)                                 AS ma20,    -- mean close, share of the close
  CAST(close_mean_30 / close AS DOUBLE)                                 AS ma30,    -- mean close, share of the close
  CAST(close_mean_60 / close AS DOUBLE)                                 AS ma60,    -- mean close, share of the close
  CAST(close_std_5 / close AS DOUBLE)                                   AS std5,    -- deviation of closes, share of the close
  CAST(close_std_10 / close AS DOUBLE)                                  AS std10,   -- deviation of closes, share of the close
  CAST(close_std_20 / close AS DOUBLE)                                  AS std20,   -- deviation of closes, share of the close
  CAST(close_std_30 / close AS DOUBLE)                                  AS std30,   -- deviation of closes, share of the close
  CAST(close_std_60 / close AS DOUBLE)                                  AS std60,   -- deviation of closes, share of the close
  CAST(close_slope_5 / close AS DOUBLE)                                 AS beta5,   -- slope of closes a bar, share of the close
  CAST(close_slope_10 / close AS DOUBLE)                                AS beta10,  -- slope of closes a bar, share of the close
  CAST(close_slope_20 / close AS DOUBLE)                                AS beta20,  -- slope of closes a bar, share of the close
  CAST(close_slope_30 / close AS DOUBLE)                                AS beta30,  -- slope of closes a bar, share of the close
  CAST(close_slope_60 / close AS DOUBLE)                                AS beta60,  -- slope of closes a bar, share of the close
  CAST(close_rsquare_5 AS DOUBLE)                                       AS rsqr5,   -- fit of that line, 0 … 1
  CAST(close_rsquare_10 AS DOUBLE)                                      AS rsqr10,  -- fit of that line, 0 … 1
  CAST(close_rsquare_20 AS DOUBLE)                                      AS rsqr20,  -- fit of that line, 0 … 1
  CAST(close_rsquare_30 AS DOUBLE)                                      AS rsqr30,  -- fit of that line, 0 … 1
  CAST(close_rsquare_60 AS DOUBLE)                                      AS rsqr60,  -- fit of that line, 0 … 1
  CAST(close_residual_5 / close AS DOUBLE)                              AS resi5,   -- close minus that line, share of the close
  CAST(close_residual_10 / close AS DOUBLE)                             AS resi10,  -- close minus that line, share of the close
  CAST(close_residual_20 / close AS DOUBLE)                             AS resi20,  -- close minus that line, share of the close
  CAST(close_residual_30 / close AS DOUBLE)                             AS resi30,  -- close minus that line, share of the close
  CAST(close_residual_60 / close AS DOUBLE)                             AS resi60,  -- close minus that line, share of the close
  CAST(high_max_5 / close AS DOUBLE)                                    AS max5,    -- highest high, share of the close
  CAST(high_max_10 / close AS DOUBLE)                                   AS max10,   -- highest high, share of the close
  CAST(high_max_20 / close AS DOUBLE)                                   AS max20,   -- highest high, share of the close
  CAST(high_max_30 / close AS DOUBLE)                                   AS max30,   -- highest high, share of the close
  CAST(high_max_60 / close AS DOUBLE)                                   AS max60,   -- highest high, share of the close
  CAST(low_min_5 / close AS DOUBLE)                                     AS min5,    -- lowest low, share of the close
  CAST(low_min_10 / close AS DOUBLE)                                    AS min10,   -- lowest low, share of the close
  CAST(low_min_20 / close AS DOUBLE)                                    AS min20,   -- lowest low, share of the close
  CAST(low_min_30 / close AS DOUBLE)                                    AS min30,   -- lowest low, share of the close
  CAST(low_min_60 / close AS DOUBLE)                                    AS min60,   -- lowest low, share of the close
  CAST(close_q80_5 / close AS DOUBLE)                                   AS qtlu5,   -- 80 % quantile of closes, share of the close
  CAST(close_q80_10 / close AS DOUBLE)                                  AS qtlu10,  -- 80 % quantile of closes, share of the close
  CAST(close_q80_20 / close AS DOUBLE)                                  AS qtlu20,  -- 80 % quantile of closes, share of the close
  CAST(close_q80_30 / close AS DOUBLE)                                  AS qtlu30,  -- 80 % quantile of closes, share of the close
  CAST(close_q80_60 / close AS DOUBLE)                                  AS qtlu60,  -- 80 % quantile of closes, share of the close
  CAST(close_q20_5 / close AS DOUBLE)                                   AS qtld5,   -- 20 % quantile of closes, share of the close
  CAST(close_q20_10 / close AS DOUBLE)                                  AS qtld10,  -- 20 % quantile of closes, share of the close
  CAST(close_q20_20 / close AS DOUBLE)                                  AS qtld20,  -- 20 % quantile of closes, share of the close
  CAST(close_q20_30 / close AS DOUBLE)                                  AS qtld30,  -- 20 % quantile of closes, share of the close
  CAST(close_q20_60 / close AS DOUBLE)                                  AS qtld60,  -- 20 % quantile of closes, share of the close
  CAST(close_rank_5 AS DOUBLE)                                          AS rank5,   -- rank of the close, 0 … 1
  CAST(close_rank_10 AS DOUBLE)                                         AS rank10,  -- rank of the close, 0 … 1
  CAST(close_rank_20 AS DOUBLE)                                         AS rank20,  -- rank of the close, 0 … 1
  CAST(close_rank_30 AS DOUBLE)                                         AS rank30,  -- rank of the close, 0 … 1
  CAST(close_rank_60 AS DOUBLE)                                         AS rank60,  -- rank of the close, 0 … 1
  CAST((close - low_min_5) / (high_max_5 - low_min_5 + 1e-12) AS DOUBLE) AS rsv5,    -- place of the close in the range, 0 … 1
  CAST((close - low_min_10) / (high_max_10 - low_min_10 + 1e-12) AS DOUBLE) AS rsv10,   -- place of the close in the range, 0 … 1
  CAST((close - low_min_20) / (high_max_20 - low_min_20 + 1e-12) AS DOUBLE) AS rsv20,   -- place of the close in the range, 0 … 1
  CAST((close - low_min_30) / (high_max_30 - low_min_30 + 1e-12) AS DOUBLE) AS rsv30,   -- place of the close in the range, 0 … 1
  CAST((close - low_min_60) / (high_max_60 - low_min_60 + 1e-12) AS DOUBLE) AS rsv60,   -- place of the close in the range, 0 … 1
  CAST((bars_5 - since_high_5) / 5.0 AS DOUBLE)                         AS imax5,   -- place of the highest high, share of 5
  CAST((bars_10 - since_high_10) / 10.0 AS DOUBLE)                      AS imax10,  -- place of the highest high, share of 10
  CAST((bars_20 - since_high_20) / 20.0 AS DOUBLE)                      AS imax20,  -- place of the highest high, share of 20
  CAST((bars_30 - since_high_30) / 30.0 AS DOUBLE)                      AS imax30,  -- place of the highest high, share of 30
  CAST((bars_60 - since_high_60) / 60.0 AS DOUBLE)                      AS imax60,  -- place of the highest high, share of 60
  CAST((bars_5 - since_low_5) / 5.0 AS DOUBLE)                          AS imin5,   -- place of the lowest low, share of 5
  CAST((bars_10 - since_low_10) / 10.0 AS DOUBLE)                       AS imin10,  -- place of the lowest low, share of 10
  CAST((bars_20 - since_low_20) / 20.0 AS DOUBLE)                       AS imin20,  -- place of the lowest low, share of 20
  CAST((bars_30 - since_low_30) / 30.0 AS DOUBLE)                       AS imin30,  -- place of the lowest low, share of 30
  CAST((bars_60 - since_low_60) / 60.0 AS DOUBLE)                       AS imin60,  -- place of the lowest low, share of 60
  CAST((since_low_5 - since_high_5) / 5.0 AS DOUBLE)                    AS imxd5,   -- from low to high, share of 5
  CAST((since_low_10 - since_high_10) / 10.0 AS DOUBLE)                 AS imxd10,  -- from low to high, share of 10
  CAST((since_low_20 - since_high_20) / 20.0 AS DOUBLE)                 AS imxd20,  -- from low to high, share of 20
  CAST((since_low_30 - since_high_30) / 30.0 AS DOUBLE)                 AS imxd30,  -- from low to high, share of 30
  CAST((since_low_60 - since_high_60) / 60.0 AS DOUBLE)                 AS imxd60,  -- from low to high, share of 60
  CAST(corr_5 AS DOUBLE)                                                AS corr5,   -- correlation of close and log volume
  CAST(corr_10 AS DOUBLE)                                               AS corr10,  -- correlation of close and log volume
  CAST(corr_20 AS DOUBLE)                                               AS corr20,  -- correlation of close and log volume
  CAST(corr_30 AS DOUBLE)                                               AS corr30,  -- correlation of close and log volume
  CAST(corr_60 AS DOUBLE)                                               AS corr60,  -- correlation of close and log volume
  CAST(cord_5 AS DOUBLE)                                                AS cord5,   -- correlation of their changes
  CAST(cord_10 AS DOUBLE)                                               AS cord10,  -- correlation of their changes
  CAST(cord_20 AS DOUBLE)                                               AS cord20,  -- correlation of their changes
  CAST(cord_30 AS DOUBLE)                                               AS cord30,  -- correlation of their changes
  CAST(cord_60 AS DOUBLE)                                               AS cord60,  -- correlation of their changes
  CAST(up_5 AS DOUBLE)                                                  AS cntp5,   -- share of bars that rose
  CAST(up_10 AS DOUBLE)                                                 AS cntp10,  -- share of bars that rose
  CAST(up_20 AS DOUBLE)                                                 AS cntp20,  -- share of bars that rose
  CAST(up_30 AS DOUBLE)                                                 AS cntp30,  -- share of bars that rose
  CAST(up_60 AS DOUBLE)                                                 AS cntp60,  -- share of bars that rose
  CAST(down_5 AS DOUBLE)                                                AS cntn5,   -- share of bars that fell
  CAST(down_10 AS DOUBLE)                                               AS cntn10,  -- share of bars that fell
  CAST(down_20 AS DOUBLE)                                               AS cntn20,  -- share of bars that fell
  CAST(down_30 AS DOUBLE)                                               AS cntn30,  -- share of bars that fell
  CAST(down_60 AS DOUBLE)                                               AS cntn60,  -- share of bars that fell
  CAST(up_5 - down_5 AS DOUBLE)                                         AS cntd5,   -- their difference
  CAST(up_10 - down_10 AS DOUBLE)                                       AS cntd10,  -- their difference
  CAST(up_20 - down_20 AS DOUBLE)                                       AS cntd20,  -- their difference
  CAST(up_30 - down_30 AS DOUBLE)                                       AS cntd30,  -- their difference
  CAST(up_60 - down_60 AS DOUBLE)                                       AS cntd60,  -- their difference
  CAST(gains_5 / (gains_5 + losses_5 + 1e-12) AS DOUBLE)                AS sump5,   -- gains, share of all moves
  CAST(gains_10 / (gains_10 + losses_10 + 1e-12) AS DOUBLE)             AS sump10,  -- gains, share of all moves
  CAST(gains_20 / (gains_20 + losses_20 + 1e-12) AS DOUBLE)             AS sump20,  -- gains, share of all moves
  CAST(gains_30 / (gains_30 + losses_30 + 1e-12) AS DOUBLE)             AS sump30,  -- gains, share of all moves
  CAST(gains_60 / (gains_60 + losses_60 + 1e-12) AS DOUBLE)             AS sump60,  -- gains, share of all moves
  CAST(losses_5 / (gains_5 + losses_5 + 1e-12) AS DOUBLE)               AS sumn5,   -- losses, share of all moves
  CAST(losses_10 / (gains_10 + losses_10 + 1e-12) AS DOUBLE)            AS sumn10,  -- losses, share of all moves
  CAST(losses_20 / (gains_20 + losses_20 + 1e-12) AS DOUBLE)            AS sumn20,  -- losses, share of all moves
  CAST(losses_30 / (gains_30 + losses_30 + 1e-12) AS DOUBLE)            AS sumn30,  -- losses, share of all moves
  CAST(losses_60 / (gains_60 + losses_60 + 1e-12) AS DOUBLE)            AS sumn60,  -- losses, share of all moves
  CAST((gains_5 - losses_5) / (gains_5 + losses_5 + 1e-12) AS DOUBLE)   AS sumd5,   -- their difference
  CAST((gains_10 - losses_10) / (gains_10 + losses_10 + 1e-12) AS DOUBLE) AS sumd10,  -- their difference
  CAST((gains_20 - losses_20) / (gains_20 + losses_20 + 1e-12) AS DOUBLE) AS sumd20,  -- their difference
  CAST((gains_30 - losses_30) / (gains_30 + losses_30 + 1e-12) AS DOUBLE) AS sumd30,  -- their difference
  CAST((gains_60 - losses_60) / (gains_60 + losses_60 + 1e-12) AS DOUBLE) AS sumd60,  -- their difference
  CAST(volume_mean_5 / (volume + 1e-12) AS DOUBLE)                      AS vma5,    -- mean volume, multiple of the volume
  CAST(volume_mean_10 / (volume + 1e-12) AS DOUBLE)                     AS vma10,   -- mean volume, multiple of the volume
  CAST(volume_mean_20 / (volume + 1e-12) AS DOUBLE)                     AS vma20,   -- mean volume, multiple of the volume
  CAST(volume_mean_30 / (volume + 1e-12) AS DOUBLE)                     AS vma30,   -- mean volume, multiple of the volume
  CAST(volume_mean_60 / (volume + 1e-12) AS DOUBLE)                     AS vma60,   -- mean volume, multiple of the volume
  CAST(volume_std_5 / (volume + 1e-12) AS DOUBLE)                       AS vstd5,   -- deviation of volumes, multiple of the volume
  CAST(volume_std_10 / (volume + 1e-12) AS DOUBLE)                      AS vstd10,  -- deviation of volumes, multiple of the volume
  CAST(volume_std_20 / (volume + 1e-12) AS DOUBLE)                      AS vstd20,  -- deviation of volumes, multiple of the volume
  CAST(volume_std_30 / (volume + 1e-12) AS DOUBLE)                      AS vstd30,  -- deviation of volumes, multiple of the volume
  CAST(volume_std_60 / (volume + 1e-12) AS DOUBLE)                      AS vstd60,  -- deviation of volumes, multiple of the volume
  CAST(move_std_5 / (move_mean_5 + 1e-12) AS DOUBLE)                    AS wvma5,   -- variation of moves times volume
  CAST(move_std_10 / (move_mean_10 + 1e-12) AS DOUBLE)                  AS wvma10,  -- variation of moves times volume
  CAST(move_std_20 / (move_mean_20 + 1e-12) AS DOUBLE)                  AS wvma20,  -- variation of moves times volume
  CAST(move_std_30 / (move_mean_30 + 1e-12) AS DOUBLE)                  AS wvma30,  -- variation of moves times volume
  CAST(move_std_60 / (move_mean_60 + 1e-12) AS DOUBLE)                  AS wvma60,  -- variation of moves times volume
  CAST(volume_gains_5 / (volume_gains_5 + volume_losses_5 + 1e-12) AS DOUBLE) AS vsump5,  -- rises of volume, share of all its moves
  CAST(volume_gains_10 / (volume_gains_10 + volume_losses_10 + 1e-12) AS DOUBLE) AS vsump10, -- rises of volume, share of all its moves
  CAST(volume_gains_20 / (volume_gains_20 + volume_losses_20 + 1e-12) AS DOUBLE) AS vsump20, -- rises of volume, share of all its moves
  CAST(volume_gains_30 / (volume_gains_30 + volume_losses_30 + 1e-12) AS DOUBLE) AS vsump30, -- rises of volume, share of all its moves
  CAST(volume_gains_60 / (volume_gains_60 + volume_losses_60 + 1e-12) AS DOUBLE) AS vsump60, -- rises of volume, share of all its moves
  CAST(volume_losses_5 / (volume_gains_5 + volume_losses_5 + 1e-12) AS DOUBLE) AS vsumn5,  -- falls of volume, share of all its moves
  CAST(volume_losses_10 / (volume_gains_10 + volume_losses_10 + 1e-12) AS DOUBLE) AS vsumn10, -- falls of volume, share of all its moves
  CAST(volume_losses_20 / (volume_gains_20 + volume_losses_20 + 1e-12) AS DOUBLE) AS vsumn20, -- falls of volume, share of all its moves
  CAST(volume_losses_30 / (volume_gains_30 + volume_losses_30 + 1e-12) AS DOUBLE) AS vsumn30, -- falls of volume, share of all its moves
  CAST(volume_losses_60 / (volume_gains_60 + volume_losses_60 + 1e-12) AS DOUBLE) AS vsumn60, -- falls of volume, share of all its moves
  CAST((volume_gains_5 - volume_losses_5) / (volume_gains_5 + volume_losses_5 + 1e-12) AS DOUBLE) AS vsumd5,  -- their difference
  CAST((volume_gains_10 - volume_losses_10) / (volume_gains_10 + volume_losses_10 + 1e-12) AS DOUBLE) AS vsumd10, -- their difference
  CAST((volume_gains_20 - volume_losses_20) / (volume_gains_20 + volume_losses_20 + 1e-12) AS DOUBLE) AS vsumd20, -- their difference
  CAST((volume_gains_30 - volume_losses_30) / (volume_gains_30 + volume_losses_30 + 1e-12) AS DOUBLE) AS vsumd30, -- their difference
  CAST((volume_gains_60 - volume_losses_60) / (volume_gains_60 + volume_losses_60 + 1e-12) AS DOUBLE) AS vsumd60  -- their difference
FROM trailing
ORDER BY symbol, date
