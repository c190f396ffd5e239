//! `order_flow_imbalance`: what came to the bid less what came to the ask.

use trademl_math::liquidity::order_flow::order_flow;

use super::arguments::{ASK, ASK_SIZE, BID, BID_SIZE, rows};
use crate::function::{Contract, Function, Lookahead};
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction};

const CONTRACT: Contract = Contract {
    name: "order_flow_imbalance",
    family: "liquidity",
    summary: "Order flow imbalance: the sum of e over the last n changes of the best quotes, e \
              = bid_size[t] if bid[t] ≥ bid[t-1], less bid_size[t-1] if bid[t] ≤ bid[t-1], less \
              ask_size[t] if ask[t] ≤ ask[t-1], plus ask_size[t-1] if ask[t] ≥ ask[t-1].",
    arguments: &[
        BID,
        BID_SIZE,
        ASK,
        ASK_SIZE,
        rows("n", "1", "window, changes of the quotes, ≥ 1"),
    ],
    returns: "imbalance [shares]",
    nulls: "a row with a NULL argument gives NULL and counts as absent; the first n rows with \
            values give NULL",
    errors: "an argument NaN or infinite or outside its range (function, value and row are \
             named); n < 1",
    lookahead: Lookahead::Past,
    source: "Cont, Kukanov & Stoikov (2014), The Price Impact of Order Book Events, J. \
             Financial Econometrics 12(1), section 2",
    example: "SELECT i, round(order_flow_imbalance(bid, bid_size, ask, ask_size, 2) OVER (ORDER \
              BY i), 6) AS ofi FROM (VALUES (1, 9.9, 500.0, 10.1, 400.0), (2, 9.9, 800.0, 10.1, \
              400.0), (3, 10.0, 200.0, 10.1, 100.0), (4, 9.9, 300.0, 10.0, 600.0), (5, 9.9, \
              300.0, 10.1, 250.0)) AS t(i, bid, bid_size, ask, ask_size) ORDER BY i\n\
              ----\n\
              1 NULL\n\
              2 NULL\n\
              3 800.0\n\
              4 -300.0\n\
              5 -200.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Price, Domain::NonNegative, Domain::Price, Domain::NonNegative],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Series(|call| Ok(Box::new(order_flow(call.count("n", 1)?)))),
    }
    .function()
}
