//! American options against a lattice, their symmetries and their limits.

use trademl_math::options::american::American;
use trademl_math::options::black_scholes::{Carry, European};
use trademl_math::options::kind::Kind;
use trademl_math::options::status::Status;

const REFERENCE: &str = include_str!("reference/american.csv");

/// To 1e-5 of a strike of 100, beyond what the lattice itself leaves open.
#[test]
fn as_the_lattice() {
    let mut worst: f64 = 0.0;
    for line in REFERENCE.lines().skip(2) {
        let (kind, numbers) = line.split_once(',').unwrap();
        let n: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
        let terms = European {
            kind: if kind == "call" { Kind::Call } else { Kind::Put },
            underlying: n[0],
            strike: n[1],
            time: n[2],
            rate: n[3],
            carry: Carry::DividendYield(n[4]),
            volatility: n[5],
        };
        let (price, spread) = (n[6], n[7]);
        let was = American { terms }.price().value().unwrap();
        let error = (was - price).abs();
        if std::env::var("SHOW").is_ok() && error > 3e-6 {
            println!("{line}: {was} {error:e}");
        }
        assert!(error < 1e-5 + spread, "{line}: {was}, off by {error:e}");
        worst = worst.max(error);
    }
    println!("worst error: {worst:e}");
}
