//! The vocabulary: what a SQL function is, and what it must say about itself.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result, config_err};
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::logical_expr::{AggregateUDF, DocSection, Documentation, ScalarUDF, WindowUDF};

use crate::relation::RelationFunction;

/// A function the engine offers to SQL, with its contract.
#[derive(Debug, Clone)]
pub struct Function {
    /// What it promises.
    pub contract: &'static Contract,
    /// How it is evaluated.
    pub body: Body,
}

/// The shapes a function can have, least powerful first.
#[derive(Debug, Clone)]
pub enum Body {
    /// Row to value.
    Scalar(Arc<ScalarUDF>),
    /// Group to one row.
    Aggregate(Arc<AggregateUDF>),
    /// Ordered series to one value a row.
    Window(Arc<WindowUDF>),
    /// Relations to a relation.
    Relation(Arc<dyn RelationFunction>),
}

/// What a function promises. Every field is required, so a function that does not state its units,
/// nulls, errors, look-ahead and source does not compile.
#[derive(Debug)]
pub struct Contract {
    /// The SQL name, snake case.
    pub name: &'static str,
    /// The family: the folder under `udfs/src`.
    pub family: &'static str,
    /// One sentence: what it computes.
    pub summary: &'static str,
    /// The arguments in call order.
    pub arguments: &'static [Argument],
    /// The result, with its unit; for a relation its columns.
    pub returns: &'static str,
    /// What NULL input and too little input give.
    pub nulls: &'static str,
    /// When planning or execution fails.
    pub errors: &'static str,
    /// Which rows a result may depend on.
    pub lookahead: Lookahead,
    /// Paper and equation, or "definition".
    pub source: &'static str,
    /// One query, a line `----`, and its rows as text; the test suite runs it.
    pub example: &'static str,
}

/// One argument of a function.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The name used with `=>`.
    pub name: &'static str,
    /// What may stand there.
    pub role: Role,
    /// The value when omitted: a column name for columns, SQL text for constants. `None`: required.
    pub default: Option<&'static str>,
    /// The unit, or "–".
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// The types a column or constant argument is coerced to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any type, kept as it is (keys, labels).
    Any,
    /// 64-bit float.
    Float,
    /// 64-bit integer.
    Integer,
    /// True or false.
    Boolean,
    /// Text.
    Text,
    /// Calendar date.
    Date,
    /// An instant, UTC microseconds.
    Instant,
    /// A date or an instant, kept as it is; orders rows in time.
    Time,
    /// A list of 64-bit floats.
    Numbers,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A relation: `TABLE name`, `(SELECT …)`. Only relation functions take one. The `Key`, `Order`
    /// and `Column` arguments that follow it, up to the next relation, are expressions over it.
    Relation,
    /// Splits the relation into groups that are evaluated apart (relation functions only).
    Key,
    /// Orders the rows of a group, oldest first (relation functions only).
    Order,
    /// A value per row.
    Column(Kind),
    /// A literal, the same for all rows, known when the query is planned.
    Constant(Kind),
}

/// Which rows a result may depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookahead {
    /// The current row only.
    Row,
    /// The current row and earlier rows of its group.
    Past,
    /// Rows up to the horizon named: a label. Never a feature.
    Label(&'static str),
    /// Any row, including later ones: an evaluation. Never a live signal.
    Full,
}

impl Kind {
    /// The Arrow type values are cast to; `None` keeps the type.
    pub fn data_type(self) -> Option<DataType> {
        use datafusion::arrow::datatypes::TimeUnit::Microsecond;
        match self {
            Self::Any | Self::Time => None,
            Self::Float => Some(DataType::Float64),
            Self::Integer => Some(DataType::Int64),
            Self::Boolean => Some(DataType::Boolean),
            Self::Text => Some(DataType::Utf8),
            Self::Date => Some(DataType::Date32),
            Self::Instant => Some(DataType::Timestamp(Microsecond, Some("UTC".into()))),
            Self::Numbers => Some(DataType::new_list(DataType::Float64, true)),
        }
    }

    /// Whether a value of type `given` may be cast to this kind without a surprise: numbers to
    /// numbers, text literals to dates, NULL to anything.
    pub fn accepts(self, given: &DataType) -> bool {
        let text = matches!(given, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let time = matches!(given, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
        given.is_null()
            || match self {
                Self::Any => true,
                Self::Float => given.is_numeric(),
                Self::Integer => given.is_integer(),
                Self::Boolean => matches!(given, DataType::Boolean),
                Self::Text => text,
                Self::Date | Self::Instant => time || text,
                Self::Time => time,
                Self::Numbers => match given {
                    DataType::List(item)
                    | DataType::LargeList(item)
                    | DataType::FixedSizeList(item, _) => Self::Float.accepts(item.data_type()),
                    _ => false,
                },
            }
    }

    /// The word used in messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "any type",
            Self::Float => "a number",
            Self::Integer => "an integer",
            Self::Boolean => "true or false",
            Self::Text => "text",
            Self::Date => "a date",
            Self::Instant => "a timestamp",
            Self::Time => "a date or timestamp",
            Self::Numbers => "a list of numbers",
        }
    }
}

impl Contract {
    /// Names the function in an error about one of its arguments, unless it does so already.
    pub(crate) fn blame(&self, error: DataFusionError) -> DataFusionError {
        match error.to_string().contains(self.name) {
            true => error,
            false => error.context(self.name),
        }
    }

    /// The argument names, in call order.
    pub fn argument_names(&self) -> Vec<&'static str> {
        self.arguments.iter().map(|a| a.name).collect()
    }

    /// How a call looks: `f(x, span => 20)`.
    pub fn syntax(&self) -> String {
        let show = |a: &Argument| match (a.role, a.default) {
            (Role::Relation, _) => format!("TABLE {}", a.name),
            (_, Some(default)) => format!("{} => {default}", a.name),
            (_, None) => a.name.to_string(),
        };
        let arguments: Vec<_> = self.arguments.iter().map(show).collect();
        format!("{}({})", self.name, arguments.join(", "))
    }

    /// Renders the contract in DataFusion's own documentation type.
    pub fn documentation(&self) -> Documentation {
        let section = DocSection { include: true, label: self.family, description: None };
        let text = format!(
            "{}\n\nReturns {}. Nulls: {}. Errors: {}. Look-ahead: {:?}. Source: {}.",
            self.summary, self.returns, self.nulls, self.errors, self.lookahead, self.source
        );
        let mut builder =
            Documentation::builder(section, text, self.syntax()).with_sql_example(self.example);
        for a in self.arguments {
            builder = builder.with_argument(a.name, format!("{} [{}]", a.meaning, a.unit));
        }
        builder.build()
    }
}

/// Registers scalar, aggregate and window functions, refusing to shadow an existing name.
///
/// Relation functions are installed by the session builder, because the SQL planner has to know
/// them before it reads the query.
///
/// # Errors
///
/// If a name is already taken.
pub fn register(state: &mut SessionState, functions: &[Function]) -> Result<()> {
    for f in functions {
        let taken = match &f.body {
            Body::Scalar(udf) => state.register_udf(Arc::clone(udf))?.is_some(),
            Body::Aggregate(udf) => state.register_udaf(Arc::clone(udf))?.is_some(),
            Body::Window(udf) => state.register_udwf(Arc::clone(udf))?.is_some(),
            Body::Relation(_) => false,
        };
        if taken {
            return config_err!("function '{}' is already registered", f.contract.name);
        }
    }
    Ok(())
}
