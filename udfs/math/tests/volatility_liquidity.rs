//! Volatility and liquidity against pandas and arch: `tests/reference/volatility_liquidity.py` made
//! the figures. And what holds for all kernels: pieces of any length and later rows change no bit.

use proptest::prelude::*;
use serde_json::Value;
use trademl_math::kernel::{Kernel, run};
use trademl_math::liquidity::abdi_ranaldo::abdi_ranaldo;
use trademl_math::liquidity::amihud::amihud;
use trademl_math::liquidity::average_volume::average_volume;
use trademl_math::liquidity::corwin_schultz::corwin_schultz;
use trademl_math::liquidity::dispersion::dispersion;
use trademl_math::liquidity::event::{rows_since_event, time_since_event};
use trademl_math::liquidity::kyle::kyle;
use trademl_math::liquidity::microprice::microprice;
use trademl_math::liquidity::order_flow::order_flow;
use trademl_math::liquidity::overnight::overnight_return;
use trademl_math::liquidity::roll::roll;
use trademl_math::liquidity::seasonality::Seasonality;
use trademl_math::liquidity::trade_sign::trade_sign;
use trademl_math::liquidity::vpin::Vpin;
use trademl_math::volatility::bipower_variation::bipower_variation;
use trademl_math::volatility::close_to_close::close_to_close;
use trademl_math::volatility::downside::downside;
use trademl_math::volatility::ewma::ewma;
use trademl_math::volatility::garch::Garch;
use trademl_math::volatility::garch_fit::{Parameters, backcast, fit};
use trademl_math::volatility::garman_klass::garman_klass;
use trademl_math::volatility::parkinson::parkinson;
use trademl_math::volatility::realized_quarticity::realized_quarticity;
use trademl_math::volatility::rogers_satchell::rogers_satchell;
use trademl_math::volatility::yang_zhang::yang_zhang;

const REFERENCE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/reference/volatility_liquidity.json"
));

/// The kernel of a case, and the relative error it may have.
fn kernel(name: &str, p: &[f64]) -> (Box<dyn Kernel>, f64) {
    let n = p.first().map_or(0, |n| *n as usize);
    let kernel: Box<dyn Kernel> = match name {
        "close_to_close" => Box::new(close_to_close(n, p[1])),
        "parkinson" => Box::new(parkinson(n, p[1])),
        "garman_klass" => Box::new(garman_klass(n, p[1])),
        "rogers_satchell" => Box::new(rogers_satchell(n, p[1])),
        "yang_zhang" => Box::new(yang_zhang(n, p[1])),
        "downside" => Box::new(downside(n, p[1], p[2])),
        "realized_quarticity" => Box::new(realized_quarticity(n)),
        "bipower_variation" => Box::new(bipower_variation(n)),
        "ewma" => Box::new(ewma(p[0], p[1] as usize, p[2])),
        "garch_given" => {
            let parameters = Parameters { omega: p[0], alpha: p[1], beta: p[2] };
            Box::new(Garch::given(parameters, p[3]))
        }
        // arch stops where it sees no progress: its fits are good to some 1e-5.
        "garch_fitted" => return (Box::new(Garch::fitted(n, p[1] as usize, p[2])), 1e-4),
        "average_volume" => Box::new(average_volume(n)),
        "amihud" => Box::new(amihud(n)),
        "kyle" => Box::new(kyle(n)),
        "roll" => Box::new(roll(n)),
        "corwin_schultz" => Box::new(corwin_schultz(n)),
        "abdi_ranaldo" => Box::new(abdi_ranaldo(n)),
        "overnight_return" => Box::new(overnight_return()),
        "vpin" => Box::new(Vpin::new(p[0], p[1] as usize, p[2] as usize)),
        "order_flow" => Box::new(order_flow(n)),
        "trade_sign" => Box::new(trade_sign()),
        "seasonality" => Box::new(Seasonality::new(n)),
        "rows_since_event" => Box::new(rows_since_event()),
        "time_since_event" => Box::new(time_since_event()),
        other => panic!("no kernel '{other}'"),
    };
    (kernel, 1e-9)
}

fn reference() -> Value {
    serde_json::from_str(REFERENCE).unwrap()
}

fn numbers(values: &Value) -> Vec<f64> {
    let number = |v: &Value| v.as_f64().unwrap_or(f64::NAN);
    values.as_array().unwrap().iter().map(number).collect()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|v| if v.is_nan() { u64::MAX } else { v.to_bits() }).collect()
}

