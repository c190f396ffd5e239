//! `svi_fit`: the SVI slice of the quotes of one expiry.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, StringArray, StructArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Float64Type};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use trademl_math::options::svi::fit::SviFit;
use trademl_math::options::svi::quotes::{QuoteError, Quotes};

use super::arguments::number;
use super::svi_columns::K;
use crate::aggregate::AggregateFunction;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;

const CONTRACT: Contract = Contract {
    name: "svi_fit",
    family: "options",
    summary: "The raw SVI slice that fits the quotes of one expiry best: weighted least squares in total variance, the \
              global optimum under w ≥ 0 and Lee's bound. One slice a group: GROUP BY expiry.",
    arguments: &[
        K,
        number("w", "total variance", "implied volatility² · time, > 0"),
        Argument { default: Some("1.0"), ..number("weight", "1", "weight of the quote, ≥ 0") },
        Argument {
            name: "arbitrage_free",
            role: Role::Constant(Kind::Boolean),
            default: Some("false"),
            unit: "–",
            meaning: "true: the best slice without butterfly arbitrage, by local descent from several starts",
        },
        Argument {
            name: "loss",
            role: Role::Constant(Kind::Text),
            default: Some("'squares'"),
            unit: "–",
            meaning: "'squares'; 'huber', where errors beyond 1.345 robust deviations count by their size only, so that junk does not move \
                      the slice; not with arbitrage_free",
        },
    ],
    returns: "STRUCT: a, b, rho, m, sigma DOUBLE; rmse DOUBLE, in total variance; quotes BIGINT, those with a weight; \
              butterfly_free BOOLEAN, as svi_butterfly; at_lee_bound BOOLEAN, a wing as steep as allowed; status TEXT: \
              'fitted', or why there are no parameters: 'too_few' (five different k are needed), 'not_finite', \
              'no_variance' (w ≤ 0), 'negative_weight', 'not_found'",
    nulls: "rows with a NULL are left out; a group without rows gives status 'too_few'",
    errors: "another loss; junk gives a status instead of a slice",
    lookahead: Lookahead::Full,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1); quasi-explicit reduction: Zeliade Systems (2009), De \
             Marco & Martini (2009), without the bound a ≥ 0; Huber (1964), Annals of Mathematical Statistics 35(1)",
    example: "SELECT round(f.a, 6) AS a, round(f.b, 6) AS b, round(f.rho, 6) AS rho, f.rmse < 1e-9 AS exact, f.quotes, \
              f.butterfly_free, f.status FROM (SELECT svi_fit(k, svi_variance(k, 0.01, 0.1, -0.4, 0.05, 0.2)) AS f FROM \
              (SELECT (value - 10) * 0.05 AS k FROM generate_series(0, 20)))\n\
              ----\n\
              0.01 0.1 -0.4 true 21 true fitted",
};

/// The entry for the registry.
pub fn function() -> Function {
    AggregateFunction {
        contract: &CONTRACT,
        returns: DataType::Struct(fields()),
        prepare: |call| kind_of_fit(call).map(drop),
        evaluate,
    }
    .function()
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Fit {
    Squares,
    Huber,
    ArbitrageFree,
}

fn kind_of_fit(call: &Call) -> Result<Fit> {
    match (call.text("loss")?, call.boolean("arbitrage_free")?) {
        ("squares", false) => Ok(Fit::Squares),
        ("squares", true) => Ok(Fit::ArbitrageFree),
        ("huber", false) => Ok(Fit::Huber),
        ("huber", true) => plan_err!(
            "loss: 'huber' is not to be had with arbitrage_free => true; leave quotes out by quote_usable, or give them less weight"
        ),
        (other, _) => plan_err!("loss: expected 'squares' or 'huber', was '{other}'"),
    }
}

fn fields() -> Fields {
    let numbers = ["a", "b", "rho", "m", "sigma", "rmse"];
    let numbers = numbers.map(|name| Field::new(name, DataType::Float64, true));
    let rest = [
        Field::new("quotes", DataType::Int64, true),
        Field::new("butterfly_free", DataType::Boolean, true),
        Field::new("at_lee_bound", DataType::Boolean, true),
        Field::new("status", DataType::Utf8, true),
    ];
    numbers.into_iter().chain(rest).collect()
}

fn evaluate(call: &Call, columns: &[ArrayRef]) -> Result<ScalarValue> {
    let floats = columns.iter().map(|c| c.as_primitive_opt::<Float64Type>());
    let Some(&[k, w, weight]) = floats.collect::<Option<Vec<_>>>().as_deref() else {
        return internal_err!("{}: expected three columns of floats", CONTRACT.name);
    };
    let (fit, status) = match Quotes::new(k.values(), w.values(), Some(weight.values())) {
        Ok(quotes) => {
            let fit = match kind_of_fit(call)? {
                Fit::Squares => Some(quotes.fit()),
                Fit::Huber => Some(quotes.fit_robustly()),
                Fit::ArbitrageFree => quotes.refit(&quotes.fit(), None).map(|refit| refit.fit),
            };
            (fit, if fit.is_some() { "fitted" } else { "not_found" })
        }
        Err(QuoteError::TooFew(_)) => (None, "too_few"),
        Err(QuoteError::NotFinite(_)) => (None, "not_finite"),
        Err(QuoteError::NoVariance(_)) => (None, "no_variance"),
        Err(QuoteError::NegativeWeight(_)) => (None, "negative_weight"),
        Err(QuoteError::Lengths) => return internal_err!("{}: columns differ", CONTRACT.name),
    };
    let number = |of: fn(&SviFit) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from(vec![fit.as_ref().map(of)]))
    };
    let flag = |of: fn(&SviFit) -> bool| -> ArrayRef {
        Arc::new(BooleanArray::from(vec![fit.as_ref().map(of)]))
    };
    let weighty = weight.values().iter().filter(|weight| **weight > 0.0).count() as i64;
    let columns: Vec<ArrayRef> = vec![
        number(|fit| fit.slice.a()),
        number(|fit| fit.slice.b()),
        number(|fit| fit.slice.rho()),
        number(|fit| fit.slice.m()),
        number(|fit| fit.slice.sigma()),
        number(|fit| fit.rmse),
        Arc::new(Int64Array::from(vec![weighty])),
        flag(|fit| fit.slice.butterfly().is_free()),
        flag(|fit| fit.at_lee_bound),
        Arc::new(StringArray::from(vec![status])),
    ];
    Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(fields(), columns, None)?)))
}
