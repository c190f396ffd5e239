//! `EMIT DAILY TO folder FROM (part => relation, …)`: the day's JSON, blotter and tear sheet.
//!
//! ```text
//! part.rs        the rows of one part, read by column name
//! strategies.rs  the part of the options
//! report.rs      parts → trademl_report::Report
//! mod.rs         plan, write the files, answer with the summary
//! ```

mod part;
mod report;
mod strategies;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{Expr, Value};
use futures::TryStreamExt;
use trademl_report::{
    EquityAxis, ModelSummary, blotter_markdown, daily_json, daily_options_json, tearsheet_html,
};
use trademl_udfs::relation::did_you_mean;

use self::part::Part;
use crate::action::{self, Action};
use crate::error::{Error, ErrorKind, Result};
use crate::lookahead::Purpose;
use crate::names::normal;
use crate::planner::Planning;
use crate::statement::EmitDaily;

/// What a report is made of. `positions`, `strategies` or both are required.
const PARTS: [&str; 10] = [
    "positions",
    "equity",
    "benchmark",
    "models",
    "folds",
    "importance",
    "trials",
    "risk",
    "strategies",
    "option_risk",
];

pub(crate) async fn plan(planning: &mut Planning<'_>, emit: EmitDaily) -> Result<LogicalPlan> {
    let mut folder = emit.folder;
    planning.rewrite(&mut folder)?;
    let folder = match &folder {
        Expr::Value(v) => match &v.value {
            Value::SingleQuotedString(folder) => PathBuf::from(folder),
            other => return Err(Error::sql(format!("EMIT DAILY: '{other}' is not a folder"))),
        },
        other => return Err(Error::sql(format!("EMIT DAILY: '{other}' is not a folder"))),
    };
    let (mut names, mut inputs) = (vec![], vec![]);
    for (name, value) in emit.parts {
        let name = normal(&name);
        if !PARTS.contains(&name.as_str()) {
            return Err(Error::sql(format!(
                "EMIT DAILY: unknown part '{name}'{}, known: {}",
                did_you_mean(&name, PARTS),
                PARTS.join(", ")
            )));
        }
        let Expr::Subquery(query) = value else {
            return Err(Error::sql(format!(
                "EMIT DAILY: part '{name}' is '{value}', expected TABLE t or (SELECT …)"
            )));
        };
        planning.meaning.note(&name);
        inputs.push(planning.query(query, Purpose::Evaluate).await?);
        names.push(name);
    }
    if !names.iter().any(|n| n == "positions" || n == "strategies") {
        return Err(Error::sql(
            "EMIT DAILY: missing part 'positions'; write positions => TABLE t, or strategies => TABLE t",
        ));
    }
    let settings = planning.session.settings();
    let action = EmitAction {
        folder,
        names,
        run_id: settings.run_id.clone().unwrap_or_default(),
        as_of: settings.as_of.filter(|_| settings.ingested_at != settings.as_of),
    };
    Ok(action::plan(Arc::new(action), inputs)?)
}

#[derive(Debug)]
struct EmitAction {
    folder: PathBuf,
    names: Vec<String>,
    run_id: String,
    /// The cut, unless it is only the instant the run began.
    as_of: Option<chrono::DateTime<chrono::Utc>>,
}

#[async_trait]
impl Action for EmitAction {
    fn describe(&self) -> String {
        format!("EmitDaily: {} to {}", self.names.join(", "), self.folder.display())
    }

    fn schema(&self) -> SchemaRef {
        let number = |name| Field::new(name, DataType::Float64, true);
        Arc::new(Schema::new(vec![
            Field::new("model", DataType::Utf8, true),
            number("net_sharpe"),
            number("max_drawdown"),
            number("psr"),
            number("dsr"),
            number("pbo"),
            Field::new("go", DataType::Boolean, false),
            Field::new("report", DataType::Utf8, false),
        ]))
    }

    async fn run(
        &self,
        inputs: Vec<SendableRecordBatchStream>,
        _: Arc<TaskContext>,
    ) -> Result<RecordBatch> {
        let mut parts = vec![];
        for (name, input) in self.names.iter().zip(inputs) {
            let schema = input.schema();
            let batches: Vec<_> = input.try_collect().await?;
            parts.push(Part::new(name, &schema, &batches)?);
        }
        let report = report::build(&parts, &self.run_id, self.as_of)?;
        let day = report.asof;
        let mut files = vec![
            (format!("{day}.md"), blotter_markdown(&report)),
            (format!("{day}.html"), tearsheet_html(&report, EquityAxis::default())),
        ];
        let given = |part: &str| self.names.iter().any(|name| name == part);
        if given("positions") {
            files.push((format!("{day}.json"), daily_json(&report)));
        }
        if given("strategies") {
            files.push((format!("{day}.options.json"), daily_options_json(&report)));
        }
        for (name, text) in &files {
            write(&self.folder, name, text)?;
        }
        let page = self.folder.join(format!("{day}.html")).display().to_string();
        let models = &report.models;
        let go = |m: &ModelSummary| report.gates.iter().all(|g| g.model != m.name || g.passed);
        let number = |of: fn(&ModelSummary) -> Option<f64>| {
            Arc::new(models.iter().map(of).collect::<Float64Array>()) as ArrayRef
        };
        let names: StringArray = models.iter().map(|m| Some(m.name.clone())).collect();
        let pages = StringArray::from(vec![page.as_str(); models.len()]);
        let gates: BooleanArray = models.iter().map(|m| Some(go(m))).collect();
        Ok(RecordBatch::try_new(
            self.schema(),
            vec![
                Arc::new(names),
                number(|m| m.net_sharpe),
                number(|m| m.max_drawdown),
                number(|m| m.psr),
                number(|m| m.dsr),
                number(|m| m.pbo),
                Arc::new(gates),
                Arc::new(pages),
            ],
        )?)
    }
}

/// Writes a file so that a reader sees the old one or the new one, never half of it.
fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    let wrong = |e: std::io::Error| {
        Error::new(ErrorKind::Storage, format!("cannot write {}: {e}", folder.join(name).display()))
    };
    std::fs::create_dir_all(folder).map_err(wrong)?;
    let draft = folder.join(format!(".{name}.{}", std::process::id()));
    std::fs::write(&draft, text).map_err(wrong)?;
    std::fs::rename(&draft, folder.join(name)).map_err(wrong)
}
