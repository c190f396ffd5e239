//! One group at a time: whole tables, windows, and DISTINCT.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Float64Array, Int64Array};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::Result;
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::logical_expr::Accumulator;
use datafusion::scalar::ScalarValue;
use trademl_math::exact::Moments;

use super::statistic::Of;
use super::{rows, states};

/// All rows, or those of a frame: rows that leave it are taken off without a trace.
#[derive(Debug)]
pub(super) struct Whole<const SUMS: usize> {
    moments: Moments<SUMS>,
    tell: Of<SUMS>,
}

impl<const SUMS: usize> Whole<SUMS> {
    pub fn new(tell: Of<SUMS>) -> Self {
        Self { moments: Moments::default(), tell }
    }
}

impl<const SUMS: usize> Accumulator for Whole<SUMS> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        match values {
            [x] => {
                let x = x.as_primitive::<Float64Type>();
                match x.null_count() {
                    0 => self.moments.add_all(x.values()),
                    _ => self.moments.add_all(&x.iter().flatten().collect::<Vec<_>>()),
                }
            }
            pair => rows(pair, |_, x, y| self.moments.add(x, y)),
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        rows(values, |_, x, y| self.moments.remove(x, y));
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, given: &[ArrayRef]) -> Result<()> {
        states(&given[0], |_, moments| self.moments.merge(moments))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let mut words = vec![];
        self.moments.write(&mut words);
        let list = SingleRowListArrayBuilder::new(Arc::new(Int64Array::from(words)));
        Ok(vec![ScalarValue::List(Arc::new(list.build_list_array()))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64((self.tell)(&self.moments)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.moments.heap()
    }
}

/// The distinct values, each once. Both zeros are one value, and so is every NaN.
#[derive(Debug)]
pub(super) struct Distinct<const SUMS: usize> {
    /// How many rows each value has, by its bits.
    rows: HashMap<u64, u64>,
    moments: Moments<SUMS>,
    tell: Of<SUMS>,
}

impl<const SUMS: usize> Distinct<SUMS> {
    pub fn new(tell: Of<SUMS>) -> Self {
        Self { rows: HashMap::new(), moments: Moments::default(), tell }
    }

    fn add(&mut self, x: f64) {
        let rows = self.rows.entry(bits(x)).or_default();
        *rows += 1;
        if *rows == 1 {
            self.moments.add(x, 0.0);
        }
    }
}

/// The same of equals.
fn bits(x: f64) -> u64 {
    if x.is_nan() { f64::NAN.to_bits() } else { (x + 0.0).to_bits() }
}

impl<const SUMS: usize> Accumulator for Distinct<SUMS> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        rows(values, |_, x, _| self.add(x));
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        rows(values, |_, x, _| {
            if let Entry::Occupied(mut rows) = self.rows.entry(bits(x)) {
                *rows.get_mut() -= 1;
                if *rows.get() == 0 {
                    rows.remove();
                    self.moments.remove(x, 0.0);
                }
            }
        });
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, given: &[ArrayRef]) -> Result<()> {
        let lists = given[0].as_list::<i32>();
        for values in lists.iter().flatten() {
            let values = values.as_primitive::<Float64Type>();
            values.values().iter().for_each(|x| self.add(*x));
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = Float64Array::from_iter_values(self.rows.keys().map(|x| f64::from_bits(*x)));
        let list = SingleRowListArrayBuilder::new(Arc::new(values));
        Ok(vec![ScalarValue::List(Arc::new(list.build_list_array()))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64((self.tell)(&self.moments)))
    }

    fn size(&self) -> usize {
        let entry = size_of::<(u64, u64)>();
        size_of_val(self) + self.rows.capacity() * entry + self.moments.heap()
    }
}
