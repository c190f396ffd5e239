//! `bs_greeks`: the sensitivities of a European option on an asset.

use trademl_math::options::black_scholes::Carry;
use trademl_math::options::europeans::Europeans;

use super::arguments::{DIVIDEND_YIELD, ERRORS, KIND, RATE, SPOT, STRIKE, TIME, VOLATILITY};
use super::greek_columns::{fields, greeks};
use super::valued::Options;
use crate::function::{Contract, Function, Lookahead};
use crate::scalar::ScalarFunction;

const CONTRACT: Contract = Contract {
    name: "bs_greeks",
    family: "options",
    summary: "Sensitivities of a European option on an asset, to the third order, by Black, Scholes and Merton.",
    arguments: &[KIND, SPOT, STRIKE, TIME, RATE, VOLATILITY, DIVIDEND_YIELD],
    returns: "STRUCT of DOUBLE, money in the unit of the underlying: delta (∂V/∂S), dual_delta (∂V/∂K), vega (∂V/∂σ, per \
              1.00 of volatility), theta (per year that passes), rho (per 1.00 of rate), phi (per 1.00 of yield; NULL for \
              a future), lambda (elasticity); gamma, dual_gamma, vanna (∂²V/∂S∂σ), charm (delta's change a year), volga \
              (∂²V/∂σ²), veta (vega's change a year); speed (∂³V/∂S³), zomma (∂³V/∂S²∂σ), color (gamma's change a year), \
              ultima (∂³V/∂σ³). What is by time is by calendar time: what a year that passes brings",
    nulls: "a NULL argument gives NULL, and so does an option without a value, as bs_price_status tells; at time or volatility 0 the \
            limits are given, none where the forward is the strike",
    errors: ERRORS,
    lookahead: Lookahead::Row,
    source: "Black & Scholes (1973), J. Political Economy 81(3); Merton (1973), Bell J. Economics 4(1); Haug (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., ch. 2, not divided by 100 or \
             365",
    example: "SELECT round(g.delta, 6) AS delta, round(g.gamma, 6) AS gamma, round(g.vega, 4) AS vega, round(g.theta, 4) AS theta, round(g.vanna, 6) AS vanna, round(g.volga, 5) AS volga FROM (SELECT bs_greeks('call', 100, 100, 1, 0.05, 0.20) AS g)\n----\n0.636831 0.018762 37.524 -6.414 -0.28143 9.85006",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: fields(),
        prepare: |_| Ok(()),
        evaluate: |_, columns| {
            let options = Options::<6>::read(&CONTRACT, columns)?;
            let [underlying, strike, time, rate, volatility, dividend_yield] = options.numbers;
            let carry = Carry::DividendYield(dividend_yield);
            let kind = &options.kinds;
            let of = Europeans { kind, underlying, strike, time, rate, carry, volatility };
            greeks(&of, options.present.as_ref())
        },
    }
    .function()
}
