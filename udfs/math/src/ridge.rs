//! Ridge regression: least squares with an L2 penalty on the coefficients.
//!
//! Minimises `Σ wᵢ (yᵢ − b₀ − xᵢ·b)² + α ‖b‖²`; the intercept `b₀` is not penalised (Hoerl and
//! Kennard 1970; the parametrisation of scikit-learn's `Ridge`). The data are centred with a
//! corrected two-pass mean and the normal equations `(XᵀWX + αI) b = XᵀWy` are solved by Cholesky
//! after scaling their diagonal to one, so badly scaled columns cost no digits. When what remains is
//! ill-conditioned the problem is solved again by Householder QR of the data themselves, whose error
//! grows with the condition number and not with its square.
//!
//! All sums run over blocks of fixed size that are merged pairwise: the result has the same bits
//! whatever the number of threads.

use std::fmt;

use nalgebra::{Cholesky, DMatrix, DVector};

/// Rows a block of the summation holds; part of the definition of the result's bits.
const BLOCK: usize = 256;
/// The smallest squared pivot, relative to a unit diagonal, that Cholesky is trusted with: below
/// it fewer than about ten digits of the solution would be right.
const SMALLEST_PIVOT: f64 = 1e-5;
/// Singular values below this share of the largest count as zero: the noise of the decomposition.
const RANK_TOLERANCE: f64 = 1e-13;

/// What a ridge regression may be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RidgeOptions {
    /// The penalty α ≥ 0 on the squared length of the coefficients.
    pub alpha: f64,
    /// Whether an unpenalised intercept is fitted.
    pub fit_intercept: bool,
    /// Whether each feature is divided by its population standard deviation before the penalty
    /// applies. Coefficients are reported in the features' own units either way.
    pub standardise: bool,
}

impl Default for RidgeOptions {
    fn default() -> Self {
        Self { alpha: 1.0, fit_intercept: true, standardise: false }
    }
}

/// A fitted ridge regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// The prediction at the origin, in the target's unit; 0 without an intercept.
    pub intercept: f64,
    /// Change of the prediction by one unit of each feature.
    pub coefficients: Vec<f64>,
}

/// Why a ridge regression cannot be fitted or applied.
#[derive(Debug, Clone, PartialEq)]
pub enum RidgeError {
    /// No rows or no features.
    Empty,
    /// Columns, target and weights differ in length, or their number is not the model's.
    Shape {
        /// What was measured.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// α is negative or not finite.
    Alpha(f64),
    /// A feature (by position), target or weight is NaN, infinite or, for weights, negative.
    Value {
        /// `feature`, `target` or `weight`.
        what: &'static str,
        /// The feature's position; 0 for target and weight.
        column: usize,
        /// The row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// The weights sum to zero.
    NoWeight,
    /// The values are so large that their squares overflow.
    Overflow,
}

impl fmt::Display for RidgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "ridge: no rows or no features, expected at least one each"),
            Self::Shape { what, found, expected } => {
                write!(f, "ridge: {what}: length was {found}, expected {expected}")
            }
            Self::Alpha(v) => write!(f, "alpha: was {v}, expected a finite number ≥ 0"),
            Self::Value { what, column, row, value } => write!(
                f,
                "ridge: {what} {column}, row {row}: was {value}, expected a finite number{}",
                if *what == "weight" { " ≥ 0" } else { "" }
            ),
            Self::NoWeight => write!(f, "ridge: weights sum to 0, expected at least one above 0"),
            Self::Overflow => {
                write!(f, "ridge: squares of the values overflow, expected magnitudes below 1e150")
            }
        }
    }
}

impl std::error::Error for RidgeError {}

