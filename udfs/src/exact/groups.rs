//! Many groups at a time: GROUP BY.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, BooleanArray, Float64Array, Int64Builder, ListBuilder,
};
use datafusion::common::Result;
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};
use trademl_math::exact::Moments;

use super::statistic::Of;
use super::{rows, states};

/// The moments of each group.
pub(super) struct Groups<const SUMS: usize> {
    groups: Vec<Moments<SUMS>>,
    /// Bytes that the groups have on the heap.
    heap: usize,
    tell: Of<SUMS>,
}

impl<const SUMS: usize> Groups<SUMS> {
    pub fn new(tell: Of<SUMS>) -> Self {
        Self { groups: vec![], heap: 0, tell }
    }

    fn change(&mut self, group: usize, change: impl FnOnce(&mut Moments<SUMS>)) {
        let moments = &mut self.groups[group];
        let before = moments.heap();
        change(moments);
        self.heap += moments.heap() - before;
    }

    fn take(&mut self, emit_to: EmitTo) -> Vec<Moments<SUMS>> {
        let taken = emit_to.take_needed(&mut self.groups);
        self.heap -= taken.iter().map(Moments::heap).sum::<usize>();
        taken
    }
}

impl<const SUMS: usize> GroupsAccumulator for Groups<SUMS> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Moments::default);
        rows(values, |row, x, y| {
            if wanted(opt_filter, row) {
                self.change(group_indices[row], |moments| moments.add(x, y));
            }
        });
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.groups.resize_with(total_num_groups, Moments::default);
        states(&values[0], |row, other| {
            self.change(group_indices[row], |moments| moments.merge(other));
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit_to);
        Ok(Arc::new(groups.iter().map(self.tell).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![written(self.take(emit_to).iter())])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let mut each = vec![Moments::<SUMS>::default(); values[0].len()];
        rows(values, |row, x, y| {
            if wanted(opt_filter, row) {
                each[row].add(x, y);
            }
        });
        Ok(vec![written(each.iter())])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.groups.capacity() * size_of::<Moments<SUMS>>() + self.heap
    }
}

fn wanted(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

/// A column of states.
fn written<'a, const SUMS: usize>(all: impl Iterator<Item = &'a Moments<SUMS>>) -> ArrayRef {
    let mut lists = ListBuilder::new(Int64Builder::new());
    let mut words = vec![];
    for moments in all {
        moments.write(&mut words);
        lists.values().append_slice(&words);
        lists.append(true);
        words.clear();
    }
    Arc::new(lists.finish())
}
