//! The constants of a call as the rules by which a position is held.

use datafusion::common::{Result, plan_err};
use trademl_math::options::positions::delta_hedge::{HedgeCosts, HedgeRules, Rehedge, Settlement};

use crate::function::Contract;
use crate::relation::Call;

/// The rules, checked.
///
/// # Errors
///
/// If a constant is outside its range, or a word is none of those expected.
pub(super) fn rules(contract: &Contract, call: &Call) -> Result<HedgeRules> {
    let rehedge = match call.text("rehedge")? {
        "every_step" => Rehedge::EveryStep,
        "threshold" => Rehedge::Fraction(call.positive("threshold")?),
        "threshold_shares" => Rehedge::Shares(call.positive("threshold")?),
        "never" => Rehedge::Never,
        other => {
            return plan_err!(
                "{}: argument 'rehedge' is '{other}', expected 'every_step', 'threshold', \
                 'threshold_shares' or 'never'",
                contract.name
            );
        }
    };
    let threshold = call.float("threshold")?;
    if matches!(rehedge, Rehedge::EveryStep | Rehedge::Never) && threshold != 0.0 {
        return plan_err!(
            "{}: argument 'threshold' is {threshold}, which rehedge => '{}' does not read; pass rehedge \
             => 'threshold' or 'threshold_shares'",
            contract.name,
            call.text("rehedge")?
        );
    }
    let settlement = match call.text("settlement")? {
        "cash" => Settlement::Cash,
        "physical" => Settlement::Physical,
        other => {
            return plan_err!(
                "{}: argument 'settlement' is '{other}', expected 'cash' or 'physical'",
                contract.name
            );
        }
    };
    Ok(HedgeRules {
        capital: call.float("capital")?,
        rehedge,
        costs: HedgeCosts {
            option_half_spread: call.non_negative("option_half_spread")?,
            option_fee: call.non_negative("option_fee")?,
            share_bps: call.non_negative("share_bps")?,
            share_fee: call.non_negative("share_fee")?,
        },
        settlement,
        close: call.boolean("close")?,
    })
}
