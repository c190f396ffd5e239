//! `build_portfolio`: target weights from scores, scaled to a volatility target within caps.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, ScalarValue, plan_err};
use trademl_math::portfolio::{Decision, Portfolios, Rules};
use trademl_math::sizing::Binding;

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::{Identity, Panels, is_bound, symbol_type};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "build_portfolio",
    family: "portfolio",
    summary: "Target weights from scores: demeaned across the section, divided by volatility, and \
              made as large as the volatility target, the cap per name and the gross cap allow.",
    arguments: &[
        Argument {
            name: "scores",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a symbol and date",
        },
        Argument {
            name: "symbol",
            role: Role::Column(Kind::Any),
            default: Some("symbol"),
            unit: "–",
            meaning: "text or integer",
        },
        Argument {
            name: "date",
            role: Role::Order,
            default: Some("date"),
            unit: "date",
            meaning: "when the score was known: after that session's close",
        },
        Argument {
            name: "score",
            role: Role::Column(Kind::Float),
            default: Some("score"),
            unit: "any",
            meaning: "higher is better; only differences to the section's mean count",
        },
        Argument {
            name: "returns",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a symbol and date",
        },
        Argument {
            name: "ret_symbol",
            role: Role::Column(Kind::Any),
            default: Some("symbol"),
            unit: "–",
            meaning: "symbol of the return",
        },
        Argument {
            name: "ret_date",
            role: Role::Order,
            default: Some("date"),
            unit: "date",
            meaning: "session whose close ends the return; used on dates ≥ ret_date",
        },
        Argument {
            name: "ret",
            role: Role::Column(Kind::Float),
            default: Some("ret"),
            unit: "decimal",
            meaning: "simple return of one session, ≥ −1",
        },
        Argument {
            name: "target_vol",
            role: Role::Constant(Kind::Float),
            default: Some("0.10"),
            unit: "decimal a year",
            meaning: "volatility target before the fact, > 0",
        },
        Argument {
            name: "gross_cap",
            role: Role::Constant(Kind::Float),
            default: Some("2.0"),
            unit: "share of equity",
            meaning: "cap on the sum of |target_w|, > 0",
        },
        Argument {
            name: "name_cap",
            role: Role::Constant(Kind::Float),
            default: Some("0.10"),
            unit: "share of equity",
            meaning: "cap on each |target_w|, > 0",
        },
        Argument {
            name: "cov_window",
            role: Role::Constant(Kind::Integer),
            default: Some("126"),
            unit: "sessions",
            meaning: "dates of returns the covariance is estimated from, ≥ 2; a name needs returns on \
                      half of them (and two)",
        },
        Argument {
            name: "long_only",
            role: Role::Constant(Kind::Boolean),
            default: Some("false"),
            unit: "–",
            meaning: "true: names above the mean score only; false: dollar-neutral",
        },
        Argument {
            name: "rebalance",
            role: Role::Constant(Kind::Integer),
            default: Some("5"),
            unit: "sessions",
            meaning: "dates of scores from one rebalance to the next, counted from the first, ≥ 1; the \
                      target persists between them",
        },
        Argument {
            name: "kelly",
            role: Role::Constant(Kind::Float),
            default: Some("0.25"),
            unit: "share of full Kelly",
            meaning: "the largest fraction of the full Kelly bet, 0.10 to 0.25",
        },
        Argument {
            name: "expected_sharpe",
            role: Role::Constant(Kind::Float),
            default: Some("NULL"),
            unit: "a year",
            meaning: "Sharpe ratio net of costs the strategy is trusted with, > 0: volatility stays \
                      within kelly · expected_sharpe. NULL: target_vol / kelly, which changes nothing",
        },
        Argument {
            name: "periods_per_year",
            role: Role::Constant(Kind::Float),
            default: Some("252"),
            unit: "1/year",
            meaning: "sessions in a year, > 0",
        },
    ],
    returns: "date; symbol; target_w DOUBLE (share of equity); score DOUBLE (the target was set from); \
              sigma DOUBLE (of the name, annualised); portfolio_vol DOUBLE (of the weights, before the \
              fact, annualised); kelly_fraction DOUBLE (portfolio_vol / Sharpe ratio); binding TEXT: \
              what keeps the position from being larger, 'name_cap', 'gross_cap', 'vol_target', or \
              'none' without a position. On every date of the scores a row for each row of the last \
              rebalance",
    nulls: "a NULL score, or too few returns, gives target_w 0; sigma is NULL there. A NULL return is a \
            missing one. target_w is also 0 for a constant price, and for the whole section when all \
            scores are equal",
    errors: "an empty relation; a NULL symbol or date; a symbol twice on a date; a score or return that \
             is NaN or infinite, a return below −1; symbols of scores absent from returns; a constant \
             outside its range",
    lookahead: Lookahead::Past,
    source: "Grinold & Kahn (1999), Active Portfolio Management, ch. 14 (alphas over volatility); Ledoit \
             & Wolf (2003), J. Empirical Finance 10, shrinkage intensity for the diagonal target; Thorp \
             (2006), The Kelly criterion, §7",
    example: "SELECT date, symbol, round(target_w, 4) AS target_w, round(sigma, 4) AS sigma, binding \
              FROM build_portfolio((SELECT * FROM (VALUES ('A', DATE '2024-01-05', 1.0), \
              ('B', DATE '2024-01-05', -1.0)) AS s(symbol, date, score)), returns => (SELECT * FROM (VALUES \
              ('A', DATE '2024-01-02', 0.01), ('B', DATE '2024-01-02', 0.02), \
              ('A', DATE '2024-01-03', -0.01), ('B', DATE '2024-01-03', 0.02), \
              ('A', DATE '2024-01-04', 0.01), ('B', DATE '2024-01-04', -0.02), \
              ('A', DATE '2024-01-05', -0.01), ('B', DATE '2024-01-05', -0.02)) AS r(symbol, date, ret)), \
              name_cap => 0.5, cov_window => 4) ORDER BY symbol\n\
              ----\n\
              2024-01-05 A 0.244 0.1833 vol_target\n\
              2024-01-05 B -0.244 0.3666 vol_target",
};

