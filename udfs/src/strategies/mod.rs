//! Positions of several options: the legs of strategies by name, what they pay, what an account must
//! hold against them, which to choose, and how they fare when held and hedged over a path.
//!
//! Quantities are contracts, below 0 sold, each on `multiplier` units of the underlying (100 for US
//! equity options). Money is in the currency of the underlying. A bad number is an error that names it.

use crate::function::Function;

mod arguments;
mod assignment;
mod legs;
mod path;
mod rules;

mod call_assignment;
mod delta_hedge;
mod option_legs;
mod option_margin;
mod pnl_attribution;
mod put_assignment;
mod select_strategies;
mod strategy_payoff;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        option_legs::function(),
        strategy_payoff::function(),
        option_margin::function(),
        call_assignment::function(),
        put_assignment::function(),
        select_strategies::function(),
        delta_hedge::function(),
        pnl_attribution::function(),
    ]
}
