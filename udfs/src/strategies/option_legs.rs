//! `option_legs`: the legs of a strategy by its name.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, ListArray, StringArray,
    StructArray,
};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Fields, Float64Type};
use datafusion::common::{Result, exec_err, internal_err, plan_err};
use trademl_math::options::kind::Kind::{self as Side, Call as Calls, Put as Puts};
use trademl_math::options::positions::leg::{Instrument, Leg};
use trademl_math::options::positions::strategy::Strategy;

use super::arguments::number;
use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::scalar::{ScalarFunction, list_row};

const CONTRACT: Contract = Contract {
    name: "option_legs",
    family: "strategies",
    summary: "The legs of a strategy by its name, as a list to unnest. A quantity above 0 is what the name says bought; of \
              an iron condor or iron butterfly it is the body sold and the wings bought, for a credit.",
    arguments: &[
        Argument {
            name: "strategy",
            role: Role::Column(Kind::Text),
            default: None,
            unit: "–",
            meaning: "'straddle', 'strangle', 'bull_call_spread', 'bull_put_spread', 'bear_call_spread', \
                      'bear_put_spread', 'call_calendar', 'put_calendar', 'call_diagonal', 'put_diagonal', \
                      'call_butterfly', 'put_butterfly', 'iron_butterfly' or 'iron_condor'",
        },
        Argument {
            name: "strikes",
            role: Role::Column(Kind::Any),
            default: None,
            unit: "price",
            meaning: "list of its strikes, ascending, > 0; of a diagonal the near leg's and then the far leg's; one \
                      strike may be a number",
        },
        Argument {
            name: "expiry",
            role: Role::Column(Kind::Date),
            default: None,
            unit: "date",
            meaning: "when its legs end; of a calendar or diagonal the near one",
        },
        Argument {
            name: "far_expiry",
            role: Role::Column(Kind::Date),
            default: Some("NULL"),
            unit: "date",
            meaning: "of a calendar or diagonal when the far leg ends, > expiry; else NULL",
        },
        Argument {
            default: Some("1.0"),
            ..number(
                "quantity",
                "contracts",
                "contracts of the strategy; below 0 the other side of it",
            )
        },
    ],
    returns: "LIST of STRUCT: leg BIGINT from 1, kind TEXT 'call' or 'put', strike DOUBLE, expiry DATE, quantity DOUBLE \
              (contracts, below 0 sold); in the order of strikes, of a calendar or diagonal the near leg first",
    nulls: "a NULL argument, or a NULL strike, gives NULL; far_expiry may be NULL where no leg ends later",
    errors: "a name that is no strategy; a number of strikes that is not the strategy's; strikes out of order, ≤ 0, NaN or \
             infinite; a far_expiry not after expiry, missing, or given to a strategy of one expiry; quantity NaN or \
             infinite",
    lookahead: Lookahead::Row,
    source: "Definition: Hull, Options, Futures, and Other Derivatives, on trading strategies",
    example: "SELECT l.leg, l.kind, l.strike, l.expiry, l.quantity FROM (SELECT unnest(option_legs('iron_condor', [90, 95, \
              105, 110], '2024-03-15', quantity => 2)) AS l) ORDER BY l.leg\n\
              ----\n\
              1 put 90.0 2024-03-15 2.0\n\
              2 put 95.0 2024-03-15 -2.0\n\
              3 call 105.0 2024-03-15 -2.0\n\
              4 call 110.0 2024-03-15 2.0",
};

/// The entry for the registry.
pub fn function() -> Function {
    ScalarFunction {
        contract: &CONTRACT,
        returns: DataType::List(item()),
        prepare: |call| match call.column_type("strikes") {
            Ok(list) if Kind::Numbers.accepts(list) => Ok(()),
            Ok(one) if one.is_numeric() || one.is_null() => Ok(()),
            other => plan_err!(
                "{}: argument 'strikes' is {}, expected a list of numbers; write [90, 100]",
                CONTRACT.name,
                other?
            ),
        },
        evaluate: |_, columns| evaluate(columns),
    }
    .function()
}

fn fields() -> Fields {
    Fields::from(vec![
        Field::new("leg", DataType::Int64, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("strike", DataType::Float64, false),
        Field::new("expiry", DataType::Date32, false),
        Field::new("quantity", DataType::Float64, false),
    ])
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(fields()), true))
}

