//! SQL for joins on time, and for the latest row of each group.
//!
//! The parser knows `ASOF JOIN … MATCH_CONDITION (…)` only. So our clauses are folded, token by
//! token, into that form (`clauses.rs`); each such join is set apart in the tree (`fold.rs`), where
//! the relation planner sees it (`planner.rs`).
//!
//! | file | what |
//! |---|---|
//! | clauses.rs | the grammar: ASOF, HORIZON, WINDOW JOIN and LATEST ON |
//! | tokens.rs | their words and tokens |
//! | fold.rs | joins the relation planner must see whole |
//! | planner.rs | the joins' plans |
//! | clause.rs | one folded clause, taken apart |
//! | keys.rs | ON and USING |
//! | distance.rs | TOLERANCE, offsets and window bounds as ticks of the time columns |
//! | latest.rs | LATEST ON |
//! | tie.rs | which of several right rows at one time counts |
//! | system_time.rs | JOIN t FOR SYSTEM_TIME AS OF a left column |

mod clause;
mod clauses;
mod distance;
mod fold;
mod keys;
mod latest;
mod planner;
mod system_time;
mod tie;
mod tokens;

pub(crate) use clauses::fold_clauses;
pub(crate) use fold::set_apart;
pub(crate) use planner::TemporalRelations;
