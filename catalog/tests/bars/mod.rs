//! A small table of daily closes that the tests insert into.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod faults;
pub mod planner;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{
    Date32Array, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::ScalarValue;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Expr, lit};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::SessionContext;
use tempfile::TempDir;
use trademl_catalog::{
    CommitId, InsertOutcome, Lake, LakeOptions, Lineage, PitDefinition, Result, TableName, instant,
};

/// symbol, day since 1970, close, `known_at` in µs.
pub type Bar = (Option<&'static str>, Option<i32>, Option<f64>, Option<i64>);

/// A complete row.
pub fn bar(symbol: &'static str, day: i32, close: f64, known_at: i64) -> Bar {
    (Some(symbol), Some(day), Some(close), Some(known_at))
}

/// 21:15 UTC of a day: session close plus 15 minutes, in µs.
pub fn known(day: i32) -> i64 {
    (i64::from(day) * 86_400 + 21 * 3_600 + 900) * 1_000_000
}

/// An instant as a literal.
pub fn at(micros: i64) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
}

pub fn name() -> TableName {
    "curated.bars".parse().unwrap()
}

pub fn definition() -> PitDefinition {
    PitDefinition {
        name: name(),
        columns: vec![
            Field::new("symbol", DataType::Utf8View, true),
            Field::new("date", DataType::Date32, true),
            Field::new("close", DataType::Float64, true),
        ],
        key: vec!["symbol".into()],
        event_time: "date".into(),
        partition_by: vec![],
        knowledge: trademl_catalog::Knowledge::default(),
        surface: None,
    }
}

pub fn batch(rows: &[Bar]) -> RecordBatch {
    let schema = Schema::new(vec![
        Field::new("known_at", instant(), true),
        Field::new("close", DataType::Float64, true),
        Field::new("symbol", DataType::Utf8, true),
        Field::new("date", DataType::Date32, true),
    ]);
    let known: TimestampMicrosecondArray = rows.iter().map(|r| r.3).collect();
    RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(known.with_timezone("UTC")),
            Arc::new(rows.iter().map(|r| r.2).collect::<Float64Array>()),
            Arc::new(rows.iter().map(|r| r.0).collect::<StringArray>()),
            Arc::new(rows.iter().map(|r| r.1).collect::<Date32Array>()),
        ],
    )
    .unwrap()
}

pub fn stream(batch: RecordBatch) -> SendableRecordBatchStream {
    let schema = batch.schema();
    Box::pin(RecordBatchStreamAdapter::new(schema, futures::stream::iter([Ok(batch)])))
}

pub fn lineage(ingested_at: &str) -> Lineage {
    Lineage {
        ingested_at: ingested_at.parse::<DateTime<Utc>>().unwrap(),
        source_uri: Some("test://bars".into()),
        transform_id: Some("t1".into()),
    }
}

/// The table in its lake.
pub struct Bars {
    pub lake: Lake,
    pub folder: Option<TempDir>,
}

impl Bars {
    pub async fn in_folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let uri = folder.path().join("my lake é").display().to_string();
        let lake = Lake::open(&uri, &LakeOptions::default()).await.unwrap();
        let bars = Self { lake, folder: Some(folder) };
        bars.lake.create_pit_table(&definition(), false).await.unwrap();
        bars
    }

    pub async fn insert(&self, rows: &[Bar]) -> Result<InsertOutcome> {
        self.insert_batch(batch(rows)).await
    }

    pub async fn insert_batch(&self, batch: RecordBatch) -> Result<InsertOutcome> {
        let lineage = lineage("2026-11-20T00:00:00Z");
        self.lake.insert(&name(), stream(batch), &lineage, &CommitId::unique()).await
    }

    /// All files of the lake, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut files = vec![];
        let mut folders = vec![self.folder.as_ref().unwrap().path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path.display().to_string());
                }
            }
        }
        files.sort();
        files
    }

    /// The rows of a query over all revisions (`t`), columns joined by commas.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let table = self.lake.table(&name()).await.unwrap().unwrap();
        let context = SessionContext::new();
        self.lake.register_stores(&context.runtime_env());
        context.register_table("t", table.provider()).unwrap();
        let batches = context.sql(sql).await.unwrap().collect().await.unwrap();
        text(&batches)
    }
}

pub fn text(batches: &[RecordBatch]) -> Vec<String> {
    let row = |batch: &RecordBatch, row: usize| {
        let values = batch.columns().iter().map(|c| array_value_to_string(c, row).unwrap());
        values.collect::<Vec<_>>().join(",")
    };
    batches.iter().flat_map(|b| (0..b.num_rows()).map(move |r| row(b, r))).collect()
}
