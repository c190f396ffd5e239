//! The hyperparameters a model may be given, under the names of their libraries, with their ranges.
//!
//! Only what is listed reaches LightGBM: it ignores names it does not know, and some of its
//! parameters read and write files.

use datafusion::common::{Result, plan_err};
use serde_json::Value;

use super::ModelType;
use crate::relation::did_you_mean;

/// One hyperparameter.
pub(super) struct Hyperparameter {
    pub name: &'static str,
    range: Range,
}

/// What a hyperparameter may be.
#[derive(Clone, Copy)]
enum Range {
    /// An integer, both ends included.
    Count(i64, i64),
    /// A number, both ends included.
    Number(f64, f64),
    /// A number above the first and up to the second.
    Above(f64, f64),
    Flag,
    OneOf(&'static [&'static str]),
    /// Names of features; an array here is one value and no grid.
    Features,
    /// One of -1, 0, 1 for each feature; an array here is one value and no grid.
    Signs,
}

use Range::{Above, Count, Features, Flag, Number, OneOf, Signs};

const BIG: i64 = 1_000_000;
const INF: f64 = f64::MAX;

const fn h(name: &'static str, range: Range) -> Hyperparameter {
    Hyperparameter { name, range }
}

static RIDGE: [Hyperparameter; 3] =
    [h("alpha", Number(0.0, INF)), h("fit_intercept", Flag), h("standardise", Flag)];

static LIGHTGBM: [Hyperparameter; 47] = [
    h("objective", OneOf(&OBJECTIVES)),
    h("boosting", OneOf(&["gbdt", "dart", "rf"])),
    h("data_sample_strategy", OneOf(&["bagging", "goss"])),
    h("num_iterations", Count(1, BIG)),
    h("learning_rate", Above(0.0, INF)),
    h("num_leaves", Count(2, 131_072)),
    h("max_depth", Count(-1, BIG)),
    h("min_data_in_leaf", Count(0, i32::MAX as i64)),
    h("min_sum_hessian_in_leaf", Number(0.0, INF)),
    h("bagging_fraction", Above(0.0, 1.0)),
    h("bagging_freq", Count(0, BIG)),
    h("feature_fraction", Above(0.0, 1.0)),
    h("feature_fraction_bynode", Above(0.0, 1.0)),
    h("extra_trees", Flag),
    h("lambda_l1", Number(0.0, INF)),
    h("lambda_l2", Number(0.0, INF)),
    h("min_gain_to_split", Number(0.0, INF)),
    h("max_delta_step", Number(0.0, INF)),
    h("path_smooth", Number(0.0, INF)),
    h("drop_rate", Number(0.0, 1.0)),
    h("max_drop", Count(-1, BIG)),
    h("skip_drop", Number(0.0, 1.0)),
    h("uniform_drop", Flag),
    h("top_rate", Number(0.0, 1.0)),
    h("other_rate", Number(0.0, 1.0)),
    h("max_bin", Count(2, 65_535)),
    h("min_data_in_bin", Count(1, i32::MAX as i64)),
    h("bin_construct_sample_cnt", Count(1, i32::MAX as i64)),
    h("use_missing", Flag),
    h("zero_as_missing", Flag),
    h("boost_from_average", Flag),
    h("categorical_feature", Features),
    h("max_cat_to_onehot", Count(1, BIG)),
    h("max_cat_threshold", Count(1, BIG)),
    h("cat_l2", Number(0.0, INF)),
    h("cat_smooth", Number(0.0, INF)),
    h("min_data_per_group", Count(1, i32::MAX as i64)),
    h("monotone_constraints", Signs),
    h("monotone_constraints_method", OneOf(&["basic", "intermediate", "advanced"])),
    h("monotone_penalty", Number(0.0, INF)),
    h("alpha", Above(0.0, INF)),
    h("fair_c", Above(0.0, INF)),
    h("poisson_max_delta_step", Above(0.0, INF)),
    h("tweedie_variance_power", Number(1.0, 1.999_999)),
    h("sigmoid", Above(0.0, INF)),
    h("is_unbalance", Flag),
    h("reg_sqrt", Flag),
];

const OBJECTIVES: [&str; 11] = [
    "regression",
    "regression_l1",
    "huber",
    "fair",
    "poisson",
    "quantile",
    "mape",
    "gamma",
    "tweedie",
    "binary",
    "cross_entropy",
];

