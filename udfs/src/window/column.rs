//! A window function at work: NULL rows are absent or missing, values outside the domain an error,
//! and each partition has a kernel of its own.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StructArray};
use datafusion::arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::{Result, exec_err, internal_err};
use trademl_math::kernel::Kernel;
use trademl_math::scan::{all_at_least, any_nan};
use trademl_math::whole::integers;

use super::{Domain, Evaluation, Few, Nulls, Output, WindowFunction};
use crate::relation::Call;

/// The rows of a batch by partition.
#[derive(Debug)]
pub(super) struct Segments {
    /// One range a partition, in order, from the first row to the last.
    pub ranges: Few<Range<usize>>,
    /// Whether the first one goes on with the partition that the batch before ended in.
    pub continues: bool,
}

/// One window column at work.
pub(super) trait WindowColumn: Send {
    /// One value for each row of a batch.
    fn push(&mut self, columns: &[ArrayRef], segments: &Segments) -> Result<ArrayRef>;

    /// Bytes held between batches.
    fn size(&self) -> usize;
}

/// Rows that a kernel takes at once.
const BLOCK: usize = 8192;

/// A function of ours at work.
pub(super) struct Column {
    function: WindowFunction,
    call: Call,
    kernel: Option<Box<dyn Kernel>>,
    /// Rows of the partition in work that were seen already.
    seen: usize,
}

impl Column {
    pub fn new(function: WindowFunction, call: Call) -> Self {
        Self { function, call, kernel: None, seen: 0 }
    }

    fn sections(
        &self,
        evaluate: fn(&Call, &[ArrayRef]) -> Result<ArrayRef>,
        columns: &[ArrayRef],
        segments: &Segments,
    ) -> Result<ArrayRef> {
        let each = segments.ranges.iter().map(|range| {
            let floats = columns.iter().enumerate();
            let floats =
                floats.filter_map(|(i, c)| Some((i, c.as_primitive_opt::<Float64Type>()?)));
            self.check(floats, range.clone(), 0)?;
            let columns: Vec<_> =
                columns.iter().map(|c| c.slice(range.start, range.len())).collect();
            evaluate(&self.call, &columns).map_err(|e| self.function.contract.blame(e))
        });
        let each = each.collect::<Result<Vec<_>>>()?;
        match each.as_slice() {
            [] => Ok(datafusion::arrow::array::new_empty_array(&self.function.output.data_type())),
            [one] => Ok(Arc::clone(one)),
            many => Ok(concat(&many.iter().map(AsRef::as_ref).collect::<Vec<_>>())?),
        }
    }

    fn floats<'a>(&self, columns: &'a [ArrayRef]) -> Result<Few<&'a Float64Array>> {
        let floats = columns.iter().map(|c| c.as_primitive_opt::<Float64Type>());
        match floats.collect::<Option<_>>() {
            Some(floats) => Ok(floats),
            None => internal_err!("{}: a column is not of floats", self.function.contract.name),
        }
    }

    /// That of the values of an argument.
    fn domain(&self, argument: usize) -> Domain {
        let domains = self.function.domains;
        domains.get(argument).or(domains.last()).copied().unwrap_or(Domain::Finite)
    }

    /// Whether all values of some rows, of whose partition `before` rows came before them, are in
    /// their domains; names the first that is not.
    fn check<'a>(
        &self,
        floats: impl Iterator<Item = (usize, &'a Float64Array)>,
        rows: Range<usize>,
        before: usize,
    ) -> Result<()> {
        for (i, column) in floats {
            let domain = self.domain(i);
            // NULLs have any value, so that they are looked at only where something is wrong.
            let values = &column.values()[rows.clone()];
            if domain.holds_all(values) {
                continue;
            }
            let wrong = |row: &usize| column.is_valid(*row) && !domain.holds(column.value(*row));
            let Some(row) = rows.clone().find(wrong) else { continue };
            let contract = self.function.contract;
            let argument = contract.column_positions().get(i).copied().unwrap_or(i);
            return exec_err!(
                "{}: argument '{}' is {} in row {} of its partition, expected {}; filter the row \
                 out or make it NULL",
                contract.name,
                contract.arguments[argument].name,
                column.value(row),
                before + row - rows.start + 1,
                domain.expected()
            );
        }
        Ok(())
    }

    /// The outputs as an Arrow column.
    fn array(&self, outputs: Few<Floats>) -> Result<ArrayRef> {
        let mut columns = outputs.into_iter().map(Floats::finish);
        Ok(match self.function.output {
            Output::Float => {
                Arc::new(columns.next().unwrap_or_else(|| Float64Array::from(vec![0.0; 0])))
            }
            Output::Integer => {
                let whole = columns.next().unwrap_or_else(|| Float64Array::from(vec![0.0; 0]));
                let values = integers(whole.values());
                Arc::new(Int64Array::new(values.into(), whole.nulls().cloned()))
            }
            Output::Fields(names) => {
                let columns: Vec<ArrayRef> = columns.map(|c| Arc::new(c) as ArrayRef).collect();
                // A struct of which no field has a value is none.
                let nulls = columns.iter().map(|c| c.logical_nulls()).reduce(|a, b| match (a, b) {
                    (Some(a), Some(b)) => Some(NullBuffer::new(a.inner() | b.inner())),
                    _ => None,
                });
                let names = names.iter().zip(&columns).map(|(name, column)| {
                    datafusion::arrow::datatypes::Field::new(
                        *name,
                        column.data_type().clone(),
                        true,
                    )
                });
                let fields = names.collect();
                Arc::new(StructArray::try_new(fields, columns, nulls.flatten())?)
            }
        })
    }
}

