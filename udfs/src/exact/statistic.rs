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
            Self::Variance(Sample, Root::No) => {
                Tell::Spread(|m| (m.count > 1).then(|| m.variance(1)))
            }
            Self::Variance(Sample, Root::Yes) => {
                Tell::Spread(|m| (m.count > 1).then(|| m.deviation(1)))
            }
            Self::Variance(Population, Root::No) => {
                Tell::Spread(|m| (m.count > 0).then(|| m.variance(0)))
            }
            Self::Variance(Population, Root::Yes) => {
                Tell::Spread(|m| (m.count > 0).then(|| m.deviation(0)))
            }
            Self::Covariance(Sample) => Tell::Pair(|m| (m.count > 1).then(|| m.covariance(1))),
            Self::Covariance(Population) => Tell::Pair(|m| (m.count > 0).then(|| m.covariance(0))),
            // Of one row neither value moves.
            Self::Correlation => Tell::Pair(|m| (m.count > 1).then(|| m.correlation())?),
            Self::Slope => Tell::Pair(|m| (m.count > 1).then(|| m.slope())?),
            Self::Intercept => Tell::Pair(|m| (m.count > 1).then(|| m.intercept())?),
            Self::RSquared => Tell::Pair(|m| (m.count > 1).then(|| m.r_squared())?),
            Self::MeanY => Tell::Pair(|m| (m.count > 0).then(|| m.mean())),
            Self::MeanX => Tell::Pair(|m| (m.count > 0).then(|| m.mean_y())),
            Self::SquaresY => Tell::Pair(|m| (m.count > 0).then(|| m.squares_x())),
            Self::SquaresX => Tell::Pair(|m| (m.count > 0).then(|| m.squares_y())),
            Self::Products => Tell::Pair(|m| (m.count > 0).then(|| m.products())),
        }
    }
}
