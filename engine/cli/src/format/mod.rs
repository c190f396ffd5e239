//! Output formats: one writer a format, fed batch by batch, so that only `table` ever holds rows.

mod arrow_stream;
mod cell;
mod delimited;
mod fit;
mod json;
mod markdown;
mod parquet_file;
mod sql_type;
mod table;
mod vertical;

use std::io::Write;
use std::path::Path;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use clap::ValueEnum;
use serde::Deserialize;

pub use sql_type::sql_type;
pub use table::{TableStyle, counted};

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Box drawing for people: fitted to the terminal, long results cut in the middle.
    #[default]
    Table,
    /// RFC 4180 with a header line; NULL is empty.
    Csv,
    /// CSV with tabs.
    Tsv,
    /// One JSON array, one object a line.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A Markdown table.
    Markdown,
    /// One line a value, one block a row.
    Vertical,
    /// Arrow IPC stream.
    Arrow,
    /// One Parquet file, zstd.
    Parquet,
}

impl Format {
    /// The format that a file name's extension asks for.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "md" | "markdown" => Self::Markdown,
            "arrow" | "arrows" | "ipc" => Self::Arrow,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }

    /// Bytes that a terminal cannot show.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Arrow | Self::Parquet)
    }

    /// Whether one output can hold several results, one after the other.
    pub fn holds_several_results(self) -> bool {
        !self.is_binary()
    }

    /// The name used on the command line and in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
            Self::Vertical => "vertical",
            Self::Arrow => "arrow",
            Self::Parquet => "parquet",
        }
    }

    /// Starts a result of `schema` on `out`.
    pub fn writer<'a>(
        self,
        out: &'a mut (dyn Write + Send),
        schema: &SchemaRef,
        style: TableStyle,
    ) -> Result<Box<dyn ResultWriter + 'a>, ArrowError> {
        Ok(match self {
            Self::Table => Box::new(table::TableWriter::new(out, schema.clone(), style)),
            Self::Csv => Box::new(delimited::DelimitedWriter::new(out, schema, b',')),
            Self::Tsv => Box::new(delimited::DelimitedWriter::new(out, schema, b'\t')),
            Self::Json => Box::new(json::ArrayWriter::new(out)),
            Self::Ndjson => Box::new(json::LineWriter::new(out)),
            Self::Markdown => Box::new(markdown::MarkdownWriter::new(out, schema)?),
            Self::Vertical => Box::new(vertical::VerticalWriter::new(out, schema)),
            Self::Arrow => Box::new(arrow_stream::StreamWriter::new(out, schema)?),
            Self::Parquet => Box::new(parquet_file::FileWriter::new(out, schema)?),
        })
    }
}

/// Takes one result, batch by batch.
pub trait ResultWriter {
    /// Adds rows; every format but `table` has written them on return.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError>;

    /// Closes the result. A result without rows still gets its header.
    fn finish(&mut self) -> Result<(), ArrowError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extension_decides_the_format() {
        assert_eq!(Format::of_path(Path::new("a/b.PARQUET")), Some(Format::Parquet));
        assert_eq!(Format::of_path(Path::new("x.jsonl")), Some(Format::Ndjson));
        assert_eq!(Format::of_path(Path::new("x.txt")), None);
        assert_eq!(Format::of_path(Path::new("parquet")), None);
    }

    #[test]
    fn names_are_those_of_the_command_line() {
        for format in Format::value_variants() {
            assert_eq!(
                format.to_possible_value().map(|v| v.get_name().to_owned()),
                Some(format.name().to_owned())
            );
        }
    }
}
