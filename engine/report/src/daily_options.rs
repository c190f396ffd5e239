//! The daily options JSON: the strategies to hold, how they are hedged, and the risk they were chosen to.

use serde::Serialize;

use crate::Report;
use crate::number::rounded;

/// The document; its fields are written in this order.
#[derive(Serialize)]
struct Daily<'a> {
    asof: String,
    strategies: Vec<Strategy<'a>>,
    risk: Limits,
}

/// One strategy. A value that is not known is `null`.
#[derive(Serialize)]
struct Strategy<'a> {
    underlier: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    expiry: String,
    qty: i64,
    target_vega: Option<f64>,
    expected_pnl_bps: Option<f64>,
    conf: Option<f64>,
    hedge_rules: HedgeRules<'a>,
}

/// When its delta is hedged.
#[derive(Serialize)]
struct HedgeRules<'a> {
    rebalance: Option<&'a str>,
    delta_threshold: Option<f64>,
}

/// The limits in force.
#[derive(Serialize)]
struct Limits {
    net_vega: Option<f64>,
    vega_cap: Option<f64>,
    gamma_cap: Option<f64>,
}

/// The daily options JSON of `report`: `asof`, `strategies`, `risk`, in this order.
///
/// Vega and basis points are rounded to 2 decimals, confidence, thresholds and gamma to 4. Strategies keep their
/// order. Ends with a line feed.
pub fn daily_options_json(report: &Report) -> String {
    let strategy = report.strategies.iter().map(|s| Strategy {
        underlier: &s.underlier,
        kind: &s.kind,
        expiry: s.expiry.to_string(),
        qty: s.qty,
        target_vega: rounded(s.target_vega, 2),
        expected_pnl_bps: rounded(s.expected_pnl_bps, 2),
        conf: rounded(s.conf, 4),
        hedge_rules: HedgeRules {
            rebalance: s.rebalance.as_deref(),
            delta_threshold: rounded(s.delta_threshold, 4),
        },
    });
    let risk = &report.option_risk;
    let daily = Daily {
        asof: report.asof.to_string(),
        strategies: strategy.collect(),
        risk: Limits {
            net_vega: rounded(risk.net_vega, 2),
            vega_cap: rounded(risk.vega_cap, 2),
            gamma_cap: rounded(risk.gamma_cap, 4),
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
    use crate::{OptionRisk, OptionStrategy};

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    /// The shape of DESIGN §9, to the order of its keys.
    #[test]
    fn the_shape_is_the_agreed_one() {
        let strategy = OptionStrategy {
            underlier: "SPX".into(),
            kind: "straddle".into(),
            expiry: day(2024, 3, 15),
            qty: -2,
            target_vega: Some(-1234.567),
            expected_pnl_bps: Some(12.345),
            conf: Some(f64::NAN),
            rebalance: Some("threshold".into()),
            delta_threshold: Some(0.05),
        };
        let report = Report {
            asof: day(2024, 1, 2),
            strategies: vec![strategy],
            option_risk: OptionRisk {
                net_vega: Some(-1234.567),
                vega_cap: Some(5000.0),
                gamma_cap: None,
            },
            ..Report::default()
        };
        let daily: Value = serde_json::from_str(&daily_options_json(&report)).unwrap();
        assert_eq!(
            daily,
            json!({
                "asof": "2024-01-02",
                "strategies": [{
                    "underlier": "SPX", "type": "straddle", "expiry": "2024-03-15", "qty": -2,
                    "target_vega": -1234.57, "expected_pnl_bps": 12.35, "conf": null,
                    "hedge_rules": {"rebalance": "threshold", "delta_threshold": 0.05},
                }],
                "risk": {"net_vega": -1234.57, "vega_cap": 5000.0, "gamma_cap": null},
            })
        );
        assert_eq!(keys(&daily), ["asof", "strategies", "risk"]);
        let named = [
            "underlier",
            "type",
            "expiry",
            "qty",
            "target_vega",
            "expected_pnl_bps",
            "conf",
            "hedge_rules",
        ];
        assert_eq!(keys(&daily["strategies"][0]), named);
        assert_eq!(keys(&daily["strategies"][0]["hedge_rules"]), ["rebalance", "delta_threshold"]);
        assert_eq!(keys(&daily["risk"]), ["net_vega", "vega_cap", "gamma_cap"]);
    }

    #[test]
    fn an_empty_day_keeps_the_shape() {
        let daily: Value = serde_json::from_str(&daily_options_json(&Report::default())).unwrap();
        let risk = json!({"net_vega": null, "vega_cap": null, "gamma_cap": null});
        assert_eq!(daily, json!({"asof": "1970-01-01", "strategies": [], "risk": risk}));
    }
}
