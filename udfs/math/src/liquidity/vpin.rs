//! VPIN: the volume-synchronised probability of informed trading.

use std::f64::consts::FRAC_1_SQRT_2;

use statrs::function::erf::erfc;

use crate::kernel::Kernel;
use crate::rolling::{Moments, Sum};
use crate::windowed::Sliding;

/// Σ |buys − sells| / (n · V) over the last `n` full buckets of volume V; inputs are the price and the
/// volume of bars.
///
/// Bulk classification: the share Φ(Δp / σ) of a bar's volume are buys, σ the sample standard deviation
/// of the last `span ≥ 2` price changes, the bar's own included (0 where nothing moved: half are buys).
/// A bar's volume goes on into as many buckets as it fills. Bars before there are `span` changes are not
/// classified, and their volume is in no bucket. No value until `n` buckets are full; after that the
/// value stands until the next bucket is.
///
/// Easley, López de Prado & O'Hara (2012), Review of Financial Studies 25(5). A σ of
/// the whole sample would look ahead.
#[derive(Debug, Clone)]
pub struct Vpin {
    bucket: f64,
    n: usize,
    filled: f64,
    /// Buys less sells in the bucket that is being filled.
    net: f64,
    last: Option<f64>,
    changes: Sliding<Moments<2>>,
    buckets: Sliding<Sum>,
    value: f64,
}

impl Vpin {
    /// Buckets of a volume > 0, how many of them, and changes in σ.
    pub fn new(bucket: f64, n: usize, span: usize) -> Self {
        Self {
            bucket,
            n,
            filled: 0.0,
            net: 0.0,
            last: None,
            changes: Sliding::new(span.max(2)),
            buckets: Sliding::new(n),
            value: f64::NAN,
        }
    }

    fn update(&mut self, price: f64, volume: f64) -> f64 {
        let change = self.last.replace(price).map(|last| price - last);
        let classified = change.and_then(|change| Some((change, self.changes.push(change)?)));
        if let Some((change, changes)) = classified {
            let deviation = changes.variance(1.0).sqrt();
            let z = if deviation > 0.0 { change / deviation } else { 0.0 };
            // Buys less sells as a share: 2 Φ(z) − 1.
            self.fill(volume, erfc(-z * FRAC_1_SQRT_2) - 1.0);
        }
        self.value
    }

    fn fill(&mut self, volume: f64, net: f64) {
        let room = self.bucket - self.filled;
        if volume < room {
            self.filled += volume;
            self.net += net * volume;
            return;
        }
        self.complete((self.net + net * room).abs());
        let more = volume - room;
        let rest = more % self.bucket;
        let whole = ((more - rest) / self.bucket).round() as usize;
        // Older ones would have left the window again.
        for _ in 0..whole.min(self.n) {
            self.complete(net.abs() * self.bucket);
        }
        (self.filled, self.net) = (rest, net * rest);
    }

    fn complete(&mut self, imbalance: f64) {
        if let Some(Sum { sum, .. }) = self.buckets.push(imbalance) {
            self.value = sum / (self.n as f64 * self.bucket);
        }
    }
}

impl Kernel for Vpin {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        for ((out, price), volume) in outputs[0].iter_mut().zip(inputs[0]).zip(inputs[1]) {
            *out = self.update(*price, *volume);
        }
    }

    fn size(&self) -> usize {
        self.changes.size() + self.buckets.size()
    }
}
