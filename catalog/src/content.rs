//! Digests of rows that do not depend on their order, nor on how they are spread over batches.

use std::sync::{Arc, Mutex};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt as _;
use sha2::{Digest as _, Sha256};

use crate::digest::hex;
use crate::{Error, Result};

/// The sum of the rows' hashes.
pub(crate) struct Content {
    converter: RowConverter,
    schema: String,
    sum: [u64; 4],
    pub rows: u64,
}

impl Content {
    pub fn new(schema: &Schema) -> Result<Self> {
        let fields = schema.fields().iter().map(|f| SortField::new(f.data_type().clone()));
        let converter = RowConverter::new(fields.collect()).map_err(DataFusionError::from)?;
        let columns = schema.fields().iter().map(|f| format!("{} {}", f.name(), f.data_type()));
        let schema = columns.collect::<Vec<_>>().join(",");
        Ok(Self { converter, schema, sum: [0; 4], rows: 0 })
    }

    pub fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows =
            self.converter.convert_columns(batch.columns()).map_err(DataFusionError::from)?;
        for row in &rows {
            let hash = Sha256::digest(row.as_ref());
            for (sum, part) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
                let mut word = [0; 8];
                word.copy_from_slice(part);
                *sum = sum.wrapping_add(u64::from_le_bytes(word));
            }
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.schema);
        hash.update(self.rows.to_le_bytes());
        self.sum.iter().for_each(|word| hash.update(word.to_le_bytes()));
        hex(&hash.finalize())
    }
}

/// The digest of a stream's rows, once they have passed.
#[derive(Clone)]
pub struct RowDigest(Arc<Mutex<Content>>);

impl std::fmt::Debug for RowDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RowDigest")
    }
}

impl RowDigest {
    /// Lets the rows of a stream pass and adds them up.
    pub fn of(rows: SendableRecordBatchStream) -> Result<(SendableRecordBatchStream, Self)> {
        let schema = rows.schema();
        let digest = Self(Arc::new(Mutex::new(Content::new(&schema)?)));
        let sum = digest.clone();
        let rows = rows.map(move |batch| {
            let batch = batch?;
            match sum.0.lock() {
                Ok(mut content) => content.add(&batch)?,
                Err(_) => return Err(Error::data("content: digest unusable").into()),
            }
            Ok::<_, DataFusionError>(batch)
        });
        Ok((Box::pin(RecordBatchStreamAdapter::new(schema, rows)), digest))
    }

    /// The digest of what has passed.
    pub fn finish(&self) -> String {
        self.0.lock().map(|content| content.digest()).unwrap_or_default()
    }
}
