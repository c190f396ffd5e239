//! The path of a position: rows of legs and steps, as the kernels take them.

use std::collections::HashMap;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, PrimitiveArray, StringArray, UInt64Array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, TimestampMicrosecondType};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{DataFusionError, Result, exec_datafusion_err, exec_err, plan_err};
use trademl_math::options::kind::Kind;
use trademl_math::options::positions::delta_hedge::{
    HedgeError, HedgeRules, HedgeStep, HedgedStep, delta_hedge,
};
use trademl_math::options::positions::leg::Leg;
use trademl_math::options::positions::position::{Mark, Market, PositionError};

use super::legs::{DAY, held, ticks};
use super::rules::rules;
use crate::function::Contract;
use crate::panel::is_bound;
use crate::relation::{Call, Group};

/// A position and its market.
pub(super) struct Path {
    contract: &'static Contract,
    key: String,
    dates: ArrayRef,
    names: Vec<String>,
    legs: Vec<Leg>,
    steps: Vec<Step>,
}

struct Step {
    /// A row of it.
    row: usize,
    time: f64,
    shared: [f64; SHARED.len()],
    marks: Vec<Mark>,
    exercises: Vec<(usize, f64)>,
}

/// What all rows of a step have in common.
const SHARED: [&str; 4] = ["spot", "rate", "dividend_yield", "dividend"];

/// What all rows of a leg have in common.
#[derive(Clone, Copy)]
struct Terms {
    kind: Option<Kind>,
    strike: f64,
    /// Microseconds.
    expiry: i64,
    quantity: f64,
    multiplier: f64,
}

/// Checks a call, and gives the date column of its result followed by numbers of these names.
pub(super) fn output(contract: &Contract, call: &Call, numbers: &[&str]) -> Result<Vec<Field>> {
    // NULL stands in for a parameter that is not bound yet.
    if is_bound(call, &[]) {
        rules(contract, call)?;
        call.positive("days_a_year")?;
    }
    if !call.is_given("volatility") && !call.is_given("price") {
        return plan_err!(
            "{}: pass volatility => or price =>, by which legs are valued",
            contract.name
        );
    }
    let (date, expiry) = (call.column_type("date")?, call.column_type("expiry")?);
    if date != expiry && !expiry.is_null() {
        return plan_err!(
            "{}: argument 'expiry' is {expiry}, expected {date} as argument 'date'; cast one to the type \
             of the other",
            contract.name
        );
    }
    let numbers = numbers.iter().map(|name| Field::new(*name, DataType::Float64, false));
    Ok([Field::new("date", date.clone(), false)].into_iter().chain(numbers).collect())
}

impl Path {
    /// Reads the rows of a position.
    ///
    /// # Errors
    ///
    /// If a row is not what the contract expects.
    pub fn read(contract: &'static Contract, call: &Call, group: &Group) -> Result<Self> {
        let rows = Rows::new(contract, group)?;
        let year = DAY * call.positive("days_a_year")?;
        let mut path = Self {
            contract,
            key: group.key.clone(),
            dates: ArrayRef::clone(rows.dates),
            names: vec![],
            legs: vec![],
            steps: vec![],
        };
        let mut all: Vec<(Terms, f64)> = vec![];
        for step in rows.steps()? {
            let Some(first) = step.first().copied() else { continue };
            let origin = path.steps.first().map_or(first, |step| step.row);
            let years = |tick: i64| (tick - rows.ticks.value(origin)) as f64 / year;
            if path.steps.is_empty() {
                for row in &step {
                    let terms = rows.terms(*row)?;
                    path.names.push(rows.names.value(*row).to_string());
                    path.legs.push(match terms.kind {
                        Some(kind) => Leg::option(
                            kind,
                            terms.strike,
                            years(terms.expiry),
                            terms.quantity,
                            terms.multiplier,
                        ),
                        None => {
                            let units = Leg::underlying(terms.quantity);
                            Leg { multiplier: terms.multiplier, ..units }
                        }
                    });
                    all.push((terms, terms.quantity.abs()));
                }
            }
            path.steps.push(rows.step(&step, &path.names, &mut all, years)?);
        }
        Ok(path)
    }