/// Fits a ridge regression to features given as columns of equal length.
///
/// `weights` multiply the squared residuals; `None` weighs all rows alike. With α = 0 and
/// collinear features the solution of least length is returned.
///
/// # Errors
///
/// On empty, unequal, non-finite or overflowing input and on a negative α.
pub fn fit(
    columns: &[&[f64]],
    target: &[f64],
    weights: Option<&[f64]>,
    options: RidgeOptions,
) -> Result<Ridge, RidgeError> {
    check(columns, target, weights, options)?;
    let p = columns.len();
    let centre = |values: &[f64]| if options.fit_intercept { mean(values, weights) } else { 0.0 };
    let means: Vec<f64> = columns.iter().map(|c| centre(c)).collect();
    let target_mean = centre(target);

    let design = Design { columns, target, weights, means: &means, target_mean };
    let gram = design.gram();
    if gram.iter().any(|v| !v.is_finite()) {
        return Err(RidgeError::Overflow);
    }
    // Standardising divides column j by its deviation s, which is the same as a penalty α s² on
    // the coefficient in the column's own units.
    let penalty: Vec<f64> = (0..p)
        .map(|j| {
            let deviation = if options.standardise { deviation(columns[j], weights) } else { 1.0 };
            options.alpha * if deviation > 0.0 { deviation * deviation } else { 1.0 }
        })
        .collect();
    let coefficients =
        solve_normal(&gram, &penalty).map_or_else(|| design.solve_qr(&penalty), Ok)?;
    if coefficients.iter().any(|b| !b.is_finite()) {
        return Err(RidgeError::Overflow);
    }
    let shift = block_sum(p, |j| means[j] * coefficients[j]);
    Ok(Ridge { intercept: target_mean - shift, coefficients })
}

impl Ridge {
    /// Predicts every row: the intercept plus the products in the order of the features.
    ///
    /// NaN in a feature gives NaN.
    ///
    /// # Errors
    ///
    /// If the columns are not as many as the coefficients, or differ in length.
    pub fn predict(&self, columns: &[&[f64]]) -> Result<Vec<f64>, RidgeError> {
        let expected = self.coefficients.len();
        if columns.len() != expected {
            let found = columns.len();
            return Err(RidgeError::Shape { what: "features", found, expected });
        }
        let rows = columns.first().map_or(0, |c| c.len());
        let mut out = vec![self.intercept; rows];
        for (column, b) in columns.iter().zip(&self.coefficients) {
            if column.len() != rows {
                let found = column.len();
                return Err(RidgeError::Shape { what: "feature column", found, expected: rows });
            }
            for (o, x) in out.iter_mut().zip(*column) {
                *o += b * x;
            }
        }
        Ok(out)
    }
}

fn check(
    columns: &[&[f64]],
    target: &[f64],
    weights: Option<&[f64]>,
    options: RidgeOptions,
) -> Result<(), RidgeError> {
    if columns.is_empty() || target.is_empty() {
        return Err(RidgeError::Empty);
    }
    if !(options.alpha.is_finite() && options.alpha >= 0.0) {
        return Err(RidgeError::Alpha(options.alpha));
    }
    let lists = columns.iter().enumerate().map(|(j, c)| ("feature", j, *c));
    let lists = lists.chain([("target", 0, target)]).chain(weights.map(|w| ("weight", 0, w)));
    for (what, column, values) in lists {
        if values.len() != target.len() {
            let (found, expected) = (values.len(), target.len());
            return Err(RidgeError::Shape { what, found, expected });
        }
        let bad = |v: f64| !v.is_finite() || (what == "weight" && v < 0.0);
        if let Some(row) = values.iter().position(|v| bad(*v)) {
            return Err(RidgeError::Value { what, column, row, value: values[row] });
        }
    }
    match weights {
        Some(w) if w.iter().all(|v| *v == 0.0) => Err(RidgeError::NoWeight),
        _ => Ok(()),
    }
}

/// The weighted mean, corrected once by the mean of what the first pass left. A constant is its
/// own mean to the last bit, so that centring leaves exact zeros and not noise to be fitted.
fn mean(values: &[f64], weights: Option<&[f64]>) -> f64 {
    if values.iter().all(|v| *v == values[0]) {
        return values[0];
    }
    let n = values.len();
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let total = block_sum(n, weight);
    let first = block_sum(n, |i| weight(i) * values[i]) / total;
    first + block_sum(n, |i| weight(i) * (values[i] - first)) / total
}

/// The weighted population standard deviation.
fn deviation(values: &[f64], weights: Option<&[f64]>) -> f64 {
    let n = values.len();
    let centre = mean(values, weights);
    let weight = |i: usize| weights.map_or(1.0, |w| w[i]);
    let squares = block_sum(n, |i| weight(i) * (values[i] - centre) * (values[i] - centre));
    (squares / block_sum(n, weight)).sqrt()
}

/// `Σ f(i)` for `i < n`, in blocks merged pairwise.
fn block_sum(n: usize, f: impl Fn(usize) -> f64) -> f64 {
    range_sum(0, n, &f)
}

fn range_sum(from: usize, to: usize, f: &impl Fn(usize) -> f64) -> f64 {
    if to - from <= BLOCK {
        return (from..to).map(f).sum();
    }
    let half = from + ((to - from).div_ceil(BLOCK) / 2) * BLOCK;
    range_sum(from, half, f) + range_sum(half, to, f)
}

