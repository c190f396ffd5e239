//! The sensitivities of many European options, by the column.
//!
//! Options are taken 128 at a time. What their sensitivities share is worked out once, without branches,
//! and each sensitivity is then a loop over it: all loops become vector instructions, the widest that the
//! processor has, with the same bits on each.

use fearless_simd::{Level as Processor, Simd};

use super::black_scholes::{Carry, European};
use super::branchless::{exp, ln_ratio};
use super::greek_row::{self as formula, Row};
use super::greeks::Greek;
use super::kind::Kind;
use super::normal::{mills, pdf};
use super::status::Status;
use crate::dispatch::dispatch;

/// European options by the column; [`European`] says what each is. All columns have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Europeans<'a> {
    /// Calls and puts.
    pub kind: &'a [Kind],
    /// Spots, or prices of futures.
    pub underlying: &'a [f64],
    /// Strikes.
    pub strike: &'a [f64],
    /// Years to expiry.
    pub time: &'a [f64],
    /// Riskless rates a year.
    pub rate: &'a [f64],
    /// Dividend yields a year, or that all are options on futures.
    pub carry: Carry<&'a [f64]>,
    /// Volatilities a year.
    pub volatility: &'a [f64],
}

const BLOCK: usize = 128;

/// What the sensitivities of up to 128 options are made of.
type Block = [[f64; BLOCK]; 16];

impl Europeans<'_> {
    /// One of the options.
    pub fn at(&self, row: usize) -> European {
        European {
            kind: self.kind[row],
            underlying: self.underlying[row],
            strike: self.strike[row],
            time: self.time[row],
            rate: self.rate[row],
            carry: match self.carry {
                Carry::DividendYield(dividend_yield) => Carry::DividendYield(dividend_yield[row]),
                Carry::Futures => Carry::Futures,
            },
            volatility: self.volatility[row],
        }
    }

    /// Writes the sensitivities asked for, one slice each, and how each option came by them. NaN
    /// stands for none: the status says why, or, if it is a good one, the sensitivity does not exist
    /// for this option or is too large to be represented.
    ///
    /// # Panics
    ///
    /// If a slice is shorter than the column of kinds.
    pub fn greeks(&self, wanted: &mut [(Greek, &mut [f64])], statuses: &mut [Status]) {
        let mut block = [[0.0; BLOCK]; 16];
        let processor = Processor::new();
        for start in (0..self.kind.len()).step_by(BLOCK) {
            let rows = start..self.kind.len().min(start + BLOCK);
            let part = Europeans {
                kind: &self.kind[rows.clone()],
                underlying: &self.underlying[rows.clone()],
                strike: &self.strike[rows.clone()],
                time: &self.time[rows.clone()],
                rate: &self.rate[rows.clone()],
                carry: match self.carry {
                    Carry::DividendYield(of) => Carry::DividendYield(&of[rows.clone()]),
                    Carry::Futures => Carry::Futures,
                },
                volatility: &self.volatility[rows.clone()],
            };
            let statuses = &mut statuses[rows.clone()];
            let regular = dispatch!(processor, simd => simd.vectorize(
                #[inline(always)]
                || part.share(&mut block),
            ));
            let futures = self.carry == Carry::Futures;
            for (greek, out) in wanted.iter_mut() {
                let out = &mut out[rows.clone()];
                dispatch!(processor, simd => simd.vectorize(
                    #[inline(always)]
                    || fill_greek(*greek, futures, &block, out),
                ));
            }
            statuses.fill(Status::Valued);
            if !regular {
                part.irregular(wanted, rows.start, statuses);
            }
        }
    }

    /// Writes what the sensitivities share; whether all options are plainly valid. For one that is
    /// not, the numbers are some other option's.
    #[inline(always)]
    fn share(&self, block: &mut Block) -> bool {
        let rows = self.kind.len();
        let dividend_yield = match self.carry {
            Carry::DividendYield(dividend_yield) => dividend_yield,
            Carry::Futures => self.rate,
        };
        let columns = [self.underlying, self.strike, self.time, self.rate, dividend_yield];
        let [underlying, strike, time, rate, dividend_yield] = columns.map(|x| &x[..rows]);
        let (kind, volatility) = (&self.kind[..rows], &self.volatility[..rows]);
        let mut bad = 0;
        for i in 0..rows {
            let positive = |x: f64| (f64::MIN_POSITIVE..=f64::MAX).contains(&x);
            let finite = |x: f64| x.abs() <= f64::MAX;
            let good = positive(underlying[i])
                & positive(strike[i])
                & positive(time[i])
                & positive(volatility[i])
                & finite(rate[i])
                & finite(dividend_yield[i]);
            let or = |x: f64, other: f64| if good { x } else { other };
            bad += u64::from(!good);
            let row = Row::new(
                if kind[i] == Kind::Call { 1.0 } else { -1.0 },
                [or(underlying[i], 1.0), or(strike[i], 1.0), or(time[i], 1.0)],
                [or(rate[i], 0.0), or(dividend_yield[i], 0.0), or(volatility[i], 1.0)],
            );
            for (column, value) in block.iter_mut().zip(row.columns()) {
                column[i] = value;
            }
        }
        bad == 0
    }

    /// Those that are limits, or have no value.
    fn irregular(&self, wanted: &mut [(Greek, &mut [f64])], start: usize, statuses: &mut [Status]) {
        for (i, status) in statuses.iter_mut().enumerate() {
            let option = self.at(i);
            *status = match option.status() {
                Status::Valued => continue,
                limit @ (Status::Expired | Status::ZeroVolatility) => {
                    match option.asset_forward() == option.strike_value() {
                        true => Status::Undefined,
                        false => limit,
                    }
                }
                invalid => invalid,
            };
            let limit = matches!(status, Status::Expired | Status::ZeroVolatility);
            for (greek, out) in wanted.iter_mut() {
                out[start + i] = if limit { option.greek_limit(*greek) } else { f64::NAN };
            }
        }
    }
}