impl WindowColumn for Column {
    fn push(&mut self, columns: &[ArrayRef], segments: &Segments) -> Result<ArrayRef> {
        let begin = match self.function.evaluation {
            Evaluation::Series(kernel) => kernel,
            Evaluation::Section(evaluate) => return self.sections(evaluate, columns, segments),
        };
        let floats = self.floats(columns)?;
        let rows = segments.ranges.last().map_or(0, |range| range.end);
        let mut outputs: Few<_> =
            (0..self.function.output.count()).map(|_| Floats::new(rows)).collect();
        let present = match self.function.nulls {
            Nulls::Absent => floats
                .iter()
                .fold(None, |all, column| NullBuffer::union(all.as_ref(), column.nulls())),
            Nulls::Missing => None,
        };
        let filled: Few<Option<Vec<f64>>> = floats
            .iter()
            .map(|column| {
                (self.function.nulls == Nulls::Missing).then(|| missing(column)).flatten()
            })
            .collect();
        let values = |i: usize| filled[i].as_deref().unwrap_or_else(|| floats[i].values());
        for (n, range) in segments.ranges.iter().enumerate() {
            let mut kernel = match self.kernel.take() {
                Some(kernel) if n == 0 && segments.continues => kernel,
                None if n == 0 && segments.continues && self.seen > 0 => {
                    return internal_err!(
                        "{}: it goes on after an error",
                        self.function.contract.name
                    );
                }
                _ => {
                    self.seen = 0;
                    begin(&self.call).map_err(|e| self.function.contract.blame(e))?
                }
            };
            // Some rows at a time, so that what is checked, filled and looked through stays near.
            for start in range.clone().step_by(BLOCK) {
                let block = start..range.end.min(start + BLOCK);
                let nulls = present.as_ref().map(|p| p.slice(block.start, block.len()));
                let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
                let inputs: Few<&[f64]> =
                    (0..floats.len()).map(|i| &values(i)[block.clone()]).collect();
                let appended = nulls.is_none().then(|| {
                    let mut out: Few<_> = outputs.iter_mut().map(|out| &mut out.values).collect();
                    kernel.append(&inputs, &mut out)
                });
                let appended = appended.flatten();
                let finite = appended == Some(true);
                let unknown = floats.iter().copied().enumerate();
                let unknown = unknown.filter(|(i, _)| !finite || self.domain(*i) != Domain::Finite);
                self.check(unknown, block.clone(), self.seen)?;
                self.seen += block.len();
                if finite {
                    continue;
                }
                if appended.is_none() {
                    let mut out: Few<&mut [f64]> =
                        outputs.iter_mut().map(|out| out.block(block.len())).collect();
                    match &nulls {
                        None => kernel.push(&inputs, &mut out),
                        Some(nulls) => push_present(&mut *kernel, nulls, &inputs, &mut out),
                    }
                }
                outputs.iter_mut().for_each(|out| out.close(block.len()));
            }
            self.kernel = Some(kernel);
        }
        self.array(outputs)
    }

    fn size(&self) -> usize {
        self.kernel.as_ref().map_or(0, |kernel| kernel.size())
    }
}

impl Domain {
    /// The least value in it; the greatest is that of all numbers.
    fn least(self) -> f64 {
        match self {
            Self::Finite => f64::MIN,
            // The least number above 0.
            Self::Price => f64::from_bits(1),
            Self::NonNegative => 0.0,
        }
    }

    fn holds(self, value: f64) -> bool {
        (self.least()..=f64::MAX).contains(&value)
    }

