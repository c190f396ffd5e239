//! Kernels whose rows each wait for the rows before only by smoothing: a row at a time until all of
//! their stages have begun, then eight at once, in registers from the first stage to the last.

use fearless_simd::{Level as Processor, Simd, dispatch};

use super::chunk;
use super::filter::Filter;
use super::rows::Rows;
use crate::rolling::{Block, LANES, Number as _};

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
    push_on(Processor::new(), chain, *inputs, outputs)
}

/// Appends results instead.
pub fn append<C: Chain<I, 1>, const I: usize>(
    chain: &mut C,
    inputs: &[&[f64]],
    output: &mut Vec<f64>,
) -> bool {
    let mut finite = true;
    chunk::each(chunk::ROWS, inputs, &mut [], |inputs: [&[f64]; I], []| {
        finite &= push(chain, &inputs, &mut [chunk::grown(output, inputs[0].len())]);
    });
    finite
}

fn push_on<C: Chain<I, O>, const I: usize, const O: usize>(
    processor: Processor,
    chain: &mut C,
    inputs: [&[f64]; I],
    outputs: &mut [&mut [f64]; O],
) -> bool {
    let rows = inputs.iter().map(|input| input.len()).min().unwrap_or(0);
    let mut finite = true;
    let mut row = |chain: &mut C, row: usize, outputs: &mut [&mut [f64]; O]| {
        let x = inputs.map(|input| input[row]);
        let values = chain.next((), x).unwrap_or([f64::NAN; O]);
        finite &= x.iter().chain(&values).all(|x| x.is_finite());
        for (output, value) in outputs.iter_mut().zip(values) {
            output[row] = value;
        }
    };
    let mut next = 0;
    while next < rows && !chain.is_warm() {
        row(chain, next, outputs);
        next += 1;
    }
    let count = (rows - next) / LANES;
    let read = inputs.map(|input| &input[next..].as_chunks().0[..count]);
    let mut written =
        outputs.each_mut().map(|output| &mut output[next..].as_chunks_mut().0[..count]);
    let blocks = dispatch!(processor, simd => blocks(simd, chain, read, &mut written));
    for rest in next + count * LANES..rows {
        row(chain, rest, outputs);
    }
    finite & blocks
}

#[inline(always)]
fn blocks<V: Simd, C: Chain<I, O>, const I: usize, const O: usize>(
    simd: V,
    chain: &mut C,
    read: [&[[f64; LANES]]; I],
    written: &mut [&mut [[f64; LANES]]; O],
) -> bool {
    simd.vectorize(
        #[inline(always)]
        || {
            let count = written.first().map_or(0, |output| output.len());
            // What is its own stays in registers.
            let mut own = chain.clone();
            // Nothing times what is read and written: NaN once that is not finite.
            let mut nothing = Block::splat(simd, 0.0);
            for block in 0..count {
                let mut x = [nothing; I];
                for i in 0..I {
                    x[i] = Block::read(simd, &read[i][block]);
                    nothing = x[i].times_plus(0.0, nothing);
                }
                let results = own.next(simd, x).unwrap_or([nothing.all(f64::NAN); O]);
                for o in 0..O {
                    nothing = results[o].times_plus(0.0, nothing);
                    results[o].write(&mut written[o][block]);
                }
            }
            *chain = own;
            let mut sums = [0.0; LANES];
            nothing.write(&mut sums);
            sums == [0.0; LANES]
        },
    )
}

impl<T: Chain<1, 1>> Filter for T {
    fn update(&mut self, x: f64) -> Option<f64> {
        self.next((), [x]).map(|[result]| result)
    }

    fn fill(&mut self, x: &[f64], out: &mut [f64]) {
        push(self, &[x], &mut [out]);
    }

    fn append(&mut self, x: &[f64], output: &mut Vec<f64>) -> Option<bool> {
        Some(append(self, &[x], output))
    }
}
