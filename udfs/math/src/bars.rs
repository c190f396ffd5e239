//! Bars from trades: by count, volume, value, imbalance or clock.
//!
//! López de Prado (2018), Advances in Financial Machine Learning, §2.3. A bar ends with the trade that
//! completes it; trades are never split, so a bar may hold more than its threshold. Trades after the
//! last complete bar give none.

/// A trade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trade {
    /// Price, > 0.
    pub price: f64,
    /// Quantity, > 0.
    pub size: f64,
}

/// The trades between two events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Row of the first trade.
    pub first: usize,
    /// Row of the last trade.
    pub last: usize,
    /// Price of the first trade.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Price of the last trade.
    pub close: f64,
    /// Sum of sizes.
    pub volume: f64,
    /// Sum of price times size.
    pub dollar: f64,
}

impl Bar {
    fn new(row: usize, trade: Trade) -> Self {
        let Trade { price, size } = trade;
        Self {
            first: row,
            last: row,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: size,
            dollar: price * size,
        }
    }

    fn add(&mut self, row: usize, trade: Trade) {
        self.last = row;
        self.high = self.high.max(trade.price);
        self.low = self.low.min(trade.price);
        self.close = trade.price;
        self.volume += trade.size;
        self.dollar += trade.price * trade.size;
    }

    /// How many trades it holds.
    pub fn trades(&self) -> usize {
        self.last - self.first + 1
    }

    /// Average price, weighted by size; within low and high.
    pub fn vwap(&self) -> f64 {
        (self.dollar / self.volume).max(self.low).min(self.high)
    }
}

/// What a threshold counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Trades.
    Ticks,
    /// Sizes.
    Volume,
    /// Prices times sizes.
    Dollar,
}

impl Measure {
    fn of(self, trade: Trade) -> f64 {
        match self {
            Self::Ticks => 1.0,
            Self::Volume => trade.size,
            Self::Dollar => trade.price * trade.size,
        }
    }
}

/// Bars that end with the trade at which the measure since the last bar reaches `threshold` > 0.
pub fn by_measure(trades: &[Trade], measure: Measure, threshold: f64) -> Vec<Bar> {
    let mut sum = 0.0;
    split(trades, |trade, _| {
        sum += measure.of(trade);
        let ends = sum >= threshold;
        if ends {
            sum = 0.0;
        }
        ends
    })
}

/// Imbalance bars and what they expect.
///
/// §2.3.2.1: bₜ is the tick rule, the sign of the last price change, 0 before the first one. With
/// mₜ = 1, size or value of a trade, a bar ends where |Σ bₜ mₜ| ≥ E[T] · |E[b m]|. Expectations are those
/// known when the bar begins: E[T] is the exponentially weighted mean of the trades in the bars so far,
/// within `first_ticks` / `bound` … `first_ticks` · `bound`, E[b m] that of bₜ mₜ over the trades so far.
/// The first bar, before there is anything to expect, holds `first_ticks` trades. Without the bound the
/// recursion is known to run away to bars of one trade or of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Imbalance {
    /// What is imbalanced.
    pub measure: Measure,
    /// Trades in the first bar, ≥ 1.
    pub first_ticks: usize,
    /// Span of the mean over bars, ≥ 1: weight 2 / (span + 1) for the last.
    pub bars_span: usize,
    /// Span of the mean over trades, ≥ 1.
    pub ticks_span: usize,
    /// How far E[T] may go from `first_ticks`, as a factor ≥ 1.
    pub bound: f64,
}

