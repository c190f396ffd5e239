//! Functions from relations to a relation.
//!
//! A relation function says which columns it needs, which it returns, and how one group becomes
//! output rows. Everything else lives here, once:
//!
//! ```text
//! FROM f(TABLE t, key => expr, limit => 3)
//!   planner.rs   SQL call        → RelationNode   (names, defaults, types)
//!   node.rs      logical plan    : schema, EXPLAIN line, push-down
//!   exec.rs      physical plan   : one group at a time, sorted, memory accounted, off the I/O threads
//! ```

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};

use crate::function::Contract;

mod exec;
mod node;
mod planner;

pub use exec::RelationExtensionPlanner;
pub use node::RelationNode;
pub use planner::{RelationCalls, did_you_mean, plan_with_types};

/// A SQL function that turns groups of its input relations into output rows.
pub trait RelationFunction: Debug + Send + Sync + 'static {
    /// The contract; its arguments decide what `evaluate` receives.
    fn contract(&self) -> &'static Contract;

    /// The columns of the result that follow the key columns. Constants are checked here, so that
    /// a wrong one fails when the query is planned.
    fn output(&self, call: &Call) -> Result<Vec<Field>>;

    /// Turns one group into output rows, handing them over with `emit` in one or more pieces; each
    /// piece holds one array per output column, all of one length.
    ///
    /// Rows of a group arrive sorted by the relation's order argument. A function whose first
    /// relation has no key argument gets one group, even if it is empty. With several relations
    /// all of them are in the one group.
    ///
    /// # Errors
    ///
    /// Bad data is an error that names the argument, the row's key and the allowed range.
    fn evaluate(&self, call: &Call, group: &Group, emit: Emit<'_>) -> Result<()>;
}

/// Takes one piece of output rows. Fails when the query was cancelled: return the error at once.
pub type Emit<'a> = &'a mut dyn FnMut(Vec<ArrayRef>) -> Result<()>;

/// What is known of a call when it is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Values of the constant arguments, defaults filled in, cast to their kinds.
    pub constants: HashMap<&'static str, ScalarValue>,
    /// Types of the key, order and column arguments after coercion; none of those left at `NULL`.
    pub columns: HashMap<&'static str, FieldRef>,
}

impl Hash for Call {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut names: Vec<_> = self.constants.iter().collect();
        names.sort_by_key(|(name, _)| **name);
        names.hash(state);
    }
}

impl Call {
    /// A numeric constant that must be finite.
    pub fn float(&self, name: &str) -> Result<f64> {
        match self.constants.get(name) {
            Some(ScalarValue::Float64(Some(v))) if v.is_finite() => Ok(*v),
            other => plan_err!("{name}: expected a finite number, was {}", shown(other)),
        }
    }

    /// An optional numeric constant: `NULL` gives `None`.
    pub fn optional_float(&self, name: &str) -> Result<Option<f64>> {
        match self.constants.get(name) {
            Some(v) if v.is_null() => Ok(None),
            _ => self.float(name).map(Some),
        }
    }

    /// An integer constant.
    pub fn integer(&self, name: &str) -> Result<i64> {
        match self.constants.get(name) {
            Some(ScalarValue::Int64(Some(v))) => Ok(*v),
            other => plan_err!("{name}: expected an integer, was {}", shown(other)),
        }
    }

    /// An integer constant of at least `least`.
    pub fn count(&self, name: &str, least: usize) -> Result<usize> {
        let v = self.integer(name)?;
        match usize::try_from(v) {
            Ok(v) if v >= least && v <= MOST => Ok(v),
            Ok(v) if v > MOST => plan_err!("{name}: expected an integer up to {MOST}, was {v}"),
            _ => plan_err!("{name}: expected an integer ≥ {least}, was {v}"),
        }
    }

    /// A numeric constant greater than zero.
    pub fn positive(&self, name: &str) -> Result<f64> {
        let v = self.float(name)?;
        if v > 0.0 { Ok(v) } else { plan_err!("{name}: expected a number > 0, was {v}") }
    }

    /// A numeric constant of at least zero.
    pub fn non_negative(&self, name: &str) -> Result<f64> {
        let v = self.float(name)?;
        if v >= 0.0 { Ok(v) } else { plan_err!("{name}: expected a number ≥ 0, was {v}") }
    }

    /// A constant of truth.
    pub fn boolean(&self, name: &str) -> Result<bool> {
        match self.constants.get(name) {
            Some(ScalarValue::Boolean(Some(v))) => Ok(*v),
            other => plan_err!("{name}: expected true or false, was {}", shown(other)),
        }
    }

    /// A text constant.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.constants.get(name).map(ScalarValue::try_as_str) {
            Some(Some(Some(v))) => Ok(v),
            _ => plan_err!("{name}: expected text, was {}", shown(self.constants.get(name))),
        }
    }

    /// A date constant, days since 1970-01-01.
    pub fn date(&self, name: &str) -> Result<i32> {
        match self.constants.get(name) {
            Some(ScalarValue::Date32(Some(v))) => Ok(*v),
            other => plan_err!("{name}: expected a date, was {}", shown(other)),
        }
    }

    /// Whether a column argument whose default is `NULL` was given a column.
    pub fn is_given(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    /// The type of a key, order or column argument.
    pub fn column_type(&self, name: &str) -> Result<&DataType> {
        match self.columns.get(name) {
            Some(field) => Ok(field.data_type()),
            None => internal_err!("no column argument '{name}'"),
        }
    }
}

/// More rows than this are a slip, and room for them might be taken.
const MOST: usize = 10_000_000;

fn shown(value: Option<&ScalarValue>) -> String {
    value.map_or_else(|| "missing".to_string(), ToString::to_string)
}

/// The rows of one group, a column an argument.
#[derive(Debug)]
pub struct Group {
    /// The key, as text, for messages: `symbol=AAPL`. Empty without keys.
    pub key: String,
    /// Columns by argument name, keys included; columns of one relation have one length.
    pub columns: HashMap<&'static str, ArrayRef>,
}

impl Group {
    /// The column given for an argument.
    pub fn column(&self, name: &str) -> Result<&ArrayRef> {
        match self.columns.get(name) {
            Some(column) => Ok(column),
            None => internal_err!("no column argument '{name}'"),
        }
    }

    /// The column given for a float argument.
    pub fn floats(&self, name: &str) -> Result<&datafusion::arrow::array::Float64Array> {
        use datafusion::arrow::array::AsArray;
        match self.column(name)?.as_primitive_opt::<datafusion::arrow::datatypes::Float64Type>() {
            Some(column) => Ok(column),
            None => internal_err!("argument '{name}' is not a float column"),
        }
    }
}
