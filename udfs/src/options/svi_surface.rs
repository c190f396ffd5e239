//! `svi_surface`: a surface of implied volatility at each instant, a slice an expiry.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::compute::{partition, take};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, TimestampMicrosecondType};
use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::options::surface::method::Method;
use trademl_math::options::svi::quotes::Quotes;
use trademl_math::options::svi::raw::RawSvi;

use super::arguments::number;
use crate::function::{Argument, Body, Contract, Function, Kind, Lookahead, Role};
use crate::panel::is_bound;
use crate::relation::{Call, Emit, Group, RelationFunction};

/// Below this, in g and in total variance, arbitrage is rounding.
const ROUNDING: f64 = 1e-12;

const CONTRACT: Contract = Contract {
    name: "svi_surface",
    family: "options",
    summary: "Fits the quotes of each symbol and instant: a raw SVI slice an expiry, with its fit and its checks against \
              arbitrage. What CREATE SURFACE stores, and vol_surface puts together.",
    arguments: &[
        Argument {
            name: "quotes",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a quote; best the out-of-the-money side of each strike",
        },
        Argument {
            name: "symbol",
            role: Role::Key,
            default: Some("symbol"),
            unit: "–",
            meaning: "underlying",
        },
        Argument {
            name: "asof",
            role: Role::Order,
            default: Some("asof"),
            unit: "date or timestamp",
            meaning: "instant of the quotes; those of one instant make one surface",
        },
        Argument {
            name: "expiry",
            role: Role::Column(Kind::Date),
            default: Some("expiry"),
            unit: "date",
            meaning: "expiry of the option",
        },
        Argument {
            default: Some("years"),
            ..number("years", "years", "time to expiry, one an expiry")
        },
        Argument {
            default: Some("forward"),
            ..number("forward", "price", "forward at expiry, one an expiry, as of parity_forward")
        },
        Argument { default: Some("strike"), ..number("strike", "price", "strike") },
        Argument {
            default: Some("iv"),
            ..number("iv", "per √year", "implied volatility, annualised decimal, as of black76_iv")
        },
        Argument {
            default: Some("NULL"),
            ..number("weight", "1", "weight of the quote, ≥ 0; all 1 if not given")
        },
        Argument {
            name: "known_at",
            role: Role::Column(Kind::Instant),
            default: Some("NULL"),
            unit: "timestamp",
            meaning: "when the quote was known; a surface is known when its last quote is",
        },
        Argument {
            name: "method",
            role: Role::Constant(Kind::Text),
            default: Some("'svi'"),
            unit: "–",
            meaning: "'svi': each expiry without butterflies and not below the one before; 'ssvi': one rho and a \
                      power law for all expiries; 'essvi': a rho each, free by construction; 'raw': each by itself, \
                      arbitrage is told only",
        },
        Argument {
            name: "on_arbitrage",
            role: Role::Constant(Kind::Text),
            default: Some("'flag'"),
            unit: "–",
            meaning: "'flag', or 'error': no rows at all where a slice has arbitrage",
        },
    ],
    returns: "the symbol; asof; expiry; years; forward; a, b, rho, m, sigma DOUBLE, the raw slice, NULL without one; rmse \
              DOUBLE, in total variance; quotes BIGINT, those fitted; left_out BIGINT, those that cannot be; \
              butterfly_free, calendar_free BOOLEAN, over the whole line and to the expiry before, both to 1e-12; status \
              TEXT: 'fitted', 'expired' (years ≤ 0 or NULL), 'bad_forward', 'years_not_rising' (not \
              above those of the expiry before), 'too_few' (five different strikes are needed), \
              'not_found'; known_at TIMESTAMP if it is given",
    nulls: "a quote with a NULL, with strike or iv ≤ 0, NaN or infinite is counted in left_out; NULL symbol, asof, expiry or known_at is an error",
    errors: "two years or forwards of one expiry at one instant; a negative weight; an unknown method; arbitrage with on_arbitrage => \
             'error' (symbol, asof, expiry and place are named)",
    lookahead: Lookahead::Past,
    source: "Gatheral & Jacquier (2014), Quantitative Finance 14(1); eSSVI: Corbetta, Cohort, Laachir & Martini (2019)",
    example: "SELECT expiry, round(a, 4) AS a, round(b, 4) AS b, round(rho, 4) AS rho, quotes, left_out, butterfly_free, \
              calendar_free, status FROM svi_surface((SELECT 'X' AS symbol, DATE '2024-01-02' AS asof, DATE '2024-04-01' AS \
              expiry, 0.25 AS years, 100.0 AS forward, 100 * exp(k) AS strike, CASE WHEN value = 20 THEN -1 ELSE \
              sqrt(svi_variance(k, 0.01, 0.1, -0.4, 0.05, 0.2) / 0.25) END AS iv FROM (SELECT value, (value - 10) * 0.05 AS \
              k FROM generate_series(0, 20))))\n\
              ----\n\
              2024-04-01 0.01 0.1 -0.4 20 1 true true fitted",
};

