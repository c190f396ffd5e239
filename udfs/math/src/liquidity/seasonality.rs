//! What was usual for a slot of the calendar or the day.

use std::collections::BTreeMap;

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Sliding;

/// The mean of the last `n ≥ 1` earlier values of the same slot, the row's own not among them; inputs are
/// values and slots. No value before a slot was there `n` times.
///
/// The periodic mean of Heston & Sadka (2008), J. Financial Economics 87(2), for returns of one calendar
/// month. Memory grows with the number of slots.
#[derive(Debug, Clone)]
pub struct Seasonality {
    n: usize,
    slots: BTreeMap<u64, Slot>,
}

#[derive(Debug, Clone)]
struct Slot {
    window: Sliding<Sum>,
    mean: f64,
}

impl Seasonality {
    /// A mean of `n ≥ 1` values a slot.
    pub fn new(n: usize) -> Self {
        Self { n, slots: BTreeMap::new() }
    }
}

impl Kernel for Seasonality {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for ((out, x), slot) in outputs[0].iter_mut().zip(inputs[0]).zip(inputs[1]) {
            // −0 is 0.
            let slot = self
                .slots
                .entry((slot + 0.0).to_bits())
                .or_insert_with(|| Slot { window: Sliding::new(self.n), mean: f64::NAN });
            *out = slot.mean;
            if let Some(Sum { sum, .. }) = slot.window.push(*x) {
                slot.mean = sum / self.n as f64;
            }
        }
    }

    fn size(&self) -> usize {
        let slot = |slot: &Slot| slot.window.size() + size_of::<(u64, Slot)>();
        self.slots.values().map(slot).sum()
    }
}
