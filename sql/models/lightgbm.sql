-- Trains gradient-boosted trees of the following return on price features.
-- name: models.lightgbm
-- version: 1
-- kind: script
-- inputs: labels.training_set
-- lookahead: label: only labels that end by train_end
-- params: train_end DATE = '2009-12-31'
-- owner: research
-- source: Ke et al. (2017), LightGBM

-- Small, slow trees: a daily section of 20 names has little to say, and deep trees would recite it.
CREATE OR REPLACE MODEL lightgbm
OPTIONS (
  model_type => 'lightgbm',
  objective => 'regression',
  target => 'alpha',
  -- One session's return, so that the trials' Sharpe ratios are per session and do not overlap.
  performance => 'trade_ret',
  features => [
    'ret_1', 'ret_5', 'ret_21', 'mom_126_21', 'mom_252_21', 'vol_20', 'vol_60', 'rsi_14',
    'z_ret_5', 'z_ret_21', 'z_mom_126_21', 'z_mom_252_21', 'z_vol_60', 'z_rsi_14'
  ],
  key => ['symbol'],
  time => 'date',
  label_end => 'label_end',
  cv => 'cpcv',
  n_folds => 8,
  n_test => 2,
  embargo => 10,
  num_iterations => 60,
  learning_rate => 0.05,
  num_leaves => [7, 15],
  min_data_in_leaf => [200, 1000],
  lambda_l2 => 10.0,
  feature_fraction => 0.8,
  bagging_fraction => 0.8,
  bagging_freq => 1,
  seed => 42
)
AS
SELECT
  symbol, date, label_end, trade_ret, alpha,
  ret_1, ret_5, ret_21, mom_126_21, mom_252_21, vol_20, vol_60, rsi_14,
  z_ret_5, z_ret_21, z_mom_126_21, z_mom_252_21, z_vol_60, z_rsi_14
FROM labels.training_set
WHERE label_end <= $train_end;
