-- Checks signals and results before they are reported.
-- name: audits.backtests
-- version: 1
-- kind: script
-- inputs: signals.scores, signals.positions, backtests.daily, backtests.summary
-- lookahead: none
-- params: train_end DATE = '2009-12-31'
-- audits: scores_after_training, weights_within_caps, equity_positive, probabilities_in_range
-- owner: research
-- source: definition

-- No score falls into the training period.
AUDIT (name => 'scores_after_training') AS
SELECT model, symbol, date
FROM signals.scores
WHERE date <= $train_end OR score IS NULL OR isnan(score);

-- The caps given to build_portfolio hold on each date, up to rounding.
AUDIT (name => 'weights_within_caps') AS
SELECT model, date, sum(abs(target_w)) AS gross, max(abs(target_w)) AS largest
FROM signals.positions
GROUP BY model, date
HAVING sum(abs(target_w)) > 1.5 + 1e-9 OR max(abs(target_w)) > 0.15 + 1e-9;

AUDIT (name => 'equity_positive') AS
SELECT model, date, equity, net_return, gross_return, cost_return, borrow_return
FROM backtests.daily
WHERE equity <= 0 OR cost_return < 0 OR borrow_return < 0
   OR abs(gross_return - cost_return - borrow_return - net_return) > 1e-12;

AUDIT (name => 'probabilities_in_range') AS
SELECT model, psr, dsr, pbo, max_drawdown
FROM backtests.summary
WHERE psr NOT BETWEEN 0 AND 1 OR dsr NOT BETWEEN 0 AND 1 OR dsr > psr + 1e-12
   OR pbo NOT BETWEEN 0 AND 1 OR max_drawdown NOT BETWEEN 0 AND 1;
