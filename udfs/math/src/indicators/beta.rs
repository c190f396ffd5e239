//! Beta: the slope of the regression of y's simple returns on x's over the last `n` returns; 0 where
//! x's returns do not differ. The first n rows have none. A return from a price of 0 is 0, as in
//! TA-Lib.

use crate::kernel::Kernel;
use crate::rolling::{Comoments, rolling};

/// The beta of a series to an index over the last `n ≥ 1` returns; inputs index and series.
pub fn beta(n: usize) -> impl Kernel {
    let line = rolling(n, n, |s: Comoments, _| if s.xx > 0.0 { s.xy / s.xx } else { 0.0 });
    Beta { line, before: None, returns: [vec![], vec![]] }
}

struct Beta<L> {
    line: L,
    before: Option<[f64; 2]>,
    returns: [Vec<f64>; 2],
}

fn change(before: f64, now: f64) -> f64 {
    if before.abs() < 1e-14 { 0.0 } else { (now - before) / before }
}

impl<L: Kernel> Kernel for Beta<L> {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        let ([x, y, ..], [out, ..]) = (inputs, outputs) else { return };
        self.returns.iter_mut().for_each(Vec::clear);
        let mut first = 0;
        for (x, y) in x.iter().zip(*y) {
            let Some([x0, y0]) = self.before.replace([*x, *y]) else {
                first = 1;
                continue;
            };
            self.returns[0].push(change(x0, *x));
            self.returns[1].push(change(y0, *y));
        }
        let [x, y] = &self.returns;
        out[..first].fill(f64::NAN);
        self.line.push(&[x, y], &mut [&mut out[first..]]);
    }

    fn size(&self) -> usize {
        let returns: usize = self.returns.iter().map(Vec::capacity).sum();
        self.line.size() + returns * size_of::<f64>()
    }
}
