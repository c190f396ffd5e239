//! The strategies of options of a report.

use chrono::NaiveDate;
use trademl_report::{OptionRisk, OptionStrategy};

use super::part::Part;
use crate::error::{Error, Result};

/// The columns of the part `option_risk`.
const LIMITS: [&str; 3] = ["net_vega", "vega_cap", "gamma_cap"];

/// The strategies of the last date there are some for.
pub(super) struct Strategies {
    /// That date; none without rows.
    pub date: Option<NaiveDate>,
    pub rows: Vec<OptionStrategy>,
}

impl Strategies {
    /// Reads the part `strategies`, in the order of its rows.
    pub fn of(part: &Part) -> Result<Self> {
        let dates = part.dates("date")?;
        let Some(date) = dates.iter().max().copied() else {
            return Ok(Self { date: None, rows: vec![] });
        };
        let (underliers, kinds) = (part.given_texts("underlier")?, part.given_texts("type")?);
        let (expiries, quantities) = (part.dates("expiry")?, part.numbers("qty")?);
        let number = |name| part.optional_numbers(name);
        let (vega, pnl) = (number("target_vega")?, number("expected_pnl_bps")?);
        let (conf, threshold) = (number("conf")?, number("delta_threshold")?);
        let rebalance = part.optional_texts("rebalance")?;
        let row = |i: usize| {
            if expiries[i] < date {
                return Err(Error::sql(format!(
                    "EMIT DAILY: part 'strategies': 'expiry' of {} {} is {}, before {date}; leave out what is expired",
                    underliers[i], kinds[i], expiries[i]
                )));
            }
            Ok(OptionStrategy {
                underlier: underliers[i].clone(),
                kind: kinds[i].clone(),
                expiry: expiries[i],
                qty: whole(quantities[i], &underliers[i], &kinds[i])?,
                target_vega: vega[i],
                expected_pnl_bps: pnl[i],
                conf: conf[i],
                rebalance: rebalance[i].clone(),
                delta_threshold: threshold[i],
            })
        };
        let rows = (0..part.len()).filter(|i| dates[*i] == date).map(row);
        Ok(Self { date: Some(date), rows: rows.collect::<Result<_>>()? })
    }

    /// The limits that are given, and the vega of all strategies where it is not.
    pub fn risk(&self, part: Option<&Part>) -> Result<OptionRisk> {
        if let Some(part) = part {
            // A limit that is lost would be none.
            part.expect_one_row_of(&LIMITS)?;
        }
        let given = |name| part.map_or(Ok(None), |part| part.first_number(name));
        let net: Option<f64> = self.rows.iter().map(|s| s.target_vega).sum();
        Ok(OptionRisk {
            net_vega: given("net_vega")?.or(net),
            vega_cap: given("vega_cap")?,
            gamma_cap: given("gamma_cap")?,
        })
    }
}

/// Strategies are bought whole: an order must not be rounded in silence.
fn whole(quantity: Option<f64>, underlier: &str, kind: &str) -> Result<i64> {
    match quantity {
        Some(x) if x.fract() == 0.0 && x.abs() < 2_f64.powi(53) => Ok(x as i64),
        other => Err(Error::sql(format!(
            "EMIT DAILY: part 'strategies': 'qty' of {underlier} {kind} is {}, expected a whole number; select_strategies \
             gives whole quantities",
            other.map_or("NULL or not finite".to_string(), |x| x.to_string())
        ))),
    }
}
