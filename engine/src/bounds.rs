//! Bounds on stock functions whose result may be arbitrarily larger than their input.
//!
//! `array_repeat(1, 1e9)` asks the allocator for 8 GB that no memory pool sees, and a refusal there
//! aborts the process. These functions are wrapped: the size is computed first, and refused with
//! an error the session survives.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};

/// The most elements or bytes one value may have.
const MAX_VALUE: i128 = 1 << 24;
/// The most elements or bytes the values of one batch may have together.
const MAX_BATCH: i128 = 1 << 27;

/// How a function's size follows from its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    /// The second argument.
    Count,
    /// The second argument times the length of the first.
    Copies,
    /// The distance from first to second argument over the third.
    Span,
}

const BOUNDED: [(&str, Size); 6] = [
    ("array_repeat", Size::Count),
    ("repeat", Size::Copies),
    ("lpad", Size::Count),
    ("rpad", Size::Count),
    ("range", Size::Span),
    ("generate_series", Size::Span),
];

/// Wraps the functions that need it.
pub(crate) fn install(state: &mut SessionState) -> Result<()> {
    for (name, size) in BOUNDED {
        if let Ok(inner) = state.udf(name) {
            state.register_udf(Arc::new(ScalarUDF::from(Bounded { inner, size })))?;
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    size: Size,
}

impl PartialEq for Bounded {
    fn eq(&self, other: &Self) -> bool {
        self.inner == other.inner
    }
}

impl Eq for Bounded {}

impl Hash for Bounded {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.inner.hash(state);
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut total = 0;
        for size in sizes(self.size, &args)? {
            total += size;
            if size > MAX_VALUE || total > MAX_BATCH {
                return exec_err!(
                    "{}: a result of {size} elements or bytes is too large, expected at most \
                     {MAX_VALUE} a value and {MAX_BATCH} a batch; for many rows use the table \
                     function generate_series",
                    self.name()
                );
            }
        }
        self.inner.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// The size of each row's result, as far as integers tell it; 0 where they do not.
fn sizes(size: Size, args: &ScalarFunctionArgs) -> Result<Vec<i128>> {
    let rows = match args.args.iter().any(|a| matches!(a, ColumnarValue::Array(_))) {
        true => args.number_rows,
        false => 1,
    };
    let integers = |i: usize| -> Result<Vec<Option<i64>>> {
        let Some(value) = args.args.get(i) else { return Ok(vec![None; rows]) };
        let array = value.to_array(rows)?;
        if !array.data_type().is_integer() {
            return Ok(vec![None; rows]);
        }
        Ok(cast(&array, &DataType::Int64)?.as_primitive::<Int64Type>().iter().collect())
    };
    let counts = integers(1)?;
    let wide = |v: Option<i64>| v.map_or(0, i128::from);
    Ok(match size {
        Size::Count => counts.into_iter().map(wide).collect(),
        Size::Copies => {
            let text = cast(&args.args[0].to_array(rows)?, &DataType::Utf8)?;
            let text = text.as_string::<i32>();
            let length = |row: usize| if text.is_valid(row) { text.value_length(row) } else { 0 };
            let rows = counts.into_iter().enumerate();
            rows.map(|(row, n)| wide(n) * i128::from(length(row))).collect()
        }
        Size::Span => {
            let (first, third) = (integers(0)?, integers(2)?);
            // With one argument it is the end.
            let one = args.args.len() == 1;
            let row = |row: usize| match (one, first[row], counts[row]) {
                (true, Some(end), _) => i128::from(end),
                (false, Some(start), Some(end)) => {
                    let step = third[row].map_or(1, |s| i128::from(s).abs().max(1));
                    (i128::from(end) - i128::from(start)).abs() / step
                }
                _ => 0,
            };
            (0..rows).map(row).collect()
        }
    })
}
