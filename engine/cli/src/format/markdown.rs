//! `markdown`: a GitHub table, numbers flush right.

use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

use super::ResultWriter;
use super::cell::{Cells, without_controls};
use super::sql_type::is_number;

/// Streams rows without padding: the source is for a renderer.
pub struct MarkdownWriter<'a> {
    out: &'a mut (dyn Write + Send),
}

impl<'a> MarkdownWriter<'a> {
    /// Writes the two header lines at once.
    pub fn new(out: &'a mut (dyn Write + Send), schema: &SchemaRef) -> Result<Self, ArrowError> {
        let names: Vec<String> =
            schema.fields().iter().map(|f| escaped(&without_controls(f.name().clone()))).collect();
        let rules: Vec<&str> = schema
            .fields()
            .iter()
            .map(|f| if is_number(f.data_type()) { "---:" } else { "---" })
            .collect();
        writeln!(out, "| {} |\n| {} |", names.join(" | "), rules.join(" | "))?;
        Ok(Self { out })
    }
}

impl ResultWriter for MarkdownWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let cells = Cells::of_batch(batch)?;
        for row in 0..batch.num_rows() {
            let mut line = String::from("|");
            for column in &cells {
                line.push(' ');
                line.push_str(&column.text(row)?.map_or_else(|| "NULL".into(), |t| escaped(&t)));
                line.push_str(" |");
            }
            line.push('\n');
            self.out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use crate::format::vertical::tests::{batch, written};
    use crate::format::{Format, TableStyle};

    #[test]
    fn pipes_are_escaped_and_numbers_right() {
        assert_eq!(
            written(Format::Markdown, &[batch()], TableStyle::default()),
            "| symbol | close | date |\n| --- | ---: | --- |\n\
             | AAPL | 101.125 | 1970-01-02 |\n| a\\|b | NULL | 1970-01-03 |\n"
        );
    }
}
