//! Kaufman's adaptive moving average: k ← k + c·(x − k), where c lies between the squared weights of
//! EMAs of 30 and 2 rows, by the efficiency ratio |x − x[n rows ago]| / Σ |change| of the last n.
//! It begins with the value before the first result. The first n rows have none; n = 1 gives the
//! series itself.
//!
//! Kaufman (1995), Smarter Trading. As TA-Lib, the ratio is 1 where nothing moved.

use super::adaptive::Adaptive;
use super::chain;
use super::chunk;
use super::moving_average::Identity;
use super::rows::Wait;
use super::way::Way;
use crate::kernel::Kernel;

const SLOW: f64 = 2.0 / 31.0;
const FAST: f64 = 2.0 / 3.0;

/// The adaptive average of a series.
pub struct Kama {
    n: usize,
    way: Way,
    wait: Wait,
    average: Adaptive,
}

impl Kama {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self { n, way: Way::new(n), wait: Wait(n), average: Adaptive::new() }
    }
}

/// The weight of a row by the ways made and gone.
fn weight([made, gone]: [f64; 2]) -> f64 {
    let ratio = (made / gone).abs();
    let ratio = if gone <= made || gone.abs() < 1e-14 { 1.0 } else { ratio };
    let weight = ratio * (FAST - SLOW) + SLOW;
    weight * weight
}

impl Kernel for Kama {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if self.n <= 1 {
            return Identity.push(inputs, outputs);
        }
        let most = self.way.rows();
        let mut weights = chunk::scratch(most, inputs);
        chunk::each(most, inputs, outputs, |[x], [out]| {
            let rows = x.len();
            chunk::map(self.way.next(x), &mut weights[..rows], weight);
            let before = self.wait.0.min(rows);
            // So that the average is the value itself before the first result.
            weights[..before].fill(1.0);
            chain::push(&mut self.average, &[x, &weights[..rows]], &mut [out]);
            self.wait.over(out);
        });
    }

    fn size(&self) -> usize {
        self.way.size()
    }
}
