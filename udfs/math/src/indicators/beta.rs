//! Beta: the slope of the regression of y's simple returns on x's over the last `n` returns; 0 where
//! x's returns do not differ. The first n rows have none. A return from a price of 0 is 0, as in
//! TA-Lib.

use fearless_simd::{Level as Processor, Simd};

use super::chunk;
use super::lookback::Lookback;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Comoments, rolling};

/// The beta of a series to an index over the last `n ≥ 1` returns; inputs index and series.
pub fn beta(n: usize) -> impl Kernel {
    // The first row has no return, so that a window with it has not enough.
    let line = rolling(n, n, |s: Comoments, _| if s.xx > 0.0 { s.xy / s.xx } else { 0.0 });
    let prices = Lookback::new(1, f64::NAN);
    Beta { line, prices: [prices.clone(), prices] }
}

struct Beta<L> {
    line: L,
    prices: [Lookback; 2],
}

#[inline(always)]
fn change([before, now]: [f64; 2]) -> f64 {
    let change = (now - before) / before;
    if before.abs() < 1e-14 { 0.0 } else { change }
}

impl<L: Kernel> Beta<L> {
    fn chunk(&mut self, inputs: [&[f64]; 2], out: &mut [f64]) {
        let mut columns = [[0.0; chunk::ROWS]; 2];
        let returns = columns.each_mut().map(|column| &mut column[..out.len()]);
        for ((x, prices), returns) in inputs.iter().zip(&mut self.prices).zip(returns) {
            prices.take(x);
            dispatch!(Processor::new(), simd => simd.vectorize(#[inline(always)] || {
                for (out, prices) in returns.iter_mut().zip(prices.values().array_windows()) {
                    *out = change(*prices);
                }
            }));
        }
        let [x, y] = columns.each_ref().map(|column| &column[..out.len()]);
        self.line.push(&[x, y], &mut [out]);
    }
}

impl<L: Kernel> Kernel for Beta<L> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        chunk::each(chunk::ROWS, inputs, outputs, |inputs, [out]| self.chunk(inputs, out));
    }

    fn size(&self) -> usize {
        self.line.size() + self.prices.iter().map(Lookback::size).sum::<usize>()
    }
}
