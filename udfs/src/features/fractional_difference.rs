//! `fractional_difference`: differences of fractional order.

use datafusion::common::{Result, plan_err};
use trademl_math::fractional_difference::{FractionalDifference, MOST_WEIGHTS, Window};

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "fractional_difference",
    family: "features",
    summary: "The difference of order d, Σ w[k]·x[t-k] with w[0] = 1 and w[k] = −w[k-1]·(d − k + 1)/k: \
              near stationary as a return, with more of the memory of a price. The fixed window ends \
              before the first |w| < tau.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "the series, usually a logarithm of prices",
        },
        Argument {
            name: "d",
            role: Role::Constant(Kind::Float),
            default: Some("0.4"),
            unit: "1",
            meaning: "order, ≥ 0: 0 is the series, 1 its first difference",
        },
        Argument {
            name: "tau",
            role: Role::Constant(Kind::Float),
            default: Some("1e-3"),
            unit: "1",
            meaning: "least |w| of the fixed window, > 0 and < 1",
        },
        Argument {
            name: "method",
            role: Role::Constant(Kind::Text),
            default: Some("'fixed'"),
            unit: "–",
            meaning: "'fixed': the last rows, as many as there are weights of at least tau; 'expanding': \
                      all rows so far, which costs as much a row as there are rows before it",
        },
    ],
    returns: "difference [unit of x]",
    nulls: "a NULL row gives NULL and counts as absent; the rows before the fixed window is full give \
            NULL, for both methods",
    errors: "x NaN or infinite (function, value and row are named); d < 0; tau ≤ 0 or ≥ 1; more than \
             1000000 weights of at least tau; another method",
    lookahead: Lookahead::Past,
    source: "Hosking (1981), Biometrika 68(1); López de Prado (2018), Advances in Financial Machine \
             Learning, ch. 5",
    example: "SELECT day, round(fractional_difference(x, d => 0.5, tau => 0.1) OVER (ORDER BY day), 4) AS f \
              FROM (VALUES (1, 8.0), (2, 10.0), (3, 12.0), (4, 5.0)) AS t(day, x) ORDER BY day\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 6.0\n\
              4 -2.25",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(kernel(call)?))),
    }
    .function()
}

fn kernel(call: &Call) -> Result<FractionalDifference> {
    let (d, tau) = (call.non_negative("d")?, call.positive("tau")?);
    if tau >= 1.0 {
        return plan_err!("tau: expected a number > 0 and < 1, was {tau}");
    }
    let window = match call.text("method")? {
        "fixed" => Window::Fixed,
        "expanding" => Window::Expanding,
        other => return plan_err!("method: expected 'fixed' or 'expanding', was '{other}'"),
    };
    match FractionalDifference::new(d, tau, window) {
        Some(kernel) => Ok(kernel),
        None => plan_err!(
            "tau: {tau} takes more than {MOST_WEIGHTS} weights for d = {d}; pass a larger one"
        ),
    }
}
