//! The implied volatilities of many options, by the column.

use fearless_simd::{Level as Processor, Simd};

use super::implied_deviation::{Deviation, STEPS};
use super::implied_volatility::Quote;
use super::kind::Kind;
use super::normalised::Normalised;
use super::status::Status;
use crate::dispatch::dispatch;

/// Quoted options by the column; [`Quote`] says what each is. All columns have the same length.
#[derive(Debug, Clone, Copy)]
pub struct Quotes<'a> {
    /// Calls and puts.
    pub kind: &'a [Kind],
    /// Prices today.
    pub price: &'a [f64],
    /// Forwards of the underlying at expiry.
    pub forward: &'a [f64],
    /// Strikes.
    pub strike: &'a [f64],
    /// Years to expiry.
    pub time: &'a [f64],
    /// What 1 at expiry is worth today.
    pub discount: &'a [f64],
}

impl Quotes<'_> {
    /// One of the options.
    pub fn at(&self, row: usize) -> Quote {
        Quote {
            kind: self.kind[row],
            price: self.price[row],
            forward: self.forward[row],
            strike: self.strike[row],
            time: self.time[row],
            discount: self.discount[row],
        }
    }

    /// Writes the volatilities, NaN for none, and how each came about: the same as
    /// [`Quote::implied_volatility`] gives, to the last bit.
    ///
    /// # Panics
    ///
    /// If a slice is shorter than the column of kinds.
    pub fn implied_volatilities(&self, volatilities: &mut [f64], statuses: &mut [Status]) {
        self.implied_volatilities_on(Processor::new(), volatilities, statuses);
    }

    fn implied_volatilities_on(
        &self,
        processor: Processor,
        volatilities: &mut [f64],
        statuses: &mut [Status],
    ) {
        let mut block = Block::new();
        for start in (0..self.kind.len()).step_by(BLOCK) {
            let rows = start..self.kind.len().min(start + BLOCK);
            let part = Quotes {
                kind: &self.kind[rows.clone()],
                price: &self.price[rows.clone()],
                forward: &self.forward[rows.clone()],
                strike: &self.strike[rows.clone()],
                time: &self.time[rows.clone()],
                discount: &self.discount[rows.clone()],
            };
            let volatilities = &mut volatilities[rows.clone()];
            dispatch!(processor, simd => simd.vectorize(
                #[inline(always)]
                || part.regular(&mut block, volatilities),
            ));
            part.irregular(volatilities, &mut statuses[rows]);
        }
    }

    /// Those that need no branches; of others NaN.
    #[inline(always)]
    fn regular(&self, block: &mut Block, volatilities: &mut [f64]) {
        let rows = self.kind.len().min(BLOCK);
        let columns = [self.price, self.forward, self.strike, self.time, self.discount];
        let [price, forward, strike, time, discount] = columns.map(|x| &x[..rows]);
        let (kind, volatilities) = (&self.kind[..rows], &mut volatilities[..rows]);
        for i in 0..rows {
            let sign = if kind[i] == Kind::Call { 1.0 } else { -1.0 };
            let of = Normalised::new(sign, price[i], forward[i], strike[i], time[i], discount[i]);
            block.log_moneyness[i] = of.log_moneyness;
            block.price[i] = of.price;
            block.set(i, Deviation::guess(of.log_moneyness, of.spread, of.price));
        }
        // A loop for each step: the processor then works on several rows at once. What has settled stays
        // as it is, so that no row depends on those beside it.
        let mut rough = rows;
        for _ in 0..STEPS {
            if rough == 0 {
                break;
            }
            rough = 0;
            for i in 0..rows {
                let was = block.deviation(i);
                let improved = was.improved(block.log_moneyness[i], block.price[i]);
                let now = if was.is_rough() { improved } else { was };
                block.set(i, now);
                rough += usize::from(now.is_rough());
            }
        }
        for i in 0..rows {
            let volatility = block.deviation(i).settled() / time[i].sqrt();
            volatilities[i] = if volatility.abs() <= f64::MAX { volatility } else { f64::NAN };
        }
    }

    /// The others.
    fn irregular(&self, volatilities: &mut [f64], statuses: &mut [Status]) {
        for (row, (volatility, status)) in volatilities.iter_mut().zip(statuses).enumerate() {
            *status = Status::Valued;
            if volatility.is_nan() {
                let valuation = self.at(row).irregular_volatility();
                *volatility = valuation.value().unwrap_or(f64::NAN);
                *status = valuation.status();
            }
        }
    }
}

