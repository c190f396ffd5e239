//! SQL for joins on time, for the latest row of each group, and for buckets of time.
//!
//! The parser knows `ASOF JOIN … MATCH_CONDITION (…)` only. So our clauses are folded, token by
//! token, into that form (`clauses.rs`); each such join is set apart in the tree (`fold.rs`), where
//! the relation planner sees it (`planner.rs`).
//!
//! | file | what |
//! |---|---|
//! | clauses.rs | the grammar: ASOF, HORIZON, WINDOW JOIN, LATEST ON and SAMPLE BY |
//! | tokens.rs | their words and tokens |
//! | fold.rs | joins the relation planner must see whole |
//! | planner.rs | the joins' plans |
//! | clause.rs | one folded clause, taken apart |
//! | keys.rs | ON and USING |
//! | distance.rs | TOLERANCE, offsets and window bounds as ticks of the time columns |
//! | latest.rs | LATEST ON |
//! | sample.rs | SAMPLE BY |
//! | step.rs | how long its buckets are |
//! | time_bucket.rs | `time_bucket`, which is `date_bin` with another origin |
//! | tie.rs | which of several right rows at one time counts |
//! | system_time.rs | JOIN t FOR SYSTEM_TIME AS OF a left column |

mod clause;
mod clauses;
mod distance;
mod fold;
mod keys;
mod latest;
mod planner;
mod sample;
mod step;
mod system_time;
mod tie;
mod time_bucket;
mod tokens;

pub(crate) use clauses::fold_clauses;
pub(crate) use fold::set_apart;
pub(crate) use planner::TemporalRelations;
pub(crate) use sample::set_apart as set_sample_apart;
pub(crate) use time_bucket::as_date_bin;