fn evaluate(columns: &[ArrayRef]) -> Result<ArrayRef> {
    let [names, strikes, expiry, far, quantity] = columns else {
        return internal_err!("{}: expected five columns", CONTRACT.name);
    };
    let strikes = match strikes.data_type() {
        one if one.is_numeric() => one_each(&cast(strikes, &DataType::Float64)?)?,
        _ => cast(
            strikes,
            &DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true))),
        )?,
    };
    let (names, strikes) = (names.as_string::<i32>(), strikes.as_list::<i32>());
    let (expiry, far) = (expiry.as_primitive::<Date32Type>(), far.as_primitive::<Date32Type>());
    let quantity = quantity.as_primitive::<Float64Type>();
    let mut rows: Vec<Option<Vec<Leg>>> = Vec::with_capacity(names.len());
    for row in 0..names.len() {
        let list = list_row(strikes, row);
        if names.is_null(row)
            || strikes.is_null(list)
            || expiry.is_null(row)
            || quantity.is_null(row)
        {
            rows.push(None);
            continue;
        }
        let given = strikes.value(list);
        let given = given.as_primitive::<Float64Type>();
        if given.null_count() > 0 {
            rows.push(None);
            continue;
        }
        let far = far.is_valid(row).then(|| far.value(row));
        let asked = Asked {
            name: names.value(row),
            strikes: given.values(),
            expiry: expiry.value(row),
            far,
        };
        rows.push(Some(asked.legs(quantity.value(row))?));
    }
    let held: Vec<&Leg> = rows.iter().flatten().flatten().collect();
    let each = || held.iter().copied();
    let option = |leg: &Leg| match leg.instrument {
        Instrument::Option { kind, strike, expiry } => (kind, strike, expiry),
        Instrument::Underlying => (Calls, f64::NAN, f64::NAN),
    };
    let word = |kind| if kind == Calls { "call" } else { "put" };
    let counts = rows.iter().flatten().flat_map(|legs| 1..=legs.len() as i64);
    let legs = StructArray::try_new(
        fields(),
        vec![
            Arc::new(Int64Array::from_iter_values(counts)),
            Arc::new(StringArray::from_iter_values(each().map(|leg| word(option(leg).0)))),
            Arc::new(Float64Array::from_iter_values(each().map(|leg| option(leg).1))),
            // Days as they came.
            Arc::new(Date32Array::from_iter_values(each().map(|leg| option(leg).2 as i32))),
            Arc::new(Float64Array::from_iter_values(each().map(|leg| leg.quantity))),
        ],
        None,
    )?;
    let lengths = rows.iter().map(|legs| legs.as_ref().map_or(0, Vec::len));
    let valid: NullBuffer = rows.iter().map(Option::is_some).collect();
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(item(), offsets, Arc::new(legs), Some(valid))?))
}

/// Each number as a list of its own.
fn one_each(numbers: &ArrayRef) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, numbers.len()));
    let item = Arc::new(Field::new_list_field(DataType::Float64, true));
    Ok(Arc::new(ListArray::try_new(item, offsets, ArrayRef::clone(numbers), None)?))
}

/// The strategy of a row.
struct Asked<'a> {
    name: &'a str,
    strikes: &'a [f64],
    /// Days since 1970-01-01.
    expiry: i32,
    far: Option<i32>,
}

impl Asked<'_> {
    fn legs(&self, quantity: f64) -> Result<Vec<Leg>> {
        if !quantity.is_finite() {
            return exec_err!(
                "{}: argument 'quantity' is {quantity} of {}, expected a finite number",
                CONTRACT.name,
                self.shown()
            );
        }
        let strategy = self.strategy()?;
        match strategy.legs(quantity, 1.0) {
            Ok(legs) => Ok(legs),
            Err(error) => exec_err!("{}: {error}, was {}", CONTRACT.name, self.shown()),
        }
    }

    fn strategy(&self) -> Result<Strategy> {
        let expiry = f64::from(self.expiry);
        let side = match self.name {
            name if name.contains("put") => Puts,
            _ => Calls,
        };
        Ok(match self.name {
            "straddle" => {
                let [strike] = self.strikes()?;
                Strategy::Straddle { strike, expiry }
            }
            "strangle" => {
                let [put, call] = self.strikes()?;
                Strategy::Strangle { put, call, expiry }
            }
            "bull_call_spread" | "bull_put_spread" => {
                let [low, high] = self.strikes()?;
                Strategy::Bull { kind: side, low, high, expiry }
            }
            "bear_call_spread" | "bear_put_spread" => {
                let [low, high] = self.strikes()?;
                Strategy::Bear { kind: side, low, high, expiry }
            }
            "call_calendar" | "put_calendar" => {
                let [strike] = self.strikes()?;
                Strategy::Calendar { kind: side, strike, near: expiry, far: self.far()? }
            }
            "call_diagonal" | "put_diagonal" => self.diagonal(side)?,
            "call_butterfly" | "put_butterfly" => {
                Strategy::Butterfly { kind: side, strikes: self.strikes()?, expiry }
            }
            "iron_butterfly" => Strategy::IronButterfly { strikes: self.strikes()?, expiry },
            "iron_condor" => Strategy::IronCondor { strikes: self.strikes()?, expiry },
            other => {
                return exec_err!(
                    "{}: argument 'strategy' is '{other}', expected {}",
                    CONTRACT.name,
                    CONTRACT.arguments[0].meaning
                );
            }
        })
    }

    fn diagonal(&self, kind: Side) -> Result<Strategy> {
        let [near_strike, far_strike] = self.strikes()?;
        let (near, far) = (f64::from(self.expiry), self.far()?);
        Ok(Strategy::Diagonal { kind, near_strike, near, far_strike, far })
    }

    /// The strikes, if there are as many as the strategy has.
    fn strikes<const N: usize>(&self) -> Result<[f64; N]> {
        let late = self.name.ends_with("calendar") || self.name.ends_with("diagonal");
        if !late && self.far.is_some() {
            return exec_err!(
                "{}: a far_expiry is given for {}, expected NULL, as its legs end together",
                CONTRACT.name,
                self.shown()
            );
        }
        match self.strikes.try_into() {
            Ok(strikes) => Ok(strikes),
            Err(_) => exec_err!(
                "{}: {} strikes, expected {N}, was {}",
                CONTRACT.name,
                self.strikes.len(),
                self.shown()
            ),
        }
    }

    fn far(&self) -> Result<f64> {
        match self.far {
            Some(far) => Ok(f64::from(far)),
            None => exec_err!(
                "{}: argument 'far_expiry' is NULL for {}, expected when its far leg ends",
                CONTRACT.name,
                self.shown()
            ),
        }
    }

    fn shown(&self) -> String {
        let day = |days: i32| Date32Type::to_naive_date_opt(days).map(|day| day.to_string());
        let day = |days: i32| day(days).unwrap_or_default();
        let far = self.far.map(|far| format!(" and {}", day(far))).unwrap_or_default();
        format!("{} on strikes {:?} ending {}{far}", self.name, self.strikes, day(self.expiry))
    }
}