/// The entry for the registry.
pub fn function() -> Function {
    Function { contract: &CONTRACT, body: Body::Relation(Arc::new(SviSurface)) }
}

#[derive(Debug)]
struct SviSurface;

/// What the constants say.
struct Settings {
    method: Method,
    fails: bool,
}

fn settings(call: &Call) -> Result<Settings> {
    let name = call.text("method")?;
    let Some(method) = Method::of(name) else {
        return plan_err!(
            "{}: method: expected 'svi', 'ssvi', 'essvi' or 'raw', was '{name}'",
            CONTRACT.name
        );
    };
    let fails = match call.text("on_arbitrage")? {
        "flag" => false,
        "error" => true,
        other => {
            return plan_err!(
                "{}: on_arbitrage: expected 'flag' or 'error', was '{other}'",
                CONTRACT.name
            );
        }
    };
    Ok(Settings { method, fails })
}

/// The quotes of one expiry at one instant.
struct Expiry {
    expiry: i32,
    years: f64,
    forward: f64,
    /// Log-moneyness, total variance and weight.
    quotes: [Vec<f64>; 3],
    left_out: i64,
}

/// What became of an expiry.
struct Slice {
    slice: Option<RawSvi>,
    rmse: Option<f64>,
    butterfly_free: Option<bool>,
    calendar_free: Option<bool>,
    status: &'static str,
}

impl RelationFunction for SviSurface {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        // NULL stands in for a parameter that is not bound yet.
        if is_bound(call, &[]) {
            settings(call)?;
        }
        let asof = call.column_type("asof")?.clone();
        let number = |name| Field::new(name, DataType::Float64, true);
        let mut fields =
            vec![Field::new("asof", asof, false), Field::new("expiry", DataType::Date32, false)];
        fields.extend(["years", "forward", "a", "b", "rho", "m", "sigma", "rmse"].map(number));
        fields.extend([
            Field::new("quotes", DataType::Int64, false),
            Field::new("left_out", DataType::Int64, false),
            Field::new("butterfly_free", DataType::Boolean, true),
            Field::new("calendar_free", DataType::Boolean, true),
            Field::new("status", DataType::Utf8, false),
        ]);
        if call.is_given("known_at") {
            fields.push(Field::new("known_at", call.column_type("known_at")?.clone(), true));
        }
        Ok(fields)
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let settings = settings(call)?;
        let asof = group.column("asof")?;
        if asof.is_empty() {
            return Ok(());
        }
        for rows in partition(std::slice::from_ref(asof))?.ranges() {
            let at = format!("{}, asof={}", group.key, array_value_to_string(asof, rows.start)?);
            let expiries = expiries(call, group, rows.clone(), &at)?;
            let slices = fitted(&settings, &expiries);
            if settings.fails {
                refuse(&expiries, &slices, &at)?;
            }
            let first = UInt64Array::from(vec![rows.start as u64; expiries.len()]);
            let mut out = columns(take(asof, &first, None)?, &expiries, &slices);
            if call.is_given("known_at") {
                out.push(known_at(group.column("known_at")?, rows, expiries.len(), &at)?);
            }
            emit(out)?;
        }
        Ok(())
    }
}

