-- WorldQuant's 101 formulaic alphas of each stock and date, but for the one that needs market capitalisation.
-- name: features.alpha101
-- version: 1
-- kind: table
-- grain: symbol, date
-- inputs: curated.ohlcv
-- lookahead: none: row t uses bars up to t and the section of t; trade on it after t's close
-- audits: unique(symbol, date)
-- owner: research
-- source: Kakushadze (2016), 101 Formulaic Alphas, arXiv:1601.00991, appendix A

-- curated.ohlcv has symbol, date, open, high, low, close, volume, a row a session, and here also sector, industry and
-- subindustry, the name's classes as they were known on that date.
-- Left out: alpha 56, which needs market capitalisation.
-- vwap is the typical price (high + low + close) / 3; with a column of its own, write that in `bars`.
--
-- As the paper has it: days are rounded down; adv is the mean of dollars traded, so 7 and 21 compare shares with dollars.
-- Where it leaves a choice: ranks are shares in (0, 1], equal values share their mean rank; ts_argmax counts days from 1,
-- the oldest, and takes the oldest of equals; deviations and covariances divide by n - 1; a window needs all its rows;
-- what is divided by 0 or overflows is NULL, and what is made of NULL is NULL. Correlations, covariances and decayed
-- means are rounded to 12 decimals, so that values that are equal but for their last bits have one rank.
-- rank(rank(x)) is written rank(x), sum(x, 1) x, and x * k + x * (1 - k) x.
--
-- Columns aNNN_k are intermediate results of alpha NNN that have no short name. Above each alpha stands the paper's
-- formula; where(c, a, b) is its c ? a : b, and ** its ^.

