//! Money flow index: an RSI of price times volume. Quong & Soudack (1989), Volume-Weighted RSI:
//! Money Flow, Stocks & Commodities 7(3).
//!
//! Money flow is the typical price (high + low + close)/3 times volume, positive where the typical
//! price rose, negative where it fell, left out where it stayed. MFI = 100 · P / (P + N).

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::Lookback;
use super::stage::Stage;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling;

/// The index over the last `n` changes, 0 … 100; `n` rows of warm-up; 0 without money flow.
pub struct Mfi {
    typical: Lookback,
    positive: Stage,
    negative: Stage,
}

impl Mfi {
    /// An index over `n ≥ 2` changes.
    pub fn new(n: usize) -> Self {
        let sum = || Stage::new(rolling::sum(n, n));
        Self { typical: Lookback::new(1, f64::NAN), positive: sum(), negative: sum() }
    }

    fn chunk(&mut self, [high, low, close, volume]: [&[f64]; 4], out: &mut [f64]) {
        let rows = out.len();
        let mut flows = [[0.0; chunk::ROWS]; 2];
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            let prices = self.typical.next(rows).iter_mut();
            for (((price, high), low), close) in prices.zip(high).zip(low).zip(close) {
                *price = (high + low + close) / 3.0;
            }
            let [up, down] = &mut flows;
            let changes = self.typical.values().array_windows().zip(volume);
            for ((up, down), (prices, volume)) in up.iter_mut().zip(down).zip(changes) {
                (*up, *down) = money_flow(*prices, *volume);
            }
        }));
        let [positive] = self.positive.next(&[&flows[0][..rows]]);
        let [negative] = self.negative.next(&[&flows[1][..rows]]);
        dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
            for ((out, positive), negative) in out.iter_mut().zip(positive).zip(negative) {
                let sum = *positive + *negative;
                // The sums are NaN in the first rows.
                let share = positive.max(0.0).min(sum) / sum;
                *out = if sum <= 0.0 { 0.0 } else { 100.0 * share };
            }
        }));
    }
}

/// What a row adds to positive and to negative money flow; NaN without a row before.
#[inline(always)]
fn money_flow([before, price]: [f64; 2], volume: f64) -> (f64, f64) {
    let change = price - before;
    // TA-Lib's band: a typical price that differs by its own rounding did not move.
    let band = 1e-14 * (price.abs() + before.abs());
    let flow = price * volume;
    let none = if before.is_nan() { f64::NAN } else { 0.0 };
    (if change > band { flow } else { none }, if change < -band { flow } else { none })
}

impl Kernel for Mfi {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn size(&self) -> usize {
        self.typical.size() + self.positive.size() + self.negative.size()
    }
}
