//! `table`: a box with names, types and aligned values, long results cut in the middle.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::Write;

use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use comfy_table::{
    Attribute, Cell, CellAlignment, ContentArrangement, Row, Table, presets::UTF8_FULL_CONDENSED,
};

use super::ResultWriter;
use super::cell::{Cells, without_controls};
use super::fit::{clip, fit, width};
use super::sql_type::{is_number, sql_type};

/// What the terminal allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableStyle {
    /// Rows shown at most, half of them from the end; `None` shows (and holds) all.
    pub max_rows: Option<usize>,
    /// Terminal columns; `None` never cuts.
    pub width: Option<usize>,
    /// Dim types and NULLs with escape sequences.
    pub color: bool,
}

type TextRow = Vec<Option<String>>;

/// Holds the first and last rows until the end of the result.
pub struct TableWriter<'a> {
    out: &'a mut (dyn Write + Send),
    schema: SchemaRef,
    style: TableStyle,
    head: Vec<TextRow>,
    tail: VecDeque<TextRow>,
    rows: u64,
}

impl<'a> TableWriter<'a> {
    /// Writes to `out` at the end of the result.
    pub fn new(out: &'a mut (dyn Write + Send), schema: SchemaRef, style: TableStyle) -> Self {
        Self { out, schema, style, head: Vec::new(), tail: VecDeque::new(), rows: 0 }
    }

    fn head_limit(&self) -> usize {
        self.style.max_rows.map_or(usize::MAX, |rows| rows.div_ceil(2))
    }

    fn tail_limit(&self) -> usize {
        self.style.max_rows.map_or(0, |rows| rows / 2)
    }

    fn render(&self) -> String {
        let held = self.head.len() + self.tail.len();
        let columns = self.schema.fields().len();
        let natural: Vec<(usize, bool)> = self
            .schema
            .fields()
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let header = width(field.name()).max(width(&sql_type(field.data_type())));
                let widest = self
                    .head
                    .iter()
                    .chain(&self.tail)
                    .map(|row| cell_width(row[i].as_deref()))
                    .max();
                (widest.unwrap_or(0).max(header), !is_number(field.data_type()))
            })
            .collect();
        let fit = fit(&natural, self.style.width);
        let gap = fit.left.len() < columns;

        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Disabled);
        if self.style.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        let row_of = |cell: &dyn Fn(usize) -> Cell, filler: &str| -> Row {
            let mut cells: Vec<Cell> = fit.left.iter().map(|i| cell(*i)).collect();
            if gap {
                cells.push(Cell::new(filler));
            }
            cells.extend(fit.right.iter().map(|i| cell(*i)));
            Row::from(cells)
        };
        table.set_header(row_of(&|i| self.header_cell(i, fit.widths[i]), "…"));
        let cut = self.rows > held as u64;
        for row in &self.head {
            table.add_row(row_of(&|i| self.value_cell(i, row, fit.widths[i]), "…"));
        }
        if cut {
            table.add_row(row_of(&|i| self.aligned(i, Cell::new("·")), ""));
        }
        for row in &self.tail {
            table.add_row(row_of(&|i| self.value_cell(i, row, fit.widths[i]), "…"));
        }

        let mut text = if columns == 0 { String::new() } else { format!("{table}\n") };
        let _ = write!(text, "{}", counted(self.rows, "row"));
        if cut {
            let _ = write!(text, ", {held} shown");
        }
        if gap {
            let shown = fit.left.len() + fit.right.len();
            let _ = write!(text, "; {}, {shown} shown", counted(columns as u64, "column"));
        }
        text.push('\n');
        text
    }

    fn header_cell(&self, column: usize, limit: usize) -> Cell {
        let field = self.schema.field(column);
        let name = clip(&without_controls(field.name().replace('\n', " ")), limit);
        let kind = clip(&sql_type(field.data_type()), limit);
        // comfy-table styles a cell as a whole; the header's escape codes would count as width.
        self.aligned(column, Cell::new(format!("{name}\n{kind}")))
    }

    fn value_cell(&self, column: usize, row: &TextRow, limit: usize) -> Cell {
        match &row[column] {
            Some(text) => self.aligned(column, Cell::new(clip(text, limit))),
            None => self.aligned(column, Cell::new("NULL").add_attribute(Attribute::Dim)),
        }
    }

    fn aligned(&self, column: usize, cell: Cell) -> Cell {
        if is_number(self.schema.field(column).data_type()) {
            cell.set_alignment(CellAlignment::Right)
        } else {
            cell
        }
    }
}

