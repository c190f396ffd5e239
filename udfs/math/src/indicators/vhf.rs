//! Vertical horizontal filter: trend or range. White (1991), Futures 20(10).

use super::chunk;
use super::stage::Stage;
use super::way::Way;
use crate::kernel::Kernel;
use crate::lagged::{Lagged, OfRows};
use crate::rolling::{Number, Range, Reduction, windows};

/// (highest − lowest of the last n values) / Σ |the last n changes|, 0 … 1; `n` rows of warm-up; 0
/// where nothing moved.
pub struct Vhf {
    ranges: Stage,
    way: Way,
    share: Lagged<Share, 2, 1>,
}

/// Highest less lowest.
struct Spread;

impl Reduction<1, 2, 1> for Spread {
    type Join = Range;
    const INPUTS: Option<[usize; 2]> = Some([0, 0]);

    #[inline(always)]
    fn told<N: Number>(&self, [highest, lowest]: [N; 2], _: [N; 1]) -> [N; 1] {
        [highest - lowest]
    }
}

/// Of the way that was gone.
struct Share;

impl OfRows<2, 1> for Share {
    #[inline(always)]
    fn of<N: Number>(&self, [range, gone]: [N; 2], _: [N; 2]) -> [N; 1] {
        [(range / gone).unless_zero(gone, 0.0)]
    }
}

impl Vhf {
    /// A filter over `n ≥ 2` rows.
    pub fn new(n: usize) -> Self {
        let ranges = Stage::new(windows(n, Spread));
        Self { ranges, way: Way::new(n), share: Lagged::new(0, Share) }
    }
}

impl Kernel for Vhf {
    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        chunk::append_each(self.way.rows(), inputs, |[x]| {
            let [ranges] = self.ranges.next(&[x]);
            self.share.append(&[ranges, self.way.next(x)], outputs) == Some(true)
        })
    }

    fn size(&self) -> usize {
        self.ranges.size() + self.way.size()
    }
}
