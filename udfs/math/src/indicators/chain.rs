//! Kernels whose rows each wait for the rows before only by smoothing: a row at a time until all of
//! their stages have begun, then eight at once, in registers from the first stage to the last.

use fearless_simd::{Level as Processor, Simd};

use super::rows::Rows;
use crate::dispatch::dispatch;
use crate::kernel::Kernel;
use crate::rolling::{Block, LANES, Number as _, Place, Written, at, read};

/// A kernel of `I` inputs and `O` outputs that works on one row or eight.
pub trait Chain<const I: usize, const O: usize>: Clone + Send {
    /// Whether all stages have begun, so that it can take eight rows at once.
    fn is_warm(&self) -> bool;

    /// Takes the next rows; `None` as long as there is no result. A row has the same bits whether it
    /// comes alone or among eight, whichever of these it is.
    fn next<N: Rows>(&mut self, level: N::Level, x: [N; I]) -> Option<[N; O]>;
}

/// Hands the rows of `inputs` to a chain, and writes as many results; NaN for `None`. Gives whether
/// inputs and results are all finite.
pub fn push<C: Chain<I, O>, const I: usize, const O: usize>(
    chain: &mut C,
    inputs: &[&[f64]],
    outputs: &mut [&mut [f64]],
) -> bool {
    let (Some(inputs), Some(outputs)) = (inputs.first_chunk::<I>(), outputs.first_chunk_mut::<O>())
    else {
        debug_assert!(false, "{I} inputs and {O} outputs were promised");
        return false;
    };
    put(Processor::new(), chain, inputs, &mut outputs.each_mut().map(|output| Place::new(output)))
}

/// Appends results instead.
pub fn append<C: Chain<I, 1>, const I: usize>(
    chain: &mut C,
    inputs: &[&[f64]],
    output: &mut Vec<f64>,
) -> bool {
    let Some(inputs) = inputs.first_chunk::<I>() else {
        debug_assert!(false, "{I} inputs were promised");
        return false;
    };
    output.reserve(inputs[0].len());
    put(Processor::new(), chain, inputs, &mut [output])
}

fn put<C: Chain<I, O>, W: Written, const I: usize, const O: usize>(
    processor: Processor,
    chain: &mut C,
    inputs: &[&[f64]; I],
    outputs: &mut [W; O],
) -> bool {
    let rows = inputs.iter().map(|input| input.len()).min().unwrap_or(0);
    let mut finite = true;
    let mut row = |chain: &mut C, row: usize, outputs: &mut [W; O]| {
        let x = inputs.map(|input| input[row]);
        let values = chain.next((), x).unwrap_or([f64::NAN; O]);
        finite &= x.iter().chain(&values).all(|x| x.is_finite());
        for (output, value) in outputs.iter_mut().zip(values) {
            output.put(&[value]);
        }
    };
    let mut next = 0;
    while next < rows && !chain.is_warm() {
        row(chain, next, outputs);
        next += 1;
    }
    let count = (rows - next) / LANES;
    let blocks = dispatch!(processor, simd => blocks(simd, chain, inputs, next, count, outputs));
    for rest in next + count * LANES..rows {
        row(chain, rest, outputs);
    }
    finite & blocks
}

/// So many blocks of rows, from one on.
#[inline(always)]
fn blocks<V: Simd, C: Chain<I, O>, const I: usize, const O: usize>(
    simd: V,
    chain: &mut C,
    inputs: &[&[f64]; I],
    first: usize,
    count: usize,
    outputs: &mut [impl Written; O],
) -> bool {
    simd.vectorize(
        #[inline(always)]
        || {
            let inputs = inputs.map(|input| &input[first..].as_chunks().0[..count]);
            // What is its own stays in registers.
            let mut own = chain.clone();
            // Nothing times what is read and written: NaN once that is not finite.
            let mut nothing = Block::splat(simd, 0.0);
            for block in 0..count {
                let x = read(simd, at(inputs, block));
                let results = own.next(simd, x).unwrap_or([nothing.all(f64::NAN); O]);
                nothing = nothing + (Block::nothing(x) + Block::nothing(results));
                for o in 0..O {
                    let mut block = [0.0; LANES];
                    results[o].write(&mut block);
                    outputs[o].put(&block);
                }
            }
            *chain = own;
            nothing.is_nothing()
        },
    )
}

impl<T: Chain<1, 1>> Kernel for T {
    fn push(&mut self, inputs: &[&[f64]], outputs: &mut [&mut [f64]]) {
        push(self, inputs, outputs);
    }

