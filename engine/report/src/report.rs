//! The content of a report: what the engine fills in and the renderers show.
//!
//! Numbers are decimals (0.1 is 10 %) unless a name ends in `_bps`; rates are per year. A value that
//! is absent or not finite is shown as "–". A list that is empty leaves its section out. Lists keep
//! the order they are given in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Everything a report shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// The heading.
    pub title: String,
    /// The last session whose data was used.
    pub asof: NaiveDate,
    /// The cut on `known_at`, when the run had one.
    pub known_until: Option<DateTime<Utc>>,
    /// The run's content hash.
    pub run_id: String,
    /// What a reader must know before believing the numbers: assumptions, caveats.
    pub notes: Vec<String>,
    /// The symbols that could have been held.
    pub universe: Vec<String>,
    /// One line a model or strategy.
    pub models: Vec<ModelSummary>,
    /// Promotion rules and whether they hold.
    pub gates: Vec<Gate>,
    /// Wealth of each strategy on each session.
    pub equity: Vec<EquityPoint>,
    /// What the benchmark in `equity` is.
    pub benchmark: String,
    /// Which stretch of time each cross-validation split used for what; see
    /// [`fold_spans`](crate::fold_spans).
    pub folds: Vec<FoldSpan>,
    /// Weight of each feature in each model.
    pub importance: Vec<Importance>,
    /// Every trial the engine counted.
    pub trials: Vec<Trial>,
    /// The Sharpe ratio, per year, that the best of the counted trials is expected to show without
    /// any skill: SR₀ of the deflated Sharpe ratio.
    pub trial_threshold: Option<f64>,
    /// What trading cost, by kind.
    pub costs: Vec<CostItem>,
    /// The portfolio to hold next.
    pub positions: Vec<Position>,
    /// The orders that lead there.
    pub trades: Vec<Trade>,
    /// The risk the portfolio was built to.
    pub risk: Risk,
    /// The strategies of options to hold next.
    pub strategies: Vec<OptionStrategy>,
    /// The risk they were chosen to.
    pub option_risk: OptionRisk,
}

/// Out-of-sample figures of one model or strategy, net of costs unless named otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSummary {
    /// The model's name.
    pub name: String,
    /// Sharpe ratio per year after costs.
    pub net_sharpe: Option<f64>,
    /// Sharpe ratio per year before costs.
    pub gross_sharpe: Option<f64>,
    /// Sortino ratio per year.
    pub sortino: Option<f64>,
    /// Compound growth per year.
    pub cagr: Option<f64>,
    /// Volatility per year.
    pub volatility: Option<f64>,
    /// Largest loss from a peak, as a positive share of it.
    pub max_drawdown: Option<f64>,
    /// Probability that the true Sharpe ratio is above 0.
    pub psr: Option<f64>,
    /// The same, deflated for the number of trials.
    pub dsr: Option<f64>,
    /// Probability of backtest overfitting.
    pub pbo: Option<f64>,
    /// Traded value per year over capital, buys and sells both counted.
    pub turnover: Option<f64>,
    /// Trading costs per year, basis points of capital.
    pub cost_bps: Option<f64>,
    /// Trials the engine counted for it.
    pub n_trials: Option<u64>,
}

/// One promotion rule for one model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
    /// The model judged.
    pub model: String,
    /// What is measured, such as "net Sharpe".
    pub measure: String,
    /// The measured value.
    pub value: Option<f64>,
    /// The rule as text, such as "≥ 1.0".
    pub rule: String,
    /// Whether it holds.
    pub passed: bool,
}

/// Wealth of one strategy after one session, as multiples of the wealth at the start.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EquityPoint {
    /// The session.
    pub date: NaiveDate,
    /// The strategy.
    pub strategy: String,
    /// Wealth after costs.
    pub net: Option<f64>,
    /// Wealth before costs.
    pub gross: Option<f64>,
    /// Wealth in the benchmark; read from the first strategy that has any.
    pub benchmark: Option<f64>,
}

/// What cross-validation used a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FoldSet {
    /// Fitted on.
    Train,
    /// Left out of training: follows a test block within the embargo.
    Embargoed,
    /// Left out of training: its label overlaps a test block.
    Purged,
    /// Predicted.
    Test,
}

