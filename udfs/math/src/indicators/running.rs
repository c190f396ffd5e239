//! Running sums and the like: what each row adds is found for some rows side by side, then added row
//! after row, as its definition does.

use super::chunk;

/// A kernel with one output that goes on from row to row.
pub trait Running<const I: usize> {
    /// What the next row goes on from.
    type Level: Copy;

    /// Writes what each of the next rows adds.
    fn added(&mut self, inputs: [&[f64]; I], out: &mut [f64]);

    /// What the next row goes on from.
    fn level(&mut self) -> &mut Self::Level;

    /// Goes on to a row that adds so much; gives its result.
    fn next(level: &mut Self::Level, added: f64, row: [f64; I]) -> f64;
}

/// [`Kernel::push`](crate::kernel::Kernel::push) of such a kernel.
#[inline(always)]
pub fn push<const I: usize>(
    kernel: &mut impl Running<I>,
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
) {
    if let (Some(inputs), [out, ..]) = (inputs.first_chunk(), outputs) {
        run(kernel, *inputs, &mut &mut **out);
    }
}

/// [`Kernel::append`](crate::kernel::Kernel::append), likewise. That all is finite is never told: the
/// level may stay so where an input is not, and where an input has a domain it is looked at anyway.
#[inline(always)]
pub fn append<const I: usize>(
    kernel: &mut impl Running<I>,
    inputs: &[&[f64]],
    output: &mut Vec<f64>,
) -> Option<bool> {
    let inputs = inputs.first_chunk()?;
    output.reserve(inputs[0].len());
    run(kernel, *inputs, output);
    Some(false)
}

#[inline(always)]
fn run<const I: usize, K: Running<I>>(kernel: &mut K, inputs: [&[f64]; I], out: &mut impl Rows) {
    let rows = inputs.iter().map(|input| input.len()).min().unwrap_or(0);
    let mut added = [0.0; chunk::ROWS];
    for start in (0..rows).step_by(chunk::ROWS) {
        let end = rows.min(start + chunk::ROWS);
        let inputs = inputs.map(|input| &input[start..end]);
        let added = &mut added[..end - start];
        kernel.added(inputs, added);
        // It stays in a register.
        let mut level = *kernel.level();
        out.put(
            added
                .iter()
                .enumerate()
                .map(|(row, added)| K::next(&mut level, *added, inputs.map(|input| input[row]))),
        );
        *kernel.level() = level;
    }
}

/// Where the next rows are written, each once: to look at them again so soon would wait for them.
trait Rows {
    fn put(&mut self, rows: impl ExactSizeIterator<Item = f64>);
}

impl Rows for Vec<f64> {
    #[inline(always)]
    fn put(&mut self, rows: impl ExactSizeIterator<Item = f64>) {
        self.extend(rows);
    }
}

impl Rows for &mut [f64] {
    #[inline(always)]
    fn put(&mut self, rows: impl ExactSizeIterator<Item = f64>) {
        if let Some(place) = self.split_off_mut(..rows.len()) {
            place.iter_mut().zip(rows).for_each(|(place, row)| *place = row);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::obv::Obv;
    use crate::kernel::Kernel;

    proptest! {
        #[test]
        fn rows_pushed_and_appended_in_pieces_are_the_sums(
            rows in prop::collection::vec((1.0..1e3, 0.0..1e6), 1..1500),
            piece in 1..700_usize,
        ) {
            let (close, volume): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let (mut sum, mut sums) = (volume[0], vec![volume[0]]);
            for (close, volume) in close.windows(2).zip(&volume[1..]) {
                sum += if close[1] == close[0] { 0.0 } else { volume.copysign(close[1] - close[0]) };
                sums.push(sum);
            }
            let (mut pushing, mut pushed) = (Obv::new(), vec![0.0; close.len()]);
            let (mut appending, mut appended) = (Obv::new(), vec![]);
            for start in (0..close.len()).step_by(piece) {
                let end = close.len().min(start + piece);
                let inputs = [&close[start..end], &volume[start..end]];
                pushing.push(&inputs, &mut [&mut pushed[start..end]]);
                prop_assert_eq!(appending.append(&inputs, &mut [&mut appended]), Some(false));
            }
            prop_assert_eq!(&pushed, &sums);
            prop_assert_eq!(&appended, &sums);
        }
    }
}
