//! Surfaces as values: a list of slices a row.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, ListArray, StructArray,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Fields, Float64Type};
use datafusion::common::{Result, exec_err, plan_err};
use trademl_math::options::surface::dated::{DatedSlice, DatedSurface, SurfacePoint};
use trademl_math::options::svi::raw::RawSvi;

use super::arguments::STRIKE;
use crate::function::{Argument, Contract, Function, Kind, Role};
use crate::relation::Call;
use crate::scalar::{ScalarFunction, list_row};

/// The surface that is asked.
pub(super) const SURFACE: Argument = Argument {
    name: "surface",
    role: Role::Column(Kind::Any),
    default: None,
    unit: "–",
    meaning: "the slices of one instant, as vol_surface puts them together",
};
/// The day that is asked about.
pub(super) const EXPIRY: Argument = Argument {
    name: "expiry",
    role: Role::Column(Kind::Date),
    default: None,
    unit: "date",
    meaning: "expiry of the option; need not be one of the surface's",
};
/// The arguments of all functions that ask a surface about an option.
pub(super) const ARGUMENTS: &[Argument] = &[SURFACE, EXPIRY, STRIKE];

pub(super) const NULLS: &str = "a NULL argument gives NULL; so do an expiry that is not after the instant of the surface and \
     a strike ≤ 0, NaN or infinite";
pub(super) const ERRORS: &str =
    "a surface that vol_surface did not make (the fields that are expected are named)";

const NUMBERS: [&str; 7] = ["years", "forward", "a", "b", "rho", "m", "sigma"];

/// The type of a surface.
pub(super) fn surface_type() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Struct(fields()), true)))
}

/// The fields of a slice.
pub(super) fn fields() -> Fields {
    let numbers = NUMBERS.map(|name| Field::new(name, DataType::Float64, true));
    std::iter::once(Field::new("expiry", DataType::Date32, true)).chain(numbers).collect()
}

/// A function of a surface, an expiry and a strike.
pub(super) fn asked(
    contract: &'static Contract,
    evaluate: fn(&Call, &[ArrayRef]) -> Result<ArrayRef>,
) -> Function {
    ScalarFunction { contract, returns: DataType::Float64, prepare: |_| Ok(()), evaluate }
        .function()
}

/// What is told of the option of each row.
pub(super) fn answers(
    contract: &Contract,
    columns: &[ArrayRef],
    tell: impl Fn(&DatedSurface, SurfacePoint) -> Option<f64>,
) -> Result<ArrayRef> {
    let [surfaces, expiries, strikes] = columns else {
        return plan_err!("{}: expected a surface, an expiry and a strike", contract.name);
    };
    let (expiries, strikes) =
        (expiries.as_primitive::<Date32Type>(), strikes.as_primitive::<Float64Type>());
    let mut surfaces = Surfaces::of(contract, surfaces)?;
    let mut out = Float64Array::builder(expiries.len());
    for row in 0..expiries.len() {
        let given = expiries.is_valid(row) && strikes.is_valid(row);
        let answer = surfaces.at(row)?.filter(|_| given).and_then(|surface| {
            let point = surface.point(expiries.value(row), strikes.value(row))?;
            tell(surface, point).filter(|x| x.is_finite())
        });
        out.append_option(answer);
    }
    Ok(Arc::new(out.finish()))
}

/// A column of surfaces, of which neighbours are often the same.
pub(super) struct Surfaces<'a> {
    contract: &'a Contract,
    /// None where the argument is the literal NULL.
    columns: Option<Slices<'a>>,
    /// The surface of the last row that had one, and its place among the slices.
    last: Option<(Range<usize>, DatedSurface)>,
}

struct Slices<'a> {
    lists: &'a ListArray,
    expiry: &'a Date32Array,
    numbers: [&'a Float64Array; NUMBERS.len()],
}

impl<'a> Surfaces<'a> {
    /// Those of a column.
    ///
    /// # Errors
    ///
    /// If its type is not that of a surface.
    pub fn of(contract: &'a Contract, column: &'a ArrayRef) -> Result<Self> {
        let columns = match column.data_type().is_null() {
            true => None,
            false => match Slices::of(column) {
                Some(slices) => Some(slices),
                None => {
                    return plan_err!(
                        "{}: argument 'surface' is {}, expected a list of slices with expiry, {}; write \
                         vol_surface(expiry, {}) … GROUP BY symbol, asof",
                        contract.name,
                        column.data_type(),
                        NUMBERS.join(", "),
                        NUMBERS.join(", ")
                    );
                }
            },
        };
        Ok(Self { contract, columns, last: None })
    }

    /// The surface of a row; none where it is NULL or without slices.
    ///
    /// # Errors
    ///
    /// If the slices are none.
    pub fn at(&mut self, row: usize) -> Result<Option<&DatedSurface>> {
        let Some(slices) = &self.columns else { return Ok(None) };
        let list = list_row(slices.lists, row);
        let offsets = slices.lists.value_offsets();
        let range = offsets[list] as usize..offsets[list + 1] as usize;
        if slices.lists.is_null(list) || range.is_empty() {
            return Ok(None);
        }
        let known = self.last.as_ref().is_some_and(|(last, _)| slices.same(last, &range));
        if !known {
            let found = range.clone().map(|i| slices.slice(i)).collect::<Option<Vec<_>>>();
            let Some(Ok(surface)) = found.map(DatedSurface::new) else {
                return exec_err!(
                    "{}: argument 'surface' holds slices that are none in row {}: NULLs, two of one expiry, years or \
                     forward ≤ 0; give it what vol_surface makes",
                    self.contract.name,
                    row + 1
                );
            };
            self.last = Some((range, surface));
        }
        Ok(self.last.as_ref().map(|(_, surface)| surface))
    }
}

impl<'a> Slices<'a> {
    fn of(column: &'a ArrayRef) -> Option<Self> {
        let lists = column.as_list_opt::<i32>()?;
        let slices: &StructArray = lists.values().as_struct_opt()?;
        let numbers =
            NUMBERS.map(|name| slices.column_by_name(name)?.as_primitive_opt::<Float64Type>());
        let numbers = numbers.into_iter().collect::<Option<Vec<_>>>()?;
        let expiry = slices.column_by_name("expiry")?.as_primitive_opt::<Date32Type>()?;
        Some(Self { lists, expiry, numbers: numbers.try_into().ok()? })
    }

    fn same(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        one == other
            || (one.len() == other.len()
                && self.expiry.values()[one.clone()] == self.expiry.values()[other.clone()]
                && self
                    .numbers
                    .iter()
                    .all(|c| c.values()[one.clone()] == c.values()[other.clone()]))
    }

    fn slice(&self, i: usize) -> Option<DatedSlice> {
        let valid = self.expiry.is_valid(i) && self.numbers.iter().all(|c| c.is_valid(i));
        let [years, forward, a, b, rho, m, sigma] = self.numbers.map(|c| c.value(i));
        let slice = RawSvi::new(a, b, rho, m, sigma).filter(|_| valid)?;
        Some(DatedSlice { expiry: self.expiry.value(i), years, forward, slice })
    }
}