struct Case {
    name: String,
    parameters: Vec<f64>,
    inputs: Vec<Vec<f64>>,
    expected: Vec<f64>,
}

impl Case {
    fn all() -> Vec<Self> {
        let reference = reference();
        let cases = reference["cases"].as_array().unwrap().iter().map(|case| Self {
            name: case["name"].as_str().unwrap().to_string(),
            parameters: numbers(&case["parameters"]),
            inputs: case["inputs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| numbers(&reference["inputs"][name.as_str().unwrap()]))
                .collect(),
            expected: numbers(&case["values"]),
        });
        cases.collect()
    }

    fn run(&self) -> Vec<f64> {
        let inputs: Vec<&[f64]> = self.inputs.iter().map(Vec::as_slice).collect();
        let (mut kernel, _) = kernel(&self.name, &self.parameters);
        run(&mut *kernel, &inputs, 1).remove(0)
    }
}

#[test]
fn agrees_with_pandas_and_arch() {
    let cases = Case::all();
    assert_eq!(cases.len(), 46);
    for case in cases {
        let (_, tolerance) = kernel(&case.name, &case.parameters);
        for (row, (ours, theirs)) in case.run().iter().zip(&case.expected).enumerate() {
            let equal = ours.is_nan() && theirs.is_nan()
                || (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-12);
            assert!(equal, "{} {:?} row {row}: {ours} {theirs}", case.name, case.parameters);
        }
    }
}

/// arch 8.0.0, tolerance 1e-13: our maximum is not below its, and at the same place.
#[test]
fn garch_maximum_is_that_of_arch() {
    let reference = reference();
    let returns = numbers(&reference["inputs"]["ret"]);
    for theirs in reference["fits"].as_array().unwrap() {
        let rows = theirs["rows"].as_u64().unwrap() as usize;
        let [omega, alpha, beta] = ["omega", "alpha", "beta"].map(|k| theirs[k].as_f64().unwrap());
        let ours = fit(&returns[..rows]).unwrap();
        assert!((ours.alpha - alpha).abs() < 2e-4, "{ours:?} {theirs}");
        assert!((ours.beta - beta).abs() < 5e-4, "{ours:?} {theirs}");
        assert!((ours.omega / omega - 1.0).abs() < 5e-3, "{ours:?} {theirs}");
        let log_likelihood = log_likelihood(ours, &returns[..rows]);
        let best = theirs["log_likelihood"].as_f64().unwrap();
        assert!((-1e-7..1e-3).contains(&(log_likelihood - best)), "{log_likelihood} {best}");
    }
}

/// By definition.
fn log_likelihood(p: Parameters, returns: &[f64]) -> f64 {
    let mut variance = p.omega + (p.alpha + p.beta) * backcast(returns);
    let mut sum = 0.0;
    for x in returns {
        sum -= 0.5 * ((2.0 * std::f64::consts::PI * variance).ln() + x * x / variance);
        variance = p.next(variance, *x);
    }
    sum
}

#[test]
fn garch_of_odd_returns() {
    assert_eq!(fit(&[0.0; 100]), None);
    // Returns that stop, jump once, or alternate: parameters stay in their bounds.
    let mut stops = vec![0.01; 50];
    stops.extend([0.0; 500]);
    let mut jumps = vec![0.0; 300];
    jumps[150] = 0.5;
    let alternates: Vec<f64> = (0..300).map(|i| if i % 2 == 0 { 0.02 } else { -0.001 }).collect();
    for returns in [stops, jumps, alternates, vec![0.01; 20], vec![1e-9; 40], vec![1e9, 1.0, -3.0]]
    {
        let Parameters { omega, alpha, beta } = fit(&returns).unwrap();
        assert!(omega > 0.0 && alpha >= 0.0 && beta >= 0.0 && alpha + beta <= 1.0);
        let value = run(&mut Garch::fitted(1, 1, 252.0), &[&returns[..30.min(returns.len())]], 1);
        assert!(value[0].iter().all(|v| v.is_nan() || (v.is_finite() && *v > 0.0)));
    }
}

/// Daily data of the paper's §3: a spread of 2 % on prices that do not move.
#[test]
fn spreads_of_a_bounce() {
    // Each day trades at bid 99 and ask 101; closes at either.
    let closes: Vec<f64> = (0..40).map(|i| if i * 7 % 5 < 3 { 99.0 } else { 101.0 }).collect();
    let (high, low) = (vec![101.0; 40], vec![99.0; 40]);
    let bars: [&[f64]; 3] = [&high, &low, &closes];
    // One range only: S from α = ln(101 / 99), exactly 2 (101 − 99)/(101 + 99).
    let cs = run(&mut corwin_schultz(10), &bars, 1).remove(0);
    assert!((cs[39] - 0.02).abs() < 1e-12, "{}", cs[39]);
    // Middle of the logs: c − η = ± half of ln(101 / 99).
    let ar = run(&mut abdi_ranaldo(10), &bars, 1).remove(0);
    assert!((ar[39] - (101.0_f64 / 99.0).ln()).abs() < 1e-12, "{}", ar[39]);
    // Roll: prices +1 −1 +1 … around 100 bounce by the spread, cov = −4 over even pairs.
    let bounce: Vec<f64> = (0..12).map(|i| if i % 2 == 0 { 99.0 } else { 101.0 }).collect();
    let r = run(&mut roll(10), &[&bounce], 1).remove(0);
    assert!((r[11] - 2.0 * (4.0_f64 * 10.0 / 9.0).sqrt()).abs() < 1e-12, "{}", r[11]);
    // No bars are no values, in the windows that hold them only.
    let mut high = high;
    high[20] = 98.0;
    let cs = run(&mut corwin_schultz(3), &[&high, &low, &closes], 1).remove(0);
    let missing: Vec<usize> = (3..40).filter(|i| cs[*i].is_nan()).collect();
    assert_eq!(missing, [20, 21, 22, 23]);
    let p = run(&mut parkinson(3, 252.0), &[&high, &low], 1).remove(0);
    let missing: Vec<usize> = (2..40).filter(|i| p[*i].is_nan()).collect();
    assert_eq!(missing, [20, 21, 22]);
}

/// A random walk in 20 000 steps a day of variance 1e-4 a day, with drift 0: each range estimator finds
/// 1 % a day. Discrete steps make ranges a little too small (by 0.6 σ/√20 000 at each end).
#[test]
fn range_estimators_find_the_volatility_of_a_walk() {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    const DAYS: usize = 1000;
    const STEPS: usize = 20_000;
    let step = (1e-4 / STEPS as f64 * 12.0).sqrt();
    let (mut price, mut bars) = (0.0_f64, [const { Vec::new() }; 4]);
    for _ in 0..DAYS {
        let (open, mut high, mut low) = (price, price, price);
        for _ in 0..STEPS {
            price += step * (uniform() - 0.5);
            high = high.max(price);
            low = low.min(price);
        }
        for (column, x) in bars.iter_mut().zip([open, high, low, price]) {
            column.push(100.0 * x.exp());
        }
    }
    let [o, h, l, c] = [0, 1, 2, 3].map(|i| bars[i].as_slice());
    let last = |kernel: &mut dyn Kernel, inputs: &[&[f64]]| run(kernel, inputs, 1)[0][DAYS - 1];
    // Standard errors of a variance over 1 000 days: 4.5 % from closes, 2 % or less from ranges.
    let n = DAYS - 1;
    let found = [
        last(&mut close_to_close(n, 1.0), &[c]),
        last(&mut parkinson(n, 1.0), &[h, l]),
        last(&mut garman_klass(n, 1.0), &[o, h, l, c]),
        last(&mut rogers_satchell(n, 1.0), &[o, h, l, c]),
        last(&mut yang_zhang(n, 1.0), &[o, h, l, c]),
    ];
    for (found, within) in found.iter().zip([0.07, 0.03, 0.03, 0.03, 0.03]) {
        assert!((found / 0.01 - 1.0).abs() < within, "{found}");
    }
}

#[test]
fn bipower_leaves_jumps_out() {
    // |r| = 1 % throughout: Σ |r||r′| = 9 · 1e-4, times π/2 · 10/9. A jump of 50 % adds two neighbours,
    // not its square.
    let mut x = vec![0.01; 30];
    x[15] = 0.5;
    let bv = run(&mut bipower_variation(10), &[&x], 1).remove(0);
    let flat = std::f64::consts::FRAC_PI_2 * 1e-3;
    assert!((bv[14] - flat).abs() < 1e-15 && (bv[29] - flat).abs() < 1e-15);
    let jump = std::f64::consts::FRAC_PI_2 * 10.0 / 9.0 * (7.0 * 1e-4 + 2.0 * 0.005);
    assert!((bv[20] - jump).abs() < 1e-15);
}

#[test]
fn one_bar_may_fill_many_buckets() {
    // Φ(Δp/σ) with changes 1, −1: σ = √2, so 2Φ(z) − 1 = erf(0.5).
    let (price, volume) = ([1.0, 2.0, 1.0, 1.0], [5.0, 5.0, 1e18, 0.0]);
    let v = run(&mut Vpin::new(10.0, 3, 2), &[&price, &volume], 1).remove(0);
    let erf = 0.520_499_877_813_046_5; // erf(0.5); statrs has ten digits
    assert!(v[0].is_nan() && v[1].is_nan() && (v[2] - erf).abs() < 1e-9 && v[3] == v[2], "{v:?}");
    // Nothing moves: half are buys.
    let v = run(&mut Vpin::new(10.0, 3, 2), &[&[7.0; 9], &[5.0; 9]], 1).remove(0);
    assert_eq!(v[8], 0.0);
}

#[test]
fn order_flow_of_the_paper() {
    // Cont, Kukanov & Stoikov §2.1: with quotes that stay, growth of the bid queue is what buyers add.
    let quotes: [&[f64]; 4] = [&[9.0, 9.0, 10.0], &[5.0, 8.0, 2.0], &[11.0; 3], &[4.0, 4.0, 1.0]];
    let e = run(&mut order_flow(1), &quotes, 1).remove(0);
    assert!(e[0].is_nan());
    assert_eq!(e[1..], [3.0, 2.0 + 3.0]);
}

#[test]
fn signs_by_quote_then_tick() {
    let nan = f64::NAN;
    let price = [10.0, 10.2, 10.1, 10.1, nan, 10.1, 10.05];
    let bid = [9.9, 10.0, 10.05, 10.0, 10.0, nan, 10.0];
    let ask = [10.1, 10.2, 10.15, 10.3, 10.2, 10.2, nan];
    let sign = run(&mut trade_sign(), &[&price, &bid, &ask], 1).remove(0);
    // At the middle and no change yet; above; at the middle, down; below; no price; twice no quotes.
    assert_eq!(bits(&sign), bits(&[nan, 1.0, -1.0, -1.0, nan, -1.0, -1.0]));
}

#[test]
fn values_by_hand() {
    assert!((microprice(100.0, 30.0, 100.1, 10.0) - 100.075).abs() < 1e-12);
    assert!(microprice(100.0, 0.0, 100.1, 0.0).is_nan());
    // 2 4 4 4 5 5 7 9: squared deviations from the mean 5 sum to 32.
    let x = [2.0, 4.0, 4.0, f64::NAN, 4.0, 5.0, 5.0, 7.0, 9.0];
    assert!((dispersion(&x) - (32.0_f64 / 7.0).sqrt()).abs() < 1e-15);
    assert!(dispersion(&x[..1]).is_nan() && dispersion(&[]).is_nan());
    assert!((dispersion(&[1e9, 1e9 + 1.0]) - 0.5_f64.sqrt()).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn pieces_and_later_rows_change_no_bit(
        lengths in prop::collection::vec(0..60_usize, 1..30), cut in 0.0..1.0_f64,
    ) {
        for case in Case::all() {
            let rows = case.inputs[0].len();
            // Fitting is slow: fewer rows, and more fits to them.
            let (rows, parameters) = match case.name.as_str() {
                "garch_fitted" => (150, vec![20.0, 40.0, 252.0]),
                _ => (rows, case.parameters.clone()),
            };
            let inputs: Vec<&[f64]> = case.inputs.iter().map(|x| &x[..rows]).collect();
            let whole = run(&mut *kernel(&case.name, &parameters).0, &inputs, 1).remove(0);
            let (mut pieces, mut at) = (Vec::new(), 0);
            let mut state = kernel(&case.name, &parameters).0;
            for length in lengths.iter().copied().chain([rows]) {
                let end = (at + length).min(rows);
                let piece: Vec<&[f64]> = inputs.iter().map(|x| &x[at..end]).collect();
                pieces.extend(run(&mut *state, &piece, 1).remove(0));
                at = end;
            }
            prop_assert_eq!(bits(&pieces), bits(&whole), "{}", &case.name);
            let early = (rows as f64 * cut) as usize;
            let first: Vec<&[f64]> = inputs.iter().map(|x| &x[..early]).collect();
            let first = run(&mut *kernel(&case.name, &parameters).0, &first, 1).remove(0);
            prop_assert_eq!(bits(&first), bits(&whole[..early]), "{}", &case.name);
        }
    }
}
