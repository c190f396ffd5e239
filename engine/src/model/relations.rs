//! The `ML.…` relations: predictions of a model, and what is known about it.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::{Column, DataFusionError, Result, plan_err};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, ScalarUDF};
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, FunctionArg, FunctionArgExpr, TableFactor};
use trademl_udfs::models::{Metrics, TrainedModel};
use trademl_udfs::relation::did_you_mean;

use super::Model;
use super::predict::Predict;
use crate::names::normal;

/// Name, call and meaning of each relation, for help and completion.
pub const FUNCTIONS: [(&str, &str, &str); 5] = [
    (
        "ML.PREDICT",
        "ML.PREDICT(MODEL m, TABLE t)",
        "The relation's columns and the model's prediction of its target",
    ),
    ("ML.EVALUATE", "ML.EVALUATE(MODEL m)", "The best trial's quality out of sample, and the PBO"),
    (
        "ML.FEATURE_IMPORTANCE",
        "ML.FEATURE_IMPORTANCE(MODEL m)",
        "What each feature contributes, largest first",
    ),
    ("ML.TRIAL_INFO", "ML.TRIAL_INFO(MODEL m)", "Every trial the engine counted for the version"),
    (
        "ML.FOLD_INFO",
        "ML.FOLD_INFO(MODEL m)",
        "Each split's spans of train, test, purged, embargoed",
    ),
];

/// Plans `ML.…` calls about the models a statement names.
#[derive(Debug)]
pub(crate) struct ModelRelations(pub HashMap<String, Model>);

impl RelationPlanner for ModelRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::Table { name, alias, args: Some(call), .. } = &relation else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        let called = name.to_string().to_uppercase();
        if !called.starts_with("ML.") {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        let Some((_, syntax, _)) = FUNCTIONS.iter().find(|(known, _, _)| *known == called) else {
            let names = FUNCTIONS.iter().map(|(known, _, _)| *known);
            return plan_err!("no function '{called}'{}", did_you_mean(&called, names));
        };
        let mut args = call.args.iter().filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e),
            _ => None,
        });
        let model = match args.next() {
            Some(SqlExpr::Prefixed { value, .. }) => match value.as_ref() {
                SqlExpr::Identifier(name) => self.0.get(&normal(name)),
                _ => None,
            },
            _ => None,
        };
        let Some(model) = model else {
            return plan_err!("{called}: expected a model as first argument; write {syntax}");
        };
        let plan = match (called.as_str(), args.next()) {
            ("ML.PREDICT", Some(SqlExpr::Subquery(query))) => {
                let input = context.plan(TableFactor::Derived {
                    lateral: false,
                    subquery: query.clone(),
                    alias: None,
                    sample: None,
                })?;
                predict(model, input)?
            }
            ("ML.EVALUATE", None) => table(&called, evaluate(model)?)?,
            ("ML.FEATURE_IMPORTANCE", None) => table(&called, importance(&model.trained)?)?,
            ("ML.TRIAL_INFO", None) => table(&called, trials(&model.trained)?)?,
            ("ML.FOLD_INFO", None) => table(&called, folds(&model.trained)?)?,
            _ => return plan_err!("{called}: wrong arguments; write {syntax}"),
        };
        if args.next().is_some() || call.args.len() > 2 {
            return plan_err!("{called}: too many arguments; write {syntax}");
        }
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias.clone()))))
    }
}

/// All columns of the input, and `prediction`.
fn predict(model: &Model, input: LogicalPlan) -> Result<LogicalPlan> {
    let schema = Arc::clone(input.schema());
    let mut features = vec![];
    for feature in &model.trained.features {
        let Ok((qualifier, field)) = schema.qualified_field_with_unqualified_name(feature) else {
            let names: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            return plan_err!(
                "ML.PREDICT: the relation has no column '{feature}', which model '{}' was trained \
                 on{}; it has {}",
                model.name,
                did_you_mean(feature, names.iter().copied()),
                names.join(", ")
            );
        };
        if !(field.data_type().is_numeric() || field.data_type().is_null()) {
            return plan_err!(
                "ML.PREDICT: feature '{feature}' is {}, expected a number",
                field.data_type()
            );
        }
        features.push(Expr::Column(Column::from((qualifier, field))));
    }
    let udf = ScalarUDF::from(Predict::new(model.clone()));
    let mut columns: Vec<Expr> = schema.iter().map(|c| Expr::Column(Column::from(c))).collect();
    columns.push(udf.call(features).alias("prediction"));
    LogicalPlanBuilder::from(input).project(columns)?.build()
}

