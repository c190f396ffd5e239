//! `parquet`: one Parquet file, zstd-compressed.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::ResultWriter;

/// Streams row groups; the footer is written by `finish`, so a broken-off file is not readable.
pub struct FileWriter<'a> {
    writer: ArrowWriter<&'a mut (dyn Write + Send)>,
}

impl<'a> FileWriter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut (dyn Write + Send), schema: &SchemaRef) -> Result<Self, ArrowError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(format!("trademl-sql {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { writer: ArrowWriter::try_new(out, schema.clone(), Some(properties))? })
    }
}

impl ResultWriter for FileWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        Ok(self.writer.write(batch)?)
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        self.writer.finish()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::format::vertical::tests::{batch, bytes};
    use crate::format::{Format, TableStyle};
    use arrow::compute::concat_batches;
    use arrow::record_batch::RecordBatch;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::io::Write;

    #[test]
    fn reads_back_equal() {
        let file = bytes(Format::Parquet, &[batch(), batch()], TableStyle::default());
        let mut on_disk = tempfile::tempfile().unwrap();
        on_disk.write_all(&file).unwrap();
        let read: Vec<RecordBatch> = ParquetRecordBatchReaderBuilder::try_new(on_disk)
            .unwrap()
            .build()
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let expected = concat_batches(&batch().schema(), &[batch(), batch()]).unwrap();
        assert_eq!(concat_batches(&batch().schema(), &read).unwrap(), expected);
    }
}
