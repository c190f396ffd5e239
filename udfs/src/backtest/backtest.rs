//! `backtest`: the daily account of target weights, net of spread, impact, commission and borrow.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, plan_err};
use trademl_math::backtest::{Backtest, Day, Quote, Rules};
use trademl_math::impact::TradingCost;

use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::{Identity, Panels, is_bound, symbol_type};
use crate::relation::{Call, Emit, Group, RelationFunction};

const CONTRACT: Contract = Contract {
    name: "backtest",
    family: "backtest",
    summary: "The daily account of target weights: decided after the close of a date, traded at the \
              close lag sessions later, drifting with prices, net of half-spread, square-root impact, \
              commission and borrow, at most max_participation of ADV a name and session.",
    arguments: &[
        Argument {
            name: "targets",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a symbol and date; the rows of a date are the whole portfolio, a name \
                      left out is sold, a date without rows keeps what is held",
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
            meaning: "when the weight was decided: after that date's close",
        },
        Argument {
            name: "target_w",
            role: Role::Column(Kind::Float),
            default: Some("target_w"),
            unit: "share of equity",
            meaning: "weight wanted, negative for short",
        },
        Argument {
            name: "prices",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a symbol and session",
        },
        Argument {
            name: "px_symbol",
            role: Role::Column(Kind::Any),
            default: Some("symbol"),
            unit: "–",
            meaning: "symbol of the price",
        },
        Argument {
            name: "px_date",
            role: Role::Order,
            default: Some("date"),
            unit: "date",
            meaning: "session of the price; the distinct ones are the sessions",
        },
        Argument {
            name: "price",
            role: Role::Column(Kind::Float),
            default: Some("close"),
            unit: "money",
            meaning: "close, adjusted for splits and dividends, > 0",
        },
        Argument {
            name: "adv_usd",
            role: Role::Column(Kind::Float),
            default: Some("5e8"),
            unit: "money a session",
            meaning: "average daily volume: a column of prices known at the session's close, or one \
                      number for data without volume; NULL or 0 means no trading",
        },
        Argument {
            name: "capital",
            role: Role::Constant(Kind::Float),
            default: Some("1e7"),
            unit: "money",
            meaning: "equity at the start, > 0",
        },
        Argument {
            name: "half_spread_bps",
            role: Role::Constant(Kind::Float),
            default: Some("1.0"),
            unit: "bp of notional",
            meaning: "half the bid-ask spread, ≥ 0",
        },
        Argument {
            name: "impact_eta",
            role: Role::Constant(Kind::Float),
            default: Some("0.142"),
            unit: "1",
            meaning: "impact = impact_eta · daily σ · √(trade / adv_usd), ≥ 0. 0.142 is Almgren's \
                      coefficient, fair up to 1 % of ADV; pass 1 for the order-one coefficient of \
                      Grinold & Kahn and Tóth",
        },
        Argument {
            name: "max_participation",
            role: Role::Constant(Kind::Float),
            default: Some("0.10"),
            unit: "share of adv_usd",
            meaning: "the largest trade in a name on a session, > 0 and ≤ 1; the rest is tried again \
                      on the next session",
        },
        Argument {
            name: "borrow_rate",
            role: Role::Constant(Kind::Float),
            default: Some("0.003"),
            unit: "decimal a year",
            meaning: "cost of short positions, by calendar day / 365, ≥ 0",
        },
        Argument {
            name: "commission_bps",
            role: Role::Constant(Kind::Float),
            default: Some("0.0"),
            unit: "bp of notional",
            meaning: "commission, ≥ 0",
        },
        Argument {
            name: "lag",
            role: Role::Constant(Kind::Integer),
            default: Some("1"),
            unit: "sessions",
            meaning: "from the decision to the trade, ≥ 1",
        },
        Argument {
            name: "vol_window",
            role: Role::Constant(Kind::Integer),
            default: Some("20"),
            unit: "returns",
            meaning: "the name's last returns that impact's daily σ is taken from, ≥ 2; σ is 2 % until \
                      there are two",
        },
        Argument {
            name: "stale_limit",
            role: Role::Constant(Kind::Integer),
            default: Some("5"),
            unit: "sessions",
            meaning: "sessions a position survives without a price, valued at the last one; then it is \
                      closed there, without cost, and counted in n_stale_closed; ≥ 0",
        },
    ],
    returns: "a row a session from the first target's date: date; equity; gross_return, cost_return \
              (spread, impact, commission), borrow_return, net_return = gross − cost − borrow and \
              turnover, all over the previous equity; gross_exposure, net_exposure, over equity; \
              n_positions; unfilled_notional (money); drawdown (positive share of the peak); n_trades; \
              n_stale_closed. equity = previous equity · (1 + net_return). Cash earns nothing",
    nulls: "a NULL target_w is 0; a NULL price is a missing one",
    errors: "an empty relation; a NULL symbol or date; a symbol twice on a date; target_w NaN or infinite; \
             price ≤ 0, NaN or infinite; adv_usd negative, NaN or infinite; symbols of targets absent from \
             prices; lag 0, which would look ahead; a constant outside its range",
    lookahead: Lookahead::Past,
    source: "Definition; impact: Grinold & Kahn (1999), ch. 16, Almgren, Thum, Hauptmann & Li (2005), Tóth \
             et al. (2011), Phys. Rev. X 1, 021006",
    example: "SELECT date, round(equity, 2) AS equity, round(net_return, 6) AS net_return, n_trades FROM \
              backtest((SELECT * FROM (VALUES ('A', DATE '2024-01-02', 0.5), \
              ('B', DATE '2024-01-02', -0.5)) AS t(symbol, date, target_w)), prices => (SELECT * FROM (VALUES \
              ('A', DATE '2024-01-02', 9.0), ('B', DATE '2024-01-02', 21.0), \
              ('A', DATE '2024-01-03', 10.0), ('B', DATE '2024-01-03', 20.0), \
              ('A', DATE '2024-01-04', 11.0), ('B', DATE '2024-01-04', 20.8)) AS p(symbol, date, close)), \
              capital => 1000, half_spread_bps => 7, impact_eta => 0, borrow_rate => 0.365, \
              commission_bps => 3) WHERE n_trades > 0 OR net_return > 0 ORDER BY date\n\
              ----\n\
              2024-01-03 999.0 -0.001 2\n\
              2024-01-04 1028.5 0.02953 0",
};

