//! The return from one close to the next open.

use crate::kernel::Kernel;
use crate::windowed::Rows;

/// open / last close − 1; inputs are opens and closes. Warm-up one row.
pub fn overnight_return() -> impl Kernel {
    let mut last: Option<f64> = None;
    Rows(move |[open, close]: [f64; 2]| {
        last.replace(close).map_or(f64::NAN, |last| (open - last) / last)
    })
}
