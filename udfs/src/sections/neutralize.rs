//! `neutralize`: what is left of a value once groups and factors are taken out of the cross-section.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _};
use datafusion::arrow::datatypes::{Field, Float64Type, Schema};
use datafusion::common::{Result, internal_err};
use datafusion::physical_plan::aggregates::group_values::new_group_values;
use datafusion::physical_plan::aggregates::order::GroupOrdering;
use trademl_math::neutralize::neutralize as kernel;

use crate::function::{Argument, Contract, Function, Kind, Lookahead, Role};
use crate::relation::Call;
use crate::window::{Domain, Evaluation, Nulls, Output, WindowFunction, null_where_nan};

const fn factor(name: &'static str) -> Argument {
    Argument {
        name,
        role: Role::Column(Kind::Float),
        default: Some("NULL"),
        unit: "any",
        meaning: "factor to take out, as size or beta; NULL for none",
    }
}

const CONTRACT: Contract = Contract {
    name: "neutralize",
    family: "sections",
    summary: "Residual of x within the partition once groups and factors are taken out: least \
              squares on a dummy for each group and on the factors. Partition by the date, so that \
              a partition is one cross-section.",
    arguments: &[
        Argument {
            name: "x",
            role: Role::Column(Kind::Float),
            default: None,
            unit: "any",
            meaning: "value to neutralise",
        },
        Argument {
            name: "by",
            role: Role::Column(Kind::Any),
            default: Some("NULL"),
            unit: "–",
            meaning: "group, as the sector; NULL in the whole section: no groups, only the mean \
                      is taken out",
        },
        factor("f1"),
        factor("f2"),
        factor("f3"),
        factor("f4"),
        factor("f5"),
    ],
    returns: "residual, in the unit of x; its sum is 0 over each group",
    nulls: "a row with a NULL in x, in its group or in a factor gives NULL and does not count; a \
            group or factor that is NULL in the whole section is left out of it",
    errors: "x or a factor NaN or infinite (function, value and row are named)",
    lookahead: Lookahead::Full,
    source: "Frisch & Waugh (1933), Econometrica 1(4)",
    example: "SELECT symbol, neutralize(x, sector) OVER (PARTITION BY day) AS r \
              FROM (VALUES (1, 'A', 'bank', 1.0), (1, 'B', 'bank', 3.0), (1, 'C', 'oil', 7.0), \
              (1, 'D', NULL, 2.0)) AS t(day, symbol, sector, x) ORDER BY symbol\n\
              ----\n\
              A -1.0\n\
              B 1.0\n\
              C 0.0\n\
              D NULL",
};

/// The entry for the registry.
pub fn function() -> Function {
    WindowFunction {
        contract: &CONTRACT,
        output: Output::Float,
        domains: &[Domain::Finite],
        nulls: Nulls::Absent,
        evaluation: Evaluation::Section(evaluate),
    }
    .function()
}

fn evaluate(_: &Call, columns: &[ArrayRef]) -> Result<ArrayRef> {
    let [x, by, factors @ ..] = columns else {
        return internal_err!("{}: no columns", CONTRACT.name);
    };
    let rows = x.len();
    let asked = |column: &&ArrayRef| column.logical_null_count() < rows;
    let factors: Vec<&ArrayRef> = factors.iter().filter(asked).collect();
    let by = Some(by).filter(asked);
    let mut all: Vec<&ArrayRef> = vec![x];
    all.extend(&factors);
    all.extend(by);
    let nulls: Vec<_> = all.iter().map(|column| column.logical_nulls()).collect();
    let present = |row: &usize| {
        nulls.iter().all(|nulls| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*row)))
    };
    let kept: Vec<usize> = (0..rows).filter(present).collect();
    let values = |column: &ArrayRef| match column.as_primitive_opt::<Float64Type>() {
        Some(column) => Ok(kept.iter().map(|row| column.value(*row)).collect::<Vec<f64>>()),
        None => internal_err!("{}: a column is not of floats", CONTRACT.name),
    };
    let groups = match by {
        None => vec![0; kept.len()],
        Some(by) => {
            let schema = Schema::new(vec![Field::new("group", by.data_type().clone(), true)]);
            let mut groups = vec![];
            new_group_values(Arc::new(schema), &GroupOrdering::None)?
                .intern(&[Arc::clone(by)], &mut groups)?;
            kept.iter().map(|row| groups[*row]).collect()
        }
    };
    let factors = factors.into_iter().map(values).collect::<Result<Vec<_>>>()?;
    let mut out = vec![f64::NAN; rows];
    for (row, value) in kept.iter().zip(kernel(&values(x)?, &groups, &factors)) {
        out[*row] = value;
    }
    Ok(Arc::new(null_where_nan(out)))
}