/// Names people know from wrappers, and what the library itself calls them.
const ALIASES: [(&str, &str); 14] = [
    ("n_estimators", "num_iterations"),
    ("num_boost_round", "num_iterations"),
    ("num_trees", "num_iterations"),
    ("eta", "learning_rate"),
    ("reg_alpha", "lambda_l1"),
    ("reg_lambda", "lambda_l2"),
    ("subsample", "bagging_fraction"),
    ("subsample_freq", "bagging_freq"),
    ("colsample_bytree", "feature_fraction"),
    ("min_child_samples", "min_data_in_leaf"),
    ("min_child_weight", "min_sum_hessian_in_leaf"),
    ("boosting_type", "boosting"),
    ("standardize", "standardise"),
    ("normalize", "standardise"),
];

/// The hyperparameters of a model type.
pub(super) fn of(model_type: ModelType) -> &'static [Hyperparameter] {
    match model_type {
        ModelType::Ridge => &RIDGE,
        ModelType::LightGbm => &LIGHTGBM,
    }
}

/// The hyperparameter of that name, or an error that knows what was meant.
pub(super) fn find(
    model_type: ModelType,
    name: &str,
    others: &[&'static str],
) -> Result<&'static Hyperparameter> {
    let known = of(model_type);
    if let Some(found) = known.iter().find(|k| k.name == name) {
        return Ok(found);
    }
    let alias = ALIASES.iter().find(|(a, to)| *a == name && known.iter().any(|k| k.name == *to));
    let hint = match alias {
        Some((_, meant)) => format!(" (did you mean '{meant}'?)"),
        None => did_you_mean(name, known.iter().map(|k| k.name).chain(others.iter().copied())),
    };
    let names: Vec<_> = known.iter().map(|k| k.name).collect();
    plan_err!(
        "{name}: no such option of a {} model{hint}; its hyperparameters are {}",
        model_type.name(),
        names.join(", ")
    )
}

impl Hyperparameter {
    /// The values to try: the elements of an array, or the one value. Each is checked.
    pub fn values(&self, given: &Value) -> Result<Vec<Value>> {
        let values = match given {
            Value::Array(values) if !matches!(self.range, Features | Signs) => values.clone(),
            one => vec![one.clone()],
        };
        if values.is_empty() {
            return plan_err!("{}: was an empty array, expected at least one value", self.name);
        }
        if let Some(bad) = values.iter().find(|v| !self.admits(v)) {
            return plan_err!("{}: was {bad}, expected {}", self.name, self.expected());
        }
        if let Some(i) = (1..values.len()).find(|i| values[..*i].contains(&values[*i])) {
            return plan_err!("{}: {} is in the array twice", self.name, values[i]);
        }
        Ok(values)
    }

    /// Whether values name features.
    pub fn names_features(&self) -> bool {
        matches!(self.range, Features)
    }

    /// Whether values hold one sign a feature.
    pub fn has_signs(&self) -> bool {
        matches!(self.range, Signs)
    }

    fn admits(&self, value: &Value) -> bool {
        let number = value.as_f64().filter(|v| v.is_finite());
        let all = |one: &dyn Fn(&Value) -> bool| {
            value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(one))
        };
        match self.range {
            Count(from, to) => value.as_i64().is_some_and(|v| (from..=to).contains(&v)),
            Number(from, to) => number.is_some_and(|v| from <= v && v <= to),
            Above(from, to) => number.is_some_and(|v| from < v && v <= to),
            Flag => value.is_boolean(),
            OneOf(words) => value.as_str().is_some_and(|v| words.contains(&v)),
            Features => all(&|v| v.is_string()),
            Signs => all(&|v| matches!(v.as_i64(), Some(-1..=1))),
        }
    }

    fn expected(&self) -> String {
        let upper = |to: f64| if to == INF { String::new() } else { format!(" and ≤ {to}") };
        match self.range {
            Count(from, to) => format!("an integer from {from} to {to}"),
            Number(from, to) => format!("a number ≥ {from}{}", upper(to)),
            Above(from, to) => format!("a number > {from}{}", upper(to)),
            Flag => "true or false".to_string(),
            OneOf(words) => format!("one of '{}'", words.join("', '")),
            Features => "an array of feature names".to_string(),
            Signs => "an array of -1, 0 or 1, one a feature".to_string(),
        }
    }
}
