-- Checks features and labels before a model sees them.
-- name: audits.research
-- version: 1
-- kind: script
-- inputs: features.equity, labels.triple_barrier, labels.cpcv_folds
-- lookahead: none
-- audits: features_finite, labels_in_order, folds_cover
-- owner: research
-- source: definition

AUDIT (name => 'features_finite') AS
SELECT symbol, date, ret_1, mom_252_21, vol_60, rsi_14, z_mom_252_21
FROM features.equity
WHERE isnan(mom_252_21) OR isnan(z_mom_252_21)
   OR vol_20 < 0 OR vol_60 < 0
   OR rsi_14 < 0 OR rsi_14 > 100;

-- A label ends after it begins, and its return has the sign its barrier says.
AUDIT (name => 'labels_in_order') AS
SELECT symbol, entry_date, exit_date, outcome, label, ret
FROM labels.triple_barrier
WHERE exit_date <= entry_date
   OR (outcome = 'tp' AND (label <> 1 OR ret <= 0))
   OR (outcome = 'sl' AND (label <> -1 OR ret >= 0))
   OR (outcome = 'time' AND label <> 0);

-- C(8, 2) splits, in each of which every label is in one set.
AUDIT (name => 'folds_cover') AS
SELECT count(DISTINCT split) AS splits, min(n) AS fewest, max(n) AS most
FROM (SELECT split, sum(labels) AS n FROM labels.cpcv_folds GROUP BY split) AS per_split
HAVING count(DISTINCT split) <> 28 OR min(n) <> max(n);