impl Imbalance {
    /// The bars.
    pub fn bars(&self, trades: &[Trade]) -> Vec<Bar> {
        let mut length = Mean::new(self.bars_span);
        let mut signed = Mean::new(self.ticks_span);
        let first = self.first_ticks as f64;
        let (mut sign, mut previous, mut sum) = (0.0, None, 0.0_f64);
        let mut threshold: Option<f64> = None;
        split(trades, |trade, held| {
            match previous.replace(trade.price) {
                Some(before) if trade.price > before => sign = 1.0,
                Some(before) if trade.price < before => sign = -1.0,
                _ => {}
            }
            let imbalance = sign * self.measure.of(trade);
            signed.update(imbalance);
            sum += imbalance;
            let ends = match threshold {
                None => held >= self.first_ticks,
                Some(threshold) => sum.abs() >= threshold,
            };
            if ends {
                sum = 0.0;
                length.update(held as f64);
                let expected = length.value().clamp(first / self.bound, first * self.bound);
                threshold = Some(expected * signed.value().abs());
            }
            ends
        })
    }
}

/// An exponentially weighted mean whose weights sum to 1 from the first value on.
#[derive(Debug, Clone, Copy)]
struct Mean {
    keep: f64,
    sum: f64,
    weight: f64,
}

impl Mean {
    fn new(span: usize) -> Self {
        Self { keep: 1.0 - 2.0 / (span as f64 + 1.0), sum: 0.0, weight: 0.0 }
    }

    fn update(&mut self, x: f64) {
        self.sum = self.keep * self.sum + x;
        self.weight = self.keep * self.weight + 1.0;
    }

    fn value(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Cuts trades into bars; `ends` sees each trade and how many its bar holds.
fn split(trades: &[Trade], mut ends: impl FnMut(Trade, usize) -> bool) -> Vec<Bar> {
    let mut bars = vec![];
    let mut open: Option<Bar> = None;
    for (row, trade) in trades.iter().enumerate() {
        let bar = match open.take() {
            None => Bar::new(row, *trade),
            Some(mut bar) => {
                bar.add(row, *trade);
                bar
            }
        };
        match ends(*trade, bar.trades()) {
            true => bars.push(bar),
            false => open = Some(bar),
        }
    }
    bars
}

/// A clock that cuts days into bars. Instants are ticks since an epoch at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Length of a bar, ≥ 1.
    pub step: i64,
    /// Ticks a day.
    pub day: i64,
    /// When the session opens and closes, as ticks after midnight; the close is excluded. A close at or
    /// before the open is that of the next day.
    pub session: Option<(i64, i64)>,
}

impl Clock {
    /// Start and end of the bar an instant falls into, `None` outside sessions. Bars begin a whole
    /// number of steps after the open, or after midnight without a session; the last one of a session
    /// ends with it, so that none spans two.
    pub fn bar(&self, at: i64) -> Option<(i64, i64)> {
        let (open, close) = self.session.unwrap_or((0, self.day));
        let length = if close > open { close - open } else { close + self.day - open };
        let into = (at - open).rem_euclid(self.day);
        if into >= length {
            return None;
        }
        let start = at - into % self.step;
        Some((start, (at - into + length).min(start.saturating_add(self.step))))
    }

