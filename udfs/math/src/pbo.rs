//! Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV).
//!
//! The observations are cut into `S` blocks. Each choice of `S/2` blocks is once the in-sample half,
//! on which the trial with the best Sharpe ratio is picked; the other half says where the pick ranks
//! among the `N` trials out of sample:
//!
//! ```text
//! ω = rank/(N + 1),  λ = ln(ω/(1 − ω)),  PBO = share of the C(S, S/2) choices with λ ≤ 0
//! ```
//!
//! Block means and squared deviations are merged per choice, so a choice costs `O(N·S)` whatever the
//! number of observations.
//!
//! Source: Bailey, Borwein, López de Prado & Zhu (2017), The Probability of Backtest Overfitting,
//! J. Computational Finance 20(4), §3.

/// What cross-validating the choice of the best trial shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Overfitting {
    /// Share of logits ≤ 0: how often the best trial in sample is below the median out of sample.
    pub probability: f64,
    /// The logit of each choice; there are `C(S, S/2)`.
    pub logits: Vec<f64>,
    /// The median of the logits.
    pub median_logit: f64,
    /// Least-squares slope of the pick's Sharpe ratio out of sample on the one in sample. `None` if
    /// the latter does not vary.
    pub degradation_slope: Option<f64>,
    /// Share of choices whose pick has a negative Sharpe ratio out of sample.
    pub probability_of_loss: f64,
}

/// Cross-validates `returns`, a row per observation (oldest first) of `n_trials` values, in
/// `n_blocks` blocks; if they cannot be of equal size, the first ones hold one row more.
///
/// Trials that tie for the best in sample share their mean rank and Sharpe ratio, equal values out
/// of sample their mean rank, so the order of trials is of no importance. Constant returns count as
/// Sharpe ratio 0: a trial that did not trade shows no skill.
///
/// `None` unless there are two trials, an even number of blocks from 2 to 30, and two rows a block.
pub fn overfitting(returns: &[f64], n_trials: usize, n_blocks: usize) -> Option<Overfitting> {
    let sized = n_trials >= 2 && n_blocks.is_multiple_of(2) && (2..=30).contains(&n_blocks);
    if !sized || !returns.len().is_multiple_of(n_trials) || returns.len() / n_trials < 2 * n_blocks
    {
        return None;
    }
    let blocks = Block::cut(returns, n_trials, n_blocks);
    let mut picks = vec![];
    let (mut first, mut second) = (Half::new(n_trials), Half::new(n_trials));
    // A choice and its complement swap roles, so each pair is computed once: the one with block 0.
    let choices = (1_u32..1 << n_blocks).step_by(2);
    for choice in choices.filter(|c| c.count_ones() as usize == n_blocks / 2) {
        first.merge(&blocks, |b| choice >> b & 1 == 1);
        second.merge(&blocks, |b| choice >> b & 1 == 0);
        picks.push(Pick::new(&first.sharpe, &second.sharpe));
        picks.push(Pick::new(&second.sharpe, &first.sharpe));
    }
    Some(summarise(&picks))
}

fn summarise(picks: &[Pick]) -> Overfitting {
    let logits: Vec<f64> = picks.iter().map(|p| p.logit).collect();
    let share = |n: usize| n as f64 / picks.len() as f64;
    let mut sorted = logits.clone();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    Overfitting {
        probability: share(logits.iter().filter(|l| **l <= 0.0).count()),
        // C(S, S/2) is even.
        median_logit: f64::midpoint(sorted[middle - 1], sorted[middle]),
        degradation_slope: slope(picks),
        probability_of_loss: share(picks.iter().filter(|p| p.outside < 0.0).count()),
        logits,
    }
}

fn slope(picks: &[Pick]) -> Option<f64> {
    let n = picks.len() as f64;
    let x = picks.iter().map(|p| p.inside).sum::<f64>() / n;
    let y = picks.iter().map(|p| p.outside).sum::<f64>() / n;
    let sxy: f64 = picks.iter().map(|p| (p.inside - x) * (p.outside - y)).sum();
    let sxx: f64 = picks.iter().map(|p| (p.inside - x).powi(2)).sum();
    let varies = picks.iter().any(|p| p.inside != picks[0].inside);
    (varies && sxx > 0.0).then(|| sxy / sxx)
}

/// The best trial in sample and what became of it.
struct Pick {
    inside: f64,
    outside: f64,
    logit: f64,
}

