//! `lineage(TABLE t, symbol => 'AAPL', …)`: from rows back through the runs that made them, each with
//! the versions that it read, to the files and sources that they came from.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use datafusion::common::plan_err;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, SetExpr, TableFactor, VisitMut, VisitorMut,
};
use serde_json::Value;
use trademl_catalog::TableName;
use trademl_udfs::relation::did_you_mean;

use super::lineage;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::names::{normal, table_name};
use crate::planner::Planning;
use crate::session::Session;
use crate::suggest::unknown_table;

const NAME: &str = "lineage";
const SYNTAX: &str = "lineage(TABLE t, column => value, …)";
/// No chain of runs is longer.
const DEPTH: i64 = 32;

/// Answers the calls of `lineage` in a statement before the planner, which cannot wait, needs them.
pub(crate) async fn resolve<T: VisitMut>(planning: &mut Planning<'_>, node: &mut T) -> Result<()> {
    let mut calls = Calls(vec![]);
    let _ = node.visit(&mut calls);
    let mut answers = HashMap::new();
    for call in calls.0 {
        let (table, key) = read(&call)?;
        let mut trace = Trace { engine: planning.engine, session: planning.session, rows: vec![] };
        trace.follow(table, key).await?;
        answers.insert(call.to_string(), trace.answer()?);
    }
    if !answers.is_empty() {
        planning.state.register_relation_planner(Arc::new(Answers(answers)))?;
    }
    Ok(())
}

/// Finds the calls.
struct Calls(Vec<TableFactor>);

impl VisitorMut for Calls {
    type Break = ();

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<()> {
        if is_call(table) {
            self.0.push(table.clone());
        }
        ControlFlow::Continue(())
    }
}

fn is_call(table: &TableFactor) -> bool {
    matches!(table, TableFactor::Table { name, args: Some(_), .. }
        if name.to_string().eq_ignore_ascii_case(NAME))
}

/// The table of a call and the conditions on its rows.
fn read(call: &TableFactor) -> Result<(TableName, Vec<(String, String)>)> {
    let wrong = || Error::sql(format!("{NAME}: write {SYNTAX}"));
    let TableFactor::Table { args: Some(arguments), .. } = call else { return Err(wrong()) };
    let (mut table, mut key) = (None, vec![]);
    for argument in &arguments.args {
        match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query))) => {
                if let SetExpr::Select(select) = query.body.as_ref()
                    && let Some(TableFactor::Table { name, .. }) =
                        select.from.first().map(|from| &from.relation)
                {
                    table = Some(table_name(name)?);
                }
            }
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), .. } => {
                key.push((normal(name), value.to_string()));
            }
            FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::BinaryOp { left, right, .. })) => {
                let Expr::Identifier(name) = left.as_ref() else { return Err(wrong()) };
                key.push((normal(name), right.to_string()));
            }
            _ => return Err(wrong()),
        }
    }
    Ok((table.ok_or_else(wrong)?, key))
}

/// The answers of calls, by their text.
#[derive(Debug)]
struct Answers(HashMap<String, RecordBatch>);

impl RelationPlanner for Answers {
    fn plan_relation(
        &self,
        relation: TableFactor,
        _: &mut dyn RelationPlannerContext,
    ) -> datafusion::common::Result<RelationPlanning> {
        if !is_call(&relation) {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        let Some(rows) = self.0.get(&relation.to_string()) else {
            return plan_err!("{NAME}: write {SYNTAX}");
        };
        let TableFactor::Table { alias, .. } = relation else { return plan_err!("{NAME}") };
        let table = MemTable::try_new(rows.schema(), vec![vec![rows.clone()]])?;
        let plan = LogicalPlanBuilder::scan(NAME, provider_as_source(Arc::new(table)), None)?;
        let planned = PlannedRelation::new(plan.build()?, alias);
        Ok(RelationPlanning::Planned(Box::new(planned)))
    }
}

/// A line of the answer.
#[derive(Default)]
struct Row {
    depth: i64,
    relation: String,
    version: Option<i64>,
    rows: Option<i64>,
    known_at: Option<i64>,
    source_uri: Option<String>,
    transform_id: Option<String>,
    run_id: Option<String>,
    step: Option<String>,
    script: Option<String>,
    made_at: Option<i64>,
}

/// The step that made a table last.
struct Maker {
    run_id: String,
    step: String,
    script: String,
    statement: String,
    inputs: Value,
    made_at: i64,
    version: Option<i64>,
}

struct Trace<'a> {
    engine: &'a Engine,
    session: &'a Session,
    rows: Vec<Row>,
}

