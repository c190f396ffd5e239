//! The moving averages by TA-Lib's number for the type (`matype`).

use super::dema::Dema;
use super::ema::Ema;
use super::hma::Hma;
use super::kama::Kama;
use super::mama::{Mama, MamaLine};
use super::t3::T3;
use super::tema::Tema;
use super::trima::Trima;
use super::wilder::Wilder;
use super::zlema::Zlema;
use crate::kernel::Kernel;
use crate::rolling::{linear_decay, mean};

/// The average of type `matype` over `n ≥ 1` rows; `None` if there is no such type.
///
/// 0 SMA, 1 EMA, 2 WMA, 3 DEMA, 4 TEMA, 5 TRIMA, 6 KAMA, 7 MAMA (limits 0.5 and 0.05, whatever `n`),
/// 8 T3 (volume factor 0.7), 9 HMA, 10 the series itself, 12 ZLEMA, 13 Wilder's. With n = 1 each one
/// is the series itself. 11, "the function's own default", is not a type here.
pub fn moving_average(matype: i64, n: usize) -> Option<Box<dyn Kernel>> {
    Some(match matype {
        0..=9 | 12 | 13 if n <= 1 => Box::new(Identity),
        0 => mean(n, n),
        1 => Box::new(Ema::new(n)),
        2 => linear_decay(n),
        3 => Box::new(Dema::new(n)),
        4 => Box::new(Tema::new(n)),
        5 => Box::new(Trima::new(n)),
        6 => Box::new(Kama::new(n)),
        7 => Box::new(MamaLine(Mama::new(0.5, 0.05))),
        8 => Box::new(T3::new(n, 0.7)),
        9 => Box::new(Hma::new(n)),
        10 => Box::new(Identity),
        12 => Box::new(Zlema::new(n)),
        13 => Box::new(Wilder::new(n)),
        _ => return None,
    })
}

/// The rows before the first average of type `matype` over `n ≥ 1` rows.
pub fn warm_up(matype: i64, n: usize) -> usize {
    let rows = n.saturating_sub(1);
    match matype {
        _ if n <= 1 => 0,
        3 => 2 * rows,
        4 => 3 * rows,
        6 => n,
        7 => 32,
        8 => 6 * rows,
        9 => rows + n.isqrt() - 1,
        10 => 0,
        12 => rows + rows / 2,
        _ => rows,
    }
}

/// The series itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity;

impl Kernel for Identity {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        if let ([x, ..], [out, ..]) = (inputs, outputs) {
            out.copy_from_slice(x);
        }
    }
}
