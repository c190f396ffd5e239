//! What makes a table point-in-time: its key, its event time and the lineage columns.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use crate::knowledge::Knowledge;
use crate::types::{check_names, instant, stored_field};
use crate::{Error, Result, TableName};

/// First instant at which a subscriber of the source could know the row.
pub const KNOWN_AT: &str = "known_at";
/// When our lake stored the row.
pub const INGESTED_AT: &str = "ingested_at";
/// Where the row came from.
pub const SOURCE_URI: &str = "source_uri";
/// What made the row.
pub const TRANSFORM_ID: &str = "transform_id";

/// The columns that every point-in-time table carries, in this order after the table's own.
pub const LINEAGE: [&str; 4] = [KNOWN_AT, INGESTED_AT, SOURCE_URI, TRANSFORM_ID];

const KEY: &str = "trademl.key";
const EVENT_TIME: &str = "trademl.event_time";
const SURFACE: &str = "trademl.surface";

/// A `CREATE PIT TABLE` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct PitDefinition {
    /// Where it lives.
    pub name: TableName,
    /// The table's own columns, without the lineage columns (listing `known_at` is allowed).
    pub columns: Vec<Field>,
    /// Columns that name the thing observed, for example `symbol`. Not empty.
    pub key: Vec<String>,
    /// Column that says when it happened in the market: a DATE or TIMESTAMP.
    pub event_time: String,
    /// Columns whose values split the files; may be empty.
    pub partition_by: Vec<String>,
    /// What its rows know of the future.
    pub knowledge: Knowledge,
    /// The method by which a surface's slices are fitted, if it is one: its rows come from quotes.
    pub surface: Option<String>,
}

impl PitDefinition {
    /// Checks the definition and puts it in stored form: stored types, key and event time NOT NULL.
    pub(crate) fn checked(mut self) -> Result<Self> {
        let name = self.name.clone();
        let wrong = |text: String| Error::usage(format!("table '{name}': {text}"));
        self.columns.retain(|f| f.name() != KNOWN_AT);
        if let Some(field) = self.columns.iter().find(|f| LINEAGE.contains(&f.name().as_str())) {
            return Err(wrong(format!(
                "column '{}' is added to every point-in-time table; leave it out",
                field.name()
            )));
        }
        self.columns = self.columns.iter().map(stored_field).collect::<Result<_>>()?;
        check_names(&self.columns)?;
        if self.key.is_empty() {
            return Err(wrong("PRIMARY KEY was empty, expected at least one column".into()));
        }
        for (clause, columns) in
            [("PRIMARY KEY", &self.key), ("PARTITIONED BY", &self.partition_by)]
        {
            for (i, column) in columns.iter().enumerate() {
                let field = self.column(clause, column)?;
                if columns[..i].contains(column) {
                    return Err(wrong(format!("{clause} names '{column}' twice")));
                }
                if !is_discrete(field.data_type()) {
                    return Err(wrong(format!(
                        "{clause} column '{column}' is {}, expected VARCHAR, an integer, BOOLEAN, DATE or TIMESTAMP; floats have no exact equality",
                        field.data_type()
                    )));
                }
            }
        }
        let event = self.column("EVENT TIME", &self.event_time)?.data_type().clone();
        if event != DataType::Date32 && event != instant() {
            return Err(wrong(format!(
                "EVENT TIME column '{}' is {event}, expected DATE or TIMESTAMP",
                self.event_time
            )));
        }
        if let Some(column) = self
            .partition_by
            .iter()
            .find(|c| self.columns.iter().any(|f| f.name() == *c && f.data_type() == &instant()))
        {
            return Err(wrong(format!(
                "PARTITIONED BY column '{column}' is a TIMESTAMP, which makes a folder an instant; partition by a DATE column"
            )));
        }
        if self.partition_by.len() >= self.columns.len() {
            return Err(wrong(
                "PARTITIONED BY names every column; leave at least one in the files".into(),
            ));
        }
        let required = self.identity_columns();
        self.columns = self
            .columns
            .into_iter()
            .map(|f| {
                let required = required.contains(f.name());
                if required { f.with_nullable(false) } else { f }
            })
            .collect();
        Ok(self)
    }