/// The quotes of an instant by expiry, in order.
fn expiries(call: &Call, group: &Group, rows: Range<usize>, at: &str) -> Result<Vec<Expiry>> {
    let expiry = group.column("expiry")?.as_primitive::<Date32Type>();
    let [years, forward, strike, iv] =
        ["years", "forward", "strike", "iv"].map(|name| group.floats(name));
    let (years, forward, strike, iv) = (years?, forward?, strike?, iv?);
    let weight = call.is_given("weight").then(|| group.floats("weight"));
    let weight = weight.transpose()?;
    let mut all: Vec<Expiry> = vec![];
    for row in rows {
        if expiry.is_null(row) {
            return exec_err!(
                "{}: argument 'expiry' is NULL at {at}; filter the row out or give it a value",
                CONTRACT.name
            );
        }
        let date = expiry.value(row);
        let number = |c: &Float64Array| if c.is_valid(row) { c.value(row) } else { f64::NAN };
        let (t, f) = (number(years), number(forward));
        let place = match all.iter().position(|e| e.expiry == date) {
            Some(place) => place,
            None => {
                let quotes = [vec![], vec![], vec![]];
                all.push(Expiry { expiry: date, years: t, forward: f, quotes, left_out: 0 });
                all.len() - 1
            }
        };
        let one = &mut all[place];
        for (name, given, new) in [("years", one.years, t), ("forward", one.forward, f)] {
            if given.total_cmp(&new).is_ne() {
                return exec_err!(
                    "{}: argument '{name}' is {given} and {new} at {at}, expiry={}; give one an expiry, as \
                     parity_forward(…) GROUP BY expiry does",
                    CONTRACT.name,
                    shown(date)
                );
            }
        }
        let (k, w) = ((number(strike) / f).ln(), number(iv) * number(iv) * t);
        let weight = weight.map_or(1.0, number);
        if weight < 0.0 {
            return exec_err!(
                "{}: argument 'weight' is {weight} at {at}, expiry={}, expected a number ≥ 0; \
                 correct the row or filter it out",
                CONTRACT.name,
                shown(date)
            );
        }
        let usable = k.is_finite() && w.is_finite() && w > 0.0 && number(iv) > 0.0;
        if usable && weight > 0.0 && weight.is_finite() {
            let [ks, ws, weights] = &mut one.quotes;
            ks.push(k);
            ws.push(w);
            weights.push(weight);
        } else {
            one.left_out += 1;
        }
    }
    all.sort_by_key(|expiry| expiry.expiry);
    Ok(all)
}

fn fitted(settings: &Settings, expiries: &[Expiry]) -> Vec<Slice> {
    let mut usable = vec![];
    let mut before = 0.0;
    let mut slices: Vec<Slice> = expiries
        .iter()
        .enumerate()
        .map(|(i, expiry)| {
            let [k, w, weight] = &expiry.quotes;
            let status = match Quotes::new(k, w, Some(weight)) {
                _ if expiry.years.is_nan() || expiry.years <= 0.0 => "expired",
                _ if expiry.years <= before => "years_not_rising",
                _ if !(expiry.forward > 0.0 && expiry.forward.is_finite()) => "bad_forward",
                Ok(quotes) => {
                    before = expiry.years;
                    usable.push((i, (expiry.years, quotes)));
                    "not_found"
                }
                Err(_) => "too_few",
            };
            Slice { slice: None, rmse: None, butterfly_free: None, calendar_free: None, status }
        })
        .collect();
    let (places, quotes): (Vec<usize>, Vec<(f64, Quotes)>) = usable.into_iter().unzip();
    let mut earlier: Option<RawSvi> = None;
    for ((place, (_, quotes)), found) in
        places.into_iter().zip(&quotes).zip(settings.method.slices(&quotes))
    {
        let Some(slice) = found else { continue };
        let error = quotes.squared_error(|k| slice.total_variance(k)) / quotes.weight();
        let butterfly = slice.butterfly();
        let above = earlier.map_or(0.0, |earlier| slice.calendar(&earlier).minimum);
        slices[place] = Slice {
            slice: Some(slice),
            rmse: Some(error.sqrt()),
            butterfly_free: Some(butterfly.within_lee && butterfly.minimum >= -ROUNDING),
            calendar_free: Some(above >= -ROUNDING),
            status: "fitted",
        };
        earlier = Some(slice);
    }
    slices
}