impl Row {
    #[inline(always)]
    fn new(
        sign: f64,
        [underlying, strike, time]: [f64; 3],
        [rate, dividend_yield, volatility]: [f64; 3],
    ) -> Self {
        let (discount, yield_discount) = (exp(-rate * time), exp(-dividend_yield * time));
        let stdev = volatility * time.sqrt();
        let moneyness = ln_ratio(underlying, strike) + (rate - dividend_yield) * time;
        let (d1, d2) = (moneyness / stdev + 0.5 * stdev, moneyness / stdev - 0.5 * stdev);
        let (density, strike_density) = (pdf(d1), pdf(d2));
        // Beyond 1000 the density is 0.
        let (m1, m2) = (mills(d1.abs().min(1e3)), mills(d2.abs().min(1e3)));
        let (tail1, tail2) = (density * m1, strike_density * m2);
        let (asset, cash) = (underlying * yield_discount, strike * discount);
        // The side out of the money, w (F Φ(w d₁) − K Φ(w d₂)): where both probabilities are tails,
        // from Mills' ratios, because F φ(d₁) = K φ(d₂).
        let side = if moneyness > 0.0 { -1.0 } else { 1.0 };
        let of = |tail: f64, d: f64| if side * d > 0.0 { 1.0 - tail } else { tail };
        let apart = side * (asset * of(tail1, d1) - cash * of(tail2, d2));
        let together = asset * density * (side * (m1 - m2));
        let time_value = if d1 * d2 > 0.0 { together } else { apart };
        let intrinsic = sign * (asset - cash);
        let beyond = |d: f64, tail: f64| if sign * d > 0.0 { 1.0 - tail } else { tail };
        Self {
            sign,
            underlying,
            strike,
            time,
            rate,
            dividend_yield,
            volatility,
            discount,
            yield_discount,
            stdev,
            d1,
            d2,
            density,
            asset_probability: beyond(d1, tail1),
            strike_probability: beyond(d2, tail2),
            price: time_value + if intrinsic > 0.0 { intrinsic } else { 0.0 },
        }
    }

    #[inline(always)]
    fn columns(&self) -> [f64; 16] {
        [
            self.sign,
            self.underlying,
            self.strike,
            self.time,
            self.rate,
            self.dividend_yield,
            self.volatility,
            self.discount,
            self.yield_discount,
            self.stdev,
            self.d1,
            self.d2,
            self.density,
            self.asset_probability,
            self.strike_probability,
            self.price,
        ]
    }

    #[inline(always)]
    fn read(block: &Block, i: usize) -> Self {
        Self {
            sign: block[0][i],
            underlying: block[1][i],
            strike: block[2][i],
            time: block[3][i],
            rate: block[4][i],
            dividend_yield: block[5][i],
            volatility: block[6][i],
            discount: block[7][i],
            yield_discount: block[8][i],
            stdev: block[9][i],
            d1: block[10][i],
            d2: block[11][i],
            density: block[12][i],
            asset_probability: block[13][i],
            strike_probability: block[14][i],
            price: block[15][i],
        }
    }
}

/// A loop for each sensitivity.
#[inline(always)]
fn fill_greek(greek: Greek, futures: bool, block: &Block, out: &mut [f64]) {
    match greek {
        Greek::Delta => fill(block, out, formula::delta),
        Greek::DualDelta => fill(block, out, formula::dual_delta),
        Greek::Vega => fill(block, out, formula::vega),
        Greek::Theta => fill(block, out, formula::theta),
        Greek::Rho if futures => fill(block, out, formula::futures_rho),
        Greek::Rho => fill(block, out, formula::rho),
        Greek::Phi if futures => out.fill(f64::NAN),
        Greek::Phi => fill(block, out, formula::phi),
        Greek::Lambda => fill(block, out, formula::lambda),
        Greek::Gamma => fill(block, out, formula::gamma),
        Greek::DualGamma => fill(block, out, formula::dual_gamma),
        Greek::Vanna => fill(block, out, formula::vanna),
        Greek::Charm => fill(block, out, formula::charm),
        Greek::Volga => fill(block, out, formula::volga),
        Greek::Veta => fill(block, out, formula::veta),
        Greek::Speed => fill(block, out, formula::speed),
        Greek::Zomma => fill(block, out, formula::zomma),
        Greek::Color => fill(block, out, formula::color),
        Greek::Ultima => fill(block, out, formula::ultima),
    }
}

#[inline(always)]
fn fill(block: &Block, out: &mut [f64], formula: impl Fn(&Row) -> f64) {
    for (i, out) in out.iter_mut().enumerate().take(BLOCK) {
        let value = formula(&Row::read(block, i));
        *out = if value.abs() <= f64::MAX { value } else { f64::NAN };
    }
}
