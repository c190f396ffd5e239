//! Rows by group, without a comparison of rows.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::EmitTo;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

/// The groups of rows that come in batches.
pub(super) struct Groups {
    /// `None`: all rows are one group.
    known: Option<Box<dyn GroupValues>>,
    /// The group of each row.
    of: Vec<usize>,
    batch: Vec<usize>,
}

/// Where the rows of groups are.
pub(super) struct Places {
    /// The rows by group, within one as they came: their numbers.
    pub rows: Vec<u32>,
    pub groups: Vec<Range<usize>>,
}

impl Groups {
    /// Groups by keys of an input of this schema.
    pub fn new(keys: &[Arc<dyn PhysicalExpr>], input: &Schema) -> Result<Self> {
        let fields = keys.iter().map(|key| Ok(Field::new("key", key.data_type(input)?, true)));
        let schema = Arc::new(Schema::new(fields.collect::<Result<Vec<_>>>()?));
        let known = match keys.is_empty() {
            true => None,
            false => Some(new_group_values(schema, &GroupOrdering::None)?),
        };
        Ok(Self { known, of: vec![], batch: vec![] })
    }

    /// Takes the keys of the next rows.
    pub fn push(&mut self, keys: &[ArrayRef], rows: usize) -> Result<()> {
        match &mut self.known {
            None => self.of.resize(self.of.len() + rows, 0),
            Some(known) => {
                known.intern(keys, &mut self.batch)?;
                self.of.extend_from_slice(&self.batch);
            }
        }
        // Rows are numbered by 32 bits: more are taken for too many to be held.
        match u32::try_from(self.of.len()) {
            Ok(_) => Ok(()),
            Err(_) => Err(DataFusionError::ResourcesExhausted("more than 2³² rows".to_owned())),
        }
    }

    /// The keys of the groups; they are forgotten.
    pub fn keys(&mut self) -> Result<Vec<ArrayRef>> {
        self.known.as_mut().map_or(Ok(vec![]), |known| known.emit(EmitTo::All))
    }

    /// The rows by group, groups in the order of their first rows, or as `order` says.
    pub fn places(&self, order: Option<&UInt32Array>) -> Places {
        let count = self.of.iter().max().map_or(0, |last| last + 1);
        let mut rank: Vec<usize> = (0..count).collect();
        if let Some(order) = order {
            order.values().iter().enumerate().for_each(|(i, group)| rank[*group as usize] = i);
        }
        let mut next = vec![0_u32; count + 1];
        self.of.iter().for_each(|group| next[rank[*group] + 1] += 1);
        for i in 0..count {
            next[i + 1] += next[i];
        }
        let groups = next.windows(2).map(|ends| ends[0] as usize..ends[1] as usize).collect();
        let mut rows = vec![0_u32; self.of.len()];
        for (row, group) in (0_u32..).zip(&self.of) {
            let place = &mut next[rank[*group]];
            rows[*place as usize] = row;
            *place += 1;
        }
        Places { rows, groups }
    }

    /// Bytes held.
    pub fn size(&self) -> usize {
        self.known.as_ref().map_or(0, |known| known.size())
            + (self.of.capacity() + self.batch.capacity()) * size_of::<usize>()
    }
}
