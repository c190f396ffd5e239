//! The rows a model learns from, as columns of floats.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{cast, concat_batches, take};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};

use super::{ModelSpec, ModelType};
use crate::relation::did_you_mean;

/// Features, target, times and performance of all rows, in an order that does not depend on how
/// they arrived: by time, key, label end and then the values.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSet {
    pub(super) feature_names: Vec<String>,
    /// A column a feature; NaN is a missing value.
    pub(super) features: Vec<Vec<f64>>,
    pub(super) target: Vec<f64>,
    /// What a position of 1 earns.
    pub(super) performance: Vec<f64>,
    /// In the unit of `time_type`; zeros without a time column.
    pub(super) time: Vec<i64>,
    /// When the target is known, in the same unit.
    pub(super) label_end: Vec<i64>,
    /// The type that `time` counts in: dates, timestamps or integers.
    pub(super) time_type: DataType,
    /// The first and the last row's time, as text.
    pub(super) period: Option<(String, String)>,
    /// Rows left out because a feature is NULL (ridge only).
    pub(super) dropped: usize,
}

impl TrainingSet {
    /// Reads and checks rows.
    ///
    /// NULL features are missing values for LightGBM; ridge cannot use the row, so it is dropped and
    /// counted.
    ///
    /// # Errors
    ///
    /// On missing and non-numeric columns, an empty relation, NULL in target, time, label end or
    /// performance, NaN or infinity anywhere (but NaN features for LightGBM), a label that ends
    /// before it starts, and a constant target; the row is named.
    pub fn read(batches: &[RecordBatch], spec: &ModelSpec) -> Result<Self> {
        let Some(first) = batches.first() else {
            return exec_err!(
                "training: the relation has no rows, check the filter and the as-of time"
            );
        };
        let batch = concat_batches(&first.schema(), batches)?;
        let rows = Rows { batch, spec };
        let names = rows.feature_names()?;
        if rows.batch.num_rows() == 0 {
            return exec_err!(
                "training: the relation has no rows, check the filter and the as-of time"
            );
        }
        let (rows, dropped) = rows.complete(&names)?;
        let set = rows.columns(names, dropped)?;
        if set.target.iter().all(|t| *t == set.target[0]) {
            return exec_err!(
                "{}: the target is {} in all {} rows, expected at least two values",
                spec.target,
                set.target[0],
                set.target.len()
            );
        }
        set.sorted(&rows)
    }

    /// Rows kept.
    pub fn len(&self) -> usize {
        self.target.len()
    }

    /// Whether there are no rows; `read` refuses that.
    pub fn is_empty(&self) -> bool {
        self.target.is_empty()
    }

    /// Rows left out because a feature is NULL (ridge only).
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The features, in the order of the model's.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// The features of some rows.
    pub(super) fn gather(&self, rows: &[usize]) -> Vec<Vec<f64>> {
        self.features.iter().map(|f| rows.iter().map(|r| f[*r]).collect()).collect()
    }

    fn sorted(self, rows: &Rows<'_>) -> Result<Self> {
        let keys = rows.keys()?;
        let mut order: Vec<usize> = (0..self.len()).collect();
        let values = [&self.target, &self.performance].into_iter().chain(&self.features);
        let values: Vec<&Vec<f64>> = values.collect();
        order.sort_by(|a, b| {
            let identity = self.time[*a]
                .cmp(&self.time[*b])
                .then_with(|| {
                    keys.iter()
                        .map(|k| k[*a].cmp(&k[*b]))
                        .find(|o| o.is_ne())
                        .unwrap_or(Ordering::Equal)
                })
                .then_with(|| self.label_end[*a].cmp(&self.label_end[*b]));
            identity.then_with(|| {
                let differs = values.iter().map(|v| v[*a].total_cmp(&v[*b])).find(|o| o.is_ne());
                differs.unwrap_or(Ordering::Equal)
            })
        });
        let floats = |v: &[f64]| -> Vec<f64> { order.iter().map(|i| v[*i]).collect() };
        let integers = |v: &[i64]| -> Vec<i64> { order.iter().map(|i| v[*i]).collect() };
        let period = match (&rows.spec.time, order.first(), order.last()) {
            (Some(time), Some(a), Some(b)) => Some((rows.shown(time, *a)?, rows.shown(time, *b)?)),
            _ => None,
        };
        Ok(Self {
            features: self.features.iter().map(|f| floats(f)).collect(),
            target: floats(&self.target),
            performance: floats(&self.performance),
            time: integers(&self.time),
            label_end: integers(&self.label_end),
            period,
            ..self
        })
    }
}

/// The rows as they came.
struct Rows<'a> {
    batch: RecordBatch,
    spec: &'a ModelSpec,
}

