//! What holds of sums over windows, however they are made.

use std::ops::Range;

use fearless_simd::Level as Processor;
use proptest::prelude::*;

use super::number::Number;
use super::reduction::{ByPlace, Reduction};
use crate::dispatch::every;

/// The sums themselves.
#[derive(Debug, Clone, Copy)]
pub struct Sums(usize);

impl Reduction<1, 2, 1> for Sums {
    type Join = ByPlace;

    fn row<N: Number>(&self, [x]: [N; 1]) -> [N; 2] {
        [x, x]
    }

    fn told<N: Number>(&self, sums: [N; 2], _: [N; 1]) -> [N; 1] {
        [sums[self.0]]
    }
}

/// Kernels of sums on some processor.
pub trait Windows {
    /// Of the next rows.
    fn push_on(&mut self, processor: Processor, x: &[f64], out: &mut [f64]);
}

fn bits<W: Windows>(mut windows: W, processor: Processor, pieces: &[&[f64]]) -> Vec<u64> {
    let rows = pieces.iter().flat_map(|x| {
        let mut out = vec![0.0; x.len()];
        windows.push_on(processor, x, &mut out);
        out
    });
    // Of which kind a NaN is says nothing.
    rows.map(|x| if x.is_nan() { f64::NAN } else { x }.to_bits()).collect()
}

/// Every processor gives the same bits however rows come.
pub fn same_bits<W: Windows>(n: Range<usize>, make: impl Fn(usize, Sums) -> W) {
    let values = prop_oneof![99 => -1e6..1e6, 1 => Just(f64::NAN)];
    let rows = (prop::collection::vec(values, 0..3000), 0..3000_usize, 1..100_usize, n);
    let mut runner = proptest::test_runner::TestRunner::default();
    let checked = runner.run(&rows, |(x, cut, piece, n)| {
        let (a, b) = x.split_at(cut.min(x.len()));
        for which in 0..2 {
            let bits = |processor, pieces: &[&[f64]]| bits(make(n, Sums(which)), processor, pieces);
            let wide = bits(Processor::new(), &[&x]);
            for processor in every() {
                prop_assert_eq!(&bits(processor, &[&x]), &wide);
            }
            prop_assert_eq!(&bits(Processor::new(), &[a, b]), &wide);
            let pieces: Vec<&[f64]> = x.chunks(piece).collect();
            prop_assert_eq!(&bits(Processor::new(), &pieces), &wide);
            // No row before a window has a part in it.
            let before = b.len().min(n - 1);
            prop_assert_eq!(&bits(Processor::new(), &[b])[before..], &wide[a.len() + before..]);
        }
        Ok(())
    });
    checked.unwrap_or_else(|e| panic!("{e}"));
}

/// Windows of whole numbers are their sums, which no rounding changes.
pub fn whole_sums<W: Windows>(n: usize, make: impl Fn(usize, Sums) -> W) {
    let x: Vec<f64> = (0..5000).map(|i| f64::from(i % 97)).collect();
    for which in 0..2 {
        let sums = bits(make(n, Sums(which)), Processor::new(), &[&x]);
        assert!(sums[..n - 1].iter().all(|sum| f64::from_bits(*sum).is_nan()));
        for (row, window) in x.windows(n).enumerate() {
            let weighted = window.iter().zip(1..).map(|(x, i)| x * f64::from(i)).sum();
            let sum: f64 = if which == 0 { window.iter().sum() } else { weighted };
            assert_eq!(f64::from_bits(sums[row + n - 1]), sum, "{n} at {row}");
        }
    }
}