    /// Bars of trades at instants in rising order, each with its start and end. A bar is complete when
    /// a trade at or after its end was seen, in a session or not. Intervals without trades give none.
    pub fn bars(&self, trades: &[Trade], at: &[i64]) -> Vec<(Bar, i64, i64)> {
        let mut bars = vec![];
        let mut open: Option<(Bar, i64, i64)> = None;
        for (row, (trade, at)) in trades.iter().zip(at).enumerate() {
            if let Some(done) = open.take_if(|(_, _, end)| *at >= *end) {
                bars.push(done);
            }
            match &mut open {
                Some((bar, ..)) => bar.add(row, *trade),
                None => open = self.bar(*at).map(|(from, to)| (Bar::new(row, *trade), from, to)),
            }
        }
        bars
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trades(of: &[(f64, f64)]) -> Vec<Trade> {
        of.iter().map(|(price, size)| Trade { price: *price, size: *size }).collect()
    }

    fn rows(bars: &[Bar]) -> Vec<(usize, usize)> {
        bars.iter().map(|b| (b.first, b.last)).collect()
    }

    #[test]
    fn by_hand() {
        let t = trades(&[
            (10.0, 5.0),
            (11.0, 1.0),
            (9.0, 2.0),
            (10.0, 4.0),
            (12.0, 1.0),
            (12.0, 9.0),
            (11.0, 1.0),
        ]);
        let ticks = by_measure(&t, Measure::Ticks, 3.0);
        assert_eq!(rows(&ticks), [(0, 2), (3, 5)]);
        let bar = ticks[0];
        assert_eq!((bar.open, bar.high, bar.low, bar.close), (10.0, 11.0, 9.0, 9.0));
        assert_eq!((bar.volume, bar.dollar, bar.trades(), bar.vwap()), (8.0, 79.0, 3, 79.0 / 8.0));
        // 5+1 = 6; 2+4 = 6; 1+9 = 10; 1 is left.
        assert_eq!(rows(&by_measure(&t, Measure::Volume, 6.0)), [(0, 1), (2, 3), (4, 5)]);
        // 50+11 = 61; 18+40+12 = 70; 108; 11 is left.
        assert_eq!(rows(&by_measure(&t, Measure::Dollar, 60.0)), [(0, 1), (2, 4), (5, 5)]);
        assert!(by_measure(&[], Measure::Ticks, 1.0).is_empty());
    }

    #[test]
    fn every_trade_is_in_at_most_one_bar_and_in_order() {
        let t: Vec<Trade> = (0..5000)
            .map(|i| Trade {
                price: 100.0 + (0.37 * f64::from(i)).sin(),
                size: 1.0 + f64::from(i * i % 17),
            })
            .collect();
        let imbalance = Imbalance {
            measure: Measure::Volume,
            first_ticks: 50,
            bars_span: 10,
            ticks_span: 500,
            bound: 5.0,
        };
        for bars in [
            by_measure(&t, Measure::Volume, 97.0),
            by_measure(&t, Measure::Dollar, 5e4),
            imbalance.bars(&t),
        ] {
            assert!(bars.len() > 10, "{}", bars.len());
            assert_eq!(bars[0].first, 0);
            assert!(bars.windows(2).all(|w| w[1].first == w[0].last + 1));
            for bar in bars {
                let held = &t[bar.first..=bar.last];
                let volume: f64 = held.iter().map(|t| t.size).sum();
                assert_eq!(bar.volume, volume);
                assert!(bar.low <= bar.vwap() && bar.vwap() <= bar.high);
            }
        }
    }

    #[test]
    fn imbalance_by_hand() {
        // Ticks: signs 0 + + − | … The first bar holds 4: E[T] = 4, signs' mean with span 1e9 ≈ 1/4.
        // Threshold 1: trade 4 falls (−1): a bar of one. E[T] = (4+1)/2 = 2.5 with a plain mean, mean of
        // signs 0/5 = 0: threshold 0, so trade 5 ends a bar whatever it does.
        let t =
            trades(&[(10.0, 1.0), (11.0, 1.0), (12.0, 1.0), (11.0, 1.0), (10.0, 1.0), (10.0, 1.0)]);
        let bars = Imbalance {
            measure: Measure::Ticks,
            first_ticks: 4,
            bars_span: 1_000_000_000,
            ticks_span: 1_000_000_000,
            bound: 10.0,
        };
        assert_eq!(rows(&bars.bars(&t)), [(0, 3), (4, 4), (5, 5)]);
    }

    #[test]
    fn imbalance_agrees_with_a_second_derivation() {
        let t: Vec<Trade> = (0..3000)
            .map(|i| Trade {
                price: 100.0 + (1.7 * f64::from(i * i)).sin() + 2.0 * (0.002 * f64::from(i)).sin(),
                size: 1.0 + f64::from(i % 7),
            })
            .collect();
        let rule = Imbalance {
            measure: Measure::Dollar,
            first_ticks: 40,
            bars_span: 5,
            ticks_span: 200,
            bound: 4.0,
        };
        // Signs, then weighted means by their definition Σ (1−α)^age x / Σ (1−α)^age.
        let mut signs = vec![0.0];
        for w in t.windows(2) {
            let change = w[1].price - w[0].price;
            signs.push(if change == 0.0 { *signs.last().unwrap() } else { change.signum() });
        }
        let flows: Vec<f64> = t.iter().zip(&signs).map(|(t, s)| s * t.price * t.size).collect();
        let mean = |x: &[f64], span: f64| {
            let keep = 1.0 - 2.0 / (span + 1.0);
            let weight = |i: usize| keep.powi((x.len() - 1 - i) as i32);
            let total: f64 = (0..x.len()).map(weight).sum();
            x.iter().enumerate().map(|(i, x)| x * weight(i)).sum::<f64>() / total
        };
        let mut expected = vec![(0, 39)];
        let mut lengths = vec![40.0];
        while let Some((_, last)) = expected.last().copied() {
            let threshold =
                mean(&lengths, 5.0).clamp(10.0, 160.0) * mean(&flows[..=last], 200.0).abs();
            let Some(end) = (last + 1..3000)
                .find(|i| flows[last + 1..=*i].iter().sum::<f64>().abs() >= threshold)
            else {
                break;
            };
            expected.push((last + 1, end));
            lengths.push((end - last) as f64);
        }
        assert!(expected.len() > 20);
        assert_eq!(rows(&rule.bars(&t)), expected);
    }

    #[test]
    fn clock_bars_end_with_their_session() {
        // Hours; the session is 9 … 16, steps of 3: 9–12, 12–15, 15–16.
        let clock = Clock { step: 3, day: 24, session: Some((9, 16)) };
        assert_eq!(clock.bar(8), None);
        assert_eq!(clock.bar(9), Some((9, 12)));
        assert_eq!(clock.bar(14), Some((12, 15)));
        assert_eq!(clock.bar(15), Some((15, 16)));
        assert_eq!(clock.bar(16), None);
        assert_eq!(clock.bar(24 * 5 + 11), Some((24 * 5 + 9, 24 * 5 + 12)));
        assert_eq!(clock.bar(-24 + 15), Some((-24 + 15, -24 + 16)));
        // 22 … 5 crosses midnight.
        let night = Clock { step: 4, day: 24, session: Some((22, 5)) };
        assert_eq!(
            (night.bar(23), night.bar(25), night.bar(28)),
            (Some((22, 26)), Some((22, 26)), Some((26, 29)))
        );
        assert_eq!((night.bar(21), night.bar(5)), (None, None));
        // No session: days.
        let day = Clock { step: 10, day: 24, session: None };
        assert_eq!(
            (day.bar(9), day.bar(23), day.bar(24)),
            (Some((0, 10)), Some((20, 24)), Some((24, 34)))
        );
        // A session as long as the day.
        let whole = Clock { step: 24, day: 24, session: Some((17, 17)) };
        assert_eq!((whole.bar(16), whole.bar(17)), (Some((-7, 17)), Some((17, 41))));
    }

    #[test]
    fn clock_bars_need_a_later_trade() {
        let clock = Clock { step: 3, day: 24, session: Some((9, 16)) };
        let t = trades(&[(1.0, 1.0), (2.0, 1.0), (3.0, 1.0), (4.0, 2.0), (5.0, 1.0), (6.0, 1.0)]);
        let bars = clock.bars(&t, &[8, 9, 11, 12, 20, 33]);
        let seen: Vec<_> = bars.iter().map(|(b, from, to)| (b.first, b.last, *from, *to)).collect();
        // 8 and 20 lie outside; 20 ends the bar 12–15; 33 = 9 of the next day opens one that is not over.
        assert_eq!(seen, [(1, 2, 9, 12), (3, 3, 12, 15)]);
        assert_eq!((bars[0].0.open, bars[0].0.close, bars[1].0.volume), (2.0, 3.0, 2.0));
    }
}