fn table(name: &str, columns: Vec<(&str, ArrayRef)>) -> Result<LogicalPlan> {
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(
        Arc::clone(&schema),
        columns.into_iter().map(|(_, column)| column).collect(),
    )?;
    let table = MemTable::try_new(schema, vec![vec![batch]])?;
    let name = name.to_lowercase().replace('.', "_");
    LogicalPlanBuilder::scan(name, provider_as_source(Arc::new(table)), None)?.build()
}

fn floats(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    let finite = values.into_iter().map(|v| v.filter(|v| v.is_finite()));
    Arc::new(finite.collect::<Float64Array>())
}

fn counts(values: impl IntoIterator<Item = usize>) -> ArrayRef {
    Arc::new(values.into_iter().map(|v| Some(v as i64)).collect::<Int64Array>())
}

fn texts(values: impl IntoIterator<Item = String>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<StringArray>())
}

fn evaluate(model: &Model) -> Result<Vec<(&'static str, ArrayRef)>> {
    let trained = &model.trained;
    let best = trained.trials.get(trained.best_trial);
    // Without cross-validation there is only the fit itself, which flatters.
    let metrics: &Metrics = best.map_or(&trained.in_sample, |t| &t.metrics);
    let overfitting = trained.overfitting.as_ref();
    Ok(vec![
        ("model", texts([model.name.clone()])),
        ("version", counts([model.version as usize])),
        ("model_type", texts([trained.model_type.name().to_string()])),
        ("out_of_sample", Arc::new(BooleanArray::from(vec![best.is_some()]))),
        ("rows", counts([trained.n_rows])),
        ("dropped", counts([trained.n_dropped])),
        ("mse", floats([Some(metrics.mse)])),
        ("mae", floats([Some(metrics.mae)])),
        ("ic", floats([metrics.ic])),
        ("hit_rate", floats([metrics.hit_rate])),
        ("sharpe", floats([best.map(|t| t.sharpe)])),
        ("n_trials", counts([trained.trials.len()])),
        ("trial_variance", floats([trained.trial_variance()])),
        ("pbo", floats([overfitting.map(|o| o.pbo)])),
        ("probability_of_loss", floats([overfitting.map(|o| o.probability_of_loss)])),
    ])
}

fn importance(model: &TrainedModel) -> Result<Vec<(&'static str, ArrayRef)>> {
    let mut all: Vec<_> = model.importance.iter().collect();
    all.sort_by(|a, b| b.importance.total_cmp(&a.importance).then(a.feature.cmp(&b.feature)));
    Ok(vec![
        ("feature", texts(all.iter().map(|i| i.feature.clone()))),
        ("importance", floats(all.iter().map(|i| Some(i.importance)))),
        ("share", floats(all.iter().map(|i| Some(i.share)))),
        ("coefficient", floats(all.iter().map(|i| i.coefficient))),
        ("splits", floats(all.iter().map(|i| i.splits))),
    ])
}

fn trials(model: &TrainedModel) -> Result<Vec<(&'static str, ArrayRef)>> {
    let all = &model.trials;
    let parameters = all.iter().map(|t| serde_json::to_string(&t.parameters));
    let parameters = parameters
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| DataFusionError::Execution(format!("model: {e}")))?;
    let best = (0..all.len()).map(|i| Some(i == model.best_trial));
    Ok(vec![
        ("trial", counts(0..all.len())),
        ("parameters", texts(parameters)),
        ("sharpe", floats(all.iter().map(|t| Some(t.sharpe)))),
        ("mse", floats(all.iter().map(|t| Some(t.metrics.mse)))),
        ("ic", floats(all.iter().map(|t| t.metrics.ic))),
        ("hit_rate", floats(all.iter().map(|t| t.metrics.hit_rate))),
        ("is_best", Arc::new(best.collect::<BooleanArray>())),
    ])
}

fn folds(model: &TrainedModel) -> Result<Vec<(&'static str, ArrayRef)>> {
    let segments: Vec<_> = model
        .splits
        .iter()
        .enumerate()
        .flat_map(|(split, layout)| layout.segments.iter().map(move |s| (split, s)))
        .collect();
    let times = model.time_array()?;
    let at = |index: fn(&trademl_udfs::models::Segment) -> usize| -> Result<ArrayRef> {
        let rows: Int64Array = segments.iter().map(|(_, s)| Some(index(s) as i64)).collect();
        Ok(take(&times, &rows, None)?)
    };
    Ok(vec![
        ("split", counts(segments.iter().map(|(split, _)| *split))),
        ("set", texts(segments.iter().map(|(_, s)| s.set.clone()))),
        ("first", at(|s| s.from)?),
        ("last", at(|s| s.to)?),
    ])
}