impl Pick {
    fn new(inside: &[f64], outside: &[f64]) -> Self {
        let best = inside.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut winners: Vec<f64> =
            inside.iter().zip(outside).filter(|(i, _)| **i == best).map(|(_, o)| *o).collect();
        let rank = if winners.len() == 1 {
            let below = outside.iter().filter(|o| **o < winners[0]).count();
            let equal = outside.iter().filter(|o| **o == winners[0]).count();
            below as f64 + (equal + 1) as f64 / 2.0
        } else {
            winners.sort_by(f64::total_cmp);
            let mut sorted = outside.to_vec();
            sorted.sort_by(f64::total_cmp);
            // Below plus up-to-and-including is an integer, so the mean rank of a full tie is exact.
            let twice: usize = winners
                .iter()
                .map(|w| {
                    let below = sorted.partition_point(|o| o < w);
                    below + sorted.partition_point(|o| o <= w) + 1
                })
                .sum();
            twice as f64 / (2 * winners.len()) as f64
        };
        let above = (outside.len() + 1) as f64 - rank;
        let mean = winners.iter().sum::<f64>() / winners.len() as f64;
        Self { inside: best, outside: mean, logit: (rank / above).ln() }
    }
}

/// Mean and squared deviations of each trial in one block.
struct Block {
    rows: f64,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Block {
    fn cut(returns: &[f64], n_trials: usize, n_blocks: usize) -> Vec<Self> {
        let rows = returns.len() / n_trials;
        let (size, longer) = (rows / n_blocks, rows % n_blocks);
        let mut rest = returns;
        let next = |b: usize| {
            let (block, after) = rest.split_at((size + usize::from(b < longer)) * n_trials);
            rest = after;
            Self::new(block, n_trials)
        };
        (0..n_blocks).map(next).collect()
    }

    fn new(block: &[f64], n_trials: usize) -> Self {
        let rows = (block.len() / n_trials) as f64;
        // Shifted by the first row, so that constant returns have a deviation of exactly 0.
        let shift = &block[..n_trials];
        let mut mean = vec![0.0; n_trials];
        for row in block.chunks_exact(n_trials) {
            for ((m, r), s) in mean.iter_mut().zip(row).zip(shift) {
                *m += r - s;
            }
        }
        for (m, s) in mean.iter_mut().zip(shift) {
            *m = s + *m / rows;
        }
        let mut squares = vec![0.0; n_trials];
        for row in block.chunks_exact(n_trials) {
            for ((q, r), m) in squares.iter_mut().zip(row).zip(&mean) {
                *q += (r - m) * (r - m);
            }
        }
        Self { rows, mean, squares }
    }
}

/// The Sharpe ratios of the trials on one half, with room for the sums they come from.
struct Half {
    sharpe: Vec<f64>,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Half {
    fn new(n_trials: usize) -> Self {
        let zeros = vec![0.0; n_trials];
        Self { sharpe: zeros.clone(), mean: zeros.clone(), squares: zeros }
    }

    /// Merges the chosen blocks (Chan, Golub & `LeVeque` 1983): deviations within blocks plus those of
    /// block means from the common mean, which does not cancel as a sum of squares would.
    fn merge(&mut self, blocks: &[Block], chosen: impl Fn(usize) -> bool) {
        let chosen = || blocks.iter().enumerate().filter(|(b, _)| chosen(*b)).map(|(_, b)| b);
        let Some(shift) = chosen().next() else { return };
        let rows: f64 = chosen().map(|b| b.rows).sum();
        self.mean.fill(0.0);
        self.squares.fill(0.0);
        for block in chosen() {
            let share = block.rows / rows;
            for ((m, b), s) in self.mean.iter_mut().zip(&block.mean).zip(&shift.mean) {
                *m += share * (b - s);
            }
        }
        for (m, s) in self.mean.iter_mut().zip(&shift.mean) {
            *m += s;
        }
        for block in chosen() {
            let values = self.squares.iter_mut().zip(&self.mean);
            for ((q, m), (mean, squares)) in values.zip(block.mean.iter().zip(&block.squares)) {
                *q += squares + block.rows * (mean - m) * (mean - m);
            }
        }
        for ((sharpe, mean), squares) in self.sharpe.iter_mut().zip(&self.mean).zip(&self.squares) {
            let deviation = (squares / (rows - 1.0)).sqrt();
            *sharpe = if deviation > 0.0 { mean / deviation } else { 0.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sharpe::SharpeEstimate;

    /// The definition, literally: rows copied together, Sharpe ratios of whole halves, ranks by
    /// comparing all pairs.
    fn brute_force(returns: &[f64], n_trials: usize, n_blocks: usize) -> Vec<f64> {
        let rows = returns.len() / n_trials;
        let size = rows / n_blocks;
        assert_eq!(rows % n_blocks, 0);
        let sharpe = |trial: usize, blocks: &[usize]| {
            let of_block =
                |b: &usize| (b * size..(b + 1) * size).map(|t| returns[t * n_trials + trial]);
            let values: Vec<f64> = blocks.iter().flat_map(of_block).collect();
            SharpeEstimate::from_returns(&values).map_or(0.0, |e| e.sharpe)
        };
        let mut logits = vec![];
        for choice in 0_usize..1 << n_blocks {
            let (inside, outside): (Vec<usize>, Vec<usize>) =
                (0..n_blocks).partition(|b| choice & (1 << b) != 0);
            if inside.len() != outside.len() {
                continue;
            }
            let best = (0..n_trials)
                .max_by(|a, b| sharpe(*a, &inside).total_cmp(&sharpe(*b, &inside)))
                .unwrap();
            let won = sharpe(best, &outside);
            let not_above = (0..n_trials).filter(|t| sharpe(*t, &outside) <= won).count();
            let omega = not_above as f64 / (n_trials + 1) as f64;
            logits.push((omega / (1.0 - omega)).ln());
        }
        logits
    }

    fn noise(n: usize) -> Vec<f64> {
        // Weyl sequence: no two rows alike, no random source needed.
        (1..=n).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract() - 0.48).collect()
    }

    #[test]
    fn sixteen_blocks_give_12870_choices() {
        let o = overfitting(&noise(64 * 3), 3, 16).unwrap();
        assert_eq!(o.logits.len(), 12_870);
    }

    /// Trial 1 is trial 0 plus a constant: best in and out of sample in every choice.
    #[test]
    fn real_skill_is_not_overfitting() {
        let base = noise(80);
        let returns: Vec<f64> = base.iter().flat_map(|r| [*r, r + 0.2, r - 0.1]).collect();
        let o = overfitting(&returns, 3, 8).unwrap();
        assert_eq!(o.probability, 0.0);
        // Rank 3 of 3: ω = 3/4.
        assert!((o.median_logit - 3.0_f64.ln()).abs() < 1e-15);
        assert_eq!(o.probability_of_loss, 0.0);
    }

    /// Two blocks, two trials, each good where the other is bad: the pick is always the loser.
    #[test]
    fn reversal_is_overfitting() {
        let returns = [0.03, -0.03, 0.01, -0.01, -0.03, 0.03, -0.01, 0.01];
        let o = overfitting(&returns, 2, 2).unwrap();
        assert_eq!((o.probability, o.probability_of_loss), (1.0, 1.0));
        assert_eq!(o.logits, [0.5_f64.ln(); 2]);
        assert_eq!(o.degradation_slope, None);
    }

    #[test]
    fn equal_trials_rank_in_the_middle() {
        let returns: Vec<f64> = noise(16).iter().flat_map(|r| [*r; 3]).collect();
        let o = overfitting(&returns, 3, 4).unwrap();
        assert_eq!(o.logits, [0.0; 6]);
        assert_eq!(o.probability, 1.0);
    }

    #[test]
    fn constant_trials_have_no_skill() {
        let returns: Vec<f64> = noise(32).iter().flat_map(|r| [0.1, r + 0.5]).collect();
        assert_eq!(overfitting(&returns, 2, 4).unwrap().probability, 0.0);
    }

    #[test]
    fn uneven_rows_are_all_used() {
        // Seven rows in two blocks: 4 and 3. The last row decides which trial wins the second block.
        let mut returns: Vec<f64> = noise(6).iter().flat_map(|r| [*r, r - 0.01]).collect();
        returns.extend([-5.0, 5.0]);
        let o = overfitting(&returns, 2, 2).unwrap();
        assert_eq!(o.probability, 1.0);
    }

    #[test]
    fn wrong_shapes_are_none() {
        assert_eq!(overfitting(&noise(32), 1, 4), None);
        assert_eq!(overfitting(&noise(33), 2, 4), None);
        assert_eq!(overfitting(&noise(64), 2, 5), None);
        assert_eq!(overfitting(&noise(64), 2, 0), None);
        assert_eq!(overfitting(&noise(14), 2, 4), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn agrees_with_brute_force(
            returns in prop::collection::vec(-1.0..1.0, 24 * 4), n_blocks in 1_usize..4,
        ) {
            let was = overfitting(&returns, 4, 2 * n_blocks).unwrap();
            let mut expected = brute_force(&returns, 4, 2 * n_blocks);
            let share = expected.iter().filter(|l| **l <= 0.0).count() as f64 / expected.len() as f64;
            prop_assert_eq!(was.probability, share);
            let mut logits = was.logits;
            logits.sort_by(f64::total_cmp);
            expected.sort_by(f64::total_cmp);
            for (w, e) in logits.iter().zip(&expected) {
                prop_assert!((w - e).abs() < 1e-12);
            }
        }

        #[test]
        fn the_order_of_trials_is_of_no_importance(
            rows in prop::collection::vec(prop::collection::vec(-2_i8..3, 5), 16..40),
            shuffled in Just([3_usize, 0, 4, 2, 1]),
        ) {
            // Small integers, so that ties in and out of sample are common.
            let flat = |order: &[usize]| -> Vec<f64> {
                rows.iter().flat_map(|r| order.iter().map(|j| f64::from(r[*j]))).collect()
            };
            let was = overfitting(&flat(&[0, 1, 2, 3, 4]), 5, 4).unwrap();
            prop_assert!((0.0..=1.0).contains(&was.probability));
            prop_assert_eq!(was, overfitting(&flat(&shuffled), 5, 4).unwrap());
        }
    }
}