-- Layers, because a window function cannot take another one's result in the same SELECT.
WITH bars AS (
  SELECT
    symbol,
    date,
    sector,
    industry,
    subindustry,
    CAST(open AS DOUBLE)                                      AS open,
    CAST(high AS DOUBLE)                                      AS high,
    CAST(low AS DOUBLE)                                       AS low,
    CAST(close AS DOUBLE)                                     AS close,
    CAST(volume AS DOUBLE)                                    AS volume,
    (high + low + close) / 3.0                                AS vwap,
    (high + low + close) / 3.0 * CAST(volume AS DOUBLE)       AS dollars
  FROM curated.ohlcv
),
layer_1 AS (
  SELECT
    *,
    simple_return(close, n => 1) OVER w                                                        AS returns,
    ln(nullif(volume, 0.0)) - lag(ln(nullif(volume, 0.0)), 2) OVER w                           AS a002_1,
    rolling_sum(vwap, 10) OVER w                                                               AS vwap_sum10,
    round(rolling_corr(open, volume, 10) OVER w, 12)                                           AS open_volume_corr10,
    rolling_mean(dollars, 20) OVER w                                                           AS adv20,
    close - lag(close, 7) OVER w                                                               AS close_delta7,
    rolling_sum(open, 5) OVER w                                                                AS open_sum5,
    close - lag(close, 1) OVER w                                                               AS close_delta1,
    rolling_max(vwap - close, 3) OVER w                                                        AS a011_1,
    rolling_min(vwap - close, 3) OVER w                                                        AS a011_3,
    volume - lag(volume, 3) OVER w                                                             AS volume_delta3,
    volume - lag(volume, 1) OVER w                                                             AS volume_delta1,
    rolling_rank(close, 10) OVER w                                                             AS close_tsrank10,
    rolling_std(abs(close - open), 5) OVER w                                                   AS a018_1,
    round(rolling_corr(close, open, 10) OVER w, 12)                                            AS close_open_corr10,
    lag(close, 7) OVER w                                                                       AS close_lag7,
    lag(high, 1) OVER w                                                                        AS high_lag1,
    lag(close, 1) OVER w                                                                       AS close_lag1,
    lag(low, 1) OVER w                                                                         AS low_lag1,
    rolling_sum(close, 8) OVER w                                                               AS close_sum8,
    rolling_std(close, 8) OVER w                                                               AS close_std8,
    rolling_sum(close, 2) OVER w                                                               AS close_sum2,
    round(rolling_corr(high, volume, 5) OVER w, 12)                                            AS high_volume_corr5,
    rolling_std(close, 20) OVER w                                                              AS close_std20,
    rolling_sum(high, 20) OVER w                                                               AS high_sum20,
    high - lag(high, 2) OVER w                                                                 AS high_delta2,
    rolling_sum(close, 100) OVER w                                                             AS close_sum100,
    lag(close, 100) OVER w                                                                     AS close_lag100,
    rolling_min(close, 100) OVER w                                                             AS close_min100,
    close - lag(close, 3) OVER w                                                               AS close_delta3,
    rolling_rank(volume, 5) OVER w                                                             AS volume_tsrank5,
    rolling_rank(high, 5) OVER w                                                               AS high_tsrank5,
    close - 1 - lag(close - 1, 5) OVER w                                                       AS a029_1,
    lag(close, 2) OVER w                                                                       AS close_lag2,
    lag(close, 3) OVER w                                                                       AS close_lag3,
    rolling_sum(volume, 5) OVER w                                                              AS volume_sum5,
    rolling_sum(volume, 20) OVER w                                                             AS volume_sum20,
    close - lag(close, 10) OVER w                                                              AS close_delta10,
    rolling_sum(close, 7) OVER w                                                               AS close_sum7,
    lag(close, 5) OVER w                                                                       AS close_lag5,
    rolling_rank(volume, 32) OVER w                                                            AS volume_tsrank32,
    rolling_rank(close + high - low, 16) OVER w                                                AS a035_1,
    lag(volume, 1) OVER w                                                                      AS volume_lag1,
    rolling_sum(close, 200) OVER w                                                             AS close_sum200,
    lag(open - close, 1) OVER w                                                                AS a037_1,
    rolling_std(high, 10) OVER w                                                               AS high_std10,
    round(rolling_corr(high, volume, 10) OVER w, 12)                                           AS high_volume_corr10,
    round(rolling_corr(close, volume, 2) OVER w, 12)                                           AS close_volume_corr2,
    rolling_sum(close, 5) OVER w                                                               AS close_sum5,
    rolling_sum(close, 20) OVER w                                                              AS close_sum20,
    lag(close, 20) OVER w                                                                      AS close_lag20,
    lag(close, 10) OVER w                                                                      AS close_lag10,
    rolling_sum(high, 5) OVER w                                                                AS high_sum5,
    lag(vwap, 5) OVER w                                                                        AS vwap_lag5,
    rolling_min(low, 5) OVER w                                                                 AS low_min5,
    (close - low - (high - close)) / nullif(close - low, 0.0) - lag((close - low - (high - close)) / nullif(close - low, 0.0), 9) OVER w AS a053_1,
    rolling_min(low, 12) OVER w                                                                AS low_min12,
    rolling_max(high, 12) OVER w                                                               AS high_max12,
    30 - rolling_argmax(close, 30) OVER w                                                      AS close_argmax30,
    10 - rolling_argmax(close, 10) OVER w                                                      AS close_argmax10,
    rolling_min(vwap, 16) OVER w                                                               AS vwap_min16,
    rolling_mean(dollars, 180) OVER w                                                          AS adv180,
    rolling_sum(open * 0.178404 + low * (1 - 0.178404), 12) OVER w                             AS a064_1,
    rolling_mean(dollars, 120) OVER w                                                          AS adv120,
    (high + low) / 2 * 0.178404 + vwap * (1 - 0.178404) - lag((high + low) / 2 * 0.178404 + vwap * (1 - 0.178404), 3) OVER w AS a064_4,
    rolling_mean(dollars, 60) OVER w                                                           AS adv60,
    rolling_min(open, 13) OVER w                                                               AS open_min13,
    vwap - lag(vwap, 3) OVER w                                                                 AS vwap_delta3,
    round(rolling_decay_linear((low - vwap) / nullif(open - (high + low) / 2, 0.0), 11) OVER w, 12) AS a066_1,
    rolling_min(high, 2) OVER w                                                                AS high_min2,
    rolling_mean(dollars, 15) OVER w                                                           AS adv15,
    close * 0.518371 + low * (1 - 0.518371) - lag(close * 0.518371 + low * (1 - 0.518371), 1) OVER w AS a068_2,
    vwap - lag(vwap, 1) OVER w                                                                 AS vwap_delta1,
    rolling_mean(dollars, 50) OVER w                                                           AS adv50,
    rolling_rank(close, 3) OVER w                                                              AS close_tsrank3,
    rolling_mean(dollars, 40) OVER w                                                           AS adv40,
    rolling_rank(vwap, 3) OVER w                                                               AS vwap_tsrank3,
    rolling_rank(volume, 18) OVER w                                                            AS volume_tsrank18,
    vwap - lag(vwap, 4) OVER w                                                                 AS vwap_delta4,
    open * 0.147155 + low * (1 - 0.147155) - lag(open * 0.147155 + low * (1 - 0.147155), 2) OVER w AS a073_1,
    rolling_mean(dollars, 30) OVER w                                                           AS adv30,
    round(rolling_corr(vwap, volume, 4) OVER w, 12)                                            AS vwap_volume_corr4,
    rolling_mean(dollars, 81) OVER w                                                           AS adv81,
    round(rolling_decay_linear((high + low) / 2 + high - (vwap + high), 20) OVER w, 12)        AS a077_1,
    rolling_sum(low * 0.352233 + vwap * (1 - 0.352233), 19) OVER w                             AS a078_1,
    rolling_mean(dollars, 150) OVER w                                                          AS adv150,
    rolling_mean(dollars, 10) OVER w                                                           AS adv10,
    open - lag(open, 1) OVER w                                                                 AS open_delta1,
    rolling_max(vwap, 15) OVER w                                                               AS vwap_max15,
    close - lag(close, 4) OVER w                                                               AS close_delta4,
    rolling_rank((high + low) / 2, 3) OVER w                                                   AS a085_3,
    rolling_rank(volume, 10) OVER w                                                            AS volume_tsrank10,
    close * 0.369701 + vwap * (1 - 0.369701) - lag(close * 0.369701 + vwap * (1 - 0.369701), 1) OVER w AS a087_1,
    rolling_rank(close, 8) OVER w                                                              AS close_tsrank8,
    rolling_max(close, 4) OVER w                                                               AS close_max4,
    round(rolling_decay_linear(CASE WHEN (high + low) / 2 + close < low + open THEN 1.0 WHEN (high + low) / 2 + close >= low + open THEN 0.0 END, 14) OVER w, 12) AS a092_1,
    close * 0.524434 + vwap * (1 - 0.524434) - lag(close * 0.524434 + vwap * (1 - 0.524434), 2) OVER w AS a093_3,
    rolling_min(vwap, 11) OVER w                                                               AS vwap_min11,
    rolling_rank(vwap, 19) OVER w                                                              AS vwap_tsrank19,
    rolling_min(open, 12) OVER w                                                               AS open_min12,
    rolling_sum((high + low) / 2, 19) OVER w                                                   AS a095_2,
    rolling_rank(close, 7) OVER w                                                              AS close_tsrank7,
    rolling_rank(low, 7) OVER w                                                                AS low_tsrank7,
    rolling_mean(dollars, 5) OVER w                                                            AS adv5,
    round(rolling_corr(low, volume, 6) OVER w, 12)                                             AS low_volume_corr6,
    30 - rolling_argmin(close, 30) OVER w                                                      AS close_argmin30,
    section_rank((close - open) / open) OVER d                                                 AS a002_3,
    section_rank(open) OVER d                                                                  AS open_rank,
    section_rank(volume) OVER d                                                                AS volume_rank,
    section_rank(low) OVER d                                                                   AS low_rank,
    section_rank(close - vwap) OVER d                                                          AS a005_2,
    section_rank(close) OVER d                                                                 AS close_rank,
    section_rank(high) OVER d                                                                  AS high_rank,
    section_rank(vwap) OVER d                                                                  AS vwap_rank,
    section_rank(-(1 - open / close)) OVER d                                                   AS a033_1,
    section_rank(open - close) OVER d                                                          AS a036_3,
    section_rank(close / open) OVER d                                                          AS a038_1,
    section_rank(vwap - close) OVER d                                                          AS a042_1,
    section_rank(vwap + close) OVER d                                                          AS a042_2,
    section_rank(1.0 / close) OVER d                                                           AS a047_1,
    section_rank(high - close) OVER d                                                          AS a047_2,
    neutralize(vwap, sector) OVER d                                                            AS vwap_in_sector,
    neutralize(vwap, industry) OVER d                                                          AS vwap_in_industry,
    section_rank((close - low - (high - close)) / nullif(high - low, 0.0) * volume) OVER d     AS a060_1,
    section_rank((high + low) / 2) OVER d                                                      AS a062_1,
    neutralize(close, industry) OVER d                                                         AS close_in_industry,
    section_rank(low + open - (vwap + vwap)) OVER d                                            AS a071_4,
    section_rank(high * 0.0261661 + vwap * (1 - 0.0261661)) OVER d                             AS a074_1,
    neutralize(low, sector) OVER d                                                             AS low_in_sector,
    neutralize(close * 0.60733 + open * (1 - 0.60733), sector) OVER d                          AS a079_1,
    neutralize(open * 0.868128 + high * (1 - 0.868128), industry) OVER d                       AS a080_1,
    neutralize(volume, sector) OVER d                                                          AS volume_in_sector,
    section_rank(open + close - (vwap + open)) OVER d                                          AS a086_2,
    neutralize(low * 0.721001 + vwap * (1 - 0.721001), industry) OVER d                        AS a097_1
  FROM bars
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_2 AS (
  SELECT
    *,
    rolling_std(returns, 20) OVER w                                                            AS returns_std20,
    round(rolling_corr(open_rank, volume_rank, 10) OVER w, 12)                                 AS open_rank_volume_rank_corr10,
    rolling_rank(low_rank, 9) OVER w                                                           AS low_rank_tsrank9,
    rolling_rank(abs(close_delta7), 60) OVER w                                                 AS a007_1,
    rolling_sum(returns, 5) OVER w                                                             AS returns_sum5,
    rolling_min(close_delta1, 5) OVER w                                                        AS close_delta1_min5,
    rolling_max(close_delta1, 5) OVER w                                                        AS close_delta1_max5,
    rolling_min(close_delta1, 4) OVER w                                                        AS close_delta1_min4,
    rolling_max(close_delta1, 4) OVER w                                                        AS close_delta1_max4,
    round(rolling_cov(close_rank, volume_rank, 5) OVER w, 12)                                  AS close_rank_volume_rank_cov5,
    returns - lag(returns, 3) OVER w                                                           AS returns_delta3,
    round(rolling_corr(high_rank, volume_rank, 3) OVER w, 12)                                  AS high_rank_volume_rank_corr3,
    round(rolling_cov(high_rank, volume_rank, 5) OVER w, 12)                                   AS high_rank_volume_rank_cov5,
    close_delta1 - lag(close_delta1, 1) OVER w                                                 AS close_delta1_delta1,
    rolling_rank(volume / nullif(adv20, 0.0), 5) OVER w                                        AS a017_1,
    rolling_sum(returns, 250) OVER w                                                           AS returns_sum250,
    high_volume_corr5 - lag(high_volume_corr5, 5) OVER w                                       AS high_volume_corr5_delta5,
    close_sum100 / 100 - lag(close_sum100 / 100, 100) OVER w                                   AS a024_1,
    round(rolling_corr(volume_tsrank5, high_tsrank5, 5) OVER w, 12)                            AS a026_1,
    round(rolling_corr(volume_rank, vwap_rank, 6) OVER w, 12)                                  AS volume_rank_vwap_rank_corr6,
    round(rolling_corr(adv20, low, 5) OVER w, 12)                                              AS adv20_low_corr5,
    lag(-returns, 6) OVER w                                                                    AS a029_8,
    round(rolling_corr(adv20, low, 12) OVER w, 12)                                             AS adv20_low_corr12,
    round(rolling_corr(vwap, close_lag5, 230) OVER w, 12)                                      AS vwap_close_lag5_corr230,
    rolling_std(returns, 2) OVER w                                                             AS returns_std2,
    rolling_std(returns, 5) OVER w                                                             AS returns_std5,
    rolling_rank(returns, 32) OVER w                                                           AS returns_tsrank32,
    round(rolling_corr(close - open, volume_lag1, 15) OVER w, 12)                              AS a036_1,
    round(rolling_corr(vwap, adv20, 6) OVER w, 12)                                             AS vwap_adv20_corr6,
    round(rolling_corr(a037_1, close, 200) OVER w, 12)                                         AS a037_2,
    round(rolling_decay_linear(volume / nullif(adv20, 0.0), 9) OVER w, 12)                     AS a039_1,
    rolling_rank(volume / nullif(adv20, 0.0), 20) OVER w                                       AS a043_1,
    rolling_rank(-close_delta7, 8) OVER w                                                      AS a043_2,
    round(rolling_corr(high, volume_rank, 5) OVER w, 12)                                       AS high_volume_rank_corr5,
    rolling_sum(close_lag5, 20) OVER w                                                         AS close_lag5_sum20,
    round(rolling_corr(close_sum5, close_sum20, 2) OVER w, 12)                                 AS close_sum5_close_sum20_corr2,
    close_lag1 - lag(close_lag1, 1) OVER w                                                     AS close_lag1_delta1,
    rolling_sum(power(close_delta1 / close_lag1, 2.0), 250) OVER w                             AS a048_3,
    round(rolling_corr(volume_rank, vwap_rank, 5) OVER w, 12)                                  AS volume_rank_vwap_rank_corr5,
    lag(low_min5, 5) OVER w                                                                    AS low_min5_lag5,
    rolling_sum(returns, 240) OVER w                                                           AS returns_sum240,
    rolling_sum(returns, 20) OVER w                                                            AS returns_sum20,
    round(rolling_corr(vwap_in_sector, volume, 3) OVER w, 12)                                  AS vwap_in_sector_volume_corr3,
    round(rolling_corr(vwap_in_industry, volume, 4) OVER w, 12)                                AS vwap_in_industry_volume_corr4,
    round(rolling_corr(vwap, adv180, 17) OVER w, 12)                                           AS vwap_adv180_corr17,
    rolling_sum(adv20, 22) OVER w                                                              AS adv20_sum22,
    close_in_industry - lag(close_in_industry, 2) OVER w                                       AS close_in_industry_delta2,
    rolling_sum(adv180, 37) OVER w                                                             AS adv180_sum37,
    rolling_sum(adv120, 12) OVER w                                                             AS adv120_sum12,
    rolling_sum(adv60, 8) OVER w                                                               AS adv60_sum8,
    round(rolling_decay_linear(vwap_delta3, 7) OVER w, 12)                                     AS vwap_delta3_decay7,
    rolling_rank(a066_1, 6) OVER w                                                             AS a066_2,
    vwap_in_industry - lag(vwap_in_industry, 2) OVER w                                         AS vwap_in_industry_delta2,
    round(rolling_corr(close * 0.490655 + vwap * (1 - 0.490655), adv20, 4) OVER w, 12)         AS a069_2,
    round(rolling_corr(close_in_industry, adv50, 17) OVER w, 12)                               AS close_in_industry_adv50_corr17,
    rolling_rank(adv180, 12) OVER w                                                            AS adv180_tsrank12,
    round(rolling_decay_linear(power(a071_4, 2.0), 16) OVER w, 12)                             AS a071_5,
    round(rolling_corr((high + low) / 2, adv40, 8) OVER w, 12)                                 AS a072_1,
    round(rolling_corr(vwap_tsrank3, volume_tsrank18, 6) OVER w, 12)                           AS a072_4,
    round(rolling_decay_linear(vwap_delta4, 2) OVER w, 12)                                     AS vwap_delta4_decay2,
    round(rolling_decay_linear(-a073_1 / nullif(open * 0.147155 + low * (1 - 0.147155), 0.0), 3) OVER w, 12) AS a073_2,
    rolling_sum(adv30, 37) OVER w                                                              AS adv30_sum37,
    round(rolling_corr(a074_1, volume_rank, 11) OVER w, 12)                                    AS a074_2,
    round(rolling_decay_linear(vwap_delta1, 11) OVER w, 12)                                    AS vwap_delta1_decay11,
    round(rolling_corr(low_in_sector, adv81, 8) OVER w, 12)                                    AS low_in_sector_adv81_corr8,
    round(rolling_corr((high + low) / 2, adv40, 3) OVER w, 12)                                 AS a077_3,
    rolling_sum(adv40, 19) OVER w                                                              AS adv40_sum19,
    round(rolling_corr(vwap_rank, volume_rank, 5) OVER w, 12)                                  AS vwap_rank_volume_rank_corr5,
    a079_1 - lag(a079_1, 1) OVER w                                                             AS a079_2,
    rolling_rank(adv150, 9) OVER w                                                             AS adv150_tsrank9,
    a080_1 - lag(a080_1, 4) OVER w                                                             AS a080_2,
    round(rolling_corr(high, adv10, 5) OVER w, 12)                                             AS high_adv10_corr5,
    rolling_sum(adv10, 49) OVER w                                                              AS adv10_sum49,
    round(rolling_decay_linear(open_delta1, 14) OVER w, 12)                                    AS open_delta1_decay14,
    round(rolling_corr(volume_in_sector, open, 17) OVER w, 12)                                 AS volume_in_sector_open_corr17,
    lag((high - low) / (close_sum5 / 5), 2) OVER w                                             AS a083_1,
    rolling_rank(vwap - vwap_max15, 20) OVER w                                                 AS a084_1,
    round(rolling_corr(high * 0.876703 + close * (1 - 0.876703), adv30, 9) OVER w, 12)         AS a085_1,
    round(rolling_corr(a085_3, volume_tsrank10, 7) OVER w, 12)                                 AS a085_4,
    rolling_sum(adv20, 14) OVER w                                                              AS adv20_sum14,
    round(rolling_decay_linear(a087_1, 2) OVER w, 12)                                          AS a087_2,
    round(rolling_decay_linear(open_rank + low_rank - (high_rank + close_rank), 8) OVER w, 12) AS a088_1,
    rolling_rank(adv60, 20) OVER w                                                             AS adv60_tsrank20,
    round(rolling_corr(low, adv10, 6) OVER w, 12)                                              AS low_adv10_corr6,
    vwap_in_industry - lag(vwap_in_industry, 3) OVER w                                         AS vwap_in_industry_delta3,
    round(rolling_corr(close_in_industry, volume, 9) OVER w, 12)                               AS close_in_industry_volume_corr9,
    round(rolling_corr(vwap, adv30, 4) OVER w, 12)                                             AS vwap_adv30_corr4,
    rolling_rank(a092_1, 18) OVER w                                                            AS a092_2,
    round(rolling_corr(vwap_in_industry, adv81, 17) OVER w, 12)                                AS vwap_in_industry_adv81_corr17,
    round(rolling_decay_linear(a093_3, 16) OVER w, 12)                                         AS a093_4,
    rolling_rank(adv60, 4) OVER w                                                              AS adv60_tsrank4,
    round(rolling_corr(vwap_rank, volume_rank, 3) OVER w, 12)                                  AS vwap_rank_volume_rank_corr3,
    a097_1 - lag(a097_1, 3) OVER w                                                             AS a097_2,
    rolling_rank(adv60, 17) OVER w                                                             AS adv60_tsrank17,
    rolling_sum(adv5, 26) OVER w                                                               AS adv5_sum26,
    rolling_sum(adv60, 19) OVER w                                                              AS adv60_sum19,
    section_rank(a002_1) OVER d                                                                AS a002_2,
    section_rank(open - vwap_sum10 / 10) OVER d                                                AS a005_1,
    section_rank(a011_1) OVER d                                                                AS a011_2,
    section_rank(a011_3) OVER d                                                                AS a011_4,
    section_rank(volume_delta3) OVER d                                                         AS volume_delta3_rank,
    section_rank(close_tsrank10) OVER d                                                        AS close_tsrank10_rank,
    section_rank(a018_1 + (close - open) + close_open_corr10) OVER d                           AS a018_2,
    section_rank(open - high_lag1) OVER d                                                      AS a020_1,
    section_rank(open - close_lag1) OVER d                                                     AS a020_2,
    section_rank(open - low_lag1) OVER d                                                       AS a020_3,
    section_rank(close_std20) OVER d                                                           AS close_std20_rank,
    section_rank(-returns * adv20 * vwap * (high - close)) OVER d                              AS a025_1,
    section_rank(a029_1) OVER d                                                                AS a029_2,
    section_rank(signum(close - close_lag1) + signum(close_lag1 - close_lag2) + signum(close_lag2 - close_lag3)) OVER d AS a030_1,
    section_rank(close_delta10) OVER d                                                         AS close_delta10_rank,
    section_rank(-close_delta3) OVER d                                                         AS a031_3,
    section_scale(close_sum7 / 7 - close) OVER d                                               AS a032_1,
    section_rank(close_delta1) OVER d                                                          AS close_delta1_rank,
    section_rank((close_sum200 / 200 - open) * (close - open)) OVER d                          AS a036_6,
    section_rank(high_std10) OVER d                                                            AS high_std10_rank,
    section_rank(vwap - vwap_lag5) OVER d                                                      AS a047_3,
    section_rank((close - low_min12) / nullif(high_max12 - low_min12, 0.0)) OVER d             AS a055_1,
    section_rank(close_argmax30) OVER d                                                        AS close_argmax30_rank,
    section_scale(a060_1) OVER d                                                               AS a060_2,
    section_rank(close_argmax10) OVER d                                                        AS close_argmax10_rank,
    section_rank(vwap - vwap_min16) OVER d                                                     AS a061_1,
    section_rank(CASE WHEN open_rank + open_rank < a062_1 + high_rank THEN 1.0 WHEN open_rank + open_rank >= a062_1 + high_rank THEN 0.0 END) OVER d AS a062_2,
    section_rank(a064_4) OVER d                                                                AS a064_5,
    section_rank(open - open_min13) OVER d                                                     AS a065_3,
    section_rank(high - high_min2) OVER d                                                      AS a067_1,
    neutralize(adv20, subindustry) OVER d                                                      AS adv20_in_subindustry,
    section_rank(adv15) OVER d                                                                 AS adv15_rank,
    section_rank(a068_2) OVER d                                                                AS a068_3,
    section_rank(vwap_delta1) OVER d                                                           AS vwap_delta1_rank,
    section_rank(vwap_volume_corr4) OVER d                                                     AS vwap_volume_corr4_rank,
    section_rank(adv50) OVER d                                                                 AS adv50_rank,
    section_rank(a077_1) OVER d                                                                AS a077_2,
    neutralize(adv81, industry) OVER d                                                         AS adv81_in_industry,
    section_rank(close - close_max4) OVER d                                                    AS a090_1,
    neutralize(adv40, subindustry) OVER d                                                      AS adv40_in_subindustry,
    section_rank(adv30) OVER d                                                                 AS adv30_rank,
    section_rank(vwap - vwap_min11) OVER d                                                     AS a094_1,
    section_rank(open - open_min12) OVER d                                                     AS a095_1,
    section_rank(low_volume_corr6) OVER d                                                      AS low_volume_corr6_rank,
    neutralize(a060_1, subindustry) OVER d                                                     AS a100_1,
    section_rank(adv20) OVER d                                                                 AS adv20_rank,
    section_rank(close_argmin30) OVER d                                                        AS close_argmin30_rank
  FROM layer_1
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_3 AS (
  SELECT
    *,
    5 - rolling_argmax(power(CASE WHEN returns < 0 THEN returns_std20 WHEN returns >= 0 THEN close END, 2.0), 5) OVER w AS a001_1,
    round(rolling_corr(a002_2, a002_3, 6) OVER w, 12)                                          AS a002_4,
    lag(open_sum5 * returns_sum5, 10) OVER w                                                   AS a008_1,
    rolling_max(a026_1, 3) OVER w                                                              AS a026_2,
    rolling_sum(volume_rank_vwap_rank_corr6, 2) OVER w                                         AS a027_1,
    rolling_rank(a029_8, 5) OVER w                                                             AS a029_9,
    round(rolling_decay_linear(-close_delta10_rank, 10) OVER w, 12)                            AS a031_1,
    round(rolling_corr(close_delta1, close_lag1_delta1, 250) OVER w, 12)                       AS a048_1,
    round(rolling_corr(a055_1, volume_rank, 6) OVER w, 12)                                     AS a055_2,
    round(rolling_decay_linear(close_argmax30_rank, 2) OVER w, 12)                             AS close_argmax30_rank_decay2,
    round(rolling_decay_linear(vwap_in_sector_volume_corr3, 7) OVER w, 12)                     AS a058_1,
    round(rolling_decay_linear(vwap_in_industry_volume_corr4, 16) OVER w, 12)                  AS a059_1,
    round(rolling_corr(vwap, adv20_sum22, 9) OVER w, 12)                                       AS vwap_adv20_sum22_corr9,
    round(rolling_decay_linear(close_in_industry_delta2, 8) OVER w, 12)                        AS a063_1,
    round(rolling_corr(vwap * 0.318108 + open * (1 - 0.318108), adv180_sum37, 13) OVER w, 12)  AS a063_3,
    round(rolling_corr(a064_1, adv120_sum12, 16) OVER w, 12)                                   AS a064_2,
    round(rolling_corr(open * 0.00817205 + vwap * (1 - 0.00817205), adv60_sum8, 6) OVER w, 12) AS a065_1,
    round(rolling_corr(vwap_in_sector, adv20_in_subindustry, 6) OVER w, 12)                    AS a067_2,
    round(rolling_corr(high_rank, adv15_rank, 8) OVER w, 12)                                   AS high_rank_adv15_rank_corr8,
    rolling_max(vwap_in_industry_delta2, 4) OVER w                                             AS vwap_in_industry_delta2_max4,
    rolling_rank(a069_2, 9) OVER w                                                             AS a069_3,
    rolling_rank(close_in_industry_adv50_corr17, 17) OVER w                                    AS a070_1,
    round(rolling_corr(close_tsrank3, adv180_tsrank12, 18) OVER w, 12)                         AS a071_1,
    rolling_rank(a071_5, 4) OVER w                                                             AS a071_6,
    round(rolling_decay_linear(a072_1, 10) OVER w, 12)                                         AS a072_2,
    round(rolling_decay_linear(a072_4, 2) OVER w, 12)                                          AS a072_5,
    rolling_rank(a073_2, 16) OVER w                                                            AS a073_3,
    round(rolling_corr(close, adv30_sum37, 15) OVER w, 12)                                     AS close_adv30_sum37_corr15,
    round(rolling_corr(low_rank, adv50_rank, 12) OVER w, 12)                                   AS low_rank_adv50_rank_corr12,
    rolling_rank(low_in_sector_adv81_corr8, 19) OVER w                                         AS a076_1,
    round(rolling_decay_linear(a077_3, 5) OVER w, 12)                                          AS a077_4,
    round(rolling_corr(a078_1, adv40_sum19, 6) OVER w, 12)                                     AS a078_2,
    round(rolling_corr(vwap_tsrank3, adv150_tsrank9, 14) OVER w, 12)                           AS a079_4,
    rolling_rank(high_adv10_corr5, 5) OVER w                                                   AS high_adv10_corr5_tsrank5,
    round(rolling_corr(vwap, adv10_sum49, 8) OVER w, 12)                                       AS vwap_adv10_sum49_corr8,
    round(rolling_decay_linear(volume_in_sector_open_corr17, 6) OVER w, 12)                    AS a082_1,
    round(rolling_corr(close, adv20_sum14, 6) OVER w, 12)                                      AS close_adv20_sum14_corr6,
    round(rolling_corr(adv81_in_industry, close, 13) OVER w, 12)                               AS adv81_in_industry_close_corr13,
    round(rolling_corr(close_tsrank8, adv60_tsrank20, 8) OVER w, 12)                           AS a088_3,
    round(rolling_decay_linear(low_adv10_corr6, 5) OVER w, 12)                                 AS low_adv10_corr6_decay5,
    round(rolling_decay_linear(vwap_in_industry_delta3, 10) OVER w, 12)                        AS a089_1,
    round(rolling_corr(adv40_in_subindustry, low, 5) OVER w, 12)                               AS adv40_in_subindustry_low_corr5,
    round(rolling_decay_linear(close_in_industry_volume_corr9, 16) OVER w, 12)                 AS a091_1,
    round(rolling_decay_linear(vwap_adv30_corr4, 2) OVER w, 12)                                AS vwap_adv30_corr4_decay2,
    round(rolling_corr(low_rank, adv30_rank, 7) OVER w, 12)                                    AS low_rank_adv30_rank_corr7,
    round(rolling_decay_linear(vwap_in_industry_adv81_corr17, 19) OVER w, 12)                  AS a093_1,
    round(rolling_corr(vwap_tsrank19, adv60_tsrank4, 18) OVER w, 12)                           AS a094_2,
    round(rolling_corr(a095_2, adv40_sum19, 12) OVER w, 12)                                    AS a095_3,
    round(rolling_decay_linear(vwap_rank_volume_rank_corr3, 4) OVER w, 12)                     AS a096_1,
    round(rolling_corr(close_tsrank7, adv60_tsrank4, 3) OVER w, 12)                            AS a096_3,
    round(rolling_decay_linear(a097_2, 20) OVER w, 12)                                         AS a097_3,
    round(rolling_corr(low_tsrank7, adv60_tsrank17, 4) OVER w, 12)                             AS a097_5,
    round(rolling_corr(vwap, adv5_sum26, 4) OVER w, 12)                                        AS vwap_adv5_sum26_corr4,
    round(rolling_corr(open_rank, adv15_rank, 20) OVER w, 12)                                  AS open_rank_adv15_rank_corr20,
    round(rolling_corr(a095_2, adv60_sum19, 8) OVER w, 12)                                     AS a099_1,
    round(rolling_corr(close, adv20_rank, 5) OVER w, 12)                                       AS close_adv20_rank_corr5,
    section_rank(CASE WHEN 0 < close_delta1_min4 THEN close_delta1 WHEN 0 >= close_delta1_min4 THEN CASE WHEN close_delta1_max4 < 0 THEN close_delta1 WHEN close_delta1_max4 >= 0 THEN -close_delta1 END END) OVER d AS a010_1,
    section_rank(close_rank_volume_rank_cov5) OVER d                                           AS a013_1,
    section_rank(returns_delta3) OVER d                                                        AS returns_delta3_rank,
    section_rank(high_rank_volume_rank_corr3) OVER d                                           AS a015_1,
    section_rank(high_rank_volume_rank_cov5) OVER d                                            AS a016_1,
    section_rank(close_delta1_delta1) OVER d                                                   AS close_delta1_delta1_rank,
    section_rank(a017_1) OVER d                                                                AS a017_2,
    section_rank(1 + returns_sum250) OVER d                                                    AS a019_1,
    section_scale(adv20_low_corr5 + (high + low) / 2 - close) OVER d                           AS a028_1,
    section_rank(-a029_2) OVER d                                                               AS a029_3,
    section_scale(adv20_low_corr12) OVER d                                                     AS adv20_low_corr12_scale,
    section_scale(vwap_close_lag5_corr230) OVER d                                              AS vwap_close_lag5_corr230_scale,
    section_rank(returns_std2 / nullif(returns_std5, 0.0)) OVER d                              AS a034_1,
    section_rank(a036_1) OVER d                                                                AS a036_2,
    section_rank(abs(vwap_adv20_corr6)) OVER d                                                 AS a036_5,
    section_rank(a037_2) OVER d                                                                AS a037_3,
    section_rank(a039_1) OVER d                                                                AS a039_2,
    section_rank(returns_sum250) OVER d                                                        AS returns_sum250_rank,
    section_rank(close_lag5_sum20 / 20) OVER d                                                 AS a045_1,
    section_rank(close_sum5_close_sum20_corr2) OVER d                                          AS a045_2,
    section_rank(volume_rank_vwap_rank_corr5) OVER d                                           AS a050_1,
    section_rank((returns_sum240 - returns_sum20) / 220) OVER d                                AS a052_1,
    section_scale(close_argmax10_rank) OVER d                                                  AS close_argmax10_rank_scale,
    section_rank(vwap_adv180_corr17) OVER d                                                    AS vwap_adv180_corr17_rank,
    section_rank(vwap_delta3_decay7) OVER d                                                    AS vwap_delta3_decay7_rank,
    section_rank(vwap_delta4_decay2) OVER d                                                    AS vwap_delta4_decay2_rank,
    section_rank(a074_2) OVER d                                                                AS a074_3,
    section_rank(vwap_delta1_decay11) OVER d                                                   AS vwap_delta1_decay11_rank,
    section_rank(vwap_rank_volume_rank_corr5) OVER d                                           AS a078_4,
    section_rank(a079_2) OVER d                                                                AS a079_3,
    section_rank(signum(a080_2)) OVER d                                                        AS a080_3,
    section_rank(open_delta1_decay14) OVER d                                                   AS open_delta1_decay14_rank,
    section_rank(a083_1) OVER d                                                                AS a083_2,
    section_rank(a085_1) OVER d                                                                AS a085_2,
    section_rank(a085_4) OVER d                                                                AS a085_5,
    section_rank(a087_2) OVER d                                                                AS a087_3,
    section_rank(a088_1) OVER d                                                                AS a088_2,
    section_rank(a093_4) OVER d                                                                AS a093_5,
    section_scale(a100_1) OVER d                                                               AS a100_2
  FROM layer_2
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_4 AS (
  SELECT
    *,
    rolling_sum(a015_1, 3) OVER w                                                  AS a015_2,
    rolling_min(a029_3, 2) OVER w                                                  AS a029_4,
    rolling_max(a050_1, 5) OVER w                                                  AS a050_2,
    rolling_rank(a058_1, 5) OVER w                                                 AS a058_2,
    rolling_rank(a059_1, 8) OVER w                                                 AS a059_2,
    round(rolling_decay_linear(a063_3, 12) OVER w, 12)                             AS a063_4,
    rolling_rank(high_rank_adv15_rank_corr8, 13) OVER w                            AS a068_1,
    round(rolling_decay_linear(a071_1, 4) OVER w, 12)                              AS a071_2,
    round(rolling_decay_linear(a076_1, 17) OVER w, 12)                             AS a076_2,
    rolling_rank(a082_1, 13) OVER w                                                AS a082_2,
    rolling_rank(close_adv20_sum14_corr6, 20) OVER w                               AS a086_1,
    round(rolling_decay_linear(abs(adv81_in_industry_close_corr13), 4) OVER w, 12) AS a087_4,
    round(rolling_decay_linear(a088_3, 6) OVER w, 12)                              AS a088_4,
    rolling_rank(low_adv10_corr6_decay5, 3) OVER w                                 AS low_adv10_corr6_decay5_tsrank3,
    rolling_rank(a089_1, 15) OVER w                                                AS a089_2,
    rolling_rank(adv40_in_subindustry_low_corr5, 3) OVER w                         AS a090_2,
    round(rolling_decay_linear(a091_1, 3) OVER w, 12)                              AS a091_2,
    round(rolling_decay_linear(low_rank_adv30_rank_corr7, 6) OVER w, 12)           AS a092_3,
    rolling_rank(a093_1, 7) OVER w                                                 AS a093_2,
    rolling_rank(a094_2, 2) OVER w                                                 AS a094_3,
    rolling_rank(a096_1, 8) OVER w                                                 AS a096_2,
    12 - rolling_argmax(a096_3, 12) OVER w                                         AS a096_4,
    rolling_rank(a097_5, 18) OVER w                                                AS a097_6,
    round(rolling_decay_linear(vwap_adv5_sum26_corr4, 7) OVER w, 12)               AS vwap_adv5_sum26_corr4_decay7,
    8 - rolling_argmin(open_rank_adv15_rank_corr20, 8) OVER w                      AS a098_2,
    section_rank(a001_1) OVER d                                                    AS a001_2,
    section_rank(open_sum5 * returns_sum5 - a008_1) OVER d                         AS a008_2,
    section_rank(a027_1 / 2.0) OVER d                                              AS a027_2,
    section_rank(a031_1) OVER d                                                    AS a031_2,
    section_rank(1 - a034_1 + (1 - close_delta1_rank)) OVER d                      AS a034_2,
    section_rank(a029_9) OVER d                                                    AS a036_4,
    section_rank(close_delta7 * (1 - a039_2)) OVER d                               AS a039_3,
    neutralize(a048_1 * close_delta1 / close, subindustry) OVER d                  AS a048_2,
    section_rank(vwap_adv20_sum22_corr9) OVER d                                    AS vwap_adv20_sum22_corr9_rank,
    section_rank(a063_1) OVER d                                                    AS a063_2,
    section_rank(a064_2) OVER d                                                    AS a064_3,
    section_rank(a065_1) OVER d                                                    AS a065_2,
    section_rank(a067_2) OVER d                                                    AS a067_3,
    section_rank(vwap_in_industry_delta2_max4) OVER d                              AS a069_1,
    section_rank(a072_2) OVER d                                                    AS a072_3,
    section_rank(a072_5) OVER d                                                    AS a072_6,
    section_rank(close_adv30_sum37_corr15) OVER d                                  AS close_adv30_sum37_corr15_rank,
    section_rank(low_rank_adv50_rank_corr12) OVER d                                AS a075_1,
    section_rank(a077_4) OVER d                                                    AS a077_5,
    section_rank(a078_2) OVER d                                                    AS a078_3,
    section_rank(a079_4) OVER d                                                    AS a079_5,
    section_rank(vwap_adv10_sum49_corr8) OVER d                                    AS vwap_adv10_sum49_corr8_rank,
    section_rank(vwap_adv30_corr4_decay2) OVER d                                   AS vwap_adv30_corr4_decay2_rank,
    section_rank(a095_3) OVER d                                                    AS a095_4,
    section_rank(a097_3) OVER d                                                    AS a097_4,
    section_rank(a099_1) OVER d                                                    AS a099_2,
    neutralize(close_adv20_rank_corr5 - close_argmin30_rank, subindustry) OVER d   AS a100_3
  FROM layer_3
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_5 AS (
  SELECT
    *,
    rolling_rank(a071_2, 15) OVER w                              AS a071_3,
    rolling_rank(a076_2, 19) OVER w                              AS a076_3,
    rolling_rank(a087_4, 14) OVER w                              AS a087_5,
    rolling_rank(a088_4, 2) OVER w                               AS a088_5,
    rolling_rank(a091_2, 4) OVER w                               AS a091_3,
    rolling_rank(a092_3, 6) OVER w                               AS a092_4,
    rolling_rank(power(a095_4, 5.0), 11) OVER w                  AS a095_5,
    round(rolling_decay_linear(a096_4, 14) OVER w, 12)           AS a096_5,
    round(rolling_decay_linear(a097_6, 15) OVER w, 12)           AS a097_7,
    rolling_rank(a098_2, 6) OVER w                               AS a098_3,
    section_scale(ln(a029_4)) OVER d                             AS a029_5,
    section_rank(a063_4) OVER d                                  AS a063_5,
    section_rank(power(vwap_adv10_sum49_corr8_rank, 4.0)) OVER d AS a081_1,
    section_rank(vwap_adv5_sum26_corr4_decay7) OVER d            AS a098_1,
    section_scale(a100_3) OVER d                                 AS a100_4
  FROM layer_4
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_6 AS (
  SELECT
    *,
    rolling_product(a081_1, 14) OVER w                AS a081_2,
    rolling_rank(a096_5, 13) OVER w                   AS a096_6,
    rolling_rank(a097_7, 6) OVER w                    AS a097_8,
    round(rolling_decay_linear(a098_3, 8) OVER w, 12) AS a098_4,
    section_rank(a029_5) OVER d                       AS a029_6
  FROM layer_5
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
),
layer_7 AS (
  SELECT
    *,
    rolling_min(a029_6, 5) OVER w   AS a029_7,
    section_rank(ln(a081_2)) OVER d AS a081_3,
    section_rank(a098_4) OVER d     AS a098_5
  FROM layer_6
  WINDOW w AS (PARTITION BY symbol ORDER BY date), d AS (PARTITION BY date)
)
SELECT
  CAST(symbol AS VARCHAR) AS symbol,  -- ticker
  CAST(date AS DATE) AS date,  -- session whose bar is the last one used
  -- rank(ts_argmax(signedpower(where(returns < 0, stddev(returns, 20), close), 2), 5)) - 0.5
  CAST(a001_2 - 0.5 AS DOUBLE) AS alpha_001,
  -- -1 * correlation(rank(delta(log(volume), 2)), rank((close - open) / open), 6)
  CAST(-a002_4 AS DOUBLE) AS alpha_002,
  -- -1 * correlation(rank(open), rank(volume), 10)
  CAST(-open_rank_volume_rank_corr10 AS DOUBLE) AS alpha_003,
  -- -1 * ts_rank(rank(low), 9)
  CAST(-low_rank_tsrank9 AS DOUBLE) AS alpha_004,
  -- rank(open - sum(vwap, 10) / 10) * (-1 * abs(rank(close - vwap)))
  CAST(a005_1 * -abs(a005_2) AS DOUBLE) AS alpha_005,
  -- -1 * correlation(open, volume, 10)
  CAST(-open_volume_corr10 AS DOUBLE) AS alpha_006,
  -- where(adv20 < volume, (-1 * ts_rank(abs(delta(close, 7)), 60)) * sign(delta(close, 7)), -1)
  CAST(CASE WHEN adv20 < volume THEN -a007_1 * signum(close_delta7) WHEN adv20 >= volume THEN -1 END AS DOUBLE) AS alpha_007,
  -- -1 * rank(sum(open, 5) * sum(returns, 5) - delay(sum(open, 5) * sum(returns, 5), 10))
  CAST(-a008_2 AS DOUBLE) AS alpha_008,
  -- where(0 < ts_min(delta(close, 1), 5), delta(close, 1), where(ts_max(delta(close, 1), 5) < 0, delta(close, 1), -1 * delta(close, 1)))
  CAST(CASE WHEN 0 < close_delta1_min5 THEN close_delta1 WHEN 0 >= close_delta1_min5 THEN CASE WHEN close_delta1_max5 < 0 THEN close_delta1 WHEN close_delta1_max5 >= 0 THEN -close_delta1 END END AS DOUBLE) AS alpha_009,
  -- rank(where(0 < ts_min(delta(close, 1), 4), delta(close, 1), where(ts_max(delta(close, 1), 4) < 0, delta(close, 1), -1 * delta(close, 1))))
  CAST(a010_1 AS DOUBLE) AS alpha_010,
  -- (rank(ts_max(vwap - close, 3)) + rank(ts_min(vwap - close, 3))) * rank(delta(volume, 3))
  CAST((a011_2 + a011_4) * volume_delta3_rank AS DOUBLE) AS alpha_011,
  -- sign(delta(volume, 1)) * (-1 * delta(close, 1))
  CAST(signum(volume_delta1) * -close_delta1 AS DOUBLE) AS alpha_012,
  -- -1 * rank(covariance(rank(close), rank(volume), 5))
  CAST(-a013_1 AS DOUBLE) AS alpha_013,
  -- (-1 * rank(delta(returns, 3))) * correlation(open, volume, 10)
  CAST(-returns_delta3_rank * open_volume_corr10 AS DOUBLE) AS alpha_014,
  -- -1 * sum(rank(correlation(rank(high), rank(volume), 3)), 3)
  CAST(-a015_2 AS DOUBLE) AS alpha_015,
  -- -1 * rank(covariance(rank(high), rank(volume), 5))
  CAST(-a016_1 AS DOUBLE) AS alpha_016,
  -- ((-1 * rank(ts_rank(close, 10))) * rank(delta(delta(close, 1), 1))) * rank(ts_rank(volume / adv20, 5))
  CAST(-close_tsrank10_rank * close_delta1_delta1_rank * a017_2 AS DOUBLE) AS alpha_017,
  -- -1 * rank((stddev(abs(close - open), 5) + (close - open)) + correlation(close, open, 10))
  CAST(-a018_2 AS DOUBLE) AS alpha_018,
  -- (-1 * sign((close - delay(close, 7)) + delta(close, 7))) * (1 + rank(1 + sum(returns, 250)))
  CAST(-signum(close - close_lag7 + close_delta7) * (1 + a019_1) AS DOUBLE) AS alpha_019,
  -- ((-1 * rank(open - delay(high, 1))) * rank(open - delay(close, 1))) * rank(open - delay(low, 1))
  CAST(-a020_1 * a020_2 * a020_3 AS DOUBLE) AS alpha_020,
  -- where(sum(close, 8) / 8 + stddev(close, 8) < sum(close, 2) / 2, -1, where(sum(close, 2) / 2 < sum(close, 8) / 8 - stddev(close, 8), 1, where(1 <= volume / adv20, 1, -1)))
  CAST(CASE WHEN close_sum8 / 8 + close_std8 < close_sum2 / 2 THEN -1 WHEN close_sum8 / 8 + close_std8 >= close_sum2 / 2 THEN CASE WHEN close_sum2 / 2 < close_sum8 / 8 - close_std8 THEN 1 WHEN close_sum2 / 2 >= close_sum8 / 8 - close_std8 THEN CASE WHEN 1 <= volume / nullif(adv20, 0.0) THEN 1 WHEN 1 > volume / nullif(adv20, 0.0) THEN -1 END END END AS DOUBLE) AS alpha_021,
  -- -1 * (delta(correlation(high, volume, 5), 5) * rank(stddev(close, 20)))
  CAST(-high_volume_corr5_delta5 * close_std20_rank AS DOUBLE) AS alpha_022,
  -- where(sum(high, 20) / 20 < high, -1 * delta(high, 2), 0)
  CAST(CASE WHEN high_sum20 / 20 < high THEN -high_delta2 WHEN high_sum20 / 20 >= high THEN 0 END AS DOUBLE) AS alpha_023,
  -- where(delta(sum(close, 100) / 100, 100) / delay(close, 100) <= 0.05, -1 * (close - ts_min(close, 100)), -1 * delta(close, 3))
  CAST(CASE WHEN a024_1 / close_lag100 <= 0.05 THEN -(close - close_min100) WHEN a024_1 / close_lag100 > 0.05 THEN -close_delta3 END AS DOUBLE) AS alpha_024,
  -- rank(((-1 * returns) * adv20) * vwap * (high - close))
  CAST(a025_1 AS DOUBLE) AS alpha_025,
  -- -1 * ts_max(correlation(ts_rank(volume, 5), ts_rank(high, 5), 5), 3)
  CAST(-a026_2 AS DOUBLE) AS alpha_026,
  -- where(0.5 < rank(sum(correlation(rank(volume), rank(vwap), 6), 2) / 2.0), -1, 1)
  CAST(CASE WHEN 0.5 < a027_2 THEN -1 WHEN 0.5 >= a027_2 THEN 1 END AS DOUBLE) AS alpha_027,
  -- scale((correlation(adv20, low, 5) + (high + low) / 2) - close)
  CAST(a028_1 AS DOUBLE) AS alpha_028,
  -- min(product(rank(rank(scale(log(sum(ts_min(rank(rank(-1 * rank(delta(close - 1, 5)))), 2), 1))))), 1), 5) + ts_rank(delay(-1 * returns, 6), 5)
  CAST(a029_7 + a029_9 AS DOUBLE) AS alpha_029,
  -- ((1.0 - rank((sign(close - delay(close, 1)) + sign(delay(close, 1) - delay(close, 2))) + sign(delay(close, 2) - delay(close, 3)))) * sum(volume, 5)) / sum(volume, 20)
  CAST((1.0 - a030_1) * volume_sum5 / nullif(volume_sum20, 0.0) AS DOUBLE) AS alpha_030,
  -- (rank(rank(rank(decay_linear(-1 * rank(rank(delta(close, 10))), 10)))) + rank(-1 * delta(close, 3))) + sign(scale(correlation(adv20, low, 12)))
  CAST(a031_2 + a031_3 + signum(adv20_low_corr12_scale) AS DOUBLE) AS alpha_031,
  -- scale(sum(close, 7) / 7 - close) + 20 * scale(correlation(vwap, delay(close, 5), 230))
  CAST(a032_1 + 20 * vwap_close_lag5_corr230_scale AS DOUBLE) AS alpha_032,
  -- rank(-1 * (1 - open / close) ** 1)
  CAST(a033_1 AS DOUBLE) AS alpha_033,
  -- rank((1 - rank(stddev(returns, 2) / stddev(returns, 5))) + (1 - rank(delta(close, 1))))
  CAST(a034_2 AS DOUBLE) AS alpha_034,
  -- (ts_rank(volume, 32) * (1 - ts_rank((close + high) - low, 16))) * (1 - ts_rank(returns, 32))
  CAST(volume_tsrank32 * (1 - a035_1) * (1 - returns_tsrank32) AS DOUBLE) AS alpha_035,
  -- (((2.21 * rank(correlation(close - open, delay(volume, 1), 15)) + 0.7 * rank(open - close)) + 0.73 * rank(ts_rank(delay(-1 * returns, 6), 5))) + rank(abs(correlation(vwap, adv20, 6)))) + 0.6 * rank((sum(close, 200) / 200 - open) * (close - open))
  CAST(2.21 * a036_2 + 0.7 * a036_3 + 0.73 * a036_4 + a036_5 + 0.6 * a036_6 AS DOUBLE) AS alpha_036,
  -- rank(correlation(delay(open - close, 1), close, 200)) + rank(open - close)
  CAST(a037_3 + a036_3 AS DOUBLE) AS alpha_037,
  -- (-1 * rank(ts_rank(close, 10))) * rank(close / open)
  CAST(-close_tsrank10_rank * a038_1 AS DOUBLE) AS alpha_038,
  -- (-1 * rank(delta(close, 7) * (1 - rank(decay_linear(volume / adv20, 9))))) * (1 + rank(sum(returns, 250)))
  CAST(-a039_3 * (1 + returns_sum250_rank) AS DOUBLE) AS alpha_039,
  -- (-1 * rank(stddev(high, 10))) * correlation(high, volume, 10)
  CAST(-high_std10_rank * high_volume_corr10 AS DOUBLE) AS alpha_040,
  -- (high * low) ** 0.5 - vwap
  CAST(sqrt(high * low) - vwap AS DOUBLE) AS alpha_041,
  -- rank(vwap - close) / rank(vwap + close)
  CAST(a042_1 / a042_2 AS DOUBLE) AS alpha_042,
  -- ts_rank(volume / adv20, 20) * ts_rank(-1 * delta(close, 7), 8)
  CAST(a043_1 * a043_2 AS DOUBLE) AS alpha_043,
  -- -1 * correlation(high, rank(volume), 5)
  CAST(-high_volume_rank_corr5 AS DOUBLE) AS alpha_044,
  -- -1 * ((rank(sum(delay(close, 5), 20) / 20) * correlation(close, volume, 2)) * rank(correlation(sum(close, 5), sum(close, 20), 2)))
  CAST(-a045_1 * close_volume_corr2 * a045_2 AS DOUBLE) AS alpha_045,
  -- where(0.25 < (delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10, -1, where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < 0, 1, -1 * (close - delay(close, 1))))
  CAST(CASE WHEN 0.25 < (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 THEN -1 WHEN 0.25 >= (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 THEN CASE WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 < 0 THEN 1 WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 >= 0 THEN -(close - close_lag1) END END AS DOUBLE) AS alpha_046,
  -- ((rank(1 / close) * volume) / adv20) * ((high * rank(high - close)) / (sum(high, 5) / 5)) - rank(vwap - delay(vwap, 5))
  CAST(a047_1 * volume / nullif(adv20, 0.0) * (high * a047_2 / (high_sum5 / 5)) - a047_3 AS DOUBLE) AS alpha_047,
  -- indneutralize((correlation(delta(close, 1), delta(delay(close, 1), 1), 250) * delta(close, 1)) / close, subindustry) / sum((delta(close, 1) / delay(close, 1)) ** 2, 250)
  CAST(a048_2 / nullif(a048_3, 0.0) AS DOUBLE) AS alpha_048,
  -- where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < -0.1, 1, -1 * (close - delay(close, 1)))
  CAST(CASE WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 < -0.1 THEN 1 WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 >= -0.1 THEN -(close - close_lag1) END AS DOUBLE) AS alpha_049,
  -- -1 * ts_max(rank(correlation(rank(volume), rank(vwap), 5)), 5)
  CAST(-a050_2 AS DOUBLE) AS alpha_050,
  -- where((delay(close, 20) - delay(close, 10)) / 10 - (delay(close, 10) - close) / 10 < -0.05, 1, -1 * (close - delay(close, 1)))
  CAST(CASE WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 < -0.05 THEN 1 WHEN (close_lag20 - close_lag10) / 10 - (close_lag10 - close) / 10 >= -0.05 THEN -(close - close_lag1) END AS DOUBLE) AS alpha_051,
  -- ((-1 * ts_min(low, 5) + delay(ts_min(low, 5), 5)) * rank((sum(returns, 240) - sum(returns, 20)) / 220)) * ts_rank(volume, 5)
  CAST((-low_min5 + low_min5_lag5) * a052_1 * volume_tsrank5 AS DOUBLE) AS alpha_052,
  -- -1 * delta(((close - low) - (high - close)) / (close - low), 9)
  CAST(-a053_1 AS DOUBLE) AS alpha_053,
  -- (-1 * ((low - close) * open ** 5)) / ((low - high) * close ** 5)
  CAST(-(low - close) * power(open, 5.0) / nullif((low - high) * power(close, 5.0) + 0.0, 0.0) AS DOUBLE) AS alpha_054,
  -- -1 * correlation(rank((close - ts_min(low, 12)) / (ts_max(high, 12) - ts_min(low, 12))), rank(volume), 6)
  CAST(-a055_2 AS DOUBLE) AS alpha_055,
  -- 0 - (close - vwap) / decay_linear(rank(ts_argmax(close, 30)), 2)
  CAST(-(close - vwap) / close_argmax30_rank_decay2 AS DOUBLE) AS alpha_057,
  -- -1 * ts_rank(decay_linear(correlation(indneutralize(vwap, sector), volume, 3.92795), 7.89291), 5.50322)
  CAST(-a058_2 AS DOUBLE) AS alpha_058,
  -- -1 * ts_rank(decay_linear(correlation(indneutralize(vwap * 0.728317 + vwap * (1 - 0.728317), industry), volume, 4.25197), 16.2289), 8.19648)
  CAST(-a059_2 AS DOUBLE) AS alpha_059,
  -- 0 - (2 * scale(rank((((close - low) - (high - close)) / (high - low)) * volume)) - scale(rank(ts_argmax(close, 10))))
  CAST(-(2 * a060_2 - close_argmax10_rank_scale) AS DOUBLE) AS alpha_060,
  -- rank(vwap - ts_min(vwap, 16.1219)) < rank(correlation(vwap, adv180, 17.9282))
  CAST(CASE WHEN a061_1 < vwap_adv180_corr17_rank THEN 1.0 WHEN a061_1 >= vwap_adv180_corr17_rank THEN 0.0 END AS DOUBLE) AS alpha_061,
  -- (rank(correlation(vwap, sum(adv20, 22.4101), 9.91009)) < rank((rank(open) + rank(open)) < (rank((high + low) / 2) + rank(high)))) * -1
  CAST(CASE WHEN vwap_adv20_sum22_corr9_rank < a062_2 THEN -1.0 WHEN vwap_adv20_sum22_corr9_rank >= a062_2 THEN 0.0 END AS DOUBLE) AS alpha_062,
  -- (rank(decay_linear(delta(indneutralize(close, industry), 2.25164), 8.22237)) - rank(decay_linear(correlation(vwap * 0.318108 + open * (1 - 0.318108), sum(adv180, 37.2467), 13.557), 12.2883))) * -1
  CAST(-(a063_2 - a063_5) AS DOUBLE) AS alpha_063,
  -- (rank(correlation(sum(open * 0.178404 + low * (1 - 0.178404), 12.7054), sum(adv120, 12.7054), 16.6208)) < rank(delta(((high + low) / 2) * 0.178404 + vwap * (1 - 0.178404), 3.69741))) * -1
  CAST(CASE WHEN a064_3 < a064_5 THEN -1.0 WHEN a064_3 >= a064_5 THEN 0.0 END AS DOUBLE) AS alpha_064,
  -- (rank(correlation(open * 0.00817205 + vwap * (1 - 0.00817205), sum(adv60, 8.6911), 6.40374)) < rank(open - ts_min(open, 13.635))) * -1
  CAST(CASE WHEN a065_2 < a065_3 THEN -1.0 WHEN a065_2 >= a065_3 THEN 0.0 END AS DOUBLE) AS alpha_065,
  -- (rank(decay_linear(delta(vwap, 3.51013), 7.23052)) + ts_rank(decay_linear(((low * 0.96633 + low * (1 - 0.96633)) - vwap) / (open - (high + low) / 2), 11.4157), 6.72611)) * -1
  CAST(-(vwap_delta3_decay7_rank + a066_2) AS DOUBLE) AS alpha_066,
  -- (rank(high - ts_min(high, 2.14593)) ** rank(correlation(indneutralize(vwap, sector), indneutralize(adv20, subindustry), 6.02936))) * -1
  CAST(-power(a067_1, a067_3) AS DOUBLE) AS alpha_067,
  -- (ts_rank(correlation(rank(high), rank(adv15), 8.91644), 13.9333) < rank(delta(close * 0.518371 + low * (1 - 0.518371), 1.06157))) * -1
  CAST(CASE WHEN a068_1 < a068_3 THEN -1.0 WHEN a068_1 >= a068_3 THEN 0.0 END AS DOUBLE) AS alpha_068,
  -- (rank(ts_max(delta(indneutralize(vwap, industry), 2.72412), 4.79344)) ** ts_rank(correlation(close * 0.490655 + vwap * (1 - 0.490655), adv20, 4.92416), 9.0615)) * -1
  CAST(-power(a069_1, a069_3) AS DOUBLE) AS alpha_069,
  -- (rank(delta(vwap, 1.29456)) ** ts_rank(correlation(indneutralize(close, industry), adv50, 17.8256), 17.9171)) * -1
  CAST(-power(vwap_delta1_rank, a070_1) AS DOUBLE) AS alpha_070,
  -- max(ts_rank(decay_linear(correlation(ts_rank(close, 3.43976), ts_rank(adv180, 12.0647), 18.0175), 4.20501), 15.6948), ts_rank(decay_linear(rank((low + open) - (vwap + vwap)) ** 2, 16.4662), 4.4388))
  CAST(CASE WHEN a071_3 >= a071_6 THEN a071_3 WHEN a071_3 < a071_6 THEN a071_6 END AS DOUBLE) AS alpha_071,
  -- rank(decay_linear(correlation((high + low) / 2, adv40, 8.93345), 10.1519)) / rank(decay_linear(correlation(ts_rank(vwap, 3.72469), ts_rank(volume, 18.5188), 6.86671), 2.95011))
  CAST(a072_3 / a072_6 AS DOUBLE) AS alpha_072,
  -- max(rank(decay_linear(delta(vwap, 4.72775), 2.91864)), ts_rank(decay_linear((delta(open * 0.147155 + low * (1 - 0.147155), 2.03608) / (open * 0.147155 + low * (1 - 0.147155))) * -1, 3.33829), 16.7411)) * -1
  CAST(-CASE WHEN vwap_delta4_decay2_rank >= a073_3 THEN vwap_delta4_decay2_rank WHEN vwap_delta4_decay2_rank < a073_3 THEN a073_3 END AS DOUBLE) AS alpha_073,
  -- (rank(correlation(close, sum(adv30, 37.4843), 15.1365)) < rank(correlation(rank(high * 0.0261661 + vwap * (1 - 0.0261661)), rank(volume), 11.4791))) * -1
  CAST(CASE WHEN close_adv30_sum37_corr15_rank < a074_3 THEN -1.0 WHEN close_adv30_sum37_corr15_rank >= a074_3 THEN 0.0 END AS DOUBLE) AS alpha_074,
  -- rank(correlation(vwap, volume, 4.24304)) < rank(correlation(rank(low), rank(adv50), 12.4413))
  CAST(CASE WHEN vwap_volume_corr4_rank < a075_1 THEN 1.0 WHEN vwap_volume_corr4_rank >= a075_1 THEN 0.0 END AS DOUBLE) AS alpha_075,
  -- max(rank(decay_linear(delta(vwap, 1.24383), 11.8259)), ts_rank(decay_linear(ts_rank(correlation(indneutralize(low, sector), adv81, 8.14941), 19.569), 17.1543), 19.383)) * -1
  CAST(-CASE WHEN vwap_delta1_decay11_rank >= a076_3 THEN vwap_delta1_decay11_rank WHEN vwap_delta1_decay11_rank < a076_3 THEN a076_3 END AS DOUBLE) AS alpha_076,
  -- min(rank(decay_linear(((high + low) / 2 + high) - (vwap + high), 20.0451)), rank(decay_linear(correlation((high + low) / 2, adv40, 3.1614), 5.64125)))
  CAST(CASE WHEN a077_2 <= a077_5 THEN a077_2 WHEN a077_2 > a077_5 THEN a077_5 END AS DOUBLE) AS alpha_077,
  -- rank(correlation(sum(low * 0.352233 + vwap * (1 - 0.352233), 19.7428), sum(adv40, 19.7428), 6.83313)) ** rank(correlation(rank(vwap), rank(volume), 5.77492))
  CAST(power(a078_3, a078_4) AS DOUBLE) AS alpha_078,
  -- rank(delta(indneutralize(close * 0.60733 + open * (1 - 0.60733), sector), 1.23438)) < rank(correlation(ts_rank(vwap, 3.60973), ts_rank(adv150, 9.18637), 14.6644))
  CAST(CASE WHEN a079_3 < a079_5 THEN 1.0 WHEN a079_3 >= a079_5 THEN 0.0 END AS DOUBLE) AS alpha_079,
  -- (rank(sign(delta(indneutralize(open * 0.868128 + high * (1 - 0.868128), industry), 4.04545))) ** ts_rank(correlation(high, adv10, 5.11456), 5.53756)) * -1
  CAST(-power(a080_3, high_adv10_corr5_tsrank5) AS DOUBLE) AS alpha_080,
  -- (rank(log(product(rank(rank(correlation(vwap, sum(adv10, 49.6054), 8.47743)) ** 4), 14.9655))) < rank(correlation(rank(vwap), rank(volume), 5.07914))) * -1
  CAST(CASE WHEN a081_3 < a078_4 THEN -1.0 WHEN a081_3 >= a078_4 THEN 0.0 END AS DOUBLE) AS alpha_081,
  -- min(rank(decay_linear(delta(open, 1.46063), 14.8717)), ts_rank(decay_linear(correlation(indneutralize(volume, sector), open * 0.634196 + open * (1 - 0.634196), 17.4842), 6.92131), 13.4283)) * -1
  CAST(-CASE WHEN open_delta1_decay14_rank <= a082_2 THEN open_delta1_decay14_rank WHEN open_delta1_decay14_rank > a082_2 THEN a082_2 END AS DOUBLE) AS alpha_082,
  -- (rank(delay((high - low) / (sum(close, 5) / 5), 2)) * rank(rank(volume))) / (((high - low) / (sum(close, 5) / 5)) / (vwap - close))
  CAST(a083_2 * volume_rank / nullif((high - low) / (close_sum5 / 5) / nullif(vwap - close, 0.0) + 0.0, 0.0) AS DOUBLE) AS alpha_083,
  -- signedpower(ts_rank(vwap - ts_max(vwap, 15.3217), 20.7127), delta(close, 4.96796))
  CAST(nullif(power(a084_1, close_delta4), CAST('Infinity' AS DOUBLE)) AS DOUBLE) AS alpha_084,
  -- rank(correlation(high * 0.876703 + close * (1 - 0.876703), adv30, 9.61331)) ** rank(correlation(ts_rank((high + low) / 2, 3.70596), ts_rank(volume, 10.1595), 7.11408))
  CAST(power(a085_2, a085_5) AS DOUBLE) AS alpha_085,
  -- (ts_rank(correlation(close, sum(adv20, 14.7444), 6.00049), 20.4195) < rank((open + close) - (vwap + open))) * -1
  CAST(CASE WHEN a086_1 < a086_2 THEN -1.0 WHEN a086_1 >= a086_2 THEN 0.0 END AS DOUBLE) AS alpha_086,
  -- max(rank(decay_linear(delta(close * 0.369701 + vwap * (1 - 0.369701), 1.91233), 2.65461)), ts_rank(decay_linear(abs(correlation(indneutralize(adv81, industry), close, 13.4132)), 4.89768), 14.4535)) * -1
  CAST(-CASE WHEN a087_3 >= a087_5 THEN a087_3 WHEN a087_3 < a087_5 THEN a087_5 END AS DOUBLE) AS alpha_087,
  -- min(rank(decay_linear((rank(open) + rank(low)) - (rank(high) + rank(close)), 8.06882)), ts_rank(decay_linear(correlation(ts_rank(close, 8.44728), ts_rank(adv60, 20.6966), 8.01266), 6.65053), 2.61957))
  CAST(CASE WHEN a088_2 <= a088_5 THEN a088_2 WHEN a088_2 > a088_5 THEN a088_5 END AS DOUBLE) AS alpha_088,
  -- ts_rank(decay_linear(correlation(low * 0.967285 + low * (1 - 0.967285), adv10, 6.94279), 5.51607), 3.79744) - ts_rank(decay_linear(delta(indneutralize(vwap, industry), 3.48158), 10.1466), 15.3012)
  CAST(low_adv10_corr6_decay5_tsrank3 - a089_2 AS DOUBLE) AS alpha_089,
  -- (rank(close - ts_max(close, 4.66719)) ** ts_rank(correlation(indneutralize(adv40, subindustry), low, 5.38375), 3.21856)) * -1
  CAST(-power(a090_1, a090_2) AS DOUBLE) AS alpha_090,
  -- (ts_rank(decay_linear(decay_linear(correlation(indneutralize(close, industry), volume, 9.74928), 16.398), 3.83219), 4.8667) - rank(decay_linear(correlation(vwap, adv30, 4.01303), 2.6809))) * -1
  CAST(-(a091_3 - vwap_adv30_corr4_decay2_rank) AS DOUBLE) AS alpha_091,
  -- min(ts_rank(decay_linear((high + low) / 2 + close < low + open, 14.7221), 18.8683), ts_rank(decay_linear(correlation(rank(low), rank(adv30), 7.58555), 6.94024), 6.80584))
  CAST(CASE WHEN a092_2 <= a092_4 THEN a092_2 WHEN a092_2 > a092_4 THEN a092_4 END AS DOUBLE) AS alpha_092,
  -- ts_rank(decay_linear(correlation(indneutralize(vwap, industry), adv81, 17.4193), 19.848), 7.54455) / rank(decay_linear(delta(close * 0.524434 + vwap * (1 - 0.524434), 2.77377), 16.2664))
  CAST(a093_2 / a093_5 AS DOUBLE) AS alpha_093,
  -- (rank(vwap - ts_min(vwap, 11.5783)) ** ts_rank(correlation(ts_rank(vwap, 19.6462), ts_rank(adv60, 4.02992), 18.0926), 2.70756)) * -1
  CAST(-power(a094_1, a094_3) AS DOUBLE) AS alpha_094,
  -- rank(open - ts_min(open, 12.4105)) < ts_rank(rank(correlation(sum((high + low) / 2, 19.1351), sum(adv40, 19.1351), 12.8742)) ** 5, 11.7584)
  CAST(CASE WHEN a095_1 < a095_5 THEN 1.0 WHEN a095_1 >= a095_5 THEN 0.0 END AS DOUBLE) AS alpha_095,
  -- max(ts_rank(decay_linear(correlation(rank(vwap), rank(volume), 3.83878), 4.16783), 8.38151), ts_rank(decay_linear(ts_argmax(correlation(ts_rank(close, 7.45404), ts_rank(adv60, 4.13242), 3.65459), 12.6556), 14.0365), 13.4143)) * -1
  CAST(-CASE WHEN a096_2 >= a096_6 THEN a096_2 WHEN a096_2 < a096_6 THEN a096_6 END AS DOUBLE) AS alpha_096,
  -- (rank(decay_linear(delta(indneutralize(low * 0.721001 + vwap * (1 - 0.721001), industry), 3.3705), 20.4523)) - ts_rank(decay_linear(ts_rank(correlation(ts_rank(low, 7.87871), ts_rank(adv60, 17.255), 4.97547), 18.5925), 15.7152), 6.71659)) * -1
  CAST(-(a097_4 - a097_8) AS DOUBLE) AS alpha_097,
  -- rank(decay_linear(correlation(vwap, sum(adv5, 26.4719), 4.58418), 7.18088)) - rank(decay_linear(ts_rank(ts_argmin(correlation(rank(open), rank(adv15), 20.8187), 8.62571), 6.95668), 8.07206))
  CAST(a098_1 - a098_5 AS DOUBLE) AS alpha_098,
  -- (rank(correlation(sum((high + low) / 2, 19.8975), sum(adv60, 19.8975), 8.8136)) < rank(correlation(low, volume, 6.28259))) * -1
  CAST(CASE WHEN a099_2 < low_volume_corr6_rank THEN -1.0 WHEN a099_2 >= low_volume_corr6_rank THEN 0.0 END AS DOUBLE) AS alpha_099,
  -- 0 - (1.5 * scale(indneutralize(indneutralize(rank((((close - low) - (high - close)) / (high - low)) * volume), subindustry), subindustry)) - scale(indneutralize(correlation(close, rank(adv20), 5) - rank(ts_argmin(close, 30)), subindustry))) * (volume / adv20)
  CAST(-(1.5 * a100_2 - a100_4) * (volume / nullif(adv20, 0.0)) AS DOUBLE) AS alpha_100,
  -- (close - open) / ((high - low) + 0.001)
  CAST((close - open) / (high - low + 0.001) AS DOUBLE) AS alpha_101
FROM layer_7
ORDER BY symbol, date
