//! What `call_assignment` and `put_assignment` share.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use trademl_math::options::positions::assignment::{AssignmentError, AssignmentRisk};

use super::arguments::number;
use crate::function::{Argument, Contract};
use crate::structs::{fields, rows, structs};

pub(super) const SPOT: Argument = number("spot", "price", "price of the share, > 0");
pub(super) const STRIKE: Argument = number("strike", "price", "strike, > 0");
pub(super) const PRICE: Argument = number("price", "price", "price of the option, ≥ 0");

pub(super) const RETURNS: &str = "STRUCT: in price units time_value (price less intrinsic value, not below 0), benefit \
     (what early exercise brings the holder), shortfall = benefit − time_value DOUBLE; expected BOOLEAN (in the money \
     and shortfall > 0: assignment is to be expected)";
pub(super) const NULLS: &str = "a NULL argument gives NULL";

const NUMBERS: [&str; 3] = ["time_value", "benefit", "shortfall"];
const FLAGS: [&str; 1] = ["expected"];

/// The type of the result.
pub(super) fn returns() -> DataType {
    DataType::Struct(fields(&NUMBERS, &FLAGS))
}

/// The risk of each row.
pub(super) fn risks<const N: usize>(
    contract: &Contract,
    columns: &[ArrayRef],
    risk: impl Fn([f64; N]) -> Result<AssignmentRisk, AssignmentError>,
) -> Result<ArrayRef> {
    let risk = |numbers: [f64; N]| match risk(numbers) {
        Ok(risk) => {
            let AssignmentRisk { time_value, benefit, shortfall, expected } = risk;
            Ok(([time_value, benefit, shortfall], [expected]))
        }
        Err(error) => {
            let given = contract.arguments.iter().zip(numbers);
            let given: Vec<_> = given.map(|(a, x)| format!("{} {x}", a.name)).collect();
            exec_err!(
                "{}: expected that {error} and all are finite, was {}; correct the row or make it NULL",
                contract.name,
                given.join(", ")
            )
        }
    };
    let risks = rows::<N>(contract, columns)?.map(|row| row.map(risk).transpose());
    let risks: Vec<_> = risks.collect::<Result<_>>()?;
    structs(fields(&NUMBERS, &FLAGS), risks.into_iter())
}
