//! From raw scores to predictions, by the training objective.

/// The transform a model's objective applies to its raw scores.
#[derive(Debug, Clone, PartialEq)]
pub enum Objective {
    /// The score itself: regression with most losses, ranking, custom objectives.
    Identity,
    /// The score times its magnitude: regression on a signed square root.
    SignedSquare,
    /// `exp`: Poisson, gamma and Tweedie regression.
    Exponential,
    /// `1 / (1 + exp(-k score))` of each score: binary, one-versus-all, cross entropy.
    Sigmoid(f64),
    /// `ln(1 + exp(score))`: the alternative cross entropy.
    SoftPlus,
    /// Scores to probabilities that sum to one.
    Softmax,
}

/// The words of an `objective=` line after the first, `key:value` or bare.
struct Words<'a>(Vec<&'a str>);

impl Objective {
    /// Reads the words of an `objective=` line; `outputs` is the number of scores a row.
    pub(super) fn parse(line: &str, outputs: usize) -> Result<Self, String> {
        let mut words = line.split_ascii_whitespace();
        let name = words.next().unwrap_or_default();
        let words = Words(words.collect());
        let classes = || match words.value("num_class").map(str::parse::<usize>) {
            Some(Ok(n)) if n == outputs => Ok(()),
            _ => Err(format!("objective: was '{line}', expected num_class:{outputs}")),
        };
        Ok(match name {
            "regression" | "regression_l1" | "quantile" | "fair" | "mape"
                if words.0.contains(&"sqrt") =>
            {
                Self::SignedSquare
            }
            "regression" | "regression_l1" | "quantile" | "fair" | "mape" | "huber"
            | "lambdarank" | "rank_xendcg" | "custom" => Self::Identity,
            "poisson" | "gamma" | "tweedie" => Self::Exponential,
            "binary" => Self::Sigmoid(words.sigmoid(line)?),
            "cross_entropy" => Self::Sigmoid(1.0),
            "cross_entropy_lambda" => Self::SoftPlus,
            "multiclass" => classes().map(|()| Self::Softmax)?,
            "multiclassova" => {
                classes()?;
                Self::Sigmoid(words.sigmoid(line)?)
            }
            _ => {
                return Err(format!(
                    "objective: was '{name}', expected an objective of LightGBM 4, such as \
                     'regression' or 'binary sigmoid:1'"
                ));
            }
        })
    }

    /// Turns one row's raw scores into its predictions, in place.
    pub(super) fn transform(&self, row: &mut [f64]) {
        match self {
            Self::Identity => {}
            Self::SignedSquare => row.iter_mut().for_each(|s| {
                let sign = f64::from(i8::from(*s > 0.0) - i8::from(*s < 0.0));
                *s = sign * *s * *s;
            }),
            Self::Exponential => row.iter_mut().for_each(|s| *s = s.exp()),
            Self::Sigmoid(k) => row.iter_mut().for_each(|s| *s = 1.0 / (1.0 + (-k * *s).exp())),
            Self::SoftPlus => row.iter_mut().for_each(|s| *s = s.exp().ln_1p()),
            Self::Softmax => {
                let largest = row.iter().skip(1).fold(row[0], |a, b| if a < *b { *b } else { a });
                let mut sum = 0.0;
                for s in row.iter_mut() {
                    *s = (*s - largest).exp();
                    sum += *s;
                }
                for s in row.iter_mut() {
                    *s /= sum;
                }
            }
        }
    }
}

impl Words<'_> {
    fn value(&self, key: &str) -> Option<&str> {
        self.0.iter().find_map(|w| w.strip_prefix(key)?.strip_prefix(':'))
    }

    fn sigmoid(&self, line: &str) -> Result<f64, String> {
        match self.value("sigmoid").and_then(legacy_float) {
            Some(k) if k > 0.0 && k.is_finite() => Ok(k),
            _ => Err(format!("objective: was '{line}', expected sigmoid:<number above 0>")),
        }
    }
}

/// Reads a decimal as the library does where it says `Atof`: digits before and after the point are
/// gathered apart, so the last bit can differ from the nearest double.
fn legacy_float(text: &str) -> Option<f64> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let gather = |digits: &str| {
        digits.chars().try_fold(0.0, |sum, c| Some(sum * 10.0 + f64::from(c.to_digit(10)?)))
    };
    if whole.is_empty() && fraction.is_empty() || exponent.abs() > 22 || fraction.len() > 22 {
        return None;
    }
    let value = gather(whole)? + gather(fraction)? / 10_f64.powi(fraction.len() as i32);
    let scale = 10_f64.powi(exponent.abs());
    Some(if exponent < 0 { value / scale } else { value * scale })
}
