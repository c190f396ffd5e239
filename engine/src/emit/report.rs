//! From the parts of `EMIT DAILY` to a report.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use trademl_report::{
    CostItem, EquityPoint, FoldSet, Gate, Importance, ModelSummary, Position, Report, Risk, Trade,
    Trial, fold_spans,
};

use super::part::Part;
use super::strategies::Strategies;
use crate::error::{Error, Result};

/// Sessions a year, as everywhere in the statistics functions.
const PERIODS: f64 = 252.0;

/// Builds the report of the last date of `positions`, for the model with the highest net Sharpe, and of the last
/// date of `strategies`, which must be the same.
pub(super) fn build(
    parts: &[Part],
    run_id: &str,
    known_until: Option<DateTime<Utc>>,
) -> Result<Report> {
    let part = |name| Part::find(parts, name);
    let models = part("models").map(models).transpose()?.unwrap_or_default();
    let champion = models
        .iter()
        .max_by(|a, b| {
            a.net_sharpe.unwrap_or(f64::MIN).total_cmp(&b.net_sharpe.unwrap_or(f64::MIN))
        })
        .map(|m| m.name.clone());
    let book = part("positions").map(|p| Book::of(p, champion.as_deref())).transpose()?;
    let options = part("strategies").map(Strategies::of).transpose()?;
    let asof = asof(book.as_ref().map(|b| b.date), options.as_ref().and_then(|o| o.date))?;
    if options.is_none() && part("option_risk").is_some() {
        return Err(Error::sql(
            "EMIT DAILY: part 'option_risk' without 'strategies'; write strategies => TABLE t",
        ));
    }
    if book.is_none() && part("risk").is_some() {
        return Err(Error::sql(
            "EMIT DAILY: part 'risk' without 'positions'; limits of strategies are option_risk => …",
        ));
    }
    let risk = match &book {
        Some(book) => book.risk(part("risk"))?,
        None => Risk::default(),
    };
    let book = book.unwrap_or_default();
    let capital =
        part("equity").map(|e| last_equity(e, champion.as_deref())).transpose()?.flatten();
    let (equity, costs) = part("equity").map_or(Ok((vec![], vec![])), |e| {
        Ok::<_, Error>((wealth(e, part("benchmark"))?, costs(e)?))
    })?;
    Ok(Report {
        title: "Research night".to_string(),
        asof,
        known_until,
        run_id: run_id.to_string(),
        notes: vec![],
        universe: book.universe.clone(),
        gates: models.iter().flat_map(gates).collect(),
        equity,
        benchmark: if part("benchmark").is_some() {
            "equal weight".to_string()
        } else {
            String::new()
        },
        folds: part("folds").map(folds).transpose()?.unwrap_or_default(),
        importance: part("importance").map(importance).transpose()?.unwrap_or_default(),
        trials: part("trials").map(trials).transpose()?.unwrap_or_default(),
        trial_threshold: None,
        costs,
        trades: book.trades(capital),
        risk,
        positions: book.positions,
        option_risk: options
            .as_ref()
            .map(|o| o.risk(part("option_risk")))
            .transpose()?
            .unwrap_or_default(),
        strategies: options.map(|o| o.rows).unwrap_or_default(),
        models,
    })
}

/// The date of the report; a day-old half of it would be traded on as if it were new.
fn asof(positions: Option<NaiveDate>, strategies: Option<NaiveDate>) -> Result<NaiveDate> {
    match (positions, strategies) {
        (Some(positions), Some(strategies)) if positions != strategies => Err(Error::sql(format!(
            "EMIT DAILY: 'positions' end on {positions} and 'strategies' on {strategies}; give both for the same date"
        ))),
        (Some(date), _) | (None, Some(date)) => Ok(date),
        (None, None) => Err(Error::sql(
            "EMIT DAILY: part 'strategies' has no rows; check the candidates and the as-of time, or give 'positions'",
        )),
    }
}

