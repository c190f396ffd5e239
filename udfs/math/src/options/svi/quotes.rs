//! The quotes of one expiry, checked and brought to a common scale.

use std::fmt;

/// Distinct log-moneynesses that five parameters need.
pub const FEWEST_QUOTES: usize = 5;
pub(super) const LANES: usize = 4;

/// Why quotes cannot be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteError {
    /// `k`, `w` and the weights differ in length.
    Lengths,
    /// A number of this row is NaN or infinite.
    NotFinite(usize),
    /// The total variance of this row is not above 0.
    NoVariance(usize),
    /// The weight of this row is negative.
    NegativeWeight(usize),
    /// Fewer than five distinct log-moneynesses with a weight above 0: this many.
    TooFew(usize),
}

impl fmt::Display for QuoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths => write!(f, "k, w and weight differ in length"),
            Self::NotFinite(row) => write!(f, "row {row}: k, w and weight must be finite"),
            Self::NoVariance(row) => write!(f, "row {row}: w must be above 0"),
            Self::NegativeWeight(row) => write!(f, "row {row}: weight must not be negative"),
            Self::TooFew(n) => write!(f, "{n} distinct k, at least {FEWEST_QUOTES} are needed"),
        }
    }
}

impl std::error::Error for QuoteError {}

/// Total variances over log-moneyness with weights, ascending: the order in which they are given does
/// not matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Quotes {
    /// (k, w, weight).
    rows: Vec<(f64, f64, f64)>,
}

impl Quotes {
    /// Checks and sorts quotes; all weigh the same without weights. Rows of weight 0 are left out.
    pub fn new(k: &[f64], w: &[f64], weight: Option<&[f64]>) -> Result<Self, QuoteError> {
        if k.len() != w.len() || weight.is_some_and(|p| p.len() != k.len()) {
            return Err(QuoteError::Lengths);
        }
        let mut rows = Vec::with_capacity(k.len());
        for (row, (&k, &w)) in k.iter().zip(w).enumerate() {
            let p = weight.map_or(1.0, |p| p[row]);
            if !(k.is_finite() && w.is_finite() && p.is_finite()) {
                return Err(QuoteError::NotFinite(row));
            }
            if w <= 0.0 {
                return Err(QuoteError::NoVariance(row));
            }
            if p < 0.0 {
                return Err(QuoteError::NegativeWeight(row));
            }
            if p > 0.0 {
                rows.push((k, w, p));
            }
        }
        rows.sort_by(|x, y| {
            x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)).then(x.2.total_cmp(&y.2))
        });
        let steps = rows.windows(2).filter(|pair| pair[0].0 < pair[1].0).count();
        let distinct = if rows.is_empty() { 0 } else { steps + 1 };
        if distinct < FEWEST_QUOTES { Err(QuoteError::TooFew(distinct)) } else { Ok(Self { rows }) }
    }

    /// (k, w, weight) of every quote, k ascending.
    pub fn rows(&self) -> &[(f64, f64, f64)] {
        &self.rows
    }

    /// The weighted sum of squared errors of total variances from another source.
    pub fn squared_error(&self, total_variance: impl Fn(f64) -> f64) -> f64 {
        self.rows.iter().map(|(k, w, p)| p * (w - total_variance(*k)).powi(2)).sum()
    }

    /// The sum of the weights.
    pub fn weight(&self) -> f64 {
        self.rows.iter().map(|row| row.2).sum()
    }

    /// The same quotes, the weight of (k, w, weight) times a factor above 0.
    pub(super) fn reweighted(&self, factor: impl Fn(f64, f64, f64) -> f64) -> Self {
        Self { rows: self.rows.iter().map(|(k, w, p)| (*k, *w, p * factor(*k, *w, *p))).collect() }
    }

    pub(super) fn scaled(&self) -> Scaled {
        Scaled::new(&self.rows)
    }
}

/// Quotes with mean log-moneyness 0, its deviation 1, mean total variance 1 and weights that add up to
/// 1, padded with rows of weight 0.
#[derive(Debug, Clone)]
pub(super) struct Scaled {
    /// Log-moneyness, 0 and 1 in quotes' units.
    pub(super) centre: f64,
    pub(super) spread: f64,
    /// Total variance 1 in quotes' units.
    pub(super) level: f64,
    pub(super) x: Vec<[f64; LANES]>,
    pub(super) w: Vec<[f64; LANES]>,
    pub(super) weight: Vec<[f64; LANES]>,
    /// w less its regression on 1 and x.
    pub(super) bend: Vec<[f64; LANES]>,
    /// The slope of that regression and its mean squared rest.
    pub(super) slope: f64,
    pub(super) rest: f64,
    /// Distinct x, ascending.
    pub(super) distinct: Vec<f64>,
}

impl Scaled {
    fn new(rows: &[(f64, f64, f64)]) -> Self {
        let total: f64 = rows.iter().map(|row| row.2).sum();
        let mean = |f: &dyn Fn(&(f64, f64, f64)) -> f64| {
            rows.iter().map(|row| row.2 * f(row)).sum::<f64>() / total
        };
        let centre = mean(&|row| row.0);
        let spread = mean(&|row| (row.0 - centre).powi(2)).sqrt();
        let level = mean(&|row| row.1);
        let x = |row: &(f64, f64, f64)| (row.0 - centre) / spread;
        let slope = mean(&|row| x(row) * row.1 / level);
        let bend = |row: &(f64, f64, f64)| row.1 / level - 1.0 - slope * x(row);
        let lanes = |f: &dyn Fn(&(f64, f64, f64)) -> f64| -> Vec<[f64; LANES]> {
            let chunk = |rows: &[(f64, f64, f64)]| {
                std::array::from_fn(|lane| rows.get(lane).map_or(0.0, f))
            };
            rows.chunks(LANES).map(chunk).collect()
        };
        let mut distinct: Vec<f64> = rows.iter().map(x).collect();
        distinct.dedup();
        Self {
            centre,
            spread,
            level,
            x: lanes(&x),
            w: lanes(&|row| row.1 / level),
            weight: lanes(&|row| row.2 / total),
            bend: lanes(&bend),
            slope,
            rest: mean(&|row| bend(row).powi(2)),
            distinct,
        }
    }
}