    fn holds_all(self, values: &[f64]) -> bool {
        all_at_least(values, self.least())
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Finite => "a finite number",
            Self::Price => "a finite number > 0",
            Self::NonNegative => "a finite number ≥ 0",
        }
    }
}

/// What stands where no kernel has written yet, in builds for tests: a NaN that no arithmetic gives.
const UNWRITTEN: u64 = 0x7ff8_0000_dead_beef;

/// Doubles in the making, of which NaN are NULLs.
struct Floats {
    values: Vec<f64>,
    /// Whether there is a NaN among them.
    has_none: bool,
}

impl Floats {
    fn new(rows: usize) -> Self {
        // Kernels that append eight rows at a time take back what is too much.
        Self { values: Vec::with_capacity(rows + 7), has_none: false }
    }

    /// The next rows, to be written.
    fn block(&mut self, rows: usize) -> &mut [f64] {
        let before = if cfg!(debug_assertions) { f64::from_bits(UNWRITTEN) } else { 0.0 };
        let start = self.values.len();
        self.values.resize(start + rows, before);
        &mut self.values[start..]
    }

    /// The last rows were written.
    fn close(&mut self, rows: usize) {
        let block = &self.values[self.values.len() - rows..];
        debug_assert!(
            block.iter().all(|value| value.to_bits() != UNWRITTEN),
            "a kernel left out a row of its output"
        );
        self.has_none |= any_nan(block);
    }

    fn finish(self) -> Float64Array {
        if self.has_none {
            return null_where_nan(self.values);
        }
        Float64Array::new(ScalarBuffer::from(self.values), None)
    }
}

/// Values, of which NaN are NULLs.
pub fn null_where_nan(values: Vec<f64>) -> Float64Array {
    let present = BooleanBuffer::collect_bool(values.len(), |row| !values[row].is_nan());
    let nulls = NullBuffer::new(present);
    let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
    Float64Array::new(ScalarBuffer::from(values), nulls)
}

/// Takes the rows that have values only; the others have none in the outputs.
fn push_present(
    kernel: &mut dyn Kernel,
    present: &NullBuffer,
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
) {
    let rows: Vec<usize> = present.inner().set_indices().collect();
    let inputs = inputs.iter().map(|input| rows.iter().map(|row| input[*row]).collect());
    let inputs: Few<Vec<f64>> = inputs.collect();
    let inputs: Few<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
    let mut results = vec![vec![f64::NAN; rows.len()]; outputs.len()];
    let mut given: Few<&mut [f64]> = results.iter_mut().map(Vec::as_mut_slice).collect();
    kernel.push(&inputs, &mut given);
    for (output, results) in outputs.iter_mut().zip(given) {
        output.fill(f64::NAN);
        for (row, value) in rows.iter().zip(results) {
            output[*row] = *value;
        }
    }
}

/// A column with NaN for NULL, if it has NULLs.
fn missing(column: &Float64Array) -> Option<Vec<f64>> {
    let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0)?;
    let mut values = column.values().to_vec();
    for row in (!nulls.inner()).set_indices() {
        values[row] = f64::NAN;
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::physical_expr::expressions::{col, lit};

    use super::*;
    use crate::function::Body;
    use crate::functions;
    use crate::host::Host;

    #[test]
    fn nothing_goes_on_after_an_error() {
        let sma = functions().into_iter().find(|f| f.contract.name == "sma").unwrap();
        let Body::Window(sma) = sma.body else { panic!("sma is a window function") };
        let host = sma.inner().downcast_ref::<Host<WindowFunction>>().unwrap();
        let schema = Schema::new(vec![Field::new("x", DataType::Float64, true)]);
        let arguments = [col("x", &schema).unwrap(), lit(2_i64)];
        let fields = arguments.each_ref().map(|e| e.return_field(&schema).unwrap());
        let mut column =
            Column::new(host.function, host.contract.call(&arguments, &fields).unwrap());
        let mut push = |x: [f64; 2], continues| {
            let x: ArrayRef = Arc::new(Float64Array::from(x.to_vec()));
            let rows = Segments { ranges: std::iter::once(0..2).collect(), continues };
            column.push(&[x], &rows).map_err(|e| e.to_string())
        };
        assert!(push([1.0, 2.0], false).is_ok());
        let error = push([3.0, f64::NAN], true).unwrap_err();
        assert!(error.contains("is NaN in row 4 of its partition"), "{error}");
        let error = push([5.0, 6.0], true).unwrap_err();
        assert!(error.contains("it goes on after an error"), "{error}");
    }
}