fn models(part: &Part) -> Result<Vec<ModelSummary>> {
    let names = part.texts("model")?;
    let read = |column: &str| -> Result<Vec<Option<f64>>> { part.optional_numbers(column) };
    let (net, gross, sortino) = (read("net_sharpe")?, read("gross_sharpe")?, read("sortino")?);
    let (cagr, volatility, drawdown) = (read("cagr")?, read("volatility")?, read("max_drawdown")?);
    let (psr, dsr, pbo) = (read("psr")?, read("dsr")?, read("pbo")?);
    let (turnover, cost, count) = (read("turnover")?, read("cost_bps")?, read("n_trials")?);
    let row = |(i, name): (usize, String)| ModelSummary {
        name,
        net_sharpe: net[i],
        gross_sharpe: gross[i],
        sortino: sortino[i],
        cagr: cagr[i],
        volatility: volatility[i],
        max_drawdown: drawdown[i],
        psr: psr[i],
        dsr: dsr[i],
        pbo: pbo[i],
        turnover: turnover[i],
        cost_bps: cost[i],
        n_trials: count[i].map(|n| n as u64),
    };
    let mut all: Vec<_> = names.into_iter().enumerate().map(row).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// The rules of DESIGN §10.
fn gates(model: &ModelSummary) -> Vec<Gate> {
    let gate = |measure: &str, value: Option<f64>, rule: &str, holds: fn(f64) -> bool| Gate {
        model: model.name.clone(),
        measure: measure.to_string(),
        value,
        rule: rule.to_string(),
        passed: value.is_some_and(holds),
    };
    vec![
        gate("net Sharpe", model.net_sharpe, "≥ 1.0", |v| v >= 1.0),
        gate("max drawdown", model.max_drawdown, "≤ 20 %", |v| v <= 0.2),
        gate("DSR", model.dsr, "> 0", |v| v > 0.0),
        gate("PBO", model.pbo, "≤ 5 %", |v| v <= 0.05),
    ]
}

fn wealth(equity: &Part, benchmark: Option<&Part>) -> Result<Vec<EquityPoint>> {
    let (models, dates) = (equity.texts("model")?, equity.dates("date")?);
    let (net, gross) = (equity.numbers("net_return")?, equity.optional_numbers("gross_return")?);
    let mut market = BTreeMap::new();
    if let Some(part) = benchmark {
        let returns = part.numbers("equal_weight_ret")?;
        market.extend(part.dates("date")?.into_iter().zip(returns));
    }
    let mut rows: Vec<usize> = (0..equity.len()).collect();
    rows.sort_by(|a, b| (&models[*a], dates[*a]).cmp(&(&models[*b], dates[*b])));
    let mut points: Vec<EquityPoint> = vec![];
    for row in rows {
        let before = points.last().filter(|p| p.strategy == models[row]);
        let grown = |of: fn(&EquityPoint) -> Option<f64>, ret: Option<f64>| {
            let base = before.map_or(Some(1.0), of);
            base.map(|w| w * (1.0 + ret.unwrap_or(0.0)))
        };
        let market_ret = market.get(&dates[row]).copied().flatten();
        points.push(EquityPoint {
            date: dates[row],
            strategy: models[row].clone(),
            net: grown(|p| p.net, net[row]),
            gross: grown(|p| p.gross, gross[row]),
            benchmark: benchmark.and_then(|_| grown(|p| p.benchmark, market_ret)),
        });
    }
    Ok(points)
}

fn costs(equity: &Part) -> Result<Vec<CostItem>> {
    let models = equity.texts("model")?;
    let mut items = vec![];
    for (kind, column) in [("spread and impact", "cost_return"), ("borrow", "borrow_return")] {
        let values = equity.optional_numbers(column)?;
        let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (model, value) in models.iter().zip(values) {
            let sum = sums.entry(model).or_default();
            *sum = (sum.0 + value.unwrap_or(0.0), sum.1 + 1.0);
        }
        items.extend(sums.into_iter().map(|(model, (sum, n))| CostItem {
            strategy: model.to_string(),
            kind: kind.to_string(),
            bps_per_year: Some(sum / n * PERIODS * 1e4),
        }));
    }
    items.sort_by(|a, b| a.strategy.cmp(&b.strategy));
    Ok(items)
}

fn last_equity(equity: &Part, champion: Option<&str>) -> Result<Option<f64>> {
    let (models, dates) = (equity.texts("model")?, equity.dates("date")?);
    let values = equity.optional_numbers("equity")?;
    let last = (0..equity.len())
        .filter(|i| champion.is_none_or(|c| models[*i] == c))
        .max_by_key(|i| dates[*i]);
    Ok(last.and_then(|i| values[i]))
}

fn folds(part: &Part) -> Result<Vec<trademl_report::FoldSpan>> {
    let (splits, dates, sets) = (part.numbers("split")?, part.dates("date")?, part.texts("set")?);
    let mut rows = vec![];
    for ((split, date), set) in splits.into_iter().zip(dates).zip(sets) {
        let set = FoldSet::from_str(&set)
            .map_err(|e| Error::sql(format!("EMIT DAILY: part 'folds': {e}")))?;
        rows.push((split.unwrap_or(0.0) as u32, date, set));
    }
    Ok(fold_spans(rows))
}

fn importance(part: &Part) -> Result<Vec<Importance>> {
    let (models, features) = (part.texts("model")?, part.texts("feature")?);
    let values = part.numbers("importance")?;
    let rows = models.into_iter().zip(features).zip(values);
    let mut all: Vec<_> =
        rows.map(|((model, feature), value)| Importance { model, feature, value }).collect();
    all.sort_by(|a, b| {
        let size = |i: &Importance| i.value.unwrap_or(0.0).abs();
        a.model.cmp(&b.model).then(size(b).total_cmp(&size(a))).then(a.feature.cmp(&b.feature))
    });
    Ok(all)
}

fn trials(part: &Part) -> Result<Vec<Trial>> {
    let (models, numbers) = (part.texts("model")?, part.numbers("trial")?);
    let (sharpes, chosen) = (part.numbers("sharpe")?, part.flags("is_best")?);
    let mut rows: Vec<usize> = (0..part.len()).collect();
    rows.sort_by(|a, b| {
        let number = |i: usize| numbers[i].unwrap_or(0.0);
        models[*a].cmp(&models[*b]).then(number(*a).total_cmp(&number(*b)))
    });
    let trial = |i: usize| Trial {
        model: models[i].clone(),
        sharpe: sharpes[i].map(|s| s * PERIODS.sqrt()),
        chosen: chosen[i],
    };
    Ok(rows.into_iter().map(trial).collect())
}

/// The champion's positions on the last date, and those of the date before.
#[derive(Default)]
struct Book {
    date: NaiveDate,
    universe: Vec<String>,
    positions: Vec<Position>,
    before: BTreeMap<String, f64>,
    expected_vol: Option<f64>,
    kelly_fraction: Option<f64>,
    binding: Vec<String>,
}

impl Book {
    fn of(part: &Part, champion: Option<&str>) -> Result<Self> {
        let (symbols, dates) = (part.texts("symbol")?, part.dates("date")?);
        let models = champion.map(|_| part.texts("model")).transpose()?;
        let mine = |i: &usize| match (&models, champion) {
            (Some(models), Some(champion)) => models[*i] == champion,
            _ => true,
        };
        let days: BTreeSet<NaiveDate> = (0..part.len()).filter(mine).map(|i| dates[i]).collect();
        let Some(date) = days.last().copied() else {
            return Err(Error::sql(
                "EMIT DAILY: part 'positions' has no rows; check the scores and the as-of time",
            ));
        };
        let previous = days.iter().rev().nth(1).copied();
        let weights = part.numbers("target_w")?;
        let column = |name| part.optional_numbers(name);
        let (horizon, alpha, conf) =
            (column("horizon_days")?, column("expected_alpha_bps")?, column("conf")?);
        let (take, stop) = (column("tp_bps")?, column("sl_bps")?);
        let (vol, kelly) = (column("portfolio_vol")?, column("kelly_fraction")?);
        let binding = part.texts("binding").unwrap_or_else(|_| vec![String::new(); part.len()]);
        let mut rows: Vec<usize> =
            (0..part.len()).filter(mine).filter(|i| dates[*i] == date).collect();
        rows.sort_by(|a, b| symbols[*a].cmp(&symbols[*b]));
        let position = |i: &usize| Position {
            symbol: symbols[*i].clone(),
            target_w: weights[*i],
            horizon_days: horizon[*i].unwrap_or(0.0) as u32,
            expected_alpha_bps: alpha[*i],
            conf: conf[*i],
            tp_bps: take[*i],
            sl_bps: stop[*i],
        };
        let held = rows.iter().filter(|i| weights[**i].is_some_and(|w| w != 0.0));
        let before = (0..part.len()).filter(mine).filter(|i| Some(dates[*i]) == previous);
        let binds: BTreeSet<String> = rows
            .iter()
            .map(|i| binding[*i].clone())
            .filter(|b| !b.is_empty() && b != "none")
            .collect();
        let first = rows.first().copied().unwrap_or(0);
        Ok(Self {
            date,
            universe: rows.iter().map(|i| symbols[*i].clone()).collect(),
            positions: held.map(position).collect(),
            before: before.map(|i| (symbols[i].clone(), weights[i].unwrap_or(0.0))).collect(),
            expected_vol: vol[first],
            kelly_fraction: kelly[first],
            binding: binds.into_iter().collect(),
        })
    }

    /// From the previous date's weights to this one's.
    fn trades(&self, capital: Option<f64>) -> Vec<Trade> {
        let after: BTreeMap<&str, f64> =
            self.positions.iter().map(|p| (p.symbol.as_str(), p.target_w.unwrap_or(0.0))).collect();
        let names: BTreeSet<&str> =
            self.before.keys().map(String::as_str).chain(after.keys().copied()).collect();
        let trade = |symbol: &str| {
            let current = self.before.get(symbol).copied().unwrap_or(0.0);
            let target = after.get(symbol).copied().unwrap_or(0.0);
            (current != target).then(|| Trade {
                symbol: symbol.to_string(),
                current_w: Some(current),
                target_w: Some(target),
                notional: capital.map(|c| (target - current).abs() * c),
                expected_cost_bps: None,
            })
        };
        names.into_iter().filter_map(trade).collect()
    }

    fn risk(&self, part: Option<&Part>) -> Result<Risk> {
        let given = |name| part.map_or(Ok(None), |part| part.first_number(name));
        let weights = || self.positions.iter().filter_map(|p| p.target_w);
        Ok(Risk {
            target_vol_ann: given("target_vol_ann")?,
            gross_cap: given("gross_cap")?,
            sector_caps: BTreeMap::new(),
            expected_vol_ann: self.expected_vol,
            gross: Some(weights().map(f64::abs).sum()),
            net: Some(weights().sum()),
            kelly_fraction: self.kelly_fraction,
            binding: self.binding.clone(),
        })
    }
}
