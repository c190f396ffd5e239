//! Tests of scripts: fixtures in, rows out.
//!
//! Beside `equity.sql` stands `equity.test.sql`, or several as `equity.first_year.test.sql`: statements
//! that make the script's inputs in a lake of their own, and last a query with the rows expected.

use std::path::{Path, PathBuf};

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::SortColumn;
use datafusion::arrow::compute::{cast, concat_batches, lexsort_to_indices, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::util::display::array_value_to_string;
use uuid::Uuid;

use super::identity::bind;
use super::load::{Item, load};
use crate::engine::{Engine, EngineOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::session::Access;

/// How far two floating-point numbers may be apart, relative to the larger one.
const TOLERANCE: f64 = 1e-12;

/// One test file, and what came of it.
#[derive(Debug, Clone)]
pub struct TestReport {
    /// The test's file.
    pub file: PathBuf,
    /// What is wrong; `None` if it passed.
    pub failure: Option<String>,
}

/// Runs the tests of a script and of all it includes, or of all scripts below a folder.
pub async fn test_scripts(path: &Path) -> Result<Vec<TestReport>> {
    let mut reports = vec![];
    for script in scripts(path)? {
        for file in tests_of(&script)? {
            let failure = match test(&script, &file).await {
                Ok(()) => None,
                Err(e) => Some(e.to_string()),
            };
            reports.push(TestReport { file, failure });
        }
    }
    Ok(reports)
}

fn unreadable(path: &Path, e: &std::io::Error) -> Error {
    Error::usage(format!("cannot read '{}': {e}", path.display()))
}

fn scripts(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(load(path)?.all().iter().map(|script| script.path.clone()).collect());
    }
    let (mut open, mut found) = (vec![path.to_path_buf()], vec![]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| unreadable(&folder, &e))? {
            let path = entry.map_err(|e| unreadable(&folder, &e))?.path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(".sql") && !name.ends_with(".test.sql") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn tests_of(script: &Path) -> Result<Vec<PathBuf>> {
    let folder = script.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))? {
        let path = entry.map_err(|e| unreadable(folder, &e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(&format!("{stem}.")) && name.ends_with(".test.sql") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

async fn test(script: &Path, file: &Path) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("trademl-test-{}", Uuid::new_v4().simple()));
    let outcome = in_lake(script, file, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

async fn in_lake(script: &Path, file: &Path, folder: &Path) -> Result<()> {
    let script = load(script)?;
    let [Item::Statement(statement)] = script.items.as_slice() else {
        return Err(Error::usage("only scripts of one SELECT are tested with fixtures"));
    };
    let options = EngineOptions {
        lake: folder.display().to_string(),
        threads: Some(1),
        access: Access::Local,
        ..EngineOptions::default()
    };
    let engine = Engine::open(EngineOptions { as_of: None, environment: None, ..options }).await?;
    let session = engine.session()?;
    for (name, value) in bind(&script, &std::collections::BTreeMap::new())? {
        session.set_parameter(name, value);
    }
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|e| unreadable(file, &e))?;
    let mut expected = None;
    for fixture in engine.parse(&text).map_err(|e| e.in_file(&shown))? {
        let query = fixture.is_query();
        let rows = run(&engine, &session, fixture).await.map_err(|e| e.in_file(&shown))?;
        expected = query.then_some(rows);
    }
    let Some(expected) = expected else {
        return Err(Error::usage(format!(
            "{shown}: its last statement is no query of the rows expected"
        )));
    };
    let actual = run(&engine, &session, statement.as_ref().clone()).await;
    compare(&actual.map_err(|e| e.in_file(&script.path.display().to_string()))?, &expected)
}

async fn run(
    engine: &Engine,
    session: &crate::Session,
    statement: crate::Statement,
) -> Result<RecordBatch> {
    use futures::TryStreamExt;
    let planned = engine.plan(session, statement).await?;
    let schema = std::sync::Arc::clone(&planned.schema);
    let rows: Vec<RecordBatch> =
        engine.execute(session, planned).await?.stream.try_collect().await?;
    let schema = rows.first().map_or(schema, RecordBatch::schema);
    Ok(concat_batches(&schema, &rows)?)
}

/// Whether the rows are those expected, in whatever order, in the columns that are expected.
fn compare(actual: &RecordBatch, expected: &RecordBatch) -> Result<()> {
    let failed = |text: String| Err(Error::new(ErrorKind::Audit, text));
    let (mut left, mut right) = (vec![], vec![]);
    for (field, column) in expected.schema().fields().iter().zip(expected.columns()) {
        let Some(given) = actual.column_by_name(field.name()) else {
            let schema = actual.schema();
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            return failed(format!("gives no column '{}', but {}", field.name(), names.join(", ")));
        };
        left.push((field.name().clone(), ArrayRef::clone(given)));
        right.push((field.name().clone(), cast(column, given.data_type())?));
    }
    let (left, right) = (sorted(left)?, sorted(right)?);
    for row in 0..left.num_rows().min(right.num_rows()) {
        for (i, field) in left.schema().fields().iter().enumerate() {
            if !same(left.column(i), right.column(i), row)? {
                return failed(format!(
                    "row {} has {} {}, expected {}: {}",
                    row + 1,
                    field.name(),
                    array_value_to_string(left.column(i), row)?,
                    array_value_to_string(right.column(i), row)?,
                    line(&left, row)?
                ));
            }
        }
    }
    let (given, wanted) = (left.num_rows(), right.num_rows());
    if given == wanted {
        return Ok(());
    }
    let odd = if given > wanted { line(&left, wanted)? } else { line(&right, given)? };
    let which = if given > wanted { "not expected" } else { "missing" };
    failed(format!("gives {given} rows, expected {wanted}; the first {which}: {odd}"))
}

/// Rows ordered by what tells them apart, measured values last.
fn sorted(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch> {
    let float = |c: &ArrayRef| c.data_type().is_floating();
    let by =
        columns.iter().filter(|(_, c)| !float(c)).chain(columns.iter().filter(|(_, c)| float(c)));
    let by: Vec<SortColumn> =
        by.map(|(_, c)| SortColumn { values: ArrayRef::clone(c), options: None }).collect();
    let order = lexsort_to_indices(&by, None)?;
    let rows = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    )?;
    Ok(take_record_batch(&rows, &order)?)
}

fn same(a: &ArrayRef, b: &ArrayRef, row: usize) -> Result<bool> {
    if a.is_null(row) || b.is_null(row) {
        return Ok(a.is_null(row) && b.is_null(row));
    }
    if !a.data_type().is_floating() {
        return Ok(array_value_to_string(a, row)? == array_value_to_string(b, row)?);
    }
    let value = |c: &ArrayRef| -> Result<f64> {
        let c = cast(&c.slice(row, 1), &DataType::Float64)?;
        Ok(c.as_primitive::<Float64Type>().value(0))
    };
    let (a, b) = (value(a)?, value(b)?);
    Ok(a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()))
}

fn line(rows: &RecordBatch, row: usize) -> Result<String> {
    let schema = rows.schema();
    let names = schema.fields().iter().zip(rows.columns());
    let values = names.map(|(field, column)| {
        Ok(format!("{} {}", field.name(), array_value_to_string(column, row)?))
    });
    Ok(values.collect::<Result<Vec<_>>>()?.join(", "))
}
