//! What each aggregate tells from the moments of a group, and when it is NULL.

use trademl_math::exact::Moments;

/// One of SQL's aggregates of floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Statistic {
    Sum,
    Average,
    Variance(Divisor, Root),
    Covariance(Divisor),
    Correlation,
    /// Of regressions the first value is y, the second x.
    Slope,
    Intercept,
    RSquared,
    MeanY,
    MeanX,
    SquaresY,
    SquaresX,
    Products,
}

/// Of n rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Divisor {
    /// n − 1.
    Sample,
    /// n.
    Population,
}

/// Whether the square root is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Root {
    No,
    Yes,
}

/// The names that DataFusion has for them. `regr_count` counts, and is left to it.
pub(super) const STATISTICS: &[(&str, Statistic)] = &[
    ("sum", Statistic::Sum),
    ("avg", Statistic::Average),
    ("var", Statistic::Variance(Divisor::Sample, Root::No)),
    ("var_pop", Statistic::Variance(Divisor::Population, Root::No)),
    ("stddev", Statistic::Variance(Divisor::Sample, Root::Yes)),
    ("stddev_pop", Statistic::Variance(Divisor::Population, Root::Yes)),
    ("covar_samp", Statistic::Covariance(Divisor::Sample)),
    ("covar_pop", Statistic::Covariance(Divisor::Population)),
    ("corr", Statistic::Correlation),
    ("regr_slope", Statistic::Slope),
    ("regr_intercept", Statistic::Intercept),
    ("regr_r2", Statistic::RSquared),
    ("regr_avgy", Statistic::MeanY),
    ("regr_avgx", Statistic::MeanX),
    ("regr_syy", Statistic::SquaresY),
    ("regr_sxx", Statistic::SquaresX),
    ("regr_sxy", Statistic::Products),
];

/// A function of moments; `None` is NULL.
pub(super) type Of<const SUMS: usize> = fn(&Moments<SUMS>) -> Option<f64>;

/// What a statistic is told from.
pub(super) enum Tell {
    Sum(Of<1>),
    Spread(Of<2>),
    Pair(Of<5>),
}

impl Statistic {
    pub fn tell(self) -> Tell {
        use Divisor::{Population, Sample};
        match self {
            Self::Sum => Tell::Sum(|m| (m.count > 0).then(|| m.total())),
            Self::Average => Tell::Sum(|m| (m.count > 0).then(|| m.mean())),
            Self::Variance(Sample, Root::No) => Tell::Spread(variance),
            Self::Variance(Sample, Root::Yes) => Tell::Spread(|m| variance(m).map(f64::sqrt)),
            Self::Variance(Population, Root::No) => Tell::Spread(population_variance),
            Self::Variance(Population, Root::Yes) => {
                Tell::Spread(|m| population_variance(m).map(f64::sqrt))
            }
            Self::Covariance(Sample) => {
                Tell::Pair(|m| (m.count > 1).then(|| m.xy() / pairs(m.count)))
            }
            Self::Covariance(Population) => {
                Tell::Pair(|m| (m.count > 0).then(|| m.xy() / squared(m.count)))
            }
            Self::Correlation => Tell::Pair(correlation),
            Self::Slope => Tell::Pair(slope),
            Self::Intercept => Tell::Pair(|m| slope(m).map(|slope| m.mean() - slope * m.mean_y())),
            Self::RSquared => Tell::Pair(|m| {
                let (y, x) = (m.xx(), m.yy());
                (m.count > 1 && x != 0.0 && y != 0.0).then(|| (m.xy() / y) * (m.xy() / x))
            }),
            Self::MeanY => Tell::Pair(|m| (m.count > 0).then(|| m.mean())),
            Self::MeanX => Tell::Pair(|m| (m.count > 0).then(|| m.mean_y())),
            Self::SquaresY => Tell::Pair(|m| (m.count > 0).then(|| m.xx() / m.count as f64)),
            Self::SquaresX => Tell::Pair(|m| (m.count > 0).then(|| m.yy() / m.count as f64)),
            Self::Products => Tell::Pair(|m| (m.count > 0).then(|| m.xy() / m.count as f64)),
        }
    }
}

/// n².
fn squared(count: u64) -> f64 {
    count as f64 * count as f64
}

/// n (n − 1).
fn pairs(count: u64) -> f64 {
    count as f64 * (count - 1) as f64
}

fn variance(m: &Moments<2>) -> Option<f64> {
    (m.count > 1).then(|| m.xx() / pairs(m.count))
}

fn population_variance(m: &Moments<2>) -> Option<f64> {
    (m.count > 0).then(|| m.xx() / squared(m.count))
}

fn correlation(m: &Moments<5>) -> Option<f64> {
    let (xx, yy) = (m.xx(), m.yy());
    // Rounding may bring it beyond one by a bit.
    (m.count > 1 && xx != 0.0 && yy != 0.0)
        .then(|| (m.xy() / xx.sqrt() / yy.sqrt()).clamp(-1.0, 1.0))
}

fn slope(m: &Moments<5>) -> Option<f64> {
    let x = m.yy();
    (m.count > 1 && x != 0.0).then(|| m.xy() / x)
}
