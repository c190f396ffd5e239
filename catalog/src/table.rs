//! One version of one table.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::execution::object_store::ObjectStoreUrl;
use deltalake_core::DeltaTable;

use crate::data_file::DataFile;
use crate::definition::{INGESTED_AT, KNOWN_AT};
use crate::foreign::ForeignTable;
use crate::knowledge::Knowledge;
use crate::provider::FileTable;
use crate::replace::CONTENT;
use crate::{Error, PitDefinition, Result, TableName};

/// A snapshot: it does not change when others write.
#[derive(Clone)]
pub struct Table {
    name: TableName,
    schema: SchemaRef,
    definition: Option<Arc<PitDefinition>>,
    partition_by: Vec<String>,
    files: Arc<Vec<DataFile>>,
    scan_url: ObjectStoreUrl,
    foreign: Option<Arc<ForeignTable>>,
    /// The snapshot the log reader keeps, so that the next one is cheap.
    pub(crate) delta: DeltaTable,
    version: u64,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table {{ {} version {} }}", self.name, self.version)
    }
}

impl Table {
    /// Describes a loaded snapshot.
    pub(crate) fn from_delta(
        name: &TableName,
        delta: DeltaTable,
        scan_url: ObjectStoreUrl,
    ) -> Result<Self> {
        let state = delta.snapshot()?;
        let snapshot = state.snapshot();
        let arrow = snapshot.arrow_schema();
        let fields = arrow
            .fields()
            .iter()
            .map(|f| f.as_ref().clone().with_metadata(std::collections::HashMap::new()));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let partition_by = snapshot.metadata().partition_columns().to_vec();
        let definition = PitDefinition::from_properties(
            name,
            &schema,
            &partition_by,
            snapshot.metadata().configuration(),
        )?;
        let files = snapshot
            .log_data()
            .iter()
            .map(|file| DataFile::from_log(&file, &schema))
            .collect::<Result<Vec<_>>>()?;
        let version = state.version();
        let foreign = ForeignTable::of(name, &delta, &schema, &files)?.map(Arc::new);
        Ok(Self {
            name: name.clone(),
            schema,
            definition: definition.map(Arc::new),
            partition_by,
            files: Arc::new(files),
            scan_url,
            foreign,
            delta,
            version,
        })
    }

    /// `schema.table`.
    pub fn name(&self) -> &TableName {
        &self.name
    }

    /// Delta version of this snapshot.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// All columns: own ones, then the lineage columns.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// What makes it point-in-time; `None` for a plain table.
    pub fn definition(&self) -> Option<&PitDefinition> {
        self.definition.as_deref()
    }

