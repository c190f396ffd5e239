//! Options on a share that pays known cash dividends.
//!
//! The share falls by the dividend and is lognormal between (spot-drop or piecewise lognormal model;
//! the escrowed one would give the same share another volatility for another option). Vellekoop &
//! Nieuwenhuis (2006), Efficient pricing of derivatives on assets with discrete dividends, Applied Math.
//! Finance 13(3): a recombining lattice, whose value just before a dividend is that after it at the
//! price less the dividend, by interpolation. A share pays no more than it is worth.
//!
//! Here each stretch between dividends has a lattice of its own, so that every dividend is on a step;
//! the last step before expiry is the Black–Scholes formula and values at a dividend are averaged over
//! the cell of a node, which makes the error smooth in the step; and two lattices are extrapolated to
//! steps of no length, as by Broadie & Detemple (1996), Rev. Financial Studies 9(4).

use super::black_scholes::European;
use super::kind::Kind;
use super::status::{Status, Valuation};

/// A dividend in the unit of the share's price.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CashDividend {
    /// Years until the share goes ex.
    pub time: f64,
    /// Amount a share.
    pub amount: f64,
}

/// When the holder may exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// At expiry.
    European,
    /// At any time.
    American,
}

/// An option on a share with cash dividends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DividendOption<'a> {
    /// The terms; a yield comes on top of the dividends.
    pub terms: European,
    /// When it may be exercised.
    pub style: Style,
    /// The dividends in order of time, after today and before expiry.
    pub dividends: &'a [CashDividend],
}

/// Steps of the coarser lattice.
const STEPS: f64 = 500.0;
/// Standard deviations until expiry that a lattice spans to either side.
const SPAN: f64 = 7.0;
/// The share of the time to expiry within which dividends are one, and none is nearer to today or to expiry.
const GAP: f64 = 1e-6;
/// The least standard deviation until expiry: the steps of a smaller one would drown in rounding, and it is
/// worth less than the error.
const LEAST_STDEV: f64 = 1e-6;
/// Points of the mean over a node's cell.
const CELL: usize = 8;

impl DividendOption<'_> {
    /// The price today. Without volatility there is none. The error is about 2e-6 of the strike.
    pub fn price(&self) -> Valuation {
        let status = self.terms.status();
        let European { time, .. } = self.terms;
        let finite =
            |d: &CashDividend| d.time.is_finite() && d.amount.is_finite() && d.amount >= 0.0;
        let times = || self.dividends.iter().map(|d| d.time);
        let inside = times().all(|t| t > 0.0 && t < time);
        match status {
            Status::Valued | Status::Expired => (),
            // A share without volatility has no lattice.
            status => return Valuation::none(status),
        }
        if !self.dividends.iter().all(finite) || !times().is_sorted() || !inside {
            return Valuation::none(Status::BadDividend);
        }
        if status == Status::Expired {
            return self.terms.price();
        }
        let dividends = self.apart();
        let volatility = self.terms.volatility.max(LEAST_STDEV / time.sqrt());
        let terms = European { volatility, ..self.terms };
        let option = DividendOption { terms, dividends: &dividends, ..*self };
        let (fine, coarse) = (option.lattice(2.0), option.lattice(1.0));
        let payoff = match self.style {
            Style::American => self.payoff(self.terms.underlying),
            Style::European => 0.0,
        };
        Valuation::new((2.0 * fine - coarse).max(payoff), Status::Valued)
    }

    /// The dividends, those of one moment together: a stretch of no length has no lattice.
    fn apart(&self) -> Vec<CashDividend> {
        let gap = GAP * self.terms.time;
        let mut apart: Vec<CashDividend> = vec![];
        for dividend in self.dividends {
            let time = dividend.time.clamp(gap, self.terms.time - gap);
            match apart.last_mut().filter(|last| time - last.time < gap) {
                Some(last) => last.amount += dividend.amount,
                None => apart.push(CashDividend { time, ..*dividend }),
            }
        }
        apart
    }

    fn payoff(&self, share: f64) -> f64 {
        self.terms.kind.payoff(share, self.terms.strike)
    }

    /// The better of going on and exercise.
    fn best(&self, share: f64, going_on: f64) -> f64 {
        match self.style {
            Style::American => going_on.max(self.payoff(share)),
            Style::European => going_on,
        }
    }

    /// The price by one lattice of so many times 500 steps.
    fn lattice(&self, times: f64) -> f64 {
        let European { underlying, time, .. } = self.terms;
        let mut end = time;
        let mut after: Option<(Nodes, f64)> = None;
        for dividend in self.dividends.iter().rev() {
            let nodes = self.stretch(dividend.time, end, times, SPAN, after.as_ref());
            after = Some((nodes, dividend.amount));
            end = dividend.time;
        }
        self.stretch(0.0, end, times, 0.0, after.as_ref()).at(underlying)
    }

    /// Values at the begin of a stretch, at nodes that span so many deviations to either side; `after`
    /// it is a dividend, and are the values there.
    fn stretch(
        &self,
        begin: f64,
        end: f64,
        times: f64,
        span: f64,
        after: Option<&(Nodes, f64)>,
    ) -> Nodes {
        let European { underlying, time, rate, volatility, .. } = self.terms;
        let growth = rate - self.terms.dividend_yield();
        let steps = ((STEPS * (end - begin) / time).ceil().max(1.0) * times) as usize;
        let dt = (end - begin) / steps as f64;
        let half = volatility * dt.sqrt();
        let drift = (growth - 0.5 * volatility * volatility) * dt;
        let (up, down) = ((drift + half).exp(), (drift - half).exp());
        let discount = (-rate * dt).exp();
        let rise = ((growth * dt).exp() - down) / (up - down);
        let [rise, fall] = [rise * discount, (1.0 - rise) * discount];
        let wings = (0.5 * span * volatility * time.sqrt() / half).ceil() as usize;
        // The nodes after so many steps are 2 `half` apart.
        let grid = |step: usize| Grid {
            lowest: underlying.ln() + drift * step as f64 - half * (2 * wings + step) as f64,
            apart: 2.0 * half,
            nodes: 2 * wings + 1 + step,
        };
        let (mut step, mut values) = match after {
            Some((nodes, amount)) => {
                let grid = grid(steps);
                let value = |i| self.before_dividend(&grid, i, nodes, *amount);
                (steps, (0..grid.nodes).map(value).collect::<Vec<f64>>())
            }
            None => {
                let grid = grid(steps - 1);
                let value = |share| {
                    let price = European { underlying: share, time: dt, ..self.terms }.price();
                    self.best(share, price.value().unwrap_or(0.0))
                };
                (steps - 1, grid.shares().map(value).collect())
            }
        };
        while step > 0 {
            step -= 1;
            let next = values[1..].iter().zip(&values).map(|(a, b)| rise * a + fall * b);
            values = grid(step).shares().zip(next).map(|(s, v)| self.best(s, v)).collect();
        }
        Nodes { grid: grid(0), kind: self.terms.kind, values }
    }

    /// The mean over the cell of a node of what the option is worth before the dividend.
    fn before_dividend(&self, grid: &Grid, node: usize, after: &Nodes, amount: f64) -> f64 {
        let value = |k: usize| {
            let off = (k as f64 + 0.5) / CELL as f64 - 0.5;
            let share = (grid.lowest + grid.apart * (node as f64 + off)).exp();
            self.best(share, after.at((share - amount).max(0.0)))
        };
        (0..CELL).map(value).sum::<f64>() / CELL as f64
    }
}

