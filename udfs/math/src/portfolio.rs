//! Target weights from scores.
//!
//! At each rebalance date t, over the names that have a score and enough returns up to t:
//!
//! ```text
//! direction_i = (score_i − mean score)/σ_i              demeaned across the section, inverse volatility
//! w           = the largest portfolio along it within the caps (sizing.rs), legs of equal gross
//! risk(w)     = sqrt(periods per year · w'Σw)           Σ from the last `window` dates (shrinkage.rs)
//! ```
//!
//! Missing returns are no deviation from the name's mean, and the name's other deviations are scaled up
//! so that its own variance stays the sample variance; so Σ is positive semi-definite whatever is missing.
//!
//! Kelly: the growth-optimal portfolio has a volatility equal to its Sharpe ratio (f* = μ/σ², Thorp,
//! *The Kelly criterion in blackjack, sports betting and the stock market*, 2006, eq. 7.3), so a portfolio
//! of volatility v is the fraction v / Sharpe of full Kelly.

use crate::panel::{Panel, Section};
use crate::shrinkage::ShrunkCovariance;
use crate::sizing::{Binding, Limits, size};

/// How portfolios are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Volatility target, annualised decimal.
    pub target_volatility: f64,
    /// Cap on Σ|w|.
    pub gross_cap: f64,
    /// Cap on each |w|.
    pub name_cap: f64,
    /// Dates of returns the covariance is estimated from.
    pub window: usize,
    /// Long positions only; otherwise dollar-neutral.
    pub long_only: bool,
    /// Dates of scores from one rebalance to the next.
    pub rebalance: usize,
    /// The largest fraction of full Kelly.
    pub kelly: f64,
    /// The Sharpe ratio expected of the portfolio, annualised. `None`: the one for which the
    /// volatility target is `kelly` times full Kelly.
    pub expected_sharpe: Option<f64>,
    /// Return periods in a year.
    pub periods_per_year: f64,
}

/// The portfolio of one rebalance.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The date it was decided on, days since 1970-01-01; nothing later was used.
    pub decided: i32,
    /// One position per row of the scores on that date, by symbol.
    pub positions: Vec<Position>,
    /// Volatility of the weights before the fact, annualised.
    pub volatility: f64,
    /// The fraction of full Kelly that `volatility` is.
    pub kelly_fraction: f64,
}

/// One name of a portfolio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// The symbol.
    pub symbol: u32,
    /// The score; NaN when there was none.
    pub score: f64,
    /// The weight, a share of equity.
    pub weight: f64,
    /// The name's volatility, annualised; NaN with too few returns or without a score.
    pub sigma: f64,
    /// What keeps the position from being larger.
    pub binding: Binding,
}

impl Rules {
    /// The volatility a portfolio may have: the target, or less where that would bet more than
    /// `kelly` times full Kelly.
    pub fn volatility_limit(&self) -> f64 {
        self.target_volatility.min(self.kelly * self.sharpe())
    }

    /// The returns a name needs within the window.
    pub fn least_returns(&self) -> usize {
        self.window.div_ceil(2).max(2)
    }

    fn sharpe(&self) -> f64 {
        self.expected_sharpe.unwrap_or(self.target_volatility / self.kelly)
    }
}

/// Walks through the dates of the scores, oldest first.
#[derive(Debug)]
pub struct Portfolios<'a> {
    scores: &'a Panel<f64>,
    returns: &'a Panel<f64>,
    rules: Rules,
    next: usize,
    current: Decision,
    /// Column of a symbol in the section at hand, or `NO_COLUMN`.
    columns: Vec<usize>,
}

const NO_COLUMN: usize = usize::MAX;

impl<'a> Portfolios<'a> {
    /// Scores and simple returns, NaN where there is none; infinite values are treated alike.
    pub fn new(scores: &'a Panel<f64>, returns: &'a Panel<f64>, rules: Rules) -> Self {
        let symbols = scores.symbol_count().max(returns.symbol_count());
        let current =
            Decision { decided: 0, positions: vec![], volatility: 0.0, kelly_fraction: 0.0 };
        Self { scores, returns, rules, next: 0, current, columns: vec![NO_COLUMN; symbols] }
    }

    /// The next date and the portfolio in force on it: decided then, or at an earlier rebalance.
    pub fn advance(&mut self) -> Option<(i32, &Decision)> {
        let date = *self.scores.dates().get(self.next)?;
        if self.next.is_multiple_of(self.rules.rebalance.max(1)) {
            self.current = self.decide(date, self.scores.section(self.next));
        }
        self.next += 1;
        Some((date, &self.current))
    }

