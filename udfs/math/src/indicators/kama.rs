//! Kaufman's adaptive moving average: k ← k + c·(x − k), where c lies between the squared weights of
//! EMAs of 30 and 2 rows, by the efficiency ratio |x − x[n rows ago]| / Σ |change| of the last n.
//! It begins with the value before the first result. The first n rows have none; n = 1 gives the
//! series itself.
//!
//! Kaufman (1995), Smarter Trading. As TA-Lib, the ratio is 1 where nothing moved.

use super::adaptive::Adaptive;
use super::chain;
use super::chunk;
use super::earlier::WithEarlier;
use super::er::{change, efficiency};
use super::moving_average::Identity;
use super::rows::Wait;
use super::stage::Stage;
use crate::kernel::{Kernel, append};
use crate::rolling::{Number, Reduction, Sums, windows};

const SLOW: f64 = 2.0 / 31.0;
const FAST: f64 = 2.0 / 3.0;

/// The adaptive average of a series.
pub struct Kama {
    n: usize,
    weight: Stage,
    wait: Wait,
    average: Adaptive,
}

/// The weight of a row by the efficiency ratio.
struct Weight;

impl Reduction<3, 1, 1> for Weight {
    type Join = Sums;

    #[inline(always)]
    fn row<N: Number>(&self, row: [N; 3]) -> [N; 1] {
        [change(row)]
    }

    #[inline(always)]
    fn told<N: Number>(&self, [gone]: [N; 1], last: [N; 3]) -> [N; 1] {
        let ratio = N::less(gone, gone.all(1e-14), gone.all(1.0), efficiency(gone, last));
        let weight = ratio * gone.all(FAST - SLOW) + gone.all(SLOW);
        [weight * weight]
    }
}

impl Kama {
    /// Over `n ≥ 1` rows.
    pub fn new(n: usize) -> Self {
        let weight = WithEarlier::new([1, n], windows(n, Weight));
        Self { n, weight: Stage::new(Box::new(weight)), wait: Wait(n), average: Adaptive::new() }
    }
}

impl Kernel for Kama {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        if self.n <= 1 {
            return Some(append(&mut Identity, inputs, outputs));
        }
        let [output, ..] = outputs else { return None };
        output.reserve(inputs.first()?.len());
        let Self { n, weight, wait, average } = self;
        chunk::append_each(chunk::rows(*n), inputs, |[x]| {
            let (start, before) = (output.len(), wait.pass(x.len()));
            // So that the average is the value itself before the first result.
            chain::append(average, &[&x[..before], &vec![1.0; before]], output);
            output[start..].fill(f64::NAN);
            let [weights] = weight.next(&[x]);
            let finite = chain::append(average, &[&x[before..], &weights[before..]], output);
            finite && before == 0
        })
    }

    fn size(&self) -> usize {
        self.weight.size()
    }
}
