-- Which dates each cross-validation split trains on, tests on, purges and embargoes.
-- name: labels.cpcv_folds
-- version: 1
-- kind: table
-- grain: split, date, set
-- inputs: labels.training_set
-- lookahead: full: an evaluation of the training period
-- params: train_end DATE = '2009-12-31'
-- owner: research
-- source: López de Prado (2018), Advances in Financial Machine Learning, §7.4 and ch. 12

-- Eight folds, two tested, ten sessions of embargo: the same as in models/*.sql. Labels of one date end on
-- different days, so a date may stand in two sets of one split.
SELECT
  CAST(split AS INTEGER)     AS split,    -- from 0, in lexicographic order of the tested folds
  CAST("start" AS DATE)      AS date,     -- session of the entry
  CAST("set" AS VARCHAR)     AS "set",    -- 'train', 'test', 'purged', 'embargoed'
  CAST(min(fold) AS INTEGER) AS fold,     -- from 0, oldest first
  CAST(count(*) AS BIGINT)   AS labels    -- labels of the date in this set
FROM cpcv_splits(
  (SELECT symbol, date, label_end FROM labels.training_set WHERE label_end <= $train_end),
  "start" => date, label_end => label_end, n_folds => 8, n_test => 2, embargo => 10
)
GROUP BY split, "start", "set"
ORDER BY split, date, "set"
