//! Mass index: the sum over `slow` rows of the exponential average of high − low over the
//! exponential average of that average; the quotient is 1 where both are 0. The first
//! 2·(fast − 1) + slow − 1 rows have none.
//!
//! Dorsey (1992), The Mass Index, Stocks & Commodities 10.

use super::chain::{self, Chain};
use super::chunk;
use super::rows::Rows;
use super::smoothing::Smoothing;
use crate::kernel::{Kernel, append};
use crate::rolling::sum;

/// The index; inputs high, low.
pub struct Massi {
    quotient: Quotient,
    quotients: Vec<f64>,
    sum: Box<dyn Kernel>,
    slow: usize,
}

/// The exponential average of high − low over the average of that.
#[derive(Debug, Clone)]
struct Quotient {
    once: Smoothing,
    twice: Smoothing,
}

impl Massi {
    /// Of averages over `fast ≥ 1` rows, summed over `slow ≥ 1`.
    pub fn new(fast: usize, slow: usize) -> Self {
        let average = Smoothing::exponential(fast);
        let quotient = Quotient { once: average.clone(), twice: average };
        Self { quotient, quotients: vec![], sum: sum(slow, slow), slow }
    }
}

impl Chain<2, 1> for Quotient {
    fn is_warm(&self) -> bool {
        self.twice.is_warm()
    }

    #[inline(always)]
    fn next<N: Rows>(&mut self, level: N::Level, [high, low]: [N; 2]) -> Option<[N; 1]> {
        let once = self.once.next(level, high - low)?;
        let twice = self.twice.next(level, once)?;
        Some([(once / twice).unless_zero(twice, 1.0)])
    }
}

impl Kernel for Massi {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let Self { quotient, quotients, sum, slow } = self;
        chunk::append_each(chunk::rows(*slow), inputs, |bars: [_; 2]| {
            quotients.clear();
            let finite = chain::append(quotient, &bars, quotients);
            append(&mut **sum, &[quotients], outputs) && finite
        })
    }

    fn size(&self) -> usize {
        self.quotients.capacity() * size_of::<f64>() + self.sum.size()
    }
}
