-- Trains a ridge regression under the name of the trees, for runs without LightGBM's library.
-- name: models.second_ridge
-- version: 1
-- kind: script
-- inputs: labels.training_set
-- lookahead: label: only labels that end by train_end
-- params: train_end DATE = '2009-12-31'
-- owner: tests
-- source: sql/models/ridge.sql

-- Other features and penalties than the ridge of the pipeline, so that the two models differ.
CREATE OR REPLACE MODEL lightgbm
OPTIONS (
  model_type => 'ridge',
  target => 'alpha',
  performance => 'trade_ret',
  features => ['ret_5', 'ret_21', 'mom_252_21', 'vol_60', 'z_rsi_14'],
  key => ['symbol'],
  time => 'date',
  label_end => 'label_end',
  cv => 'cpcv',
  n_folds => 8,
  n_test => 2,
  embargo => 10,
  standardise => true,
  alpha => [10.0, 1000.0],
  seed => 42
)
AS
SELECT
  symbol, date, label_end, trade_ret, alpha,
  ret_5, ret_21, mom_252_21, vol_60, z_rsi_14
FROM labels.training_set
WHERE label_end <= $train_end;