/// Prices of the share, evenly apart in logarithm.
struct Grid {
    lowest: f64,
    apart: f64,
    nodes: usize,
}

impl Grid {
    /// By multiplication; it is taken anew every 64 prices, so that rounding does not add up.
    fn shares(&self) -> impl Iterator<Item = f64> {
        let (mut share, ratio) = (0.0, self.apart.exp());
        (0..self.nodes).map(move |i| {
            share = match i % 64 {
                0 => (self.lowest + self.apart * i as f64).exp(),
                _ => share * ratio,
            };
            share
        })
    }
}

/// The option's value at prices of the share.
struct Nodes {
    grid: Grid,
    kind: Kind,
    values: Vec<f64>,
}

impl Nodes {
    /// By a cubic through the four nodes around a price, in its logarithm; beyond the nodes on, where
    /// the option is all but certain to be exercised or not, on a line.
    fn at(&self, share: f64) -> f64 {
        let (values, last) = (&self.values, self.values.len() - 1);
        if last == 0 {
            return values[0];
        }
        let position = (share.ln() - self.grid.lowest) / self.grid.apart;
        if position < 1.0 || position > last as f64 - 1.0 {
            let from = if position < 1.0 { 0 } else { last - 1 };
            let price = |i: usize| (self.grid.lowest + self.grid.apart * i as f64).exp();
            let (a, b) = (price(from), price(from + 1));
            let slope = (values[from + 1] - values[from]) / (b - a);
            // Neither right's value rises faster than the share, nor falls.
            let slope = match self.kind {
                Kind::Call => slope.clamp(0.0, 1.0),
                Kind::Put => slope.clamp(-1.0, 0.0),
            };
            return (values[from] + slope * (share - a)).max(0.0);
        }
        let i = (position.floor() as usize).min(last - 2).max(1);
        let t = position - i as f64;
        let [a, b, c, d] = [values[i - 1], values[i], values[i + 1], values[i + 2]];
        let (m, p) = (t - 1.0, t + 1.0);
        let n = t - 2.0;
        -t * m * n / 6.0 * a + p * m * n / 2.0 * b - p * t * n / 2.0 * c + p * t * m / 6.0 * d
    }
}