/// The centred, weighted problem.
struct Design<'a> {
    columns: &'a [&'a [f64]],
    target: &'a [f64],
    weights: Option<&'a [f64]>,
    means: &'a [f64],
    target_mean: f64,
}

impl Design<'_> {
    /// Centred rows `from..to`, each times the root of its weight; the target is the last column.
    fn block(&self, from: usize, to: usize) -> DMatrix<f64> {
        let p = self.columns.len();
        DMatrix::from_fn(to - from, p + 1, |i, j| {
            let row = from + i;
            let centred = match self.columns.get(j) {
                Some(column) => column[row] - self.means[j],
                None => self.target[row] - self.target_mean,
            };
            self.weights.map_or(centred, |w| w[row].sqrt() * centred)
        })
    }

    /// `[X y]ᵀ W [X y]`, blocks merged pairwise.
    fn gram(&self) -> DMatrix<f64> {
        self.merge(0, self.target.len(), &|block| gram_of(&block), &|a, b| a + b)
    }

    /// Solves by QR of the augmented matrix `[X y; √α I 0]`, blocks of rows merged pairwise.
    fn solve_qr(&self, penalty: &[f64]) -> Result<Vec<f64>, RidgeError> {
        let p = self.columns.len();
        let triangle = |m: DMatrix<f64>| m.qr().r();
        let stack = |a: DMatrix<f64>, b: DMatrix<f64>| {
            let mut both = DMatrix::zeros(a.nrows() + b.nrows(), p + 1);
            both.rows_mut(0, a.nrows()).copy_from(&a);
            both.rows_mut(a.nrows(), b.nrows()).copy_from(&b);
            triangle(both)
        };
        let data = self.merge(0, self.target.len(), &triangle, &stack);
        let rows = DMatrix::from_fn(p, p + 1, |i, j| if i == j { penalty[i].sqrt() } else { 0.0 });
        let r = stack(data, rows);
        let rows = r.nrows().min(p);
        let (left, right) =
            (r.view((0, 0), (rows, p)).into_owned(), r.column(p).rows(0, rows).into_owned());
        // Scaled columns tell small ones from dependent ones. Where the columns are dependent and
        // nothing is penalised, the least length is meant in the features' own units.
        let scale: Vec<f64> = (0..p)
            .map(|j| left.column(j).norm())
            .map(|norm| if norm > 0.0 { norm } else { 1.0 })
            .collect();
        let scaled = DMatrix::from_fn(rows, p, |i, j| left[(i, j)] / scale[j]).svd(true, true);
        if rank(&scaled) == p {
            let solution = truncated(&scaled, &right)?;
            return Ok((0..p).map(|j| solution[j] / scale[j]).collect());
        }
        Ok(truncated(&left.svd(true, true), &right)?.iter().copied().collect())
    }

    fn merge(
        &self,
        from: usize,
        to: usize,
        leaf: &impl Fn(DMatrix<f64>) -> DMatrix<f64>,
        join: &impl Fn(DMatrix<f64>, DMatrix<f64>) -> DMatrix<f64>,
    ) -> DMatrix<f64> {
        if to - from <= BLOCK {
            return leaf(self.block(from, to));
        }
        let half = from + ((to - from).div_ceil(BLOCK) / 2) * BLOCK;
        join(self.merge(from, half, leaf, join), self.merge(half, to, leaf, join))
    }
}

type Decomposition = nalgebra::SVD<f64, nalgebra::Dyn, nalgebra::Dyn>;

fn cut(svd: &Decomposition) -> f64 {
    RANK_TOLERANCE * svd.singular_values.iter().fold(0.0_f64, |a, b| a.max(*b))
}

fn rank(svd: &Decomposition) -> usize {
    svd.singular_values.iter().filter(|s| **s > cut(svd)).count()
}

fn truncated(svd: &Decomposition, right: &DVector<f64>) -> Result<DVector<f64>, RidgeError> {
    svd.solve(right, cut(svd)).map_err(|_| RidgeError::Overflow)
}

fn gram_of(block: &DMatrix<f64>) -> DMatrix<f64> {
    let n = block.ncols();
    let mut out = DMatrix::zeros(n, n);
    for j in 0..n {
        for i in 0..=j {
            let (a, b) = (block.column(i), block.column(j));
            let dot: f64 = a.iter().zip(b.iter()).map(|(x, y)| x * y).sum();
            out[(i, j)] = dot;
            out[(j, i)] = dot;
        }
    }
    out
}