    /// The legs.
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The steps.
    pub fn steps(&self) -> Vec<HedgeStep<'_>> {
        fn step(step: &Step) -> HedgeStep<'_> {
            let [spot, rate, dividend_yield, dividend] = step.shared;
            let Step { time, marks, exercises, .. } = step;
            let market = Market { time: *time, spot, rate, dividend_yield, marks };
            HedgeStep { market, dividend, exercises }
        }
        self.steps.iter().map(step).collect()
    }

    /// The position held over the path.
    pub fn hedged(&self, path: &[HedgeStep<'_>], rules: &HedgeRules) -> Result<Vec<HedgedStep>> {
        delta_hedge(&self.legs, path, rules).map_err(|error| self.fault(error))
    }

    /// The dates of the steps.
    pub fn dates(&self) -> Result<ArrayRef> {
        let rows = UInt64Array::from_iter_values(self.steps.iter().map(|step| step.row as u64));
        Ok(take(&self.dates, &rows, None)?)
    }

    /// What a kernel found, in the words of the rows.
    pub fn fault(&self, error: HedgeError) -> DataFusionError {
        let (name, key) = (self.contract.name, &self.key);
        let date = |step: usize| {
            let row = self.steps.get(step).map_or(0, |step| step.row);
            array_value_to_string(&self.dates, row).unwrap_or_default()
        };
        let leg = |leg: usize| self.names.get(leg).map_or("", String::as_str);
        match error {
            HedgeError::Position(step, PositionError::Unpriced(i, status)) => exec_datafusion_err!(
                "{name}: {key}, date={}, leg={} has no value or no delta: '{}'; correct its price or \
                 volatility",
                date(step),
                leg(i),
                status.name()
            ),
            HedgeError::NoStepAtExpiry(i) => exec_datafusion_err!(
                "{name}: {key}, leg={} ends on no step after the first, expected rows at its expiry; \
                 add them with its settlement price as spot",
                leg(i)
            ),
            HedgeError::BadExercise(step) => exec_datafusion_err!(
                "{name}: argument 'exercised' is more than the contracts that are open, or of the \
                 underlying, at {key}, date={}",
                date(step)
            ),
            HedgeError::Position(step, error) => {
                exec_datafusion_err!("{name}: {key}, date={}: {error}", date(step))
            }
            error => exec_datafusion_err!("{name}: {key}: {error}"),
        }
    }
}

/// The rows of a position.
struct Rows<'a> {
    contract: &'static Contract,
    group: &'a Group,
    dates: &'a ArrayRef,
    ticks: PrimitiveArray<TimestampMicrosecondType>,
    expiries: PrimitiveArray<TimestampMicrosecondType>,
    names: StringArray,
    kinds: StringArray,
    numbers: HashMap<&'static str, &'a Float64Array>,
}

const NUMBERS: [&str; 10] = [
    "strike",
    "quantity",
    "multiplier",
    "spot",
    "rate",
    "volatility",
    "price",
    "dividend_yield",
    "dividend",
    "exercised",
];

impl<'a> Rows<'a> {
    fn new(contract: &'static Contract, group: &'a Group) -> Result<Self> {
        let text = |name| Ok::<_, DataFusionError>(cast(group.column(name)?, &DataType::Utf8)?);
        let numbers = NUMBERS.into_iter().map(|name| Ok((name, group.floats(name)?)));
        Ok(Self {
            contract,
            group,
            dates: group.column("date")?,
            ticks: ticks(contract, "date", group.column("date")?)?,
            expiries: ticks(contract, "expiry", group.column("expiry")?)?,
            names: text("leg")?.as_string().clone(),
            kinds: text("kind")?.as_string().clone(),
            numbers: numbers.collect::<Result<_>>()?,
        })
    }

