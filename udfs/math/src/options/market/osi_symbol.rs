//! Symbols of listed options in the US.
//!
//! Options Symbology Initiative (OCC, 2010): the root in six places, filled up with spaces on the right,
//! YYMMDD, C or P, and the strike in thousandths in eight digits. Many sources leave the spaces out.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::options::kind::Kind;

/// Places of a root.
const ROOT: usize = 6;
/// Places of date, kind and strike.
const TAIL: usize = 15;
/// The highest strike, in thousandths.
const MOST: u32 = 99_999_999;

/// The symbol of a listed option.
///
/// It is written with [`fmt::Display`] in 21 places, and read in these or without the spaces.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OsiSymbol {
    root: String,
    expiry: NaiveDate,
    kind: Kind,
    strike: u32,
}

/// Which piece of a symbol is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum OsiError {
    /// A character that is not ASCII.
    NotAscii(char),
    /// Neither 21 characters nor a root of 1 to 6 followed by 15: this many.
    Length(usize),
    /// Not 1 to 6 capital letters and digits, one of them a letter.
    Root(String),
    /// Not a day of the calendar as YYMMDD.
    Date(String),
    /// The year is not one of 2000–2099, which is what two digits can tell.
    Year(i32),
    /// Neither C nor P.
    Kind(String),
    /// Not eight digits, or all of them 0.
    StrikeDigits(String),
    /// Not a number of thousandths from 0.001 to 99 999.999.
    Strike(f64),
}

impl fmt::Display for OsiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAscii(c) => write!(f, "'{c}' is not ASCII"),
            Self::Length(n) => write!(f, "{n} characters, 21 or a root and 15 are needed"),
            Self::Root(root) => write!(f, "root '{root}' is not 1 to 6 capital letters and digits"),
            Self::Date(date) => write!(f, "'{date}' is not a day as YYMMDD"),
            Self::Year(year) => write!(f, "year {year} is not in 2000–2099"),
            Self::Kind(kind) => write!(f, "'{kind}' is neither C nor P"),
            Self::StrikeDigits(digits) => write!(f, "strike '{digits}' is not 8 digits above 0"),
            Self::Strike(strike) => write!(f, "strike {strike} is not 0.001 to 99999.999 by 0.001"),
        }
    }
}

impl std::error::Error for OsiError {}

impl OsiSymbol {
    /// A symbol of its parts.
    pub fn new(root: &str, expiry: NaiveDate, kind: Kind, strike: f64) -> Result<Self, OsiError> {
        let thousandths = (strike * 1000.0).round();
        // Dividing gives the float nearest to the decimal fraction, so that this is exact.
        if thousandths / 1000.0 != strike || !(1.0..=f64::from(MOST)).contains(&thousandths) {
            return Err(OsiError::Strike(strike));
        }
        Self::of_thousandths(root, expiry, kind, thousandths as u32)
    }

    /// The same of a strike in thousandths.
    pub(super) fn of_thousandths(
        root: &str,
        expiry: NaiveDate,
        kind: Kind,
        strike: u32,
    ) -> Result<Self, OsiError> {
        let capital = |c: u8| c.is_ascii_uppercase();
        let valid = root.bytes().all(|c| capital(c) || c.is_ascii_digit());
        if !valid || root.len() > ROOT || !root.bytes().any(capital) {
            Err(OsiError::Root(root.to_string()))
        } else if !(2000..=2099).contains(&expiry.year()) {
            Err(OsiError::Year(expiry.year()))
        } else if !(1..=MOST).contains(&strike) {
            Err(OsiError::Strike(f64::from(strike) / 1000.0))
        } else {
            Ok(Self { root: root.to_string(), expiry, kind, strike })
        }
    }

    /// The root: the underlying's ticker or the class of an index option.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The date of expiry; for monthly contracts until January 2015 a Saturday.
    pub fn expiry(&self) -> NaiveDate {
        self.expiry
    }

    /// Call or put.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The strike.
    pub fn strike(&self) -> f64 {
        f64::from(self.strike) / 1000.0
    }

    pub(super) fn strike_thousandths(&self) -> u32 {
        self.strike
    }

    /// Whether the root ends with a digit: its deliverable is not the usual 100 shares, after a
    /// corporate action (AAPL1), or because it is a mini option (AAPL7). A digit in front is a FLEX
    /// option, with terms of its own.
    pub fn adjusted(&self) -> bool {
        self.root.ends_with(|c: char| c.is_ascii_digit())
    }

    /// The symbol without spaces.
    pub fn compact(&self) -> String {
        format!("{}{}", self.root, self.tail())
    }

    fn tail(&self) -> String {
        let kind = match self.kind {
            Kind::Call => 'C',
            Kind::Put => 'P',
        };
        format!("{}{kind}{:08}", self.expiry.format("%y%m%d"), self.strike)
    }
}

impl fmt::Display for OsiSymbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:ROOT$}{}", self.root, self.tail())
    }
}

impl FromStr for OsiSymbol {
    type Err = OsiError;

