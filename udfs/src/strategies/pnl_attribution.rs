//! `pnl_attribution`: what the P&L of a hedged position came from.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array};
use datafusion::arrow::datatypes::Field;
use datafusion::common::{Result, plan_err};
use trademl_math::options::positions::attribution::{Attribution, TimePart, attribute};
use trademl_math::options::positions::delta_hedge::HedgeError;

use super::arguments::{HEDGED_PATH, PATH_ERRORS, PATH_NULLS, and};
use super::path::{Path, output};
use super::rules::rules;
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

const TIME_PART: Argument = Argument {
    name: "time_part",
    role: Role::Constant(Kind::Text),
    default: Some("'roll_down'"),
    unit: "–",
    meaning: "how time is told from the rest: 'roll_down', repriced with all else unchanged, other \
              sensitivities after it; 'roll_forward', as that with the spot moved along its forward, spot \
              moves counting from there; 'theta', theta · Δt and sensitivities of the step before",
};

const CONTRACT: Contract = Contract {
    name: "pnl_attribution",
    family: "strategies",
    summary: "What the P&L of each step of delta_hedge came from: Taylor's expansion of each leg in spot, \
              volatility, rate and yield, with what is left as the residual, so that the parts add up to the P&L \
              by construction. The arguments are those of delta_hedge.",
    arguments: &and::<_, 27>(HEDGED_PATH, TIME_PART),
    returns: "the position and a row a step: date; in money time; delta, gamma (½ Γ ΔS²), vega, vanna, volga (½ of \
              Δσ²), rho, phi (of the yield), each of the legs held into the step; exercise (intrinsic value less mark \
              of options exercised); hedge (of the shares beside the legs); interest, dividends; cost ≤ 0; residual; \
              total, the step's pnl in delta_hedge. The first step has its cost only",
    nulls: PATH_NULLS,
    errors: PATH_ERRORS,
    lookahead: Lookahead::Past,
    source: "Definition: Taylor's theorem on the Black–Scholes–Merton value",
    example: "SELECT date, round(time, 2) AS time, round(delta, 2) AS delta, round(gamma, 2) AS gamma, round(vega, 2) AS \
              vega, round(hedge, 2) AS hedge, round(residual, 2) AS residual, round(total, 2) AS total FROM \
              pnl_attribution((SELECT * FROM \
              (VALUES (1, DATE '2024-01-02', 'a', 'call', 100, DATE '2024-03-15', 1, 100.0, 0.25), \
              (1, DATE '2024-01-03', 'a', 'call', 100, DATE '2024-03-15', 1, 102.0, 0.24), \
              (1, DATE '2024-01-04', 'a', 'call', 100, DATE '2024-03-15', 1, 99.0, 0.26)) AS t(position, date, leg, \
              kind, strike, expiry, quantity, spot, iv)), volatility => iv, multiplier => 100, rate => 0) ORDER BY \
              date\n\
              ----\n\
              2024-01-02 0.0 0.0 0.0 0.0 0.0 0.0 0.0\n\
              2024-01-03 -3.06 104.43 7.17 -17.69 -104.46 0.2 -13.58\n\
              2024-01-04 -2.94 -178.45 16.16 34.88 178.34 -0.98 48.35",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(PnlAttribution)) }
}

/// A column of the result.
type Column = (&'static str, fn(&Attribution) -> f64);

const COLUMNS: [Column; 15] = [
    ("time", |a| a.time),
    ("delta", |a| a.delta),
    ("gamma", |a| a.gamma),
    ("vega", |a| a.vega),
    ("vanna", |a| a.vanna),
    ("volga", |a| a.volga),
    ("rho", |a| a.rho),
    ("phi", |a| a.phi),
    ("exercise", |a| a.exercise),
    ("hedge", |a| a.hedge),
    ("interest", |a| a.interest),
    ("dividends", |a| a.dividends),
    ("cost", |a| a.cost),
    ("residual", |a| a.residual),
    ("total", |a| a.total),
];

#[derive(Debug)]
struct PnlAttribution;

impl RelationFunction for PnlAttribution {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            time_part(call)?;
        }
        output(&CONTRACT, call, &COLUMNS.map(|(name, _)| name))
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let rules = rules(&CONTRACT, call)?;
        let path = Path::read(&CONTRACT, call, group)?;
        let steps = path.steps();
        let done = path.hedged(&steps, &rules)?;
        let parts = attribute(path.legs(), &steps, &done, time_part(call)?)
            .map_err(|(step, error)| path.fault(HedgeError::Position(step, error)))?;
        // No result is −0.
        let column = |(_, of): Column| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(parts.iter().map(|a| of(a) + 0.0)))
        };
        let mut columns = vec![path.dates()?];
        columns.extend(COLUMNS.map(column));
        emit(columns)
    }
}

fn time_part(call: &Call) -> Result<TimePart> {
    match call.text("time_part")? {
        "roll_down" => Ok(TimePart::RollDown),
        "roll_forward" => Ok(TimePart::RollForward),
        "theta" => Ok(TimePart::Theta),
        other => plan_err!(
            "{}: argument 'time_part' is '{other}', expected 'roll_down', 'roll_forward' or 'theta'",
            CONTRACT.name
        ),
    }
}