impl Rows<'_> {
    fn column(&self, role: &str, name: &str) -> Result<&ArrayRef> {
        if let Some(column) = self.batch.column_by_name(name) {
            return Ok(column);
        }
        let schema = self.batch.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let hint = did_you_mean(name, names.iter().copied());
        plan_err!("{role}: no column '{name}'{hint}; the query has {}", names.join(", "))
    }

    fn shown(&self, column: &str, row: usize) -> Result<String> {
        Ok(array_value_to_string(self.column("column", column)?, row)?)
    }

    /// `symbol=A, date=2024-01-02`, or the row's number without key and time.
    fn named(&self, row: usize) -> Result<String> {
        let identity: Vec<&String> = self.spec.key.iter().chain(&self.spec.time).collect();
        if identity.is_empty() {
            return Ok(format!("row {}", row + 1));
        }
        let show = |name: &&String| Ok(format!("{name}={}", self.shown(name, row)?));
        Ok(identity.iter().map(show).collect::<Result<Vec<_>>>()?.join(", "))
    }

    fn feature_names(&self) -> Result<Vec<String>> {
        let spec = self.spec;
        let names: Vec<String> = if let Some(names) = &spec.features {
            names.clone()
        } else {
            let others = [&spec.target, &spec.performance].into_iter();
            let others = others.chain(&spec.time).chain(&spec.label_end).chain(&spec.key);
            let others: Vec<&String> = others.collect();
            let schema = self.batch.schema();
            let names = schema.fields().iter().map(|f| f.name().clone());
            names.filter(|n| !others.contains(&n)).collect()
        };
        if names.is_empty() {
            return plan_err!("features: none left, expected a column beside target, time and key");
        }
        for (i, name) in names.iter().enumerate() {
            let column = self.column("features", name)?;
            if !(column.data_type().is_numeric() || *column.data_type() == DataType::Boolean) {
                return plan_err!(
                    "features: '{name}' is {}, expected a number; cast it, or list the columns to \
                     use in features",
                    column.data_type()
                );
            }
            if names[..i].contains(name) {
                return plan_err!("features: '{name}' is there twice");
            }
        }
        Ok(names)
    }

    /// Leaves out rows with NULL features if the model cannot use them, and counts them.
    fn complete(self, features: &[String]) -> Result<(Self, usize)> {
        if self.spec.model_type == ModelType::LightGbm {
            return Ok((self, 0));
        }
        let columns = features.iter().map(|f| self.column("features", f));
        let columns: Vec<&ArrayRef> = columns.collect::<Result<_>>()?;
        let all = 0..self.batch.num_rows();
        let whole = all.filter(|row| columns.iter().all(|c| !c.is_null(*row)));
        let kept: UInt64Array = whole.map(|row| Some(row as u64)).collect();
        let dropped = self.batch.num_rows() - kept.len();
        if dropped == 0 {
            return Ok((self, 0));
        }
        if kept.is_empty() {
            let mut worst: Vec<_> = columns.iter().zip(features).collect();
            worst.sort_by_key(|(c, _)| std::cmp::Reverse(c.null_count()));
            return exec_err!(
                "features: each of the {dropped} rows has a NULL feature, '{}' in {} of them; ridge \
                 needs all features: leave columns out, fill them with coalesce, or use lightgbm",
                worst[0].1,
                worst[0].0.null_count()
            );
        }
        let columns = self.batch.columns().iter().map(|c| take(c, &kept, None));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(self.batch.schema(), columns)?;
        Ok((Self { batch, ..self }, dropped))
    }

    fn columns(&self, names: Vec<String>, dropped: usize) -> Result<TrainingSet> {
        let spec = self.spec;
        let nan_is_missing = spec.model_type == ModelType::LightGbm;
        let features = names.iter().map(|n| self.floats("features", n, nan_is_missing));
        let features = features.collect::<Result<Vec<_>>>()?;
        let target = self.floats("target", &spec.target, false)?;
        self.check_target(&target)?;
        let performance = self.floats("performance", &spec.performance, false)?;
        let (time, label_end, time_type) = self.times()?;
        if let Some(row) = (0..time.len()).find(|r| label_end[*r] < time[*r]) {
            let end = spec.label_end.as_deref().unwrap_or_default();
            return exec_err!(
                "label_end: was {} for {}, expected a time not before the row's own",
                self.shown(end, row)?,
                self.named(row)?
            );
        }
        Ok(TrainingSet {
            feature_names: names,
            features,
            target,
            performance,
            time,
            label_end,
            time_type,
            period: None,
            dropped,
        })
    }

    /// A column as floats; NULL and, unless allowed, NaN are refused, infinity always is.
    fn floats(&self, role: &str, name: &str, missing: bool) -> Result<Vec<f64>> {
        let column = self.column(role, name)?;
        if !(column.data_type().is_numeric() || *column.data_type() == DataType::Boolean) {
            return plan_err!("{role}: '{name}' is {}, expected a number", column.data_type());
        }
        let floats = cast(column, &DataType::Float64)?;
        let floats: &Float64Array = floats.as_primitive::<Float64Type>();
        let bad = |v: Option<f64>| match v {
            Some(v) if v.is_nan() => !missing,
            Some(v) => v.is_infinite(),
            None => !missing,
        };
        if let Some(row) =
            (0..floats.len()).find(|r| bad(floats.is_valid(*r).then(|| floats.value(*r))))
        {
            let remedy = if floats.is_null(row) { "IS NOT NULL" } else { "is finite" };
            return exec_err!(
                "{role}: column '{name}' was {} for {}, expected a finite number; keep only rows \
                 where it {remedy}",
                if floats.is_null(row) {
                    "NULL".to_string()
                } else {
                    floats.value(row).to_string()
                },
                self.named(row)?
            );
        }
        Ok(floats.iter().map(|v| v.unwrap_or(f64::NAN)).collect())
    }

    /// Objectives that take only some targets.
    fn check_target(&self, target: &[f64]) -> Result<()> {
        type Rule = (&'static [&'static str], fn(f64) -> bool, &'static str);
        let objective = |name| self.spec.trials.iter().any(|t| t.get("objective") == Some(&name));
        let rules: [Rule; 3] = [
            (&["binary"], |v| v == 0.0 || v == 1.0, "0 or 1"),
            (&["cross_entropy"], |v| (0.0..=1.0).contains(&v), "a number from 0 to 1"),
            (&["poisson", "gamma", "tweedie"], |v| v >= 0.0, "a number ≥ 0"),
        ];
        for (objectives, admits, expected) in rules {
            let Some(name) = objectives.iter().find(|o| objective((**o).into())) else { continue };
            if let Some(row) = target.iter().position(|v| !admits(*v)) {
                return exec_err!(
                    "target: column '{}' was {} for {}, expected {expected} with the objective '{name}'",
                    self.spec.target,
                    target[row],
                    self.named(row)?
                );
            }
        }
        // The library keeps targets in single precision.
        let large = |v: &f64| self.spec.model_type == ModelType::LightGbm && v.abs() > 1e38;
        match target.iter().position(large) {
            Some(row) => exec_err!(
                "target: column '{}' was {} for {}, expected a magnitude up to 1e38",
                self.spec.target,
                target[row],
                self.named(row)?
            ),
            None => Ok(()),
        }
    }

    fn times(&self) -> Result<(Vec<i64>, Vec<i64>, DataType)> {
        let Some(time) = &self.spec.time else {
            let zeros = vec![0; self.batch.num_rows()];
            return Ok((zeros.clone(), zeros, DataType::Int64));
        };
        let end = self.spec.label_end.as_ref().unwrap_or(time);
        let (start_type, end_type) =
            (self.column("time", time)?.data_type(), self.column("label_end", end)?.data_type());
        let common = if start_type == end_type {
            start_type.clone()
        } else if start_type.is_integer() != end_type.is_integer() {
            return plan_err!(
                "label_end: '{end}' is {end_type}, expected {start_type} as the time column"
            );
        } else if start_type.is_integer() {
            DataType::Int64
        } else {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        };
        let starts = self.instants("time", time, &common)?;
        Ok((starts, self.instants("label_end", end, &common)?, common))
    }

    fn instants(&self, role: &str, name: &str, common: &DataType) -> Result<Vec<i64>> {
        let column = self.column(role, name)?;
        let kind = column.data_type();
        if !(kind.is_integer()
            || matches!(kind, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)))
        {
            return plan_err!("{role}: '{name}' is {kind}, expected a date or timestamp");
        }
        if let Some(row) = (0..column.len()).find(|r| column.is_null(*r)) {
            return exec_err!("{role}: column '{name}' was NULL for {}", self.named(row)?);
        }
        let mut column = cast(column, common)?;
        if *common == DataType::Date32 {
            column = cast(&column, &DataType::Int32)?;
        }
        Ok(cast(&column, &DataType::Int64)?.as_primitive::<Int64Type>().values().to_vec())
    }

    fn keys(&self) -> Result<Vec<Vec<String>>> {
        let texts = |name: &String| {
            let column = self.column("key", name)?;
            let show = |row| Ok(array_value_to_string(column, row)?);
            (0..column.len()).map(show).collect::<Result<Vec<_>>>()
        };
        self.spec.key.iter().map(texts).collect()
    }
}
