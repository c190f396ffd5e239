//! `INSERT INTO` a point-in-time table: check, sort, compare, write, commit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use chrono::{TimeDelta, Utc};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use deltalake_core::kernel::{Action, Add};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use futures::StreamExt as _;

use crate::commit::{Attempt, Commit, CommitId, back_off};
use crate::data_file::{DataFile, FIRST_REVISIONS};
use crate::input::{Intake, Lineage};
use crate::lake::Lake;
use crate::merge::{Tally, merge};
use crate::write::{Layout, delete_files, write_files};
use crate::{Error, ErrorKind, PitDefinition, Result, Table, TableName};

/// Versions lost to other writers before an insert gives up.
const MAX_LOST_RACES: u32 = 200;
/// How far the clocks of two writers may differ.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// What an insert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InsertOutcome {
    /// Rows added.
    pub rows: u64,
    /// Rows the table had already.
    pub skipped: u64,
    /// The table's version afterwards; unchanged if no row was added.
    pub version: u64,
    /// Whether an earlier attempt under the same commit id had done it all.
    pub already_applied: bool,
}

/// Files written for an insert, not yet committed.
struct Staged {
    adds: Vec<Add>,
    rows: u64,
    skipped: u64,
    /// Lowest and highest event time, as the intake saw them.
    range: Option<(i64, i64)>,
}

impl Lake {
    /// Appends rows to a point-in-time table; see the crate's documentation for the rules.
    pub async fn insert(
        &self,
        name: &TableName,
        input: SendableRecordBatchStream,
        lineage: &Lineage,
        commit: &CommitId,
    ) -> Result<InsertOutcome> {
        let mut table = self.writable_table(name).await?;
        let definition = table.definition().cloned().ok_or_else(|| {
            Error::usage(format!(
                "table '{name}': is not a point-in-time table; create it with CREATE PIT TABLE, or replace it as a whole"
            ))
        })?;
        let log = self.store().log(name)?;
        let applied = table.delta.snapshot()?.snapshot();
        let applied = applied.transaction_version(log.as_ref(), &commit.application).await?;
        if applied.is_some_and(|version| version >= commit.version) {
            let version = table.version();
            return Ok(InsertOutcome { rows: 0, skipped: 0, version, already_applied: true });
        }
        self.check_store().await?;
        let intake = Arc::new(Intake::new(&definition, &input.schema(), lineage)?);
        let defaulted = intake.known_at_defaulted;
        if defaulted {
            check_clock(&table)?;
        }
        let mut insert = Insert { lake: self, definition, defaulted };
        let mut staged = insert.stage_input(&table, &intake, input).await?;
        for lost_races in 0..MAX_LOST_RACES {
            let done = |version| InsertOutcome {
                rows: staged.rows,
                skipped: staged.skipped,
                version,
                already_applied: false,
            };
            if staged.rows == 0 {
                return Ok(done(table.version()));
            }
            let attempt = Commit { table: name, log: &log, id: commit };
            let actions = staged.adds.iter().cloned().map(Action::Add).collect();
            let partition_by = insert.definition.partition_by.clone();
            let partition_by = (!partition_by.is_empty()).then_some(partition_by);
            let operation =
                DeltaOperation::Write { mode: SaveMode::Append, partition_by, predicate: None };
            let store = self.store().table(name);
            match attempt.attempt(table.version() + 1, actions, operation).await {
                Ok(Attempt::Committed(version)) => {
                    self.committed(name, version).await;
                    return Ok(done(version));
                }
                Ok(Attempt::Taken) => back_off(lost_races.min(4)).await,
                Err(error) => {
                    // On a full disk nothing was committed; else the commit may yet appear.
                    if error.kind == ErrorKind::Resources {
                        delete_files(&store, &staged.adds).await;
                    }
                    return Err(error);
                }
            }
            let latest = match self.writable_table(name).await {
                Ok(latest) if table.evolved_into(&latest) => latest,
                Ok(_) => {
                    delete_files(&store, &staged.adds).await;
                    return Err(Error::conflict(format!(
                        "table '{name}': was dropped and created anew, or its columns changed, during the insert; nothing was written, repeat the statement"
                    )));
                }
                Err(error) => {
                    delete_files(&store, &staged.adds).await;
                    return Err(error);
                }
            };
            let seen: HashSet<&str> = table.files().iter().map(|f| f.path.as_str()).collect();
            let news: Vec<DataFile> = latest
                .files()
                .iter()
                .filter(|f| !seen.contains(f.path.as_str()))
                .cloned()
                .collect();
            // Columns added meanwhile are NULL in our rows, as in every file that lacks them.
            if let Some(definition) = latest.definition() {
                insert.definition = definition.clone();
            }
            staged = insert.restage(&latest, staged, news).await?;
            table = latest;
        }
        delete_files(&self.store().table(name), &staged.adds).await;
        Err(Error::conflict(format!(
            "table '{name}': {MAX_LOST_RACES} other commits came first; nothing was written, repeat the statement with fewer concurrent writers"
        )))
    }
}

