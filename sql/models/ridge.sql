-- Trains a ridge regression of the following return on price features.
-- name: models.ridge
-- version: 1
-- kind: script
-- inputs: labels.training_set
-- lookahead: label: only labels that end by train_end
-- params: train_end DATE = '2009-12-31'
-- owner: research
-- source: Hoerl & Kennard (1970)

-- The penalty is chosen by combinatorial purged cross-validation; each value is a counted trial.
CREATE OR REPLACE MODEL ridge
OPTIONS (
  model_type => 'ridge',
  target => 'alpha',
  -- One session's return, so that the trials' Sharpe ratios are per session and do not overlap.
  performance => 'trade_ret',
  features => ['z_ret_5', 'z_ret_21', 'z_mom_126_21', 'z_mom_252_21', 'z_vol_60', 'z_rsi_14'],
  key => ['symbol'],
  time => 'date',
  label_end => 'label_end',
  cv => 'cpcv',
  n_folds => 8,
  n_test => 2,
  embargo => 10,
  standardise => true,
  alpha => [1.0, 100.0, 10000.0, 1000000.0],
  seed => 42
)
AS
SELECT
  symbol, date, label_end, trade_ret, alpha,
  z_ret_5, z_ret_21, z_mom_126_21, z_mom_252_21, z_vol_60, z_rsi_14
FROM labels.training_set
WHERE label_end <= $train_end;