    /// The rows of each step by leg, so that sums have one order.
    fn steps(&self) -> Result<Vec<Vec<usize>>> {
        if let Some(row) = (0..self.names.len()).find(|row| self.names.is_null(*row)) {
            return exec_err!(
                "{}: argument 'leg' is NULL at {}, expected what tells the legs apart",
                self.contract.name,
                self.at(row)?
            );
        }
        let mut steps: Vec<Vec<usize>> = vec![];
        for row in 0..self.ticks.len() {
            match steps.last_mut() {
                Some(step) if self.ticks.value(step[0]) == self.ticks.value(row) => step.push(row),
                _ => steps.push(vec![row]),
            }
        }
        for step in &mut steps {
            step.sort_by_key(|row| self.names.value(*row));
            let twice = |pair: &[usize]| self.names.value(pair[0]) == self.names.value(pair[1]);
            if let Some(pair) = step.windows(2).find(|pair| twice(pair)) {
                return exec_err!(
                    "{}: {} occurs twice, expected one row a position, date and leg; remove the \
                     duplicate",
                    self.contract.name,
                    self.at(pair[0])?
                );
            }
        }
        Ok(steps)
    }

    fn step(
        &self,
        rows: &[usize],
        names: &[String],
        legs: &mut [(Terms, f64)],
        years: impl Fn(i64) -> f64,
    ) -> Result<Step> {
        let now = self.ticks.value(rows[0]);
        let ended = |terms: &Terms| terms.kind.is_some() && now >= terms.expiry;
        let mut step = Step {
            row: rows[0],
            time: years(now),
            shared: self.shared(rows[0])?,
            // What has ended pays at any volatility, and the underlying has none.
            marks: vec![Mark::Volatility(0.0); names.len()],
            exercises: vec![],
        };
        let mut seen = vec![false; names.len()];
        for row in rows {
            let name = self.names.value(*row);
            let Ok(i) = names.binary_search_by(|known| known.as_str().cmp(name)) else {
                return exec_err!(
                    "{}: {} is not a leg of the position's first step, expected one of {}; give what is \
                     opened later a position of its own",
                    self.contract.name,
                    self.at(*row)?,
                    names.join(", ")
                );
            };
            seen[i] = true;
            let (terms, open) = &mut legs[i];
            self.expect(*row, &self.terms(*row)?, terms)?;
            self.share(*row, rows[0], &step.shared)?;
            if terms.kind.is_some() && !ended(terms) && *open > 0.0 {
                step.marks[i] = self.mark(*row)?;
            }
            let exercised = self.or_none("exercised", *row, |x| x >= 0.0, "a finite number ≥ 0")?;
            if exercised > 0.0 {
                step.exercises.push((i, exercised));
                *open -= exercised;
            }
        }
        let missing = |i: &usize| {
            let (terms, open) = &legs[*i];
            !seen[*i] && !ended(terms) && *open > 0.0
        };
        if let Some(i) = (0..names.len()).find(missing) {
            return exec_err!(
                "{}: {}, date={} has no row of leg={}, expected one on every step before its expiry",
                self.contract.name,
                self.group.key,
                array_value_to_string(self.dates, rows[0])?,
                names[i]
            );
        }
        Ok(step)
    }

    fn terms(&self, row: usize) -> Result<Terms> {
        if self.kinds.is_null(row) {
            return exec_err!(
                "{}: argument 'kind' is NULL at {}, expected 'call', 'put' or 'underlying'",
                self.contract.name,
                self.at(row)?
            );
        }
        let kind = held(self.contract, self.kinds.value(row), || self.at(row))?;
        let quantity = self.number("quantity", row, |_| true, "a finite number")?;
        let multiplier = self.number("multiplier", row, |x| x > 0.0, "a finite number > 0")?;
        if kind.is_none() {
            return Ok(Terms { kind, strike: 0.0, expiry: 0, quantity, multiplier });
        }
        let strike = self.number("strike", row, |x| x > 0.0, "a finite number > 0")?;
        if self.expiries.is_null(row) {
            return exec_err!(
                "{}: argument 'expiry' is NULL at {}, expected when the option ends",
                self.contract.name,
                self.at(row)?
            );
        }
        Ok(Terms { kind, strike, expiry: self.expiries.value(row), quantity, multiplier })
    }

