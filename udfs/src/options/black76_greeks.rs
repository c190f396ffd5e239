//! `black76_greeks`: the sensitivities of a European option on a future.

use trademl_math::options::black_scholes::Carry;
use trademl_math::options::europeans::Europeans;

use super::arguments::{ERRORS, FORWARD, KIND, RATE, STRIKE, TIME, VOLATILITY};
use super::greek_columns::{fields, greeks};
use super::valued::Options;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "black76_greeks",
    family: "options",
    summary: "Sensitivities of a European option on a future, to the third order, by Black (1976).",
    arguments: &[KIND, FORWARD, STRIKE, TIME, RATE, VOLATILITY],
    returns: "STRUCT of DOUBLE, money in the unit of the underlying: delta (∂V/∂S), dual_delta (∂V/∂K), vega (∂V/∂σ, per \
              1.00 of volatility), theta (per year that passes), rho (per 1.00 of rate), phi (per 1.00 of yield; NULL for \
              a future), lambda (elasticity); gamma, dual_gamma, vanna (∂²V/∂S∂σ), charm (delta's change a year), volga \
              (∂²V/∂σ²), veta (vega's change a year); speed (∂³V/∂S³), zomma (∂³V/∂S²∂σ), color (gamma's change a year), \
              ultima (∂³V/∂σ³). What is by time is by calendar time: what a year that passes brings",
    nulls: "a NULL argument gives NULL, and so does an option without a value, as black76_price_status tells; at time or volatility 0 the \
            limits are given, none where the forward is the strike",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Black (1976), J. Financial Economics 3(1); Haug (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., ch. 2, not divided by 100 or \
             365",
    example: "SELECT round(g.delta, 6) AS delta, round(g.rho, 6) AS rho, g.phi FROM (SELECT black76_greeks('put', 20, 20, 0.5, 0.0, 0.25) AS g)\n----\n-0.464784 -0.70432 NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: fields(),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let options = Options::<5>::read(&CONTRACT, columns)?;
            let [underlying, strike, time, rate, volatility] = options.numbers;
            let carry = Carry::Futures;
            let kind = &options.kinds;
            let of = Europeans { kind, underlying, strike, time, rate, carry, volatility };
            greeks(&of, options.present.as_ref())
        },
    }
    .function()
}
