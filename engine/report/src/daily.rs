//! The daily equities JSON: the positions to hold and the risk they were built to.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Report;
use crate::number::{finite, rounded};

/// The document; its fields are written in this order.
#[derive(Serialize)]
struct Daily<'a> {
    asof: String,
    universe: &'a [String],
    positions: Vec<Holding<'a>>,
    risk: Limits<'a>,
}

/// One holding. A value that is not known is `null`.
#[derive(Serialize)]
struct Holding<'a> {
    symbol: &'a str,
    target_w: Option<f64>,
    horizon_days: u32,
    expected_alpha_bps: Option<f64>,
    conf: Option<f64>,
    tp_bps: Option<f64>,
    sl_bps: Option<f64>,
}

/// The limits in force.
#[derive(Serialize)]
struct Limits<'a> {
    target_vol_ann: Option<f64>,
    gross_cap: Option<f64>,
    sector_caps: BTreeMap<&'a str, Option<f64>>,
}

/// The daily equities JSON of `report`: `asof`, `universe`, `positions`, `risk`, in this order.
///
/// Weights are rounded to 6 decimals, confidence and limits to 4, basis points to 2, so that the last bits
/// of an optimizer do not make two equal days differ. Universe and positions keep their order;
/// sectors are ordered by name. Ends with a line feed.
pub fn daily_json(report: &Report) -> String {
    let daily = Daily {
        asof: report.asof.to_string(),
        universe: &report.universe,
        positions: report
            .positions
            .iter()
            .map(|position| Holding {
                symbol: &position.symbol,
                target_w: rounded(position.target_w, 6),
                horizon_days: position.horizon_days,
                expected_alpha_bps: rounded(position.expected_alpha_bps, 2),
                conf: rounded(position.conf, 4),
                tp_bps: rounded(position.tp_bps, 2),
                sl_bps: rounded(position.sl_bps, 2),
            })
            .collect(),
        risk: Limits {
            target_vol_ann: rounded(report.risk.target_vol_ann, 4),
            gross_cap: rounded(report.risk.gross_cap, 4),
            sector_caps: report
                .risk
                .sector_caps
                .iter()
                .map(|(sector, cap)| (sector.as_str(), rounded(finite(Some(*cap)), 4)))
                .collect(),
        },
    };
    // Text, integers and finite floats only: serde_json has nothing to refuse.
    let mut out = serde_json::to_string_pretty(&daily).unwrap_or_default();
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Position, Risk};

    fn report() -> Report {
        Report {
            asof: NaiveDate::from_ymd_opt(2022, 12, 28).unwrap(),
            universe: vec!["AAPL".into(), "XOM".into()],
            positions: vec![Position {
                symbol: "AAPL".into(),
                target_w: Some(0.123_456_789),
                horizon_days: 10,
                expected_alpha_bps: Some(12.345_678),
                conf: Some(0.612_345),
                tp_bps: Some(400.0),
                sl_bps: Some(f64::NAN),
            }],
            risk: Risk {
                target_vol_ann: Some(0.1),
                gross_cap: Some(1.5),
                sector_caps: BTreeMap::from([("tech".into(), 0.3), ("energy".into(), 0.2)]),
                ..Risk::default()
            },
            ..Report::default()
        }
    }

    #[test]
    fn the_shape_is_the_agreed_one() {
        let daily: Value = serde_json::from_str(&daily_json(&report())).unwrap();
        assert_eq!(
            daily,
            json!({
                "asof": "2022-12-28",
                "universe": ["AAPL", "XOM"],
                "positions": [{
                    "symbol": "AAPL", "target_w": 0.123_457, "horizon_days": 10,
                    "expected_alpha_bps": 12.35, "conf": 0.6123, "tp_bps": 400.0, "sl_bps": null,
                }],
                "risk": {
                    "target_vol_ann": 0.1, "gross_cap": 1.5,
                    "sector_caps": {"energy": 0.2, "tech": 0.3},
                },
            })
        );
    }

    #[test]
    fn keys_come_in_the_agreed_order() {
        let keys =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let daily: Value = serde_json::from_str(&daily_json(&report())).unwrap();
        assert_eq!(keys(&daily), ["asof", "universe", "positions", "risk"]);
        assert_eq!(
            keys(&daily["positions"][0]),
            [
                "symbol",
                "target_w",
                "horizon_days",
                "expected_alpha_bps",
                "conf",
                "tp_bps",
                "sl_bps"
            ]
        );
        assert_eq!(keys(&daily["risk"]), ["target_vol_ann", "gross_cap", "sector_caps"]);
    }

    #[test]
    fn an_empty_day_keeps_the_shape() {
        let daily: Value = serde_json::from_str(&daily_json(&Report::default())).unwrap();
        assert_eq!(
            daily,
            json!({
                "asof": "1970-01-01", "universe": [], "positions": [],
                "risk": {"target_vol_ann": null, "gross_cap": null, "sector_caps": {}},
            })
        );
    }
}