    fn append(&mut self, inputs: &[&[f64]], outputs: &mut [&mut Vec<f64>]) -> Option<bool> {
        let [output, ..] = outputs else { return None };
        Some(append(self, inputs, output))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dispatch::every;
    use crate::indicators::adaptive::Adaptive;
    use crate::indicators::adosc::Adosc;
    use crate::indicators::atr::Atr;
    use crate::indicators::dx::MovedDx;
    use crate::indicators::kc::Keltner;
    use crate::indicators::tema::Tema;
    use crate::indicators::trix::Trix;
    use crate::indicators::tsi::Tsi;

    /// The bits of results, of rows that come in two pieces.
    fn bits<C: Chain<I, O>, const I: usize, const O: usize>(
        processor: Processor,
        chain: &C,
        columns: &[Vec<f64>],
        cut: usize,
    ) -> Vec<Vec<u64>> {
        let (mut chain, rows) = (chain.clone(), columns[0].len());
        let mut results = vec![vec![0.0; rows]; O];
        for piece in [0..cut.min(rows), cut.min(rows)..rows] {
            let inputs = std::array::from_fn(|i| &columns[i][piece.clone()]);
            let mut outputs = results.iter_mut().map(|output| &mut output[piece.clone()]);
            let mut outputs = std::array::from_fn(|_| Place::new(outputs.next().unwrap()));
            assert!(!put(processor, &mut chain, &inputs, &mut outputs) || piece.start > 0);
        }
        results.iter().map(|output| output.iter().map(|x| x.to_bits()).collect()).collect()
    }

    fn same_bits<C: Chain<I, O>, const I: usize, const O: usize>(
        chain: &C,
        columns: &[Vec<f64>],
        cut: usize,
    ) {
        let rows = columns[0].len();
        let whole = bits(Processor::new(), chain, columns, rows);
        assert_eq!(whole, bits(Processor::new(), chain, columns, cut));
        for processor in every() {
            assert_eq!(whole, bits(processor, chain, columns, rows));
        }
        let mut alone = chain.clone();
        for row in 0..rows {
            let x = std::array::from_fn(|i| columns[i][row]);
            let results = alone.next((), x).unwrap_or([f64::NAN; O]);
            for (results, result) in whole.iter().zip(results) {
                assert_eq!(results[row], result.to_bits(), "row {row}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_row_has_the_same_bits_alone_or_among_eight_on_every_processor(
            n in 2..12_usize,
            cut in 1..150_usize,
            bars in prop::collection::vec((1.0..9.0, 0.0..3.0, 0.0..1.0, 0.0..1e6), 100..150),
        ) {
            let column = |of: fn(&(f64, f64, f64, f64)) -> f64| bars.iter().map(of).collect();
            let columns: Vec<Vec<f64>> = vec![
                column(|(low, range, _, _)| low + range),
                column(|(low, _, _, _)| *low),
                column(|(low, range, place, _)| low + range * place),
                column(|(_, _, _, volume)| *volume),
            ];
            same_bits(&Tema::new(n), &columns, cut);
            same_bits(&Trix::new(n), &columns, cut);
            same_bits(&Tsi::new(n, 3), &columns, cut);
            same_bits(&Atr::new(n), &columns, cut);
            same_bits(&MovedDx::new(n), &columns, cut);
            same_bits(&Keltner::new(n, 3, 2.0), &columns, cut);
            same_bits(&Adosc::new(2, n), &columns, cut);
        }

        #[test]
        fn averages_are_by_definition(
            n in 1..40_usize,
            x in prop::collection::vec((-9.0..9.0, 0.0..1.0), 0..200),
        ) {
            let (x, weights): (Vec<f64>, Vec<f64>) = x.into_iter().unzip();
            let [mut smooth, mut adaptive] = [(); 2].map(|()| vec![0.0; x.len()]);
            crate::indicators::ema::Ema::new(n).push(&[&x], &mut [&mut smooth]);
            push(&mut Adaptive::new(), &[&x, &weights], &mut [&mut adaptive]);
            let (mut average, mut adapted) = (x.iter().take(n).sum::<f64>() / n as f64, 0.0);
            for row in 0..x.len() {
                adapted += weights[row] * (x[row] - adapted);
                prop_assert!((adaptive[row] - adapted).abs() < 1e-13);
                if row >= n {
                    average += 2.0 / (n as f64 + 1.0) * (x[row] - average);
                }
                prop_assert_eq!(smooth[row].is_nan(), row + 1 < n);
                prop_assert!(row + 1 < n || (smooth[row] - average).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn only_rows_that_are_all_finite_are_said_to_be() {
        let column = || vec![1.0; 300];
        for (input, row) in [(0, 99), (1, 100), (2, 107), (2, 299)] {
            let mut columns = [column(), column(), column()];
            let mut atr = Atr::new(3);
            let mut append = |columns: &[Vec<f64>; 3], from: usize, to: usize| {
                let pieces = columns.each_ref().map(|column| &column[from..to]);
                super::append(&mut atr, &pieces, &mut vec![])
            };
            // There is no result for the first rows.
            assert!(!append(&columns, 0, 50));
            assert!(append(&columns, 50, 99));
            columns[input][row] = f64::INFINITY;
            assert!(!append(&columns, 99, 300), "column {input}, row {row}");
        }
    }
}
