//! What becomes of an option when its underlying is split.
//!
//! OCC By-Laws, article VI, section 11A. A split into whole shares (7-for-1) multiplies contracts and
//! divides strikes; strikes are rounded to the cent. Any other one (3-for-2, 1-for-10) changes what a
//! contract delivers and gives it another root. Which way is taken is in OCC's memo on the split, which
//! always prevails: it may set cash or a symbol that no rule gives.

use std::fmt;

use super::osi_symbol::{OsiError, OsiSymbol};

/// Every `old` shares become `new` ones: 7 and 1 for a 7-for-1 split, 1 and 10 for a reverse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Shares after.
    pub new: u32,
    /// Shares before.
    pub old: u32,
}

/// How a split that increases shares, but not by a whole number, is passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddSplit {
    /// The deliverable only; strikes and multiplier stay (SR-OCC-2006-01, in force since 2007).
    Deliverable,
    /// The deliverable, with strikes divided and the multiplier increased (the rule before that, and
    /// OCC's choice where a memo has a strike divisor).
    StrikeAndMultiplier,
}

/// A position in an option with what a contract of it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// Symbol, with the strike.
    pub symbol: OsiSymbol,
    /// Contracts held; below 0 if they are sold.
    pub contracts: i64,
    /// What 1 of premium or strike is in dollars a contract.
    pub multiplier: f64,
    /// Whole shares that a contract delivers.
    pub shares: u32,
    /// The part of a share that it delivers in cash.
    pub fraction: f64,
}

/// Why there is no contract after a split.
#[derive(Debug, Clone, PartialEq)]
pub enum SplitError {
    /// A side of the split is 0.
    NoSplit(Split),
    /// Contracts or shares are too many to be counted.
    TooMany,
    /// The adjusted root has more than six places, or the strike is rounded to 0.
    Symbol(OsiError),
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSplit(split) => write!(f, "{}-for-{} is no split", split.new, split.old),
            Self::TooMany => write!(f, "too many contracts or shares"),
            Self::Symbol(error) => write!(f, "after the split: {error}"),
        }
    }
}

impl std::error::Error for SplitError {}

impl Contract {
    /// The usual contract: on 100 shares, at 100 dollars for 1 of premium.
    pub fn standard(symbol: OsiSymbol, contracts: i64) -> Self {
        Self { symbol, contracts, multiplier: 100.0, shares: 100, fraction: 0.0 }
    }

    /// The position after a split of the underlying. Strikes are rounded to the nearest cent, half a
    /// cent up.
    pub fn after_split(&self, split: Split, odd: OddSplit) -> Result<Self, SplitError> {
        let Split { new, old } = split;
        if new == 0 || old == 0 {
            return Err(SplitError::NoSplit(split));
        }
        if new.is_multiple_of(old) {
            let contracts = self.contracts.checked_mul(i64::from(new / old));
            let contracts = contracts.ok_or(SplitError::TooMany)?;
            let symbol = self.symbol_after(self.symbol.root(), split)?;
            return Ok(Self { symbol, contracts, ..*self });
        }
        let root = adjusted_root(self.symbol.root());
        let divides = new > old && odd == OddSplit::StrikeAndMultiplier;
        // Without a change of the strike, one share is as good as one.
        let (by, grows) = match divides {
            true => (split, f64::from(new) / f64::from(old)),
            false => (Split { new: 1, old: 1 }, 1.0),
        };
        // Whole shares exactly; a fraction from a split before is carried on.
        let scaled = u64::from(self.shares) * u64::from(new);
        let whole = scaled / u64::from(old);
        let rest = (scaled % u64::from(old)) as f64 + self.fraction * f64::from(new);
        let rest = rest / f64::from(old);
        let shares = u32::try_from(whole + rest as u64).map_err(|_| SplitError::TooMany)?;
        let symbol = self.symbol_after(&root, by)?;
        let multiplier = self.multiplier * grows;
        Ok(Self { symbol, multiplier, shares, fraction: rest.fract(), ..*self })
    }

    /// The symbol with another root and the strike divided, to the cent if it is.
    fn symbol_after(&self, root: &str, split: Split) -> Result<OsiSymbol, SplitError> {
        let strike = self.symbol.strike_thousandths();
        let strike = if split.new == split.old {
            strike
        } else {
            let (cents, by) = (u64::from(strike) * u64::from(split.old), 10 * u64::from(split.new));
            let cents = (2 * cents + by) / (2 * by);
            u32::try_from(10 * cents).map_err(|_| SplitError::TooMany)?
        };
        OsiSymbol::of_thousandths(root, self.symbol.expiry(), self.symbol.kind(), strike)
            .map_err(SplitError::Symbol)
    }
}