const BLOCK: usize = 128;

/// What is known of up to 128 options on the way.
struct Block {
    log_moneyness: [f64; BLOCK],
    price: [f64; BLOCK],
    value: [f64; BLOCK],
    step: [f64; BLOCK],
}

impl Block {
    fn new() -> Self {
        let none = [0.0; BLOCK];
        Self { log_moneyness: none, price: none, value: none, step: none }
    }

    #[inline(always)]
    fn deviation(&self, i: usize) -> Deviation {
        Deviation { value: self.value[i], step: self.step[i] }
    }

    #[inline(always)]
    fn set(&mut self, i: usize, deviation: Deviation) {
        self.value[i] = deviation.value;
        self.step[i] = deviation.step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::black::undiscounted_price;

    /// Numbers from 0 to 1, each a mixture of its place.
    fn random(place: u64) -> f64 {
        let mut z = place.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    #[derive(Default)]
    struct Table {
        kind: Vec<Kind>,
        columns: [Vec<f64>; 5],
    }

    impl Table {
        fn push(&mut self, q: Quote) {
            self.kind.push(q.kind);
            let numbers = [q.price, q.forward, q.strike, q.time, q.discount];
            self.columns.iter_mut().zip(numbers).for_each(|(column, x)| column.push(x));
        }

        fn quotes(&self, rows: std::ops::Range<usize>) -> Quotes<'_> {
            let [price, forward, strike, time, discount] =
                self.columns.each_ref().map(|column| &column[rows.clone()]);
            Quotes { kind: &self.kind[rows.clone()], price, forward, strike, time, discount }
        }
    }

    /// A quote of a call or put, to |ln(F/K)| = `widest` and s = `longest`.
    fn quote(place: u64, widest: f64, longest: f64) -> Quote {
        let [x, s, kind, time, discount] = [0, 1, 2, 3, 4].map(|i| random(8 * place + i));
        let kind = if kind < 0.5 { Kind::Call } else { Kind::Put };
        let (forward, time, discount) = (100.0, 0.01 + 2.0 * time, 0.9 + 0.2 * discount);
        let strike = forward * (widest * (2.0 * x - 1.0)).exp();
        let price = undiscounted_price(kind, forward, strike, 0.01 + longest * s).value().unwrap();
        Quote { kind, price: price * discount, forward, strike, time, discount }
    }

    /// Of all sorts, and some that none has a volatility.
    fn table() -> Table {
        let mut table = Table::default();
        for place in 0..3_000 {
            let mut q = quote(place, 8.0 * random(place + 77_777), 5.0 * random(place + 99_999));
            let odd = [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300, 1e-310, 1e3];
            if place % 7 == 3 {
                let odd = odd[(place / 7 % 7) as usize];
                *[&mut q.price, &mut q.forward, &mut q.strike, &mut q.time, &mut q.discount]
                    [(place / 49 % 5) as usize] = odd;
            }
            table.push(q);
        }
        table
    }

    fn solved(quotes: Quotes<'_>, processor: Processor) -> (Vec<u64>, Vec<Status>) {
        let rows = quotes.kind.len();
        let (mut volatilities, mut statuses) = (vec![0.0; rows], vec![Status::Expired; rows]);
        quotes.implied_volatilities_on(processor, &mut volatilities, &mut statuses);
        (volatilities.into_iter().map(f64::to_bits).collect(), statuses)
    }

    #[test]
    fn every_processor_gives_the_same_bits() {
        let table = table();
        let quotes = table.quotes(0..table.kind.len());
        assert_eq!(solved(quotes, Processor::baseline()), solved(quotes, Processor::new()));
    }

    #[test]
    fn a_column_gives_what_each_row_gives() {
        let table = table();
        let rows = table.kind.len();
        for (from, to) in [(0, rows), (1, rows), (5, 100), (129, 130), (7, 7 + BLOCK), (0, 0)] {
            let (volatilities, statuses) = solved(table.quotes(from..to), Processor::new());
            for (i, row) in (from..to).enumerate() {
                let quote = table.quotes(0..rows).at(row);
                let alone = quote.implied_volatility();
                let value = alone.value().unwrap_or(f64::NAN);
                assert_eq!(
                    (volatilities[i], statuses[i]),
                    (value.to_bits(), alone.status()),
                    "{quote:?}"
                );
            }
        }
        for status in
            [Status::Valued, Status::ZeroVolatility, Status::BelowIntrinsic, Status::NotFinite]
        {
            assert!(
                solved(table.quotes(0..rows), Processor::new()).1.contains(&status),
                "{status:?}"
            );
        }
    }

    /// The steps are compared with Jäckel's solver, which they do without.
    #[test]
    fn what_is_quoted_needs_no_branches() {
        let (mut found, mut worst) = (0, 0.0_f64);
        for place in 0..100_000 {
            let quote = quote(place, 2.0, 2.0);
            let Quote { kind, price, forward, strike, time, discount } = quote;
            let of = Normalised::new(kind.sign(), price, forward, strike, time, discount);
            if of.price < 1e-290 || of.price.is_nan() {
                continue;
            }
            let guess = Deviation::guess(of.log_moneyness, of.spread, of.price);
            let volatility = guess.improved(of.log_moneyness, of.price).settled() / time.sqrt();
            let expected = quote.irregular_volatility().value().unwrap();
            let error = (volatility / expected - 1.0).abs();
            assert!(error < 1e-14, "{quote:?}: {volatility} is not {expected}, by {error:e}");
            worst = worst.max(error);
            found += 1;
        }
        assert!(found > 80_000, "only {found}");
        println!("worst difference of {found} volatilities: {worst:e}");
    }

    /// Minutes before expiry: ln F has hardly any deviation left, and strikes are a few of those away.
    #[test]
    fn as_jaeckel_on_the_last_day() {
        let mut found = 0;
        for place in 400_000..450_000 {
            let [far, size, kind] = [0, 1, 2].map(|i| random(8 * place + i));
            let stdev = 10_f64.powf(-4.5 + 2.5 * size);
            let kind = if kind < 0.5 { Kind::Call } else { Kind::Put };
            let strike = 100.0 * (6.0 * stdev * (2.0 * far - 1.0)).exp();
            let price = undiscounted_price(kind, 100.0, strike, stdev).value().unwrap();
            let quote = Quote { kind, price, forward: 100.0, strike, time: 1e-4, discount: 1.0 };
            let (was, expected) = (quote.implied_volatility(), quote.irregular_volatility());
            assert_eq!(was.status(), expected.status(), "{quote:?}");
            let Some(expected) = expected.value().filter(|expected| *expected > 0.0) else {
                continue;
            };
            let error = (was.value().unwrap() / expected - 1.0).abs();
            assert!(error < 1e-13, "{quote:?}: {was:?} is not {expected}, by {error:e}");
            found += 1;
        }
        assert!(found > 40_000, "only {found}");
    }

    /// Also where two steps are needed, and where none lead there.
    #[test]
    fn as_jaeckel_everywhere() {
        for place in 200_000..300_000 {
            let quote = quote(place, 6.0, 6.0);
            let (was, expected) = (quote.implied_volatility(), quote.irregular_volatility());
            assert_eq!(was.status(), expected.status(), "{quote:?}");
            let Some(expected) = expected.value().filter(|expected| *expected > 0.0) else {
                continue;
            };
            let error = (was.value().unwrap() / expected - 1.0).abs();
            assert!(error < 1e-13, "{quote:?}: {was:?} is not {expected}, by {error:e}");
        }
    }
}
