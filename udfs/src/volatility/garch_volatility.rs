//! `garch_volatility`: annualised volatility by a GARCH(1,1).

use datafusion::common::{Result, plan_err};
use trademl_math::kernel::Kernel;
use trademl_math::volatility::garch::Garch;
use trademl_math::volatility::garch_fit::Parameters;

use super::arguments::{PERIODS_PER_YEAR, RET, float, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "garch_volatility",
    family: "volatility",
    summary: "GARCH(1,1) volatility: sqrt(periods_per_year · v) with v[t+1] = omega + alpha · \
              ret[t]² + beta · v[t], the forecast for the row after. With omega, alpha and beta \
              it is a filter that starts at omega / (1 − alpha − beta). Without them they are \
              fitted to all rows so far at row n and every refit rows after it, by Gaussian \
              quasi-maximum likelihood with mean 0; v is then computed anew from the first row, \
              before which the mean of the first 75 squared returns with weights 0.94^i stands. \
              Between two fits the parameters stay.",
    arguments: &[
        RET,
        float("omega", "NULL", "return²", "> 0; NULL: fitted"),
        float("alpha", "NULL", "–", "weight of the last squared return, ≥ 0; NULL: fitted"),
        float(
            "beta",
            "NULL",
            "–",
            "weight of the last variance, ≥ 0, alpha + beta < 1; NULL: fitted",
        ),
        rows("n", "252", "rows before the first fit, ≥ 10"),
        rows("refit", "21", "rows from one fit to the next, ≥ 1"),
        PERIODS_PER_YEAR,
    ],
    returns: "volatility [annualised decimal]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; with given parameters \
            every row with a value has one; fitted, the first n − 1 rows with values give NULL, \
            and all as long as every return is 0; it keeps the returns of the partition",
    errors: "an argument NaN or infinite (function, value and row are named); some of omega, \
             alpha and beta given and some not; omega ≤ 0; alpha or beta < 0; alpha + beta ≥ 1; \
             n < 10; refit < 1; periods_per_year ≤ 0",
    lookahead: Lookahead::Past,
    source: "Bollerslev (1986), Generalized Autoregressive Conditional Heteroskedasticity, J. \
             Econometrics 31(3); fits agree with the Python package arch \
             8.0.0",
    example: "SELECT i, round(garch_volatility(ret, 1e-5, 0.1, 0.8) OVER (ORDER BY i), 6) AS \
              vol FROM (VALUES (1, 0.01), (2, -0.02), (3, 0.015), (4, -0.005), (5, 0.0), (6, \
              -0.03)) AS t(i, ret) ORDER BY i\n\
              ----\n\
              1 0.158745\n\
              2 0.180997\n\
              3 0.185467\n\
              4 0.175124\n\
              5 0.164483\n\
              6 0.216434",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(kernel),
    }
    .function()
}

fn kernel(call: &Call) -> Result<Box<dyn Kernel>> {
    let periods_per_year = call.positive("periods_per_year")?;
    let (n, refit) = (call.count("n", 10)?, call.count("refit", 1)?);
    let given = ["omega", "alpha", "beta"].map(|name| call.optional_float(name));
    match given {
        [Ok(None), Ok(None), Ok(None)] => Ok(Box::new(Garch::fitted(n, refit, periods_per_year))),
        [Ok(Some(_)), Ok(Some(_)), Ok(Some(_))] => {
            let omega = call.positive("omega")?;
            let (alpha, beta) = (call.non_negative("alpha")?, call.non_negative("beta")?);
            if alpha + beta >= 1.0 {
                return plan_err!(
                    "{}: alpha + beta is {}, expected less than 1",
                    CONTRACT.name,
                    alpha + beta
                );
            }
            let parameters = Parameters { omega, alpha, beta };
            Ok(Box::new(Garch::given(parameters, periods_per_year)))
        }
        [Err(error), ..] | [_, Err(error), _] | [.., Err(error)] => Err(error),
        _ => plan_err!("{}: give all of omega, alpha and beta, or none of them", CONTRACT.name),
    }
}
