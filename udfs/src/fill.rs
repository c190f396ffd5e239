//! What stands behind `SAMPLE BY … FILL (…)`: buckets of time without rows, made from the one before.
//!
//! No function of the list: the engine plans it, with columns that it has chosen itself.

use std::sync::Arc;

use chrono::{DateTime, Months};
use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, TimestampMicrosecondArray, UInt64Array,
};
use datafusion::arrow::compute::{cast, take};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err};

use crate::function::{Argument, Contract, Kind, Lookahead, Role};
use crate::relation::{Call, Emit, Group, RelationFunction};

/// Rows handed over at once.
const PIECE: usize = 8_192;

/// The name of what fills, for the look-ahead rule.
pub const FILL: &str = "fill_buckets";

const CONTRACT: Contract = Contract {
    name: FILL,
    family: "engine",
    summary: "Adds the buckets that are missing between two of a key, with the values of the one before.",
    arguments: &[
        Argument {
            name: "buckets",
            role: Role::Relation,
            default: None,
            unit: "–",
            meaning: "one row a key and bucket",
        },
        Argument {
            name: "key", role: Role::Key, default: None, unit: "–", meaning: "the series"
        },
        Argument {
            name: "bucket",
            role: Role::Order,
            default: None,
            unit: "date or timestamp",
            meaning: "the beginning of the bucket",
        },
        Argument {
            name: "row",
            role: Role::Column(Kind::Any),
            default: None,
            unit: "–",
            meaning: "the values of the bucket",
        },
        Argument {
            name: "months",
            role: Role::Constant(Kind::Integer),
            default: None,
            unit: "months",
            meaning: "the step",
        },
        Argument {
            name: "micros",
            role: Role::Constant(Kind::Integer),
            default: None,
            unit: "µs",
            meaning: "the step, if it is not of months",
        },
    ],
    returns: "the key; bucket; row; filled BOOLEAN",
    nulls: "a NULL key or bucket is an error",
    errors: "a NULL key or bucket",
    // Its values are of the past; that there is a row is not, which the look-ahead rule knows.
    lookahead: Lookahead::Past,
    source: "QuestDB, SAMPLE BY … FILL",
    example: "",
};

/// The function, for the engine to call.
#[derive(Debug)]
pub struct FillBuckets;

impl RelationFunction for FillBuckets {
    fn contract(&self) -> &'static Contract {
        &CONTRACT
    }

    fn output(&self, call: &Call) -> Result<Vec<Field>> {
        Ok(vec![
            Field::new("bucket", call.column_type("bucket")?.clone(), false),
            Field::new("row", call.column_type("row")?.clone(), true),
            Field::new("filled", DataType::Boolean, false),
        ])
    }

    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()> {
        let (buckets, rows) = (group.column("bucket")?, group.column("row")?);
        let zone = match buckets.data_type() {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        let micros = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
        let given = cast(buckets, &micros)?;
        let given = given.as_primitive::<TimestampMicrosecondType>().values();
        let step = Step { months: call.integer("months")?, micros: call.integer("micros")? };
        let mut piece = Piece::default();
        let mut send = |piece: &mut Piece| -> Result<()> {
            let Piece { times, from, filled } = std::mem::take(piece);
            let times = TimestampMicrosecondArray::from(times).with_timezone_opt(zone.clone());
            let times: ArrayRef = Arc::new(times);
            emit(vec![
                cast(&times, buckets.data_type())?,
                take(rows, &UInt64Array::from(from), None)?,
                Arc::new(BooleanArray::from(filled)),
            ])
        };
        for (row, first) in given.iter().enumerate() {
            piece.push(*first, row, false);
            let mut next = *first;
            while let Some(later) = given.get(row + 1) {
                next = step.after(next)?;
                if next >= *later {
                    break;
                }
                piece.push(next, row, true);
                if piece.times.len() >= PIECE {
                    send(&mut piece)?;
                }
            }
            if piece.times.len() >= PIECE {
                send(&mut piece)?;
            }
        }
        match piece.times.is_empty() {
            true => Ok(()),
            false => send(&mut piece),
        }
    }
}

#[derive(Default)]
struct Piece {
    times: Vec<i64>,
    /// The row each is made from.
    from: Vec<u64>,
    filled: Vec<bool>,
}

impl Piece {
    fn push(&mut self, time: i64, row: usize, filled: bool) {
        self.times.push(time);
        self.from.push(row as u64);
        self.filled.push(filled);
    }
}

struct Step {
    months: i64,
    micros: i64,
}

impl Step {
    fn after(&self, bucket: i64) -> Result<i64> {
        let later = match (self.months, self.micros) {
            (0, micros) if micros > 0 => bucket.checked_add(micros),
            (months, 0) if months > 0 => DateTime::from_timestamp_micros(bucket)
                .and_then(|at| at.checked_add_months(Months::new(u32::try_from(months).ok()?)))
                .map(|at| at.timestamp_micros()),
            _ => None,
        };
        match later {
            Some(later) => Ok(later),
            None => exec_err!("FILL: no bucket follows {bucket} µs after 1970-01-01"),
        }
    }
}