/// A stretch of time that one split used for one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoldSpan {
    /// The split, from 0.
    pub split: u32,
    /// What it was used for.
    pub set: FoldSet,
    /// First session.
    pub start: NaiveDate,
    /// Last session.
    pub end: NaiveDate,
}

/// Weight of one feature in one model; the unit is the model's own and the same for its features.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Importance {
    /// The model.
    pub model: String,
    /// The feature's column name.
    pub feature: String,
    /// Gain, or a signed standardised coefficient.
    pub value: Option<f64>,
}

/// One counted trial.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// The model it belongs to.
    pub model: String,
    /// Its Sharpe ratio per year.
    pub sharpe: Option<f64>,
    /// Whether it is the one reported.
    pub chosen: bool,
}

/// One kind of trading cost of one strategy.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CostItem {
    /// The strategy.
    pub strategy: String,
    /// The kind, such as "half-spread", "impact", "borrow".
    pub kind: String,
    /// Per year, basis points of capital.
    pub bps_per_year: Option<f64>,
}

/// One holding to aim for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// The symbol.
    pub symbol: String,
    /// Weight over capital, negative when short.
    pub target_w: Option<f64>,
    /// Sessions until the label's horizon.
    pub horizon_days: u32,
    /// Expected return over the horizon beyond the benchmark.
    pub expected_alpha_bps: Option<f64>,
    /// Confidence in the sign, 0 to 1.
    pub conf: Option<f64>,
    /// Take-profit distance from the entry price.
    pub tp_bps: Option<f64>,
    /// Stop-loss distance from the entry price.
    pub sl_bps: Option<f64>,
}

/// One order. Its side is the sign of `target_w − current_w`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trade {
    /// The symbol.
    pub symbol: String,
    /// Weight now.
    pub current_w: Option<f64>,
    /// Weight after.
    pub target_w: Option<f64>,
    /// Value traded, account currency; its sign is ignored.
    pub notional: Option<f64>,
    /// Expected cost, basis points of the notional.
    pub expected_cost_bps: Option<f64>,
}

/// The risk budget and what the portfolio makes of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Risk {
    /// Volatility per year aimed for.
    pub target_vol_ann: Option<f64>,
    /// Largest allowed sum of absolute weights.
    pub gross_cap: Option<f64>,
    /// Largest allowed sum of absolute weights per sector.
    pub sector_caps: BTreeMap<String, f64>,
    /// Volatility per year the covariance estimate gives the portfolio.
    pub expected_vol_ann: Option<f64>,
    /// Sum of absolute weights.
    pub gross: Option<f64>,
    /// Sum of weights.
    pub net: Option<f64>,
    /// Fraction of the Kelly bet taken.
    pub kelly_fraction: Option<f64>,
    /// The constraints that bind.
    pub binding: Vec<String>,
}

/// One strategy of options to hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionStrategy {
    /// The symbol it is on.
    pub underlier: String,
    /// What it is, such as "straddle".
    pub kind: String,
    /// Its first expiry.
    pub expiry: NaiveDate,
    /// How many of it, negative when sold.
    pub qty: i64,
    /// Vega to hold, account currency for 1.00 of volatility.
    pub target_vega: Option<f64>,
    /// Expected profit, basis points of capital.
    pub expected_pnl_bps: Option<f64>,
    /// Confidence in its sign, 0 to 1.
    pub conf: Option<f64>,
    /// When the hedge is traded, such as `every_step` or `threshold`.
    pub rebalance: Option<String>,
    /// How far the delta may be off before it is.
    pub delta_threshold: Option<f64>,
}

/// The limits strategies were chosen to, and what they make of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OptionRisk {
    /// Vega of all together, account currency for 1.00 of volatility.
    pub net_vega: Option<f64>,
    /// Largest allowed absolute value of it.
    pub vega_cap: Option<f64>,
    /// Largest allowed absolute gamma.
    pub gamma_cap: Option<f64>,
}

impl FromStr for FoldSet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "train" => Ok(Self::Train),
            "test" => Ok(Self::Test),
            "purged" => Ok(Self::Purged),
            "embargoed" => Ok(Self::Embargoed),
            other => Err(format!(
                "set: unknown use of a row, was '{other}', expected train, test, purged or embargoed"
            )),
        }
    }
}

impl fmt::Display for FoldSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Train => "train",
            Self::Embargoed => "embargoed",
            Self::Purged => "purged",
            Self::Test => "test",
        })
    }
}