    /// Rows in all files, if every file says how many it has.
    pub fn row_count(&self) -> Option<u64> {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Whether the log proves that no row revises another, so that reads need no resolution.
    pub fn is_unrevised(&self) -> bool {
        is_unrevised(&self.files)
    }

    /// What tells the rows of this version from those of others: compaction leaves it as it is.
    pub fn content(&self) -> String {
        let at_version = || format!("{}@{}", self.id(), self.version);
        let content = match &self.definition {
            // Rows are only ever added, so their number tells which they are.
            Some(_) => self.row_count().map_or_else(at_version, |rows| {
                format!("{}:{rows}:{}", self.id(), self.schema.fields().len())
            }),
            None => self.property(CONTENT).unwrap_or_else(at_version),
        };
        match self.knowledge() {
            known if known == Knowledge::default() => content,
            known => format!("{content} {known:?}"),
        }
    }

    /// The first and the last `known_at` of all rows, if there are rows and every file says it.
    pub fn known_range(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        self.instants(KNOWN_AT)
    }

    /// The last instant at which rows of it were stored, by the clocks of those who did.
    pub fn last_stored(&self) -> Option<DateTime<Utc>> {
        Some(self.instants(INGESTED_AT)?.1)
    }

    fn instants(&self, column: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let column = self.schema.index_of(column).ok()?;
        let micros = |value: &Option<ScalarValue>| match value {
            Some(ScalarValue::TimestampMicrosecond(micros, _)) => {
                DateTime::from_timestamp_micros((*micros)?)
            }
            _ => None,
        };
        let ranges = self.files.iter().map(|file| {
            let bounds = &file.bounds[column];
            Some((micros(&bounds.min)?, micros(&bounds.max)?))
        });
        let ranges = ranges.collect::<Option<Vec<_>>>()?.into_iter();
        ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// What its rows know of the future.
    pub fn knowledge(&self) -> Knowledge {
        let snapshot = self.delta.snapshot();
        snapshot
            .map(|s| Knowledge::from_properties(s.metadata().configuration()))
            .unwrap_or_default()
    }

    /// The day of the first event, if this is a point-in-time table with rows and every file says it.
    pub fn first_event(&self) -> Option<NaiveDate> {
        let definition = self.definition.as_ref()?;
        let event = self.schema.index_of(&definition.event_time).ok()?;
        let day = |value: &Option<ScalarValue>| match value {
            Some(ScalarValue::Date32(days)) => {
                NaiveDate::default().checked_add_signed(TimeDelta::days((*days)?.into()))
            }
            Some(ScalarValue::TimestampMicrosecond(micros, _)) => {
                Some(DateTime::from_timestamp_micros((*micros)?)?.date_naive())
            }
            _ => None,
        };
        let days = self.files.iter().map(|file| day(&file.bounds[event].min));
        days.collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    pub(crate) fn property(&self, name: &str) -> Option<String> {
        self.delta.snapshot().ok()?.metadata().configuration().get(name).cloned()
    }

    /// Every row ever written: all revisions.
    pub fn provider(&self) -> Arc<dyn TableProvider> {
        match &self.foreign {
            Some(foreign) => Arc::clone(foreign) as _,
            None => Arc::new(self.file_table(Arc::clone(&self.files))),
        }
    }

    /// Whether only the library's scan reads it, all files at a time.
    pub(crate) fn is_foreign(&self) -> bool {
        self.foreign.is_some()
    }

    /// An error if the table is not for this engine to write.
    pub(crate) fn check_writable(&self) -> Result<()> {
        match &self.foreign {
            None => Ok(()),
            Some(foreign) => Err(Error::usage(format!(
                "table '{}': uses {}, written by another tool, and is only read here; rewrite it \
                 without, with that tool, or copy its rows to a new table",
                self.name, foreign.feature
            ))),
        }
    }

    /// Identity of the table across drop and re-creation.
    pub(crate) fn id(&self) -> String {
        self.delta.snapshot().map(|s| s.metadata().id().to_owned()).unwrap_or_default()
    }

    /// Whether `later` is this point-in-time table, but for columns added since.
    pub(crate) fn evolved_into(&self, later: &Self) -> bool {
        let definitions = self.definition.as_ref().zip(later.definition.as_ref());
        self.id() == later.id()
            && definitions.is_some_and(|(earlier, later)| later.extends(earlier))
    }

    pub(crate) fn files(&self) -> &Arc<Vec<DataFile>> {
        &self.files
    }

    /// Some files of the table, or files of its shape that no commit names yet.
    pub(crate) fn file_table(&self, files: Arc<Vec<DataFile>>) -> FileTable {
        FileTable {
            schema: Arc::clone(&self.schema),
            partition_by: self.partition_by.clone(),
            folder: self.name.folder(),
            scan_url: self.scan_url.clone(),
            files,
            order: self.definition.as_ref().map(|d| d.row_columns()).unwrap_or_default(),
            resolved: false,
        }
    }
}

/// Whether no two rows of the files share an identity, for certain.
pub(crate) fn is_unrevised(files: &[DataFile]) -> bool {
    files.iter().all(|file| file.first_revisions)
}
