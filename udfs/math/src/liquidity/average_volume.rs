//! Average volume.

use crate::kernel::Kernel;
use crate::rolling::Sum;
use crate::windowed::Windowed;

/// The mean of the last `n ≥ 1` volumes. Warm-up `n − 1` rows.
pub fn average_volume(n: usize) -> impl Kernel {
    let rows = n as f64;
    Windowed::new(n, |[volume]: [f64; 1]| Some(volume), move |window: Sum| window.sum / rows)
}
