//! How long ago the last event was.

use crate::kernel::Kernel;
use crate::windowed::Rows;

/// Rows since the last one whose flag is not 0; 0 on that row, no value before the first one.
pub fn rows_since_event() -> impl Kernel {
    let mut rows = f64::NAN;
    Rows(move |[event]: [f64; 1]| {
        rows = if event == 0.0 { rows + 1.0 } else { 0.0 };
        rows
    })
}

/// The same in the unit of a clock; inputs are flags and the clock's values.
pub fn time_since_event() -> impl Kernel {
    let mut at = f64::NAN;
    Rows(move |[event, now]: [f64; 2]| {
        if event != 0.0 {
            at = now;
        }
        now - at
    })
}
