//! Options: prices, sensitivities and implied volatilities, a row an option; slices of implied volatility;
//! what quotes go through before: symbols, expiries as instants, discount factors, forwards, flags; and what is read off
//! chains and surfaces day by day.
//!
//! Bad numbers are no error here: quotes are full of them. An option without a value is NULL, and a
//! function with `_status` tells why.

use crate::function::Function;

mod arguments;
mod cash_dividends;
mod columns;
mod curves;
mod greek_columns;
mod iv_history;
mod judged;
mod listed_strikes;
mod quote_columns;
mod surface_columns;
mod svi_columns;
mod terms;
mod valued;

mod american_boundary;
mod american_price;
mod american_price_status;
mod black76_greeks;
mod black76_iv;
mod black76_iv_status;
mod black76_price;
mod black76_price_status;
mod bs_greeks;
mod bs_iv;
mod bs_iv_status;
mod bs_price;
mod bs_price_status;
mod cash_dividend_price;
mod cash_dividend_price_status;
mod digital_price;
mod discount_factor;
mod gamma_exposure;
mod iv_percentile;
mod iv_rank;
mod option_after_split;
mod option_expiry;
mod osi_parse;
mod osi_parse_status;
mod osi_symbol;
mod parity_forward;
mod put_call_ratio;
mod quote_flags;
mod quote_usable;
mod strike_by_delta;
mod strike_by_moneyness;
mod surface_density;
mod surface_forward;
mod surface_iv;
mod surface_local_volatility;
mod surface_smile;
mod surface_strike;
mod svi_butterfly;
mod svi_fit;
mod svi_from_jump_wings;
mod svi_from_natural;
mod svi_jump_wings;
mod svi_natural;
mod svi_surface;
mod svi_variance;
mod vertical_price;
mod vol_surface;
mod year_fraction;
mod years_to_expiry;
mod zero_rate;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        bs_price::function(),
        bs_price_status::function(),
        bs_greeks::function(),
        bs_iv::function(),
        bs_iv_status::function(),
        black76_price::function(),
        black76_price_status::function(),
        black76_greeks::function(),
        black76_iv::function(),
        black76_iv_status::function(),
        american_price::function(),
        american_price_status::function(),
        american_boundary::function(),
        cash_dividend_price::function(),
        cash_dividend_price_status::function(),
        digital_price::function(),
        vertical_price::function(),
        svi_variance::function(),
        svi_fit::function(),
        svi_butterfly::function(),
        svi_jump_wings::function(),
        svi_from_jump_wings::function(),
        svi_natural::function(),
        svi_from_natural::function(),
        svi_surface::function(),
        vol_surface::function(),
        surface_iv::function(),
        surface_forward::function(),
        surface_local_volatility::function(),
        surface_density::function(),
        surface_smile::function(),
        surface_strike::function(),
        strike_by_delta::function(),
        strike_by_moneyness::function(),
        iv_rank::function(),
        iv_percentile::function(),
        put_call_ratio::function(),
        gamma_exposure::function(),
        osi_symbol::function(),
        osi_parse::function(),
        osi_parse_status::function(),
        option_after_split::function(),
        year_fraction::function(),
        option_expiry::function(),
        years_to_expiry::function(),
        discount_factor::function(),
        zero_rate::function(),
        parity_forward::function(),
        quote_flags::function(),
        quote_usable::function(),
    ]
}