impl ResultWriter for TableWriter<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let cells = Cells::of_batch(batch)?;
        let text =
            |row| cells.iter().map(|column| column.text(row)).collect::<Result<TextRow, _>>();
        let into_head = batch.num_rows().min(self.head_limit() - self.head.len());
        for row in 0..into_head {
            self.head.push(text(row)?);
        }
        // Only rows that can still be among the last are worth formatting.
        let tail = self.tail_limit();
        for row in into_head.max(batch.num_rows().saturating_sub(tail))..batch.num_rows() {
            if self.tail.len() == tail {
                self.tail.pop_front();
            }
            self.tail.push_back(text(row)?);
        }
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ArrowError> {
        self.out.write_all(self.render().as_bytes())?;
        Ok(())
    }
}

fn cell_width(text: Option<&str>) -> usize {
    text.map_or("NULL".len(), width)
}

/// `1 row`, `1,234 rows`.
pub fn counted(count: u64, noun: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if count == 1 { format!("{grouped} {noun}") } else { format!("{grouped} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::format::vertical::tests::{batch, written};
    use arrow::array::{ArrayRef, Int64Array};
    use std::sync::Arc;

    #[test]
    fn box_with_types_alignment_and_null() {
        let expected = "\
┌─────────┬─────────┬────────────┐
│ symbol  ┆   close ┆ date       │
│ varchar ┆  double ┆ date       │
╞═════════╪═════════╪════════════╡
│ AAPL    ┆ 101.125 ┆ 1970-01-02 │
│ a|b     ┆    NULL ┆ 1970-01-03 │
└─────────┴─────────┴────────────┘
2 rows
";
        assert_eq!(written(Format::Table, &[batch()], TableStyle::default()), expected);
    }

    #[test]
    fn long_results_keep_both_ends() {
        let batches: Vec<RecordBatch> = (0..10)
            .map(|b| {
                let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(b * 300..(b + 1) * 300));
                RecordBatch::try_from_iter([("id", ids)]).unwrap()
            })
            .collect();
        let style = TableStyle { max_rows: Some(5), ..TableStyle::default() };
        let expected = "\
┌────────┐
│     id │
│ bigint │
╞════════╡
│      0 │
│      1 │
│      2 │
│      · │
│   2998 │
│   2999 │
└────────┘
3,000 rows, 5 shown
";
        assert_eq!(written(Format::Table, &batches, style), expected);
    }

    #[test]
    fn exactly_the_limit_is_not_cut() {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5));
        let batch = RecordBatch::try_from_iter([("id", ids)]).unwrap();
        let style = TableStyle { max_rows: Some(5), ..TableStyle::default() };
        let text = written(Format::Table, &[batch], style);
        assert!(text.ends_with("│      4 │\n└────────┘\n5 rows\n"), "{text}");
        assert!(!text.contains('·'));
    }

    #[test]
    fn narrow_terminal_leaves_out_middle_columns() {
        let columns: Vec<(String, ArrayRef)> = (0..5)
            .map(|i| {
                (format!("c{i}"), Arc::new(Int64Array::from(vec![10_000_000 + i])) as ArrayRef)
            })
            .collect();
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let style = TableStyle { width: Some(40), ..TableStyle::default() };
        let expected = "\
┌──────────┬──────────┬───┬──────────┐
│       c0 ┆       c1 ┆ … ┆       c4 │
│   bigint ┆   bigint ┆   ┆   bigint │
╞══════════╪══════════╪═══╪══════════╡
│ 10000000 ┆ 10000001 ┆ … ┆ 10000004 │
└──────────┴──────────┴───┴──────────┘
1 row; 5 columns, 3 shown
";
        assert_eq!(written(Format::Table, &[batch], style), expected);
    }

    #[test]
    fn empty_result_keeps_its_header() {
        let empty = batch().slice(0, 0);
        let text = written(Format::Table, &[empty], TableStyle::default());
        assert!(text.contains("symbol") && text.ends_with("0 rows\n"), "{text}");
    }

    #[test]
    fn null_is_dim_only_with_color() {
        let style = TableStyle { color: true, ..TableStyle::default() };
        let text = written(Format::Table, &[batch()], style);
        assert!(text.contains("\u{1b}[2m"), "{text}");
    }
}
