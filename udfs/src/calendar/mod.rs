//! Trading calendars: sessions, opens and closes, as scheduled. The rules, and the decisions on days
//! the sources disagree about, are in `trademl_math::sessions`.

use crate::function::Function;

mod session_close;
mod trading_sessions;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![trading_sessions::function(), session_close::function()]
}
