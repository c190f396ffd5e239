-- What each model expects of each stock on each date after its training.
-- name: signals.scores
-- version: 1
-- kind: table
-- grain: model, symbol, date
-- inputs: features.equity, models.ridge, models.lightgbm
-- lookahead: none: the models end with train_end, the features of row t with t's close
-- params: train_end DATE = '2009-12-31'
-- audits: scores_after_training
-- owner: research
-- source: definition

SELECT
  CAST('ridge' AS VARCHAR)      AS model,    -- the model
  CAST(symbol AS VARCHAR)       AS symbol,   -- ticker
  CAST(date AS DATE)            AS date,     -- session whose close is the last one used
  CAST(prediction AS DOUBLE)    AS score     -- expected return beyond the section's over the label's horizon, decimal
FROM ML.PREDICT(MODEL ridge, (SELECT * FROM features.equity WHERE date > $train_end))
UNION ALL
SELECT
  CAST('lightgbm' AS VARCHAR)   AS model,
  CAST(symbol AS VARCHAR)       AS symbol,
  CAST(date AS DATE)            AS date,
  CAST(prediction AS DOUBLE)    AS score
FROM ML.PREDICT(MODEL lightgbm, (SELECT * FROM features.equity WHERE date > $train_end))
ORDER BY model, symbol, date