    /// The terms must be those of the first step.
    fn expect(&self, row: usize, found: &Terms, first: &Terms) -> Result<()> {
        let differing = [
            ("kind", found.kind != first.kind),
            ("strike", found.strike != first.strike),
            ("expiry", found.expiry != first.expiry),
            ("quantity", found.quantity != first.quantity),
            ("multiplier", found.multiplier != first.multiplier),
        ];
        match differing.iter().find(|(_, differs)| *differs) {
            Some((name, _)) => exec_err!(
                "{}: argument '{name}' at {} is not that of the leg's first row, expected the terms that \
                 the position was opened with; contracts given up go into 'exercised', what is opened \
                 later into a position of its own",
                self.contract.name,
                self.at(row)?
            ),
            None => Ok(()),
        }
    }

    fn shared(&self, row: usize) -> Result<[f64; SHARED.len()]> {
        let finite = |name| self.number(name, row, |_| true, "a finite number");
        Ok([
            self.number("spot", row, |x| x > 0.0, "a finite number > 0")?,
            finite("rate")?,
            finite("dividend_yield")?,
            self.or_none("dividend", row, |_| true, "a finite number")?,
        ])
    }

    /// What the rows of a step have in common must be the same.
    fn share(&self, row: usize, first: usize, expected: &[f64; SHARED.len()]) -> Result<()> {
        for ((name, x), one) in SHARED.iter().zip(self.shared(row)?).zip(expected) {
            if x != *one {
                return exec_err!(
                    "{}: argument '{name}' is {x} at {}, expected {one} as at leg={}: the legs of a step \
                     have one underlying",
                    self.contract.name,
                    self.at(row)?,
                    self.names.value(first)
                );
            }
        }
        Ok(())
    }

    fn mark(&self, row: usize) -> Result<Mark> {
        let expected = "a finite number ≥ 0";
        let given = |name: &str| self.numbers.get(name).is_some_and(|column| column.is_valid(row));
        if given("price") {
            return Ok(Mark::Price(self.number("price", row, |x| x >= 0.0, expected)?));
        }
        if given("volatility") {
            return Ok(Mark::Volatility(self.number("volatility", row, |x| x >= 0.0, expected)?));
        }
        exec_err!(
            "{}: {} has neither a price nor a volatility, expected one until the option ends; fill it or \
             leave the step out",
            self.contract.name,
            self.at(row)?
        )
    }

    /// A number, 0 for NULL.
    fn or_none(
        &self,
        name: &'static str,
        row: usize,
        allowed: impl Fn(f64) -> bool,
        expected: &str,
    ) -> Result<f64> {
        match self.numbers.get(name) {
            Some(column) if column.is_valid(row) => self.number(name, row, allowed, expected),
            _ => Ok(0.0),
        }
    }

    fn number(
        &self,
        name: &'static str,
        row: usize,
        allowed: impl Fn(f64) -> bool,
        expected: &str,
    ) -> Result<f64> {
        let value = self.numbers.get(name).filter(|c| c.is_valid(row)).map(|c| c.value(row));
        match value {
            Some(x) if x.is_finite() && allowed(x) => Ok(x),
            other => exec_err!(
                "{}: argument '{name}' is {} at {}, expected {expected}; correct the row",
                self.contract.name,
                other.map_or("NULL".to_string(), |x| x.to_string()),
                self.at(row)?
            ),
        }
    }

    /// Where a row is, for messages.
    fn at(&self, row: usize) -> Result<String> {
        Ok(format!(
            "{}, date={}, leg={}",
            self.group.key,
            array_value_to_string(self.dates, row)?,
            if self.names.is_null(row) { "NULL" } else { self.names.value(row) }
        ))
    }
}
