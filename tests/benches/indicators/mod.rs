//! One indicator column of one long series: our function on an Arrow column against TA-Lib's C library on
//! an array, both in memory, on one thread.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, StructArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::function::PartitionEvaluatorArgs;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use trademl_udfs::{Body, Role, functions};

use crate::Result;
use crate::difference::{difference, table};
use crate::options::Options;
use crate::peer::Peer;
use crate::table::Row;
use crate::times::Times;
use crate::universe::Universe;

const NAMES: [&str; 8] = ["sma", "ema", "wma", "rsi", "bbands", "macd", "roc", "linearreg"];

/// One row an indicator.
pub async fn run(options: &Options, universe: &Universe) -> Result<Vec<Row>> {
    let Some(python) = &options.python else {
        eprintln!("indicators: left out, its peer needs --python");
        return Ok(vec![]);
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/indicators/peer.py");
    let prices = universe.prices.display().to_string();
    // One partition, so that the rows come as in the file.
    let read = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let batches = read.read_parquet(&prices, ParquetReadOptions::default()).await?;
    let batches = batches.select_columns(&["close"])?.collect().await?;
    let close = Arc::clone(concat_batches(&batches[0].schema(), &batches)?.column(0));
    let mut rows = vec![];
    for name in NAMES {
        let mut peer = Peer::start(python, &script, &[name, &prices])?;
        let (mut ours, mut theirs) = (Times::default(), Times::default());
        let mut result = None;
        for round in 0..=options.runs {
            drop(result.take());
            let mut call = Call::new(name, close.data_type().clone())?;
            let start = Instant::now();
            result = Some(call.evaluate(&close)?);
            let time = start.elapsed();
            let their_time = peer.run()?;
            if round > 0 {
                ours.push(time);
                theirs.push(their_time);
            }
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("peer.parquet");
        peer.save(&path)?;
        let saved = SessionContext::new();
        let saved = saved.read_parquet(path.display().to_string(), ParquetReadOptions::default());
        let result = result.map(first).transpose()?.ok_or("no result")?;
        let mine = RecordBatch::try_from_iter([
            (
                "row",
                Arc::new(Float64Array::from_iter_values((0..result.len()).map(|i| i as f64)))
                    as ArrayRef,
            ),
            ("value", result),
        ])?;
        let difference = difference(table(&[mine])?, saved.await?.into_view(), &["row"]).await?;
        rows.push(Row {
            workload: format!("indicator {name}"),
            peer: peer.name.clone(),
            ours,
            theirs,
            difference: Some(difference),
        });
    }
    Ok(rows)
}

/// The only output, or the first of several.
fn first(result: ArrayRef) -> Result<ArrayRef> {
    Ok(match result.as_any().downcast_ref::<StructArray>() {
        Some(fields) => Arc::clone(fields.column(0)),
        None => {
            Arc::new(result.as_primitive::<datafusion::arrow::datatypes::Float64Type>().clone())
        }
    })
}

/// A call with the defaults.
struct Call {
    evaluator: Box<dyn datafusion::logical_expr::PartitionEvaluator>,
    arguments: usize,
}

impl Call {
    fn new(name: &str, column: datafusion::arrow::datatypes::DataType) -> Result<Self> {
        use datafusion::arrow::datatypes::Field;
        let function = functions().into_iter().find(|f| f.contract.name == name);
        let Some(function) = function else { return Err(format!("no function {name}").into()) };
        let Body::Window(udf) = &function.body else { return Err("not a window".into()) };
        let mut expressions: Vec<Arc<dyn PhysicalExpr>> = vec![];
        let mut fields = vec![];
        for argument in function.contract.arguments {
            let expression: Arc<dyn PhysicalExpr> = match argument.role {
                Role::Column(_) => Arc::new(Column::new("close", 0)),
                _ => {
                    let text = argument.default.unwrap_or("NULL").trim_matches('\'');
                    let value = match argument.role {
                        Role::Constant(trademl_udfs::Kind::Integer) => {
                            ScalarValue::Int64(text.parse().ok())
                        }
                        _ => ScalarValue::Float64(text.parse().ok()),
                    };
                    Arc::new(Literal::new(value))
                }
            };
            let data_type = match argument.role {
                Role::Column(_) => column.clone(),
                Role::Constant(trademl_udfs::Kind::Integer) => {
                    datafusion::arrow::datatypes::DataType::Int64
                }
                _ => datafusion::arrow::datatypes::DataType::Float64,
            };
            fields.push(Arc::new(Field::new(argument.name, data_type, true)));
            expressions.push(expression);
        }
        let args = PartitionEvaluatorArgs::new(&expressions, &fields, false, false);
        let evaluator = udf.partition_evaluator_factory(args)?;
        Ok(Self { evaluator, arguments: expressions.len() })
    }

    fn evaluate(&mut self, column: &ArrayRef) -> Result<ArrayRef> {
        let columns = vec![Arc::clone(column); self.arguments];
        Ok(self.evaluator.evaluate_all(&columns, column.len())?)
    }
}
