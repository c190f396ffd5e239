//! Properties of fractional differences, regimes, bars and labels: pieces of any length give the same
//! bits, and later rows change nothing.

use proptest::prelude::*;
use trademl_math::bars::{Clock, Imbalance, Measure, Trade, by_measure};
use trademl_math::fractional_difference::{FractionalDifference, Window};
use trademl_math::hmm_regime::HmmRegime;
use trademl_math::kernel::{Kernel, run};
use trademl_math::labels::cusum::Cusum;
use trademl_math::labels::horizon::{Method, forward_return};
use trademl_math::labels::trend_scanning::scan;
use trademl_math::triple_barrier::{Barriers, Label, Path};

/// Prices from a random walk, with some repeated closes.
fn prices() -> impl Strategy<Value = Vec<f64>> {
    let step = prop_oneof![1 => Just(0.0), 6 => -0.2..0.2_f64];
    prop::collection::vec(step, 2..160).prop_map(|steps| {
        let walk = steps.into_iter().scan(100.0, |price, step: f64| {
            *price *= step.exp();
            Some(*price)
        });
        walk.collect()
    })
}

/// A kernel and how many outputs it has.
fn kernels() -> Vec<(Box<dyn Kernel>, usize)> {
    let difference = |d, window| FractionalDifference::new(d, 1e-2, window).unwrap();
    vec![
        (Box::new(difference(0.4, Window::Fixed)), 1),
        (Box::new(difference(1.3, Window::Expanding)), 1),
        (Box::new(HmmRegime::new(2, 20, 0).unwrap()), 5),
        (Box::new(HmmRegime::new(3, 30, 7).unwrap()), 5),
    ]
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| v.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pieces_and_later_rows_change_nothing(
        x in prices(), cuts in prop::collection::vec(1..40_usize, 1..20), share in 0.0..1.0_f64,
    ) {
        let early = &x[..(x.len() as f64 * share) as usize];
        for i in 0..kernels().len() {
            let fresh = || kernels().swap_remove(i);
            let (mut kernel, outputs) = fresh();
            let whole = run(kernel.as_mut(), &[&x], outputs);
            let (mut kernel, _) = fresh();
            let mut pieces = vec![vec![]; outputs];
            let mut rest = &x[..];
            for cut in cuts.iter().cycle() {
                let (piece, after) = rest.split_at(rest.len().min(*cut));
                for (all, piece) in pieces.iter_mut().zip(run(kernel.as_mut(), &[piece], outputs)) {
                    all.extend(piece);
                }
                rest = after;
                if rest.is_empty() {
                    break;
                }
            }
            let (mut kernel, _) = fresh();
            let before = run(kernel.as_mut(), &[early], outputs);
            for o in 0..outputs {
                prop_assert_eq!(bits(&pieces[o]), bits(&whole[o]), "kernel {}", i);
                prop_assert_eq!(bits(&before[o]), bits(&whole[o][..early.len()]), "kernel {}", i);
            }
        }
    }

    #[test]
    fn bars_of_the_past_stay(x in prices(), share in 0.0..1.0_f64) {
        let trades: Vec<Trade> =
            x.iter().enumerate().map(|(i, p)| Trade { price: *p, size: 1.0 + (i % 5) as f64 }).collect();
        let at: Vec<i64> = (0..x.len() as i64).map(|i| i * i % 7 + 5 * i).collect();
        let cut = (x.len() as f64 * share) as usize;
        let rule = Imbalance { measure: Measure::Ticks, first_ticks: 5, bars_span: 3, ticks_span: 20, bound: 3.0 };
        let clock = Clock { step: 13, day: 100, session: Some((20, 90)) };
        let early = by_measure(&trades[..cut], Measure::Volume, 9.0);
        prop_assert_eq!(&by_measure(&trades, Measure::Volume, 9.0)[..early.len()], &early[..]);
        let early = rule.bars(&trades[..cut]);
        prop_assert_eq!(&rule.bars(&trades)[..early.len()], &early[..]);
        let early = clock.bars(&trades[..cut], &at[..cut]);
        prop_assert_eq!(&clock.bars(&trades, &at)[..early.len()], &early[..]);
    }

    #[test]
    fn labels_of_the_past_stay(x in prices(), share in 0.0..1.0_f64, h in 1..20_usize) {
        let early = &x[..(x.len() as f64 * share) as usize];
        let of = |x: &[f64]| bits(&forward_return(x, h, Method::Log).collect::<Vec<_>>());
        prop_assert_eq!(&of(early), &of(&x)[..of(early).len()]);
        let of = |x: &[f64]| scan(x, 4, h + 5).collect::<Vec<_>>();
        prop_assert_eq!(&of(early), &of(&x)[..of(early).len()]);
        let of = |x: &[f64]| {
            let mut filter = Cusum::default();
            x.windows(2).map(|w| filter.update(w[1] - w[0], 3.0)).collect::<Vec<_>>()
        };
        prop_assert_eq!(&of(early), &of(&x)[..of(early).len()]);
        let barriers = Barriers { take_profit: 1.0, stop_loss: 1.5, horizon: h, window: 5 };
        let of = |x: &[f64]| {
            let high: Vec<f64> = x.iter().map(|p| p * 1.05).collect();
            let low: Vec<f64> = x.iter().map(|p| p * 0.97).collect();
            let sides: Vec<f64> = (0..x.len()).map(|i| i as f64 % 3.0 - 1.0).collect();
            let path = Path { closes: x, range: Some((&high, &low)), sigmas: None, sides: Some(&sides) };
            barriers.label_path(path).collect::<Vec<Label>>()
        };
        let all = of(&x);
        prop_assert!(of(early).iter().all(|l| all.contains(l) && l.exit <= l.entry + h));
    }
}