/// An error that names the first slice with arbitrage.
fn refuse(expiries: &[Expiry], slices: &[Slice], at: &str) -> Result<()> {
    let mut earlier: Option<(i32, RawSvi)> = None;
    for (expiry, fitted) in expiries.iter().zip(slices) {
        let Some(slice) = fitted.slice else { continue };
        let date = shown(expiry.expiry);
        if fitted.butterfly_free == Some(false) {
            let butterfly = slice.butterfly();
            return exec_err!(
                "{}: butterfly arbitrage at {at}, expiry={date}: g is {:.3e} at log-moneyness {:.4}; use method => 'svi' \
                 or 'essvi', or look at the quotes with quote_flags",
                CONTRACT.name,
                butterfly.minimum,
                butterfly.at
            );
        }
        if fitted.calendar_free == Some(false)
            && let Some((before, earlier)) = earlier
        {
            let calendar = slice.calendar(&earlier);
            return exec_err!(
                "{}: calendar arbitrage at {at}: total variance of expiry={date} is below that of {} by {:.3e} at \
                 log-moneyness {:.4}; use method => 'svi' or 'essvi', or look at the quotes with quote_flags",
                CONTRACT.name,
                shown(before),
                -calendar.minimum,
                calendar.at
            );
        }
        earlier = Some((expiry.expiry, slice));
    }
    Ok(())
}

fn shown(date: i32) -> String {
    date32_to_datetime(date).map_or_else(|| date.to_string(), |date| date.date().to_string())
}

/// When the last of some quotes was known, so many times: each slice rests on all expiries.
fn known_at(column: &ArrayRef, rows: Range<usize>, times: usize, at: &str) -> Result<ArrayRef> {
    let column = column.as_primitive::<TimestampMicrosecondType>();
    if rows.clone().any(|row| column.is_null(row)) {
        return exec_err!(
            "{}: argument 'known_at' is NULL at {at}: a surface is known when its last quote is; filter the row out \
             or say when it was known",
            CONTRACT.name
        );
    }
    let last = rows.map(|row| column.value(row)).max();
    Ok(Arc::new(TimestampMicrosecondArray::from(vec![last; times]).with_timezone("UTC")))
}

fn columns(asof: ArrayRef, expiries: &[Expiry], slices: &[Slice]) -> Vec<ArrayRef> {
    let of_expiry = |of: fn(&Expiry) -> f64| -> ArrayRef {
        let values = expiries.iter().map(|e| Some(of(e)).filter(|x| !x.is_nan()));
        Arc::new(values.collect::<Float64Array>())
    };
    let of_slice = |of: fn(&RawSvi) -> f64| -> ArrayRef {
        Arc::new(slices.iter().map(|s| s.slice.as_ref().map(of)).collect::<Float64Array>())
    };
    let flag = |of: fn(&Slice) -> Option<bool>| -> ArrayRef {
        Arc::new(slices.iter().map(of).collect::<BooleanArray>())
    };
    vec![
        asof,
        Arc::new(expiries.iter().map(|e| Some(e.expiry)).collect::<Date32Array>()),
        of_expiry(|e| e.years),
        of_expiry(|e| e.forward),
        of_slice(RawSvi::a),
        of_slice(RawSvi::b),
        of_slice(RawSvi::rho),
        of_slice(RawSvi::m),
        of_slice(RawSvi::sigma),
        Arc::new(slices.iter().map(|s| s.rmse).collect::<Float64Array>()),
        Arc::new(Int64Array::from_iter_values(expiries.iter().map(|e| e.quotes[0].len() as i64))),
        Arc::new(Int64Array::from_iter_values(expiries.iter().map(|e| e.left_out))),
        flag(|s| s.butterfly_free),
        flag(|s| s.calendar_free),
        Arc::new(StringArray::from_iter_values(slices.iter().map(|s| s.status))),
    ]
}