/// Solves the normal equations, or says that they have lost too many digits.
fn solve_normal(gram: &DMatrix<f64>, penalty: &[f64]) -> Option<Vec<f64>> {
    let p = penalty.len();
    let root: Vec<f64> = (0..p).map(|j| (gram[(j, j)] + penalty[j]).sqrt()).collect();
    if root.iter().any(|r| !(r.is_normal())) {
        return None;
    }
    let scaled =
        DMatrix::from_fn(p, p, |i, j| if i == j { 1.0 } else { gram[(i, j)] / root[i] / root[j] });
    let right = DVector::from_fn(p, |i, _| gram[(i, p)] / root[i]);
    let factor = Cholesky::new(scaled)?;
    let trusted = factor.l_dirty().diagonal().iter().all(|d| d * d > SMALLEST_PIVOT);
    let solution = trusted.then(|| factor.solve(&right))?;
    Some((0..p).map(|j| solution[j] / root[j]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_closed_form_for_one_feature() {
        let (x, y) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 5.0]);
        let model = fit(&[&x], &y, None, RidgeOptions { alpha: 0.5, ..Default::default() });
        // b = Sxy / (Sxx + α) = 5.5 / 5.5, and the intercept 2.75 − 2.5.
        let model = model.expect("fits");
        assert!((model.coefficients[0] - 1.0).abs() < 1e-15);
        assert!((model.intercept - 0.25).abs() < 1e-15);
    }

    #[test]
    fn a_weight_of_two_equals_the_row_twice() {
        let (x, y) = ([1.0, 2.0, 4.0], [1.0, 0.0, 2.0]);
        let weighted = fit(&[&x], &y, Some(&[1.0, 2.0, 1.0]), RidgeOptions::default());
        let twice =
            fit(&[&[1.0, 2.0, 2.0, 4.0]], &[1.0, 0.0, 0.0, 2.0], None, RidgeOptions::default());
        let (a, b) = (weighted.expect("fits"), twice.expect("fits"));
        assert!((a.coefficients[0] - b.coefficients[0]).abs() < 1e-15);
        assert!((a.intercept - b.intercept).abs() < 1e-15);
    }

    #[test]
    fn collinear_features_without_penalty_give_the_shortest_solution() {
        let x: Vec<f64> = (0..600).map(|i| f64::from(i).sin()).collect();
        let y: Vec<f64> = x.iter().map(|v| 4.0 * v + 1.0).collect();
        let options = RidgeOptions { alpha: 0.0, ..Default::default() };
        let model = fit(&[&x, &x], &y, None, options).expect("fits");
        for b in model.coefficients {
            assert!((b - 2.0).abs() < 1e-12, "{b}");
        }
    }

    #[test]
    fn constant_feature_gets_no_coefficient() {
        let y = [1.0, 2.0, 4.0];
        for alpha in [0.0, 1.0] {
            let options = RidgeOptions { alpha, standardise: true, ..Default::default() };
            let model = fit(&[&[3.0; 3], &[1.0, 2.0, 3.0]], &y, None, options).expect("fits");
            assert_eq!(model.coefficients[0], 0.0);
        }
    }

    #[test]
    fn refuses_what_it_cannot_fit() {
        let y = [1.0, 2.0];
        let negative = RidgeOptions { alpha: -1.0, ..Default::default() };
        assert_eq!(fit(&[&y], &y, None, negative), Err(RidgeError::Alpha(-1.0)));
        assert_eq!(fit(&[], &y, None, RidgeOptions::default()), Err(RidgeError::Empty));
        let nan = fit(&[&[1.0, f64::NAN]], &y, None, RidgeOptions::default());
        assert!(matches!(nan, Err(RidgeError::Value { what: "feature", column: 0, row: 1, .. })));
        let short = fit(&[&[1.0]], &y, None, RidgeOptions::default());
        assert!(matches!(short, Err(RidgeError::Shape { found: 1, expected: 2, .. })));
        let huge = fit(&[&[1e200, -1e200]], &y, None, RidgeOptions::default());
        assert_eq!(huge, Err(RidgeError::Overflow));
        let none = fit(&[&y], &y, Some(&[0.0, 0.0]), RidgeOptions::default());
        assert_eq!(none, Err(RidgeError::NoWeight));
    }
}