/// The root with a 1 behind it, or the next digit if there is one. After 9 it gets another place.
fn adjusted_root(root: &str) -> String {
    let digit = root.chars().last().and_then(|c| c.to_digit(10));
    match digit.and_then(|d| char::from_digit(d + 1, 10)) {
        Some(next) => format!("{}{next}", &root[..root.len() - 1]),
        None => format!("{root}1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(text: &str) -> Contract {
        Contract::standard(text.parse().unwrap(), 3)
    }

    fn split(text: &str, new: u32, old: u32) -> Result<Contract, SplitError> {
        contract(text).after_split(Split { new, old }, OddSplit::Deliverable)
    }

    /// AAPL, 7-for-1 on 2014-06-09: strikes listed before and after, as in LEAN's sample.
    #[test]
    fn apple_of_2014() {
        for (before, after) in [
            (195.0, 27.86),
            (200.0, 28.57),
            (205.0, 29.29),
            (210.0, 30.0),
            (562.5, 80.36),
            (567.5, 81.07),
            (645.0, 92.14),
            (1050.0, 150.0),
        ] {
            let symbol = contract("AAPL140621C00645000").symbol;
            let symbol = OsiSymbol::new("AAPL", symbol.expiry(), symbol.kind(), before).unwrap();
            let before = Contract::standard(symbol, -2);
            let was = before.after_split(Split { new: 7, old: 1 }, OddSplit::Deliverable).unwrap();
            assert_eq!(was.symbol.strike(), after);
            assert_eq!((was.contracts, was.shares, was.multiplier), (-14, 100, 100.0));
            assert_eq!(was.symbol.root(), "AAPL");
        }
    }

    /// OCC (2006), proposed contract adjustment changes, 3-for-2: what it was and what it is.
    #[test]
    fn three_for_two() {
        let now = split("XYZ140621C00050000", 3, 2).unwrap();
        assert_eq!(now.symbol.compact(), "XYZ1140621C00050000");
        assert_eq!((now.contracts, now.shares, now.multiplier), (3, 150, 100.0));
        // Strikes were rounded to eighths then: 26 5/8 for 26.67.
        let before = contract("XYZ140621C00040000");
        let three = Split { new: 3, old: 2 };
        let was = before.after_split(three, OddSplit::StrikeAndMultiplier).unwrap();
        assert_eq!(was.symbol.compact(), "XYZ1140621C00026670");
        assert_eq!((was.contracts, was.shares, was.multiplier), (3, 150, 150.0));
    }

    #[test]
    fn reverse_splits_deliver_less() {
        for odd in [OddSplit::Deliverable, OddSplit::StrikeAndMultiplier] {
            let tenth = Split { new: 1, old: 10 };
            let was = contract("C140621P00004000").after_split(tenth, odd).unwrap();
            assert_eq!(was.symbol.compact(), "C1140621P00004000");
            assert_eq!((was.contracts, was.shares, was.multiplier), (3, 10, 100.0));
        }
        let third = split("XYZ140621C00050000", 1, 3).unwrap();
        assert_eq!((third.shares, third.fraction), (33, 1.0 / 3.0));
        // Twice: a ninth of 100 shares, and the next digit.
        let ninth = third.after_split(Split { new: 1, old: 3 }, OddSplit::Deliverable).unwrap();
        assert_eq!((ninth.shares, ninth.symbol.root()), (11, "XYZ2"));
        assert!((ninth.fraction - 1.0 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn whole_splits_need_no_common_terms() {
        let was = split("XYZ140621C00050005", 4, 2).unwrap();
        // Half of 50.005 is 25.0025: the cent is the nearest.
        assert_eq!((was.symbol.strike(), was.contracts), (25.0, 6));
        assert_eq!(split("XYZ140621C00050005", 5, 5).unwrap(), contract("XYZ140621C00050005"));
        // Half a cent goes up.
        assert_eq!(split("XYZ140621C00050010", 2, 1).unwrap().symbol.strike(), 25.01);
    }

    #[test]
    fn no_contract_says_why() {
        for (new, old) in [(0, 1), (2, 0)] {
            let error = Err(SplitError::NoSplit(Split { new, old }));
            assert_eq!(split("XYZ140621C00050000", new, old), error);
        }
        let many = Contract { contracts: i64::MAX / 2, ..contract("XYZ140621C00050000") };
        let tripled = many.after_split(Split { new: 3, old: 1 }, OddSplit::Deliverable);
        assert_eq!(tripled, Err(SplitError::TooMany));
        assert_eq!(split("XYZ140621C00050000", u32::MAX, 2), Err(SplitError::TooMany));
        let root = |text: &str| Err(SplitError::Symbol(OsiError::Root(text.into())));
        assert_eq!(split("GOOGLE140621C00050000", 3, 2), root("GOOGLE1"));
        assert_eq!(split("XYZAB9140621C00050000", 3, 2), root("XYZAB91"));
        let gone = Err(SplitError::Symbol(OsiError::Strike(0.0)));
        assert_eq!(split("XYZ140621C00000010", 7, 1), gone);
        assert!(split("XYZ140621C00050000", 0, 3).unwrap_err().to_string().contains("0-for-3"));
    }
}
