//! Liquidity: volumes, price impact, spreads, order flow, and what is usual at a time.
//!
//! NULL policy of the whole family: a row with a NULL argument gives NULL and is otherwise treated as
//! absent. `trade_sign` alone does with missing quotes.

use crate::function::Function;

mod abdi_ranaldo_spread;
mod amihud_illiquidity;
mod arguments;
mod average_daily_volume;
mod corwin_schultz_spread;
mod days_since_event;
mod dispersion;
mod distance_to_event;
mod dollar_volume;
mod intraday_return;
mod kyle_lambda;
mod microprice;
mod order_flow_imbalance;
mod overnight_return;
mod per_row;
mod roll_spread;
mod seasonality;
mod trade_sign;
mod turnover;
mod vpin;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        turnover::function(),
        dollar_volume::function(),
        average_daily_volume::function(),
        amihud_illiquidity::function(),
        kyle_lambda::function(),
        roll_spread::function(),
        corwin_schultz_spread::function(),
        abdi_ranaldo_spread::function(),
        vpin::function(),
        order_flow_imbalance::function(),
        microprice::function(),
        trade_sign::function(),
        seasonality::function(),
        dispersion::function(),
        overnight_return::function(),
        intraday_return::function(),
        distance_to_event::function(),
        days_since_event::function(),
    ]
}