const TARGETS: Identity = Identity { relation: "targets", symbol: "symbol", date: "date" };
const PRICES: Identity = Identity { relation: "prices", symbol: "px_symbol", date: "px_date" };

/// Rows handed over at a time; between them a cancelled query is noticed.
const PIECE: usize = 256;

/// The entry for the registry.
pub(crate) fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(BacktestFunction)) }
}

#[derive(Debug)]
struct BacktestFunction;

impl RelationFunction for BacktestFunction {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        if is_bound(call, &[]) {
            rules(call)?;
        }
        symbol_type(CONTRACT.name, call, TARGETS.symbol, PRICES.symbol)?;
        let float = |name| Field::new(name, DataType::Float64, false);
        let count = |name| Field::new(name, DataType::Int64, false);
        Ok(vec![
            Field::new("date", DataType::Date32, false),
            float("equity"),
            float("gross_return"),
            float("cost_return"),
            float("borrow_return"),
            float("net_return"),
            float("turnover"),
            float("gross_exposure"),
            float("net_exposure"),
            count("n_positions"),
            float("unfilled_notional"),
            float("drawdown"),
            count("n_trades"),
            count("n_stale_closed"),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let rules = rules(call)?;
        let panels = Panels::read(CONTRACT.name, group, [TARGETS, PRICES])?;
        let column = |name| group.floats(name).map(|column| (name, column));
        let (weight, price, adv) = (column("target_w")?, column("price")?, column("adv_usd")?);
        let targets =
            panels.panel(0, |i| panels.number(0, weight, i, |_| true, "a finite number"))?;
        let prices = panels.panel(1, |i| {
            Ok(Quote {
                price: panels.number(1, price, i, |p| p > 0.0, "a finite number > 0")?,
                adv: panels.number(1, adv, i, |a| a >= 0.0, "a finite number ≥ 0")?,
            })
        })?;
        let mut days = vec![];
        for day in Backtest::new(&targets, &prices, rules) {
            days.push(day);
            if days.len() == PIECE {
                emit(columns(&std::mem::take(&mut days)))?;
            }
        }
        emit(columns(&days))
    }
}

fn rules(call: &Call) -> Result<Rules> {
    if call.integer("lag")? < 1 {
        return plan_err!(
            "{}: argument 'lag' is {}, expected an integer ≥ 1: weights decided with a session's close \
             cannot be traded at that close, that would look ahead; pass lag => 1 for the next session's \
             close",
            CONTRACT.name,
            call.integer("lag")?
        );
    }
    let max_participation = call.positive("max_participation")?;
    if max_participation > 1.0 {
        return plan_err!(
            "{}: argument 'max_participation' is {max_participation}, expected a number > 0 and ≤ 1: \
             nobody trades more than the day's volume",
            CONTRACT.name
        );
    }
    Ok(Rules {
        capital: call.positive("capital")?,
        cost: TradingCost {
            half_spread_bps: call.non_negative("half_spread_bps")?,
            commission_bps: call.non_negative("commission_bps")?,
            impact_eta: call.non_negative("impact_eta")?,
        },
        max_participation,
        borrow_rate: call.non_negative("borrow_rate")?,
        lag: call.count("lag", 1)?,
        vol_window: call.count("vol_window", 2)?,
        stale_limit: call.count("stale_limit", 0)?,
    })
}

fn columns(days: &[Day]) -> Vec<ArrayRef> {
    let float = |value: fn(&Day) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(days.iter().map(value)))
    };
    let count = |value: fn(&Day) -> usize| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(days.iter().map(|d| value(d) as i64)))
    };
    vec![
        Arc::new(Date32Array::from_iter_values(days.iter().map(|d| d.date))),
        float(|d| d.equity),
        float(|d| d.gross_return),
        float(|d| d.cost_return),
        float(|d| d.borrow_return),
        float(|d| d.net_return),
        float(|d| d.turnover),
        float(|d| d.gross_exposure),
        float(|d| d.net_exposure),
        count(|d| d.positions),
        float(|d| d.unfilled),
        float(|d| d.drawdown),
        count(|d| d.trades),
        count(|d| d.stale_closes),
    ]
}