    fn from_str(text: &str) -> Result<Self, OsiError> {
        if let Some(c) = text.chars().find(|c| !c.is_ascii()) {
            return Err(OsiError::NotAscii(c));
        }
        let length = text.len();
        if !(TAIL + 1..=TAIL + ROOT).contains(&length) {
            return Err(OsiError::Length(length));
        }
        let (root, tail) = text.split_at(length - TAIL);
        // Spaces fill the root up to its six places, or there are none.
        let root = if length == TAIL + ROOT { root.trim_end_matches(' ') } else { root };
        let (date, kind, digits) = (&tail[..6], &tail[6..7], &tail[7..]);
        // By hand, because chrono takes years 69–99 for those of the century before.
        let number = |digits: &str| {
            digits.bytes().all(|c| c.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
        };
        let expiry = || {
            let year = 2000 + number(&date[..2])?.cast_signed();
            NaiveDate::from_ymd_opt(year, number(&date[2..4])?, number(&date[4..])?)
        };
        let expiry = expiry().ok_or_else(|| OsiError::Date(date.to_string()))?;
        let kind = match kind {
            "C" => Kind::Call,
            "P" => Kind::Put,
            _ => return Err(OsiError::Kind(kind.to_string())),
        };
        let strike = number(digits).filter(|&strike| strike > 0);
        let strike = strike.ok_or_else(|| OsiError::StrikeDigits(digits.to_string()))?;
        Self::of_thousandths(root, expiry, kind, strike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// OCC, Options Symbology Initiative, and how brokers and LEAN write the same.
    #[test]
    fn as_published() {
        for (text, root, expiry, kind, strike) in [
            ("AAPL  140621C00645000", "AAPL", "2014-06-21", Kind::Call, 645.0),
            ("AAPL140621C00645000", "AAPL", "2014-06-21", Kind::Call, 645.0),
            ("SPX   141122P00019500", "SPX", "2014-11-22", Kind::Put, 19.5),
            ("LAMR  150117C00052500", "LAMR", "2015-01-17", Kind::Call, 52.5),
            ("SPXW210104P03700000", "SPXW", "2021-01-04", Kind::Put, 3700.0),
            ("F120121C00000001", "F", "2012-01-21", Kind::Call, 0.001),
            ("GOOGLE991231P99999999", "GOOGLE", "2099-12-31", Kind::Put, 99_999.999),
        ] {
            let was: OsiSymbol = text.parse().unwrap();
            assert_eq!(was, OsiSymbol::new(root, date(expiry), kind, strike).unwrap());
            assert_eq!((was.root(), was.expiry(), was.kind()), (root, date(expiry), kind));
            assert_eq!(was.strike(), strike);
            assert!(text == was.to_string() || text == was.compact(), "{was}");
            assert_eq!(was.to_string().len(), 21);
        }
    }

    #[test]
    fn a_digit_at_the_end_is_an_adjusted_contract() {
        let adjusted = |text: &str| text.parse::<OsiSymbol>().unwrap().adjusted();
        assert!(adjusted("AAPL7 140621C00645000"));
        assert!(adjusted("NWSA1140621C00017500"));
        assert!(!adjusted("AAPL140621C00645000"));
        assert!(!adjusted("2SPX  140621C00645000"));
    }

    #[test]
    fn the_wrong_piece_is_named() {
        let error = |text: &str| text.parse::<OsiSymbol>().unwrap_err();
        assert_eq!(error(""), OsiError::Length(0));
        assert_eq!(error("140621C00645000"), OsiError::Length(15));
        assert_eq!(error("AAPL   140621C00645000"), OsiError::Length(22));
        assert_eq!(error("AAPL  1406é1C00645000"), OsiError::NotAscii('é'));
        assert_eq!(error("aapl  140621C00645000"), OsiError::Root("aapl".into()));
        assert_eq!(error("AAPL 140621C00645000"), OsiError::Root("AAPL ".into()));
        assert_eq!(error(" AAPL 140621C00645000"), OsiError::Root(" AAPL".into()));
        assert_eq!(error("BRK.B 140621C00645000"), OsiError::Root("BRK.B".into()));
        assert_eq!(error("123140621C00645000"), OsiError::Root("123".into()));
        assert_eq!(error("      140621C00645000"), OsiError::Root(String::new()));
        assert_eq!(error("AAPL  140631C00645000"), OsiError::Date("140631".into()));
        assert_eq!(error("AAPL  141321C00645000"), OsiError::Date("141321".into()));
        assert_eq!(error("AAPL  +40621C00645000"), OsiError::Date("+40621".into()));
        assert_eq!(error("AAPL  150229C00645000"), OsiError::Date("150229".into()));
        assert_eq!(error("AAPL  140621c00645000"), OsiError::Kind("c".into()));
        assert_eq!(error("AAPL  140621X00645000"), OsiError::Kind("X".into()));
        assert_eq!(error("AAPL  140621C00000000"), OsiError::StrikeDigits("00000000".into()));
        assert_eq!(error("AAPL  140621C+0645000"), OsiError::StrikeDigits("+0645000".into()));
        assert_eq!(error("AAPL  140621C00645.00"), OsiError::StrikeDigits("00645.00".into()));
        assert!(error("AAPL  140621X00645000").to_string().contains('X'));
    }

    #[test]
    fn strikes_and_years_that_no_symbol_has() {
        let of = |day: &str, strike| OsiSymbol::new("AAPL", date(day), Kind::Call, strike);
        for strike in [0.0, -1.0, 92.1234, 0.0005, 100_000.0, 1e300, f64::INFINITY] {
            assert_eq!(of("2014-06-21", strike), Err(OsiError::Strike(strike)), "{strike}");
        }
        assert!(matches!(of("2014-06-21", f64::NAN), Err(OsiError::Strike(k)) if k.is_nan()));
        assert_eq!(of("1999-12-31", 1.0), Err(OsiError::Year(1999)));
        assert_eq!(of("2100-01-01", 1.0), Err(OsiError::Year(2100)));
        // Strikes of LEAN's file after the 7:1 split; none is a binary fraction.
        for strike in [92.14, 27.86, 80.36, 81.07, 149.29] {
            assert_eq!(of("2014-06-21", strike).unwrap().strike(), strike);
        }
    }
}
