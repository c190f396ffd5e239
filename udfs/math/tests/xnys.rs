//! The NYSE calendar against two independent sources, day by day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{Datelike, NaiveDate, Timelike, Weekday};
use chrono_tz::America::New_York;
use trademl_math::sessions::{Calendar, FIRST_YEAR, LAST_YEAR};

/// Sources of each line in the file's header.
const REFERENCE: &str = include_str!("reference/xnys.csv");

fn weekdays(from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let weekend = |d: &NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    from.iter_days().take_while(move |d| *d <= to).filter(move |d| !weekend(d))
}

/// `closed`, or the New York time of the close.
fn state(date: NaiveDate) -> String {
    Calendar::Xnys.session(date).map_or("closed".to_string(), |s| {
        let (open, close) = (s.open.with_timezone(&New_York), s.close.with_timezone(&New_York));
        assert_eq!((open.date_naive(), open.hour(), open.minute()), (date, 9, 30));
        assert_eq!(s.early_close, close.hour() != 16, "{date}");
        close.format("%H:%M").to_string()
    })
}

#[test]
fn every_weekday_of_41_years() {
    let lines = REFERENCE.lines().filter(|l| !l.starts_with('#'));
    let expected: BTreeMap<NaiveDate, &str> =
        lines.filter_map(|l| l.split_once(',')).map(|(d, s)| (d.parse().unwrap(), s)).collect();
    assert_eq!(expected.len(), 462);
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
    let last = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap();
    for date in weekdays(first, last) {
        assert_eq!(state(date), *expected.get(&date).unwrap_or(&"16:00"), "{date}");
    }
    let days = weekdays(first, last).filter(|d| Calendar::Xnys.session(*d).is_some()).count();
    assert_eq!(Calendar::Xnys.sessions(first, last).len(), days, "no session on a weekend");
}

/// The folder of market data that may not be shipped: `TRADEML_SHARED_DATA`, or `shared/data` beside
/// the checkout.
fn market_hours() -> Option<serde_json::Value> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var("TRADEML_SHARED_DATA").unwrap_or(beside.to_string());
    let path = Path::new(&folder).join("lean/market_hours_equity_usa.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {} (set TRADEML_SHARED_DATA to the folder)", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn agrees_with_lean() {
    let Some(hours) = market_hours() else { return };
    let hours = &hours["Equity-usa-[*]"];
    let parse = |text: &str| NaiveDate::parse_from_str(text, "%m/%d/%Y").unwrap();
    let weekend = |d: &NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    let holidays = hours["holidays"].as_array().unwrap().iter();
    let holidays: BTreeSet<_> =
        holidays.map(|d| parse(d.as_str().unwrap())).filter(|d| !weekend(d)).collect();
    let early = hours["earlyCloses"].as_object().unwrap().keys();
    let mut early: BTreeSet<_> = early.map(|d| parse(d)).filter(|d| !weekend(d)).collect();
    // Known gaps of the file.
    early.extend(["11/27/1998", "12/24/1998"].map(parse));
    let (first, last) = (holidays.first().unwrap(), holidays.last().unwrap());
    for date in weekdays(*first, *last) {
        let expected = match (holidays.contains(&date), early.contains(&date)) {
            (true, _) => "closed",
            (false, true) => "13:00",
            (false, false) => "16:00",
        };
        assert_eq!(state(date), expected, "{date}");
    }
}
