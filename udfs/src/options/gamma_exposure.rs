//! `gamma_exposure`: what dealers must trade when the underlying moves.

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err};
use trademl_math::options::kind::Kind as OptionKind;

use super::arguments::{KIND, SPOT, number};
use super::columns::Columns;
use super::valued::kind_named;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Lookahead};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "gamma_exposure",
    family: "options",
    summary: "Gamma exposure (GEX) of a chain: the worth of the underlying that dealers sell when it rises by 1 %, if they are long all calls and \
              short all puts that are open: Σ ± gamma · open interest · multiplier · spot² · 0.01.",
    arguments: &[
        KIND,
        SPOT,
        number(
            "gamma",
            "per price",
            "gamma of the option for 1 of the underlying, as bs_greeks has it",
        ),
        number(
            "open_interest",
            "contracts",
            "contracts open, ≥ 0: known in the morning after its day",
        ),
        Argument {
            default: Some("100.0"),
            ..number("multiplier", "1", "units of the underlying a contract is on")
        },
    ],
    returns: "DOUBLE, money per 1 % of the underlying; negative where puts outweigh calls",
    nulls: "rows with a NULL, NaN or infinity are left out; NULL if none is left",
    errors: "a kind that is neither call nor put; a spot or multiplier ≤ 0, a gamma or open interest < 0",
    lookahead: Lookahead::Full,
    source: "Barbon & Buraschi (2021), Gamma Fragility, for the hedge; the signs are a convention of the trade, not data: who holds which side is not \
             known",
    example: "SELECT gamma_exposure(kind, 100.0, gamma, oi, 100.0) AS gex FROM (VALUES ('call', 0.04, 500), ('put', 0.03, 300)) AS t(kind, gamma, \
              oi)\n\
              ----\n\
              110000.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Float64,
        prepare: |_| Ok(()),
        evaluate,
    }
    .function()
}

fn evaluate(_: &Call, arrays: &[ArrayRef]) -> Result<ScalarValue> {
    let columns = Columns::new(&CONTRACT, arrays);
    let values = |name| columns.of::<Float64Array>(name).map(|column| column.values());
    let kinds = columns.of::<StringArray>("kind")?;
    let (spots, gammas) = (values("spot")?, values("gamma")?);
    let (interests, multipliers) = (values("open_interest")?, values("multiplier")?);
    let mut sum = None;
    for (row, kind) in kinds.iter().enumerate() {
        let kind = kind_named(&CONTRACT, kind.unwrap_or_default())?;
        for (name, x, above) in [
            ("spot", spots[row], f64::MIN_POSITIVE),
            ("gamma", gammas[row], 0.0),
            ("open_interest", interests[row], 0.0),
            ("multiplier", multipliers[row], f64::MIN_POSITIVE),
        ] {
            if x.is_finite() && x < above {
                return exec_err!(
                    "{}: argument '{name}' is {x}, expected a number {} 0; make it NULL or filter the row out",
                    CONTRACT.name,
                    if above > 0.0 { ">" } else { "≥" }
                );
            }
        }
        let size = gammas[row] * interests[row] * multipliers[row] * spots[row] * spots[row] * 0.01;
        if size.is_finite() {
            let side = if kind == OptionKind::Call { size } else { -size };
            sum = Some(sum.unwrap_or(0.0) + side);
        }
    }
    Ok(ScalarValue::Float64(sum))
}