impl Trace<'_> {
    async fn follow(&mut self, table: TableName, key: Vec<(String, String)>) -> Result<()> {
        let lake = self.session.lake();
        let Some(found) = lake.table(&table).await? else {
            let tables = self.session.tables().await?;
            return Err(Error::sql(unknown_table(&table.to_string(), &tables)));
        };
        let schema = found.schema();
        if let Some((unknown, _)) = key.iter().find(|(name, _)| schema.index_of(name).is_err()) {
            let names = schema.fields().iter().map(|field| field.name().as_str());
            return Err(Error::sql(format!(
                "{NAME}: {table} has no column '{unknown}'{}",
                did_you_mean(unknown, names)
            )));
        }
        let mut open = VecDeque::from([(0, table, None, key)]);
        let mut seen = BTreeSet::new();
        while let Some((depth, table, version, key)) = open.pop_front() {
            if depth > DEPTH || !seen.insert(table.to_string()) {
                continue;
            }
            let maker = self.maker(&table).await?;
            let version = version.or(maker.as_ref().and_then(|maker| maker.version));
            self.table_rows(depth, &table, version, &key, maker.as_ref()).await?;
            let Some(maker) = maker else { continue };
            let sources = self.sources_of(&maker.statement).await;
            for (name, input) in maker.inputs.as_object().into_iter().flatten() {
                let version = input["version"].as_i64();
                if name == "now()" {
                    continue;
                }
                let Some(table) = version.and_then(|_| name.parse::<TableName>().ok()) else {
                    let source_uri = version.is_none().then(|| name.clone());
                    let (relation, depth) = (name.clone(), depth + 1);
                    self.rows.push(Row { depth, relation, source_uri, ..Row::default() });
                    continue;
                };
                if table.schema == "models" {
                    let (relation, depth) = (name.clone(), depth + 1);
                    self.rows.push(Row { depth, relation, version, ..Row::default() });
                    continue;
                }
                // A column that is handed on under its name keeps its value.
                let kept = key.iter().filter(|(column, _)| {
                    let of = sources.get(column);
                    of.is_some_and(|of| of.contains(&(name.clone(), column.clone())))
                });
                open.push_back((depth + 1, table, version, kept.cloned().collect()));
            }
        }
        Ok(())
    }

    /// The rows of one table that meet the conditions, by where they came from.
    async fn table_rows(
        &mut self,
        depth: i64,
        table: &TableName,
        version: Option<i64>,
        key: &[(String, String)],
        maker: Option<&Maker>,
    ) -> Result<()> {
        let found = self.session.lake().table(table).await?;
        let pit = found.is_some_and(|table| table.definition().is_some());
        let conditions: Vec<String> =
            key.iter().map(|(name, value)| format!("\"{name}\" = {value}")).collect();
        let conditions = match conditions.is_empty() {
            true => "true".to_owned(),
            false => conditions.join(" AND "),
        };
        let lineage = match pit {
            true => "max(known_at) AS known_at, source_uri, transform_id",
            false => {
                "CAST(NULL AS TIMESTAMP) AS known_at, CAST(NULL AS VARCHAR) AS source_uri, \
                 CAST(NULL AS VARCHAR) AS transform_id"
            }
        };
        let group = if pit { "GROUP BY source_uri, transform_id ORDER BY source_uri" } else { "" };
        let sql = format!(
            "SELECT count(*) AS rows, {lineage} FROM \"{}\".\"{}\" WHERE {conditions} {group}",
            table.schema, table.table
        );
        for batch in self.run(sql).await? {
            let text = |i: usize, row: usize| {
                let column = batch.column(i).as_string_opt::<i32>()?;
                column.is_valid(row).then(|| column.value(row).to_owned())
            };
            let known = batch.column(1).as_primitive_opt::<TimestampMicrosecondType>();
            for row in 0..batch.num_rows() {
                self.rows.push(Row {
                    depth,
                    relation: table.to_string(),
                    version,
                    rows: Some(batch.column(0).as_primitive::<Int64Type>().value(row)),
                    known_at: known.filter(|k| k.is_valid(row)).map(|k| k.value(row)),
                    source_uri: text(2, row),
                    transform_id: text(3, row),
                    run_id: maker.map(|maker| maker.run_id.clone()),
                    step: maker.map(|maker| maker.step.clone()),
                    script: maker.map(|maker| maker.script.clone()),
                    made_at: maker.map(|maker| maker.made_at),
                });
            }
        }
        Ok(())
    }

    /// The step of a run that wrote a table last, if one did.
    async fn maker(&self, table: &TableName) -> Result<Option<Maker>> {
        let steps = TableName::new("ops", "steps")?;
        if self.session.lake().table(&steps).await?.is_none() {
            return Ok(None);
        }
        let sql = format!(
            "SELECT run_id, name, script, statement, inputs, started_at, table_version \
             FROM ops.steps WHERE output_hash IS NOT NULL AND (name = '{table}' \
               OR starts_with(statement, 'INSERT INTO {table} ') \
               OR starts_with(statement, 'CREATE OR REPLACE TABLE {table} ')) \
             ORDER BY started_at DESC LIMIT 1"
        );
        let batches = self.run(sql).await?;
        let Some(row) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
        let text = |i: usize| row.column(i).as_string::<i32>().value(0).to_owned();
        let version = row.column(6).as_primitive::<Int64Type>();
        Ok(Some(Maker {
            run_id: text(0),
            step: text(1),
            script: text(2),
            statement: text(3),
            inputs: serde_json::from_str(&text(4)).unwrap_or_default(),
            made_at: row.column(5).as_primitive::<TimestampMicrosecondType>().value(0),
            version: version.is_valid(0).then(|| version.value(0)),
        }))
    }

    /// Where each column of what a statement makes comes from. A statement that cannot be planned any
    /// more tells nothing.
    async fn sources_of(&self, statement: &str) -> HashMap<String, super::columns::Sources> {
        let planned = async {
            let parsed = self.engine.parse(statement)?.pop();
            let parsed = parsed.ok_or_else(|| Error::sql("empty"))?;
            boxed(self.engine.clone(), self.session.clone(), Task::Plan(Box::new(parsed))).await
        };
        let Ok(Answer::Plan(plan)) = planned.await else { return HashMap::new() };
        let inputs = plan.inputs();
        let Some(query) = inputs.first() else { return HashMap::new() };
        let Ok(found) = lineage(query) else { return HashMap::new() };
        let names = query.schema().fields().iter().map(|field| field.name().clone());
        names.zip(found.columns).collect()
    }

    async fn run(&self, sql: String) -> Result<Vec<RecordBatch>> {
        match boxed(self.engine.clone(), self.session.clone(), Task::Run(sql)).await? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Plan(_) => Ok(vec![]),
        }
    }

    fn answer(self) -> Result<RecordBatch> {
        let rows = self.rows;
        let text = |value: fn(&Row) -> Option<&str>| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<StringArray>())
        };
        let number = |value: fn(&Row) -> Option<i64>| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<Int64Array>())
        };
        let instant = |value: fn(&Row) -> Option<i64>| -> ArrayRef {
            let instants = rows.iter().map(value).collect::<TimestampMicrosecondArray>();
            Arc::new(instants.with_timezone("UTC"))
        };
        Ok(RecordBatch::try_from_iter_with_nullable([
            ("depth", number(|r| Some(r.depth)), false),
            ("relation", text(|r| Some(&r.relation)), false),
            ("version", number(|r| r.version), true),
            ("rows", number(|r| r.rows), true),
            ("known_at", instant(|r| r.known_at), true),
            ("source_uri", text(|r| r.source_uri.as_deref()), true),
            ("transform_id", text(|r| r.transform_id.as_deref()), true),
            ("run_id", text(|r| r.run_id.as_deref()), true),
            ("step", text(|r| r.step.as_deref()), true),
            ("script", text(|r| r.script.as_deref()), true),
            ("made_at", instant(|r| r.made_at), true),
        ])?)
    }
}

/// What the trace asks of the engine.
enum Task {
    Run(String),
    Plan(Box<crate::Statement>),
}

enum Answer {
    Rows(Vec<RecordBatch>),
    Plan(Box<datafusion::logical_expr::LogicalPlan>),
}

/// Planning that plans again, behind a type that the compiler can name.
fn boxed(
    engine: Engine,
    session: Session,
    task: Task,
) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send>> {
    Box::pin(async move {
        match task {
            Task::Run(sql) => Ok(Answer::Rows(engine.run(&session, &sql).await?)),
            Task::Plan(statement) => {
                Ok(Answer::Plan(Box::new(engine.plan(&session, *statement).await?.plan)))
            }
        }
    })
}