    fn decide(&mut self, date: i32, section: Section<'_, f64>) -> Decision {
        let mut positions: Vec<Position> = section
            .iter()
            .map(|(symbol, score)| Position {
                symbol: symbol as u32,
                score,
                weight: 0.0,
                sigma: f64::NAN,
                binding: Binding::None,
            })
            .collect();
        let mut decision =
            Decision { decided: date, positions: vec![], volatility: 0.0, kelly_fraction: 0.0 };

        let scored: Vec<usize> =
            (0..positions.len()).filter(|i| positions[*i].score.is_finite()).collect();
        let moments = self.moments(date, &section, &scored);
        let least = self.rules.least_returns() as f64;
        let known: Vec<(usize, Moments)> =
            scored.into_iter().zip(moments).filter(|(_, m)| m.count >= least).collect();
        for (i, moments) in &known {
            positions[*i].sigma = (moments.variance() * self.rules.periods_per_year).sqrt();
        }

        // A name that never moved has no inverse volatility; it is left out.
        let moving: Vec<_> = known.into_iter().filter(|(i, _)| positions[*i].sigma > 0.0).collect();
        let mean =
            moving.iter().map(|(i, _)| positions[*i].score).sum::<f64>() / moving.len() as f64;
        let direction = |i: usize| (positions[i].score - mean) / positions[i].sigma;
        let in_play = |(i, _): &(usize, Moments)| {
            let d = direction(*i);
            d > 0.0 || (d < 0.0 && !self.rules.long_only)
        };
        let chosen: Vec<_> = moving.into_iter().filter(in_play).collect();
        let directions: Vec<f64> = chosen.iter().map(|(i, _)| direction(*i)).collect();

        let deviations = self.deviations(date, &section, &chosen);
        if let Some(covariance) = ShrunkCovariance::estimate(deviations, chosen.len()) {
            let limits = Limits {
                volatility: self.rules.volatility_limit(),
                gross: self.rules.gross_cap,
                name: self.rules.name_cap,
            };
            let risk =
                |w: &[f64]| (self.rules.periods_per_year * covariance.portfolio_variance(w)).sqrt();
            let sized = size(&directions, self.rules.long_only, limits, risk);
            for ((i, _), weight) in chosen.iter().zip(sized.weights) {
                let position = &mut positions[*i];
                position.weight = weight;
                position.binding = if weight == 0.0 {
                    Binding::None
                } else if weight.abs() >= limits.name {
                    Binding::NameCap
                } else {
                    sized.binding
                };
            }
            decision.volatility = sized.volatility;
            decision.kelly_fraction = sized.volatility / self.rules.sharpe();
        }
        decision.positions = positions;
        decision
    }

    /// Count, mean and squared deviations of the trailing returns of the section's rows `rows`.
    fn moments(&mut self, date: i32, section: &Section<'_, f64>, rows: &[usize]) -> Vec<Moments> {
        let mut moments = vec![Moments::default(); rows.len()];
        self.map_columns(section, rows.iter().copied());
        self.each_return(date, |_, column, ret| {
            moments[column].count += 1.0;
            moments[column].mean += ret;
        });
        for m in &mut moments {
            m.mean /= m.count;
        }
        self.each_return(date, |_, column, ret| {
            moments[column].squares += (ret - moments[column].mean).powi(2);
        });
        self.unmap_columns(section);
        moments
    }

    /// The deviations [dates × chosen], rescaled for missing returns.
    fn deviations(
        &mut self,
        date: i32,
        section: &Section<'_, f64>,
        chosen: &[(usize, Moments)],
    ) -> Vec<f64> {
        let dates = self.returns.trailing(date, self.rules.window).len();
        let mut deviations = vec![0.0; dates * chosen.len()];
        self.map_columns(section, chosen.iter().map(|(i, _)| *i));
        self.each_return(date, |row, column, ret| {
            let own = &chosen[column].1;
            let scale = ((dates as f64 - 1.0) / (own.count - 1.0)).sqrt();
            deviations[row * chosen.len() + column] = (ret - own.mean) * scale;
        });
        self.unmap_columns(section);
        deviations
    }

    /// Calls `each` with the row in the window, the column and the return.
    fn each_return(&self, date: i32, mut each: impl FnMut(usize, usize, f64)) {
        for (row, day) in self.returns.trailing(date, self.rules.window).enumerate() {
            for (symbol, ret) in self.returns.section(day).iter() {
                let column = self.columns[symbol];
                if column != NO_COLUMN && ret.is_finite() {
                    each(row, column, ret);
                }
            }
        }
    }

    fn map_columns(&mut self, section: &Section<'_, f64>, rows: impl Iterator<Item = usize>) {
        for (column, row) in rows.enumerate() {
            self.columns[section.symbols[row] as usize] = column;
        }
    }

    fn unmap_columns(&mut self, section: &Section<'_, f64>) {
        for symbol in section.symbols {
            self.columns[*symbol as usize] = NO_COLUMN;
        }
    }
}

/// The first two moments of a name's returns.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The sample variance (n − 1).
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0)
    }
}
