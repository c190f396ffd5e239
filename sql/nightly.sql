-- Runs the research night: load, features, labels, models, portfolio, backtest, report.
-- name: nightly
-- version: 1
-- kind: pipeline
-- inputs: tests/data/stocks_adjusted_close.parquet, tests/data/sp500_index.parquet, tests/data/sp500_ohlcv.parquet, tests/data/vix.parquet, tests/data/french_factors.parquet
-- lookahead: none: features see the past, labels train only where they end by train_end, and scores begin after it
-- params: train_end DATE = '2009-12-31', adv DOUBLE = 500000000, reports TEXT = 'reports'
-- owner: research
-- source: DESIGN §8

-- What is known.
INCLUDE 'reference/sessions.sql';
INCLUDE 'curated/bars.sql';
INCLUDE 'curated/index_bars.sql';
INCLUDE 'curated/sp500_bars.sql';
INCLUDE 'curated/vix.sql';
INCLUDE 'curated/french_factors.sql';
INCLUDE 'audits/curated.sql';

-- What is learned from it.
INCLUDE 'features/equity.sql';
INCLUDE 'labels/triple_barrier.sql';
INCLUDE 'labels/training_set.sql';
INCLUDE 'labels/cpcv_folds.sql';
INCLUDE 'audits/research.sql';
INCLUDE 'models/ridge.sql';
INCLUDE 'models/lightgbm.sql';

-- What to hold, and what holding it would have brought.
INCLUDE 'signals/scores.sql';
INCLUDE 'signals/positions.sql';
INCLUDE 'backtests/daily.sql';
INCLUDE 'backtests/benchmark.sql';
INCLUDE 'backtests/summary.sql';
INCLUDE 'audits/backtests.sql';

-- The day's JSON, the blotter and the tear sheet.
EMIT DAILY TO $reports FROM (
  positions => TABLE signals.positions,
  equity => TABLE backtests.daily,
  benchmark => TABLE backtests.benchmark,
  models => TABLE backtests.summary,
  folds => TABLE labels.cpcv_folds,
  importance => (
    SELECT 'ridge' AS model, feature, importance FROM ML.FEATURE_IMPORTANCE(MODEL ridge)
    UNION ALL
    SELECT 'lightgbm' AS model, feature, importance FROM ML.FEATURE_IMPORTANCE(MODEL lightgbm)
  ),
  risk => (SELECT 0.10 AS target_vol_ann, 1.5 AS gross_cap),
  trials => (
    SELECT 'ridge' AS model, trial, sharpe, is_best FROM ML.TRIAL_INFO(MODEL ridge)
    UNION ALL
    SELECT 'lightgbm' AS model, trial, sharpe, is_best FROM ML.TRIAL_INFO(MODEL lightgbm)
  )
);