    /// Key and event time: what a revision revises.
    pub fn identity_columns(&self) -> Vec<String> {
        let mut columns = self.key.clone();
        if !columns.contains(&self.event_time) {
            columns.push(self.event_time.clone());
        }
        columns
    }

    /// Key, event time and knowledge time: what names one row, and the order of rows in files.
    pub fn row_columns(&self) -> Vec<String> {
        let mut columns = self.identity_columns();
        columns.push(KNOWN_AT.into());
        columns
    }

    /// Columns that carry the observation itself.
    pub fn payload_columns(&self) -> Vec<String> {
        let identity = self.identity_columns();
        let names = self.columns.iter().map(Field::name);
        names.filter(|name| !identity.contains(name)).cloned().collect()
    }

    /// Own columns followed by the lineage columns.
    pub fn schema(&self) -> SchemaRef {
        let mut fields = self.columns.clone();
        fields.push(Field::new(KNOWN_AT, instant(), false));
        fields.push(Field::new(INGESTED_AT, instant(), false));
        fields.push(Field::new(SOURCE_URI, DataType::Utf8, true));
        fields.push(Field::new(TRANSFORM_ID, DataType::Utf8, true));
        Arc::new(Schema::new(fields))
    }

    /// Whether this is `earlier`, but for columns added since.
    pub(crate) fn extends(&self, earlier: &Self) -> bool {
        self.key == earlier.key
            && self.surface == earlier.surface
            && self.event_time == earlier.event_time
            && self.partition_by == earlier.partition_by
            && self.columns.starts_with(&earlier.columns)
            && self.columns[earlier.columns.len()..].iter().all(Field::is_nullable)
    }

    /// The Delta table properties that store the definition.
    pub(crate) fn properties(&self) -> BTreeMap<String, String> {
        let mut properties = BTreeMap::from([
            (KEY.into(), serde_json::json!(self.key).to_string()),
            (EVENT_TIME.into(), self.event_time.clone()),
            ("delta.appendOnly".into(), "true".into()),
        ]);
        properties.extend(self.knowledge.properties());
        properties.extend(self.surface.iter().map(|method| (SURFACE.into(), method.clone())));
        properties
    }

    /// Reads the definition back; `None` for a plain table.
    pub(crate) fn from_properties(
        name: &TableName,
        schema: &Schema,
        partition_by: &[String],
        properties: &HashMap<String, String>,
    ) -> Result<Option<Self>> {
        let (Some(key), Some(event_time)) = (properties.get(KEY), properties.get(EVENT_TIME))
        else {
            return Ok(None);
        };
        let key = serde_json::from_str(key).map_err(|e| {
            Error::storage(format!("table '{name}': property {KEY} is damaged ({e}); was '{key}'"))
        })?;
        let columns = schema.fields().iter().map(|f| f.as_ref().clone());
        let columns = columns.filter(|f| !LINEAGE.contains(&f.name().as_str())).collect();
        let (event_time, partition_by) = (event_time.clone(), partition_by.to_vec());
        let knowledge = Knowledge::from_properties(properties);
        let (name, surface) = (name.clone(), properties.get(SURFACE).cloned());
        Ok(Some(Self { name, columns, key, event_time, partition_by, knowledge, surface }))
    }

    fn column(&self, clause: &str, name: &str) -> Result<&Field> {
        self.columns.iter().find(|f| f.name() == name).ok_or_else(|| {
            let names = self.columns.iter().map(|f| f.name().as_str());
            Error::usage(format!(
                "table '{}': {clause} names the unknown column '{name}'{}",
                self.name,
                did_you_mean(name, names)
            ))
        })
    }
}

fn is_discrete(data_type: &DataType) -> bool {
    data_type.is_integer()
        || matches!(data_type, DataType::Utf8 | DataType::Boolean | DataType::Date32)
        || data_type == &instant()
}

/// `; did you mean 'x'?` for the closest candidate, else `; expected one of …`.
pub(crate) fn did_you_mean<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    let candidates: Vec<&str> = candidates.collect();
    let closest = candidates
        .iter()
        .map(|c| (strsim::jaro_winkler(&name.to_lowercase(), &c.to_lowercase()), c))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match closest {
        Some((_, candidate)) => format!("; did you mean '{candidate}'?"),
        None if candidates.is_empty() => String::new(),
        None => format!("; expected one of {}", candidates.join(", ")),
    }
}
