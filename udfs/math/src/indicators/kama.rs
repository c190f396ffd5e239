//! Kaufman's adaptive moving average: k ← k + c·(x − k), where c lies between the squared weights of
//! EMAs of 30 and 2 rows, by the efficiency ratio |x − x[n rows ago]| / Σ |change| of the last n.
//! It begins with the value before the first result. The first n rows have none; n = 1 gives the
//! series itself.
//!
//! Kaufman (1995), Smarter Trading. As TA-Lib, the ratio is 1 where nothing moved.

use super::adaptive::Adaptive;
use super::chain;
use super::chunk;
use super::er::efficiency;
use super::moving_average::Identity;
use super::rows::Wait;
use super::way::Way;
use crate::kernel::{Kernel, append};
use crate::lagged::{Lagged, OfRows};
use crate::rolling::Number;

const SLOW: f64 = 2.0 / 31.0;
const FAST: f64 = 2.0 / 3.0;

/// The adaptive average of a series.
pub struct Kama {
    n: usize,
    way: Way,
    weight: Lagged<Weight, 2, 1>,
    weights: Vec<f64>,
    wait: Wait,
    average: Adaptive,
}

/// The weight of a value and the way that it has gone, by the value before.
struct Weight;

impl OfRows<2, 1> for Weight {
    #[inline(always)]
    fn of<N: Number>(&self, [x, gone]: [N; 2], [before, _]: [N; 2]) -> [N; 1] {
        let ratio = efficiency((x - before).magnitude(), gone);
        let ratio = N::less(gone, x.all(1e-14), x.all(1.0), ratio);
        let weight = ratio * x.all(FAST - SLOW) + x.all(SLOW);
        [weight * weight]
    }
}

impl Kama {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        Self {
            n,
            way: Way::new(n),
            weight: Lagged::new(n, Weight),
            weights: vec![],
            wait: Wait(n),
            average: Adaptive::new(),
        }
    }
}

impl Kernel for Kama {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        if self.n <= 1 {
            return Some(append(&mut Identity, inputs, outputs));
        }
        let [output, ..] = outputs else { return None };
        output.reserve(inputs.first()?.len());
        let Self { way, weight, weights, wait, average, .. } = self;
        chunk::append_each(way.rows(), inputs, |[x]| {
            weights.clear();
            weight.append(&[x, way.next(x)], &mut [weights]);
            let before = wait.pass(x.len());
            // So that the average is the value itself before the first result.
            weights[..before].fill(1.0);
            let start = output.len();
            let finite = chain::append(average, &[x, weights], output);
            output[start..start + before].fill(f64::NAN);
            finite && before == 0
        })
    }

    fn size(&self) -> usize {
        let weights = self.weights.capacity() * size_of::<f64>();
        self.way.size() + self.weight.size() + weights
    }
}
