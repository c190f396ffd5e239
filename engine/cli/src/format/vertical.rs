//! `vertical`: one line a value, like psql's `\x`.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;
use super::cell::{Cells, without_controls};
use super::fit::width;

/// Streams blocks of `name | value` lines.
pub struct VerticalWriter<'a> {
    out: &'a mut (dyn Write + Send),
    /// Padded to one width.
    names: Vec<String>,
    rows: u64,
}

impl<'a> VerticalWriter<'a> {
    /// Writes to `out`.
    pub fn new(out: &'a mut (dyn Write + Send), schema: &SchemaRef) -> Self {
        let names: Vec<String> = schema
            .fields()
            .iter()
            .map(|field| without_controls(field.name().replace('\n', " ")))
            .collect();
        let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
        let names =
            names.into_iter().map(|n| format!("{n}{}", " ".repeat(widest - width(&n)))).collect();
        Self { out, names, rows: 0 }
    }
}

impl ResultWriter for VerticalWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let cells = Cells::of_batch(batch)?;
        for row in 0..batch.num_rows() {
            self.rows += 1;
            let mut block = format!("-[ record {} ]-\n", self.rows);
            for (name, column) in self.names.iter().zip(&cells) {
                let text = column.text(row)?.unwrap_or_else(|| "NULL".into());
                // Further lines of a value line up under its first.
                let indent = format!("\n{} | ", " ".repeat(width(name)));
                block.push_str(name);
                block.push_str(" | ");
                block.push_str(&text.replace('\n', &indent));
                block.push('\n');
            }
            self.out.write_all(block.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        if self.rows == 0 {
            self.out.write_all(b"0 rows\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
pub mod tests {
    use crate::format::{Format, TableStyle};
    use arrow::array::{ArrayRef, Date32Array, Float64Array, StringArray};
    use arrow::record_batch::RecordBatch;
    use std::sync::Arc;

    /// Two rows with a NULL, a pipe and a date.
    pub fn batch() -> RecordBatch {
        let symbol: ArrayRef = Arc::new(StringArray::from(vec!["AAPL", "a|b"]));
        let close: ArrayRef = Arc::new(Float64Array::from(vec![Some(101.125), None]));
        let date: ArrayRef = Arc::new(Date32Array::from(vec![1, 2]));
        RecordBatch::try_from_iter([("symbol", symbol), ("close", close), ("date", date)]).unwrap()
    }

    /// What a format writes for a result; the schema of `batch()` when it has no batches.
    pub fn written(format: Format, batches: &[RecordBatch], style: TableStyle) -> String {
        String::from_utf8(bytes(format, batches, style)).unwrap()
    }

    /// The same for binary formats.
    pub fn bytes(format: Format, batches: &[RecordBatch], style: TableStyle) -> Vec<u8> {
        let schema = batches.first().map_or_else(|| batch().schema(), RecordBatch::schema);
        let mut out = Vec::new();
        let mut writer = format.writer(&mut out, &schema, style).unwrap();
        for batch in batches {
            writer.write(batch).unwrap();
        }
        writer.finish().unwrap();
        drop(writer);
        out
    }

    #[test]
    fn one_block_a_row() {
        assert_eq!(
            written(Format::Vertical, &[batch()], TableStyle::default()),
            "-[ record 1 ]-\nsymbol | AAPL\nclose  | 101.125\ndate   | 1970-01-02\n\
             -[ record 2 ]-\nsymbol | a|b\nclose  | NULL\ndate   | 1970-01-03\n"
        );
        assert_eq!(written(Format::Vertical, &[], TableStyle::default()), "0 rows\n");
    }
}