const SCORES: Identity = Identity { relation: "scores", symbol: "symbol", date: "date" };
const RETURNS: Identity = Identity { relation: "returns", symbol: "ret_symbol", date: "ret_date" };

/// Rows handed over at a time.
const PIECE: usize = 8192;

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(BuildPortfolio)) }
}

#[derive(Debug)]
struct BuildPortfolio;

impl RelationFunction for BuildPortfolio {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &["expected_sharpe"]) {
            rules(call)?;
        }
        let symbol = symbol_type(CONTRACT.name, call, SCORES.symbol, RETURNS.symbol)?;
        Ok(vec![
            Field::new("date", DataType::Date32, false),
            Field::new("symbol", symbol, false),
            Field::new("target_w", DataType::Float64, false),
            Field::new("score", DataType::Float64, true),
            Field::new("sigma", DataType::Float64, true),
            Field::new("portfolio_vol", DataType::Float64, false),
            Field::new("kelly_fraction", DataType::Float64, false),
            Field::new("binding", DataType::Utf8, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let rules = rules(call)?;
        let panels = Panels::read(CONTRACT.name, group, [SCORES, RETURNS])?;
        let (score, ret) = (("score", group.floats("score")?), ("ret", group.floats("ret")?));
        let scores =
            panels.panel(0, |i| panels.number(0, score, i, |_| true, "a finite number"))?;
        let returns =
            panels.panel(1, |i| panels.number(1, ret, i, |r| r >= -1.0, "a finite number ≥ -1"))?;
        let mut portfolios = Portfolios::new(&scores, &returns, rules);
        let mut piece = Piece::default();
        while let Some((date, decision)) = portfolios.advance() {
            piece.push(date, decision);
            if piece.dates.len() >= PIECE {
                emit(std::mem::take(&mut piece).columns(&panels)?)?;
            }
        }
        emit(piece.columns(&panels)?)
    }
}

fn rules(call: &Call) -> Result<Rules> {
    let kelly = call.float("kelly")?;
    if !(0.10..=0.25).contains(&kelly) {
        return plan_err!(
            "{}: argument 'kelly' is {kelly}, expected 0.10 to 0.25; more than a quarter of the Kelly \
             bet is not allowed, less than a tenth is better said by target_vol",
            CONTRACT.name
        );
    }
    let expected_sharpe = call.optional_float("expected_sharpe")?;
    if let Some(sharpe) = expected_sharpe.filter(|s| *s <= 0.0) {
        return plan_err!(
            "{}: argument 'expected_sharpe' is {sharpe}, expected a number > 0 or NULL; without an \
             expected gain the Kelly bet is nothing",
            CONTRACT.name
        );
    }
    Ok(Rules {
        target_volatility: call.positive("target_vol")?,
        gross_cap: call.positive("gross_cap")?,
        name_cap: call.positive("name_cap")?,
        window: call.count("cov_window", 2)?,
        long_only: call.constants.get("long_only") == Some(&ScalarValue::Boolean(Some(true))),
        rebalance: call.count("rebalance", 1)?,
        kelly,
        expected_sharpe,
        periods_per_year: call.positive("periods_per_year")?,
    })
}

/// Output rows on their way.
#[derive(Default)]
struct Piece {
    dates: Vec<i32>,
    symbols: Vec<u32>,
    weights: Vec<f64>,
    scores: Vec<Option<f64>>,
    sigmas: Vec<Option<f64>>,
    volatilities: Vec<f64>,
    kelly_fractions: Vec<f64>,
    bindings: Vec<&'static str>,
}

impl Piece {
    fn push(&mut self, date: i32, decision: &Decision) {
        let known = |v: f64| Some(v).filter(|v| v.is_finite());
        for position in &decision.positions {
            self.dates.push(date);
            self.symbols.push(position.symbol);
            self.weights.push(position.weight);
            self.scores.push(known(position.score));
            self.sigmas.push(known(position.sigma));
            self.volatilities.push(decision.volatility);
            self.kelly_fractions.push(decision.kelly_fraction);
            self.bindings.push(match position.binding {
                Binding::None => "none",
                Binding::NameCap => "name_cap",
                Binding::GrossCap => "gross_cap",
                Binding::Volatility => "vol_target",
            });
        }
    }

    fn columns(self, panels: &Panels) -> Result<Vec<ArrayRef>> {
        Ok(vec![
            Arc::new(Date32Array::from(self.dates)),
            panels.symbols(self.symbols)?,
            Arc::new(Float64Array::from(self.weights)),
            Arc::new(Float64Array::from(self.scores)),
            Arc::new(Float64Array::from(self.sigmas)),
            Arc::new(Float64Array::from(self.volatilities)),
            Arc::new(Float64Array::from(self.kelly_fractions)),
            Arc::new(StringArray::from(self.bindings)),
        ])
    }
}
