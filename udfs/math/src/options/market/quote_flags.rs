//! What is wrong with a quote of an option.
//!
//! Quotes are flagged and never dropped: what a reader may not use still tells when a market was bad.
//! The bounds are Merton's (1973), Bell J. Economics 4(1), on the discounted forward.

use crate::options::cash_dividends::Style;
use crate::options::kind::Kind;

/// A quote of an option with the market it is judged on. Prices are in one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionQuote {
    /// Call or put.
    pub kind: Kind,
    /// When it may be exercised.
    pub style: Style,
    /// The strike.
    pub strike: f64,
    /// The best bid; none or 0 if nobody bids.
    pub bid: Option<f64>,
    /// The best ask; none or 0 if nobody asks.
    pub ask: Option<f64>,
    /// Contracts bid for, if known.
    pub bid_size: Option<f64>,
    /// Contracts asked, if known.
    pub ask_size: Option<f64>,
    /// Seconds since the quote was last updated, if known.
    pub age: Option<f64>,
    /// Years to expiry.
    pub years: f64,
    /// The underlying's price, which bounds American options.
    pub spot: f64,
    /// Its forward for the expiry.
    pub forward: f64,
    /// The discount factor to the expiry.
    pub discount: f64,
}

/// From where on a quote is flagged. The defaults are a beginning: there are no standards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// `Penny`: the highest price that says little but that the option is nearly worthless. 0.05, the
    /// tick of most classes below 3 dollars.
    pub penny: f64,
    /// `Wide`: the spread over the mid. 0.5.
    pub spread: f64,
    /// `Stale`: the age in seconds. 300.
    pub age: f64,
    /// `SubIntrinsic` and `AboveBound`: how far a bound may be missed, in price, because the forward is
    /// not known exactly. 0.01.
    pub slack: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { penny: 0.05, spread: 0.5, age: 300.0, slack: 0.01 }
    }
}

/// What can be wrong with a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flag {
    /// A number is NaN or infinite.
    NotFinite,
    /// A price or size is below 0, or the strike, spot, forward or discount factor not above it.
    Negative,
    /// The time to expiry is not above 0.
    Expired,
    /// Nobody bids.
    NoBid,
    /// Nobody asks.
    NoAsk,
    /// The bid is above the ask.
    Crossed,
    /// The bid is the ask.
    Locked,
    /// A side that is quoted has no size.
    ZeroSize,
    /// The bid or the mid is not above `Limits::penny`.
    Penny,
    /// The spread is more than `Limits::spread` of the mid.
    Wide,
    /// The ask is below what exercise is worth: whoever buys has a profit for sure. That of a European
    /// option is on the forward, that of an American one the higher of this and of exercise now.
    SubIntrinsic,
    /// The bid is above what the option can be worth: D·F for a European call, D·K for a European put,
    /// and without the discount for American ones, if that is more.
    AboveBound,
    /// The quote is older than `Limits::age`.
    Stale,
    /// The quote is from later than now: nobody could have seen it.
    FromFuture,
}

impl Flag {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 14] = [
        Self::NotFinite,
        Self::Negative,
        Self::Expired,
        Self::NoBid,
        Self::NoAsk,
        Self::Crossed,
        Self::Locked,
        Self::ZeroSize,
        Self::Penny,
        Self::Wide,
        Self::SubIntrinsic,
        Self::AboveBound,
        Self::Stale,
        Self::FromFuture,
    ];

    /// Its name in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFinite => "not_finite",
            Self::Negative => "negative",
            Self::Expired => "expired",
            Self::NoBid => "no_bid",
            Self::NoAsk => "no_ask",
            Self::Crossed => "crossed",
            Self::Locked => "locked",
            Self::ZeroSize => "zero_size",
            Self::Penny => "penny",
            Self::Wide => "wide",
            Self::SubIntrinsic => "sub_intrinsic",
            Self::AboveBound => "above_bound",
            Self::Stale => "stale",
            Self::FromFuture => "from_future",
        }
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct QuoteFlags(u16);

