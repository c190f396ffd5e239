//! Text of one value for the formats that people read: table, Markdown, vertical.

use arrow::array::Array;
use arrow::buffer::NullBuffer;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

const OPTIONS: FormatOptions<'static> = FormatOptions::new()
    .with_display_error(false)
    .with_null("NULL")
    .with_timestamp_format(Some("%Y-%m-%d %H:%M:%S%.f"))
    .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.f%:z"));

/// Formats the values of one column of one batch.
pub struct Cells<'a> {
    formatter: ArrayFormatter<'a>,
    nulls: Option<NullBuffer>,
}

impl<'a> Cells<'a> {
    /// Of a column.
    pub fn new(column: &'a dyn Array) -> Result<Self, ArrowError> {
        // Null and dictionary arrays say which of their values are NULL only logically.
        Ok(Self {
            formatter: ArrayFormatter::try_new(column, &OPTIONS)?,
            nulls: column.logical_nulls(),
        })
    }

    /// Of all columns of a batch.
    pub fn of_batch(batch: &'a RecordBatch) -> Result<Vec<Self>, ArrowError> {
        batch.columns().iter().map(|column| Self::new(column.as_ref())).collect()
    }

    /// The text of a row, `None` when NULL. Line feeds stay; other control characters are escaped,
    /// because a stored string must not be able to drive the reader's terminal.
    pub fn text(&self, row: usize) -> Result<Option<String>, ArrowError> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(None);
        }
        Ok(Some(without_controls(self.formatter.value(row).try_to_string()?)))
    }
}

/// Escapes control characters except line feeds; a tab becomes four blanks.
pub fn without_controls(text: String) -> String {
    if !text.chars().any(|c| c.is_control() && c != '\n') {
        return text;
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' => clean.push('\n'),
            '\t' => clean.push_str("    "),
            c if c.is_control() => clean.extend(c.escape_default()),
            c => clean.push(c),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{NullArray, StringArray, TimestampMicrosecondArray};

    #[test]
    fn escape_sequences_cannot_reach_the_terminal() {
        let column = StringArray::from(vec!["a\u{1b}[31mb\tc\r\nd"]);
        let text = Cells::new(&column).and_then(|c| c.text(0)).unwrap();
        assert_eq!(text.as_deref(), Some("a\\u{1b}[31mb    c\nd"));
    }

    #[test]
    fn nulls_of_a_null_array_are_null() {
        let column = NullArray::new(1);
        assert_eq!(Cells::new(&column).and_then(|c| c.text(0)).unwrap(), None);
    }

    #[test]
    fn instants_show_their_offset_and_only_needed_digits() {
        let column = TimestampMicrosecondArray::from(vec![1_500_000]).with_timezone("UTC");
        let text = Cells::new(&column).and_then(|c| c.text(0)).unwrap();
        assert_eq!(text.as_deref(), Some("1970-01-01 00:00:01.500+00:00"));
    }
}