struct Insert<'a> {
    lake: &'a Lake,
    definition: PitDefinition,
    defaulted: bool,
}

impl Insert<'_> {
    /// Checks and sorts the input and writes what the table does not have.
    async fn stage_input(
        &self,
        table: &Table,
        intake: &Arc<Intake>,
        input: SendableRecordBatchStream,
    ) -> Result<Staged> {
        let order = self.definition.row_columns();
        let rows = {
            let intake = Arc::clone(intake);
            input.map(move |batch| Ok(intake.rows(&batch?)?))
        };
        let rows = RecordBatchStreamAdapter::new(self.definition.schema(), rows);
        let mut sorted = self.lake.workbench().sorted(Box::pin(rows), &order).await?;
        // The first sorted batch arrives when all input has been seen, and with it the range.
        let schema = sorted.schema();
        let Some(first) = sorted.next().await.transpose()? else {
            return Ok(Staged { adds: vec![], rows: 0, skipped: 0, range: None });
        };
        let range = intake.event_range.lock().ok().and_then(|range| *range);
        let sorted = futures::stream::once(async { Ok(first) }).chain(sorted);
        let sorted = Box::pin(RecordBatchStreamAdapter::new(schema, sorted));
        self.write(table, sorted, Arc::clone(table.files()), range).await
    }

    /// Compares staged files with files that others committed meanwhile. Only if they hold some of
    /// our rows are ours written anew.
    async fn restage(&self, table: &Table, staged: Staged, news: Vec<DataFile>) -> Result<Staged> {
        if !self.overlaps(table, &news, staged.range) {
            return Ok(staged);
        }
        let news = Arc::new(news);
        let store = self.lake.store().table(table.name());
        let compared = async {
            let ours = self.read_staged(table, &staged).await?;
            let (mut rows, tally) = self.merged(table, ours, &news, staged.range).await?;
            while rows.next().await.transpose()?.is_some() {}
            Ok(tally)
        };
        let tally = match compared.await {
            Ok(tally) => tally,
            Err(error) => {
                delete_files(&store, &staged.adds).await;
                return Err(error);
            }
        };
        // A revision of a row that an earlier comparison saw stays a revision.
        let revises =
            tally.revises.load(Relaxed) || !staged.adds.iter().all(|add| tag(add, FIRST_REVISIONS));
        let mut result = staged;
        if tally.skipped.load(Relaxed) > 0 {
            let ours = self.read_staged(table, &result).await;
            let again = match ours {
                Ok(ours) => self.write(table, ours, news, result.range).await,
                Err(error) => Err(error),
            };
            delete_files(&store, &result.adds).await;
            let again = again?;
            result = Staged { skipped: result.skipped + again.skipped, ..again };
        }
        if revises {
            result.adds.iter_mut().for_each(|add| set_tag(add, FIRST_REVISIONS, "false"));
        }
        Ok(result)
    }

    async fn read_staged(
        &self,
        table: &Table,
        staged: &Staged,
    ) -> Result<SendableRecordBatchStream> {
        let schema = table.schema();
        let files = staged.adds.iter().map(|add| DataFile::from_add(add, &schema));
        let files = table.file_table(Arc::new(files.collect::<Result<_>>()?));
        self.lake.workbench().read_sorted(files, None, &self.definition.row_columns()).await
    }

    /// Those of the sorted rows that the given files do not have.
    async fn merged(
        &self,
        table: &Table,
        sorted: SendableRecordBatchStream,
        against: &Arc<Vec<DataFile>>,
        range: Option<(i64, i64)>,
    ) -> Result<(SendableRecordBatchStream, Arc<Tally>)> {
        let mut existing = None;
        if self.overlaps(table, against, range) {
            let files = table.file_table(Arc::clone(against));
            let filter = self.range_filter(table, range)?;
            let order = self.definition.row_columns();
            existing = Some(self.lake.workbench().read_sorted(files, filter, &order).await?);
        }
        merge(&self.definition, sorted, existing, self.defaulted)
    }

    /// Writes those of the sorted rows that the given files do not have.
    async fn write(
        &self,
        table: &Table,
        sorted: SendableRecordBatchStream,
        against: Arc<Vec<DataFile>>,
        range: Option<(i64, i64)>,
    ) -> Result<Staged> {
        let definition = &self.definition;
        let order = definition.row_columns();
        let (mut rows, tally) = self.merged(table, sorted, &against, range).await?;
        if !definition.partition_by.is_empty() {
            let by = [definition.partition_by.clone(), order.clone()].concat();
            rows = self.lake.workbench().sorted(rows, &by).await?;
        }
        let layout = Layout {
            schema: table.schema(),
            partition_by: definition.partition_by.clone(),
            sorted_by: order,
        };
        let store = self.lake.store().table(table.name());
        let mut adds = write_files(store, &layout, rows).await?;
        let Tally { written, skipped, revises } = tally.as_ref();
        let unrevised = if revises.load(Relaxed) { "false" } else { "true" };
        for add in &mut adds {
            set_tag(add, FIRST_REVISIONS, unrevised);
        }
        Ok(Staged { adds, rows: written.load(Relaxed), skipped: skipped.load(Relaxed), range })
    }

    /// Whether any of the files may hold an event time in the range.
    fn overlaps(&self, table: &Table, files: &[DataFile], range: Option<(i64, i64)>) -> bool {
        let Ok(event) = table.schema().index_of(&self.definition.event_time) else { return true };
        let Some((low, high)) = range else { return !files.is_empty() };
        files.iter().any(|file| {
            let bounds = &file.bounds[event];
            let below = bounds.max.as_ref().and_then(event_value).is_some_and(|max| max < low);
            let above = bounds.min.as_ref().and_then(event_value).is_some_and(|min| min > high);
            !below && !above
        })
    }

    fn range_filter(&self, table: &Table, range: Option<(i64, i64)>) -> Result<Option<Expr>> {
        let Some((low, high)) = range else { return Ok(None) };
        let name = &self.definition.event_time;
        let schema = table.schema();
        let field =
            schema.field_with_name(name).map_err(datafusion::error::DataFusionError::from)?;
        let value = |v: i64| match field.data_type() {
            DataType::Date32 => lit(ScalarValue::Date32(i32::try_from(v).ok())),
            _ => lit(ScalarValue::TimestampMicrosecond(Some(v), Some("UTC".into()))),
        };
        let event = || Expr::Column(Column::new_unqualified(name));
        Ok(Some(event().gt_eq(value(low)).and(event().lt_eq(value(high)))))
    }
}

/// Days or microseconds since 1970.
fn event_value(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Date32(days) => days.map(i64::from),
        ScalarValue::TimestampMicrosecond(micros, _) => *micros,
        _ => None,
    }
}

fn tag(add: &Add, name: &str) -> bool {
    add.tags.as_ref().and_then(|tags| tags.get(name)?.as_deref()) == Some("true")
}

pub(crate) fn set_tag(add: &mut Add, name: &str, value: &str) {
    add.tags.get_or_insert_with(HashMap::new).insert(name.to_owned(), Some(value.to_owned()));
}

/// Rows that are known as of now take the place of those known before: with a clock that is behind
/// they would silently lose to what they correct.
fn check_clock(table: &Table) -> Result<()> {
    let now = Utc::now();
    match table.last_stored() {
        Some(stored) if now + CLOCK_SKEW < stored => Err(Error::usage(format!(
            "table '{}': rows were stored at {}, but the clock of this machine says {}; correct the clock, or give known_at with the rows",
            table.name(),
            stored.format("%Y-%m-%dT%H:%M:%SZ"),
            now.format("%Y-%m-%dT%H:%M:%SZ"),
        ))),
        _ => Ok(()),
    }
}