impl QuoteFlags {
    /// Whether a flag is set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & flag.bit() != 0
    }

    /// Whether none is.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags that are set, in the order of [`Flag::ALL`].
    pub fn flags(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |flag| self.contains(*flag))
    }

    /// Their names, likewise.
    pub fn reasons(self) -> impl Iterator<Item = &'static str> {
        self.flags().map(Flag::name)
    }

    /// Whether a fit may use the mid. Only a locked quote may be flagged and used: its mid is a price at
    /// which both sides are. Every other flag says that the mid is no price, that it says little, or
    /// that it could not be traded on now.
    pub fn usable(self) -> bool {
        self.0 & !Flag::Locked.bit() == 0
    }
}

impl FromIterator<Flag> for QuoteFlags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        Self(flags.into_iter().fold(0, |bits, flag| bits | flag.bit()))
    }
}

impl OptionQuote {
    /// What is wrong with it. What cannot be judged, because a number it needs is missing or invalid, is
    /// not flagged for it.
    pub fn flags(&self, limits: &Limits) -> QuoteFlags {
        let prices = [self.bid, self.ask];
        let optional = [self.bid, self.ask, self.bid_size, self.ask_size];
        let market = [self.strike, self.spot, self.forward, self.discount];
        let numbers = || optional.into_iter().chain([self.age]).flatten().chain(market);
        let negative = optional.iter().flatten().any(|x| *x < 0.0);
        let [bid, ask] = prices.map(|price| price.filter(|x| *x > 0.0 && x.is_finite()));
        let absent = |price: Option<f64>| price.is_none_or(|x| x == 0.0);
        let unsized_side = |price: Option<f64>, size| price.is_some() && size == Some(0.0);
        let both = bid.zip(ask).map(|(bid, ask)| (ask - bid, f64::midpoint(bid, ask)));
        let cheap = bid.is_some_and(|bid| bid <= limits.penny)
            || both.is_some_and(|(_, mid)| mid <= limits.penny);
        let range = self.range();
        let tests = [
            (Flag::NotFinite, !numbers().chain([self.years]).all(f64::is_finite)),
            (Flag::Negative, negative || market.iter().any(|x| *x <= 0.0)),
            (Flag::Expired, self.years <= 0.0),
            (Flag::NoBid, absent(self.bid)),
            (Flag::NoAsk, absent(self.ask)),
            (Flag::Crossed, both.is_some_and(|(spread, _)| spread < 0.0)),
            (Flag::Locked, both.is_some_and(|(spread, _)| spread == 0.0)),
            (Flag::ZeroSize, unsized_side(bid, self.bid_size) || unsized_side(ask, self.ask_size)),
            (Flag::Penny, cheap),
            (Flag::Wide, both.is_some_and(|(spread, mid)| spread > limits.spread * mid)),
            (
                Flag::SubIntrinsic,
                ask.zip(range).is_some_and(|(ask, [least, _])| ask < least - limits.slack),
            ),
            (
                Flag::AboveBound,
                bid.zip(range).is_some_and(|(bid, [_, most])| bid > most + limits.slack),
            ),
            (Flag::Stale, self.age.is_some_and(|age| age > limits.age)),
            (Flag::FromFuture, self.age.is_some_and(|age| age < 0.0)),
        ];
        tests.into_iter().filter(|test| test.1).map(|test| test.0).collect()
    }

    /// Between what prices the option must be; `None` if the market is not one.
    fn range(&self) -> Option<[f64; 2]> {
        let Self { kind, strike, spot, forward, discount, .. } = *self;
        let market = [strike, spot, forward, discount];
        if !market.iter().all(|x| *x > 0.0 && x.is_finite()) {
            return None;
        }
        let least = discount * kind.payoff(forward, strike);
        let (later, now) = match kind {
            Kind::Call => (discount * forward, spot),
            Kind::Put => (discount * strike, strike),
        };
        Some(match self.style {
            Style::European => [least, later],
            Style::American => [least.max(kind.payoff(spot, strike)), later.max(now)],
        })
    }
}
