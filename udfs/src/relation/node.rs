//! The logical plan of a relation function call.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::{Field, FieldRef, Schema};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, DFSchemaRef, Result, ScalarValue, plan_err};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, UserDefinedLogicalNodeCore,
};
use datafusion::physical_expr::create_physical_expr;

use super::{Call, RelationFunction};
use crate::function::{Kind, Role};

/// One call: the function, its input relations, and its bound expressions.
#[derive(Debug, Clone)]
pub struct RelationNode {
    pub(super) function: Arc<dyn RelationFunction>,
    pub(super) inputs: Vec<LogicalPlan>,
    pub(super) columns: Vec<BoundColumn>,
    pub(super) constants: Vec<(&'static str, Kind, Expr)>,
    pub(super) call: Call,
    schema: DFSchemaRef,
}

/// A key, order or column argument: an expression over one of the inputs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd)]
pub(super) struct BoundColumn {
    /// Which input.
    pub input: usize,
    /// The argument it stands for.
    pub argument: usize,
    /// Its name in the output, if it is a key.
    pub name: String,
    pub expr: Expr,
}

impl RelationNode {
    /// A call that the engine makes itself: an expression with a name for each column argument, and
    /// a value for each constant.
    ///
    /// # Errors
    ///
    /// If the contract has no such argument, or the function refuses the call.
    pub fn of(
        function: Arc<dyn RelationFunction>,
        input: LogicalPlan,
        columns: Vec<(&'static str, String, Expr)>,
        constants: Vec<(&'static str, Expr)>,
    ) -> Result<Self> {
        let contract = function.contract();
        let argument = |wanted: &str| match contract
            .arguments
            .iter()
            .position(|argument| argument.name == wanted)
        {
            Some(argument) => Ok(argument),
            None => plan_err!("{}: no argument '{wanted}'", contract.name),
        };
        let column = |(name, shown, expr): (&'static str, String, Expr)| {
            Ok(BoundColumn { input: 0, argument: argument(name)?, name: shown, expr })
        };
        let constant =
            |(name, expr): (&'static str, Expr)| match contract.arguments[argument(name)?].role {
                Role::Constant(kind) => Ok((name, kind, expr)),
                _ => plan_err!("{}: '{name}' is not a constant", contract.name),
            };
        let columns = columns.into_iter().map(column).collect::<Result<Vec<_>>>()?;
        let constants = constants.into_iter().map(constant).collect::<Result<Vec<_>>>()?;
        Self::try_new(function, vec![input], columns, constants)
    }

    pub(super) fn try_new(
        function: Arc<dyn RelationFunction>,
        inputs: Vec<LogicalPlan>,
        columns: Vec<BoundColumn>,
        constants: Vec<(&'static str, Kind, Expr)>,
    ) -> Result<Self> {
        let contract = function.contract();
        let mut call = Call { constants: HashMap::new(), columns: HashMap::new() };
        for (name, kind, expr) in &constants {
            let value = constant(contract.name, name, *kind, expr)?;
            call.constants.insert(name, value);
        }
        let mut fields: Vec<FieldRef> = vec![];
        for column in &columns {
            let argument = &contract.arguments[column.argument];
            let field = column.expr.to_field(inputs[column.input].schema())?.1;
            if argument.role == Role::Key && is_grouped(function.as_ref()) {
                fields.push(Arc::new(field.as_ref().clone().with_name(&column.name)));
            }
            // A column that may be absent and is has no type: see `Call::is_given`.
            if argument.default != Some("NULL") || !is_null(&column.expr) {
                call.columns.entry(argument.name).or_insert(field);
            }
        }
        let bound = constants.iter().all(|(_, _, e)| !has_placeholder(e));
        let output = match function.output(&call) {
            Ok(output) => output,
            // Stand-in values need not be legal; the bound ones are checked when they arrive.
            Err(e) if bound => return Err(contract.blame(e)),
            Err(_) => vec![],
        };
        fields.extend(output.into_iter().map(Arc::new));
        let plain: Vec<Field> = fields.iter().map(|f| f.as_ref().clone()).collect();
        let schema = Arc::new(DFSchema::from_unqualified_fields(plain.into(), HashMap::new())?);
        Ok(Self { function, inputs, columns, constants, call, schema })
    }

    /// The function called.
    pub fn function(&self) -> &Arc<dyn RelationFunction> {
        &self.function
    }

    /// The relations it is called with.
    pub fn relations(&self) -> &[LogicalPlan] {
        &self.inputs
    }

    /// Key, order and column arguments: which relation each is of, the place of the argument in the
    /// contract, and the expression.
    pub fn arguments(&self) -> impl Iterator<Item = (usize, usize, &Expr)> {
        self.columns.iter().map(|column| (column.input, column.argument, &column.expr))
    }

    /// How many of the result's columns are keys, passed on from the relation.
    pub fn keys(&self) -> usize {
        let key = |column: &&BoundColumn| {
            self.function.contract().arguments[column.argument].role == Role::Key
        };
        match is_grouped(self.function.as_ref()) {
            true => self.columns.iter().filter(key).count(),
            false => 0,
        }
    }

    pub(super) fn unbound_parameter(&self) -> Option<&'static str> {
        self.constants.iter().find(|(_, _, e)| has_placeholder(e)).map(|(name, _, _)| *name)
    }

    /// What makes two calls the same call.
    fn identity(&self) -> (&str, &[LogicalPlan], &[BoundColumn], Vec<&Expr>) {
        let constants = self.constants.iter().map(|(_, _, e)| e).collect();
        (self.function.contract().name, &self.inputs, &self.columns, constants)
    }
}

/// Whether the function is evaluated key by key: one input, with a key argument.
pub(super) fn is_grouped(function: &dyn RelationFunction) -> bool {
    let has = |role| function.contract().arguments.iter().filter(|a| a.role == role).count();
    has(Role::Relation) == 1 && has(Role::Key) > 0
}

/// Whether an expression is NULL for all rows, whatever it is cast to.
fn is_null(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(value, _) => value.is_null(),
        Expr::Cast(cast) => is_null(&cast.expr),
        Expr::Alias(alias) => is_null(&alias.expr),
        _ => false,
    }
}

fn has_placeholder(expr: &Expr) -> bool {
    expr.exists(|e| Ok(matches!(e, Expr::Placeholder(_)))).unwrap_or(false)
}

/// The value of a constant argument; while a parameter is unbound, a stand-in of the right type.
fn constant(function: &str, name: &str, kind: Kind, expr: &Expr) -> Result<ScalarValue> {
    let cast = |v: ScalarValue| match kind.data_type() {
        Some(t) => v.cast_to(&t),
        None => Ok(v),
    };
    if has_placeholder(expr) {
        return cast(ScalarValue::Null);
    }
    let fail = || plan_err!("{function}: argument '{name}' must be a constant, was '{expr}'");
    let empty = Arc::new(Schema::empty());
    let Ok(physical) = create_physical_expr(
        expr,
        &DFSchema::empty(),
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    ) else {
        return fail();
    };
    let row = RecordBatch::try_new_with_options(
        empty,
        vec![],
        &RecordBatchOptions::new().with_row_count(Some(1)),
    )?;
    let value = match physical.evaluate(&row) {
        Ok(ColumnarValue::Scalar(v)) => v,
        Ok(ColumnarValue::Array(a)) => ScalarValue::try_from_array(&a, 0)?,
        Err(_) => return fail(),
    };
    if !kind.accepts(&value.data_type()) {
        return plan_err!(
            "{function}: argument '{name}' is {value} ({}), expected {}",
            value.data_type(),
            kind.word()
        );
    }
    cast(value)
}

impl PartialEq for RelationNode {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for RelationNode {}

impl Hash for RelationNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl PartialOrd for RelationNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.identity().partial_cmp(&other.identity())
    }
}

impl UserDefinedLogicalNodeCore for RelationNode {
    fn name(&self) -> &str {
        self.function.contract().name
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        let columns = self.columns.iter().map(|c| c.expr.clone());
        columns.chain(self.constants.iter().map(|(_, _, e)| e.clone())).collect()
    }

    /// A filter on a key drops whole groups, so it may run before the function; any other would
    /// change what the function sees.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let free = |name: &String| {
            is_grouped(self.function.as_ref())
                && self.columns.iter().any(|c| {
                    self.function.contract().arguments[c.argument].role == Role::Key
                        && c.name == *name
                        && matches!(&c.expr, Expr::Column(column) if column.name == *name)
                })
        };
        self.schema.fields().iter().map(|f| f.name().clone()).filter(|n| !free(n)).collect()
    }

    fn necessary_children_exprs(&self, _: &[usize]) -> Option<Vec<Vec<usize>>> {
        let mut needed = vec![vec![]; self.inputs.len()];
        for column in &self.columns {
            let schema = self.inputs[column.input].schema();
            for reference in column.expr.column_refs() {
                needed[column.input].push(schema.maybe_index_of_column(reference)?);
            }
        }
        for indices in &mut needed {
            indices.sort_unstable();
            indices.dedup();
        }
        Some(needed)
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = self.function.contract().arguments;
        let columns =
            self.columns.iter().map(|c| format!("{} => {}", arguments[c.argument].name, c.expr));
        let constants = self.constants.iter().map(|(name, _, e)| format!("{name} => {e}"));
        let all: Vec<_> = columns.chain(constants).collect();
        write!(f, "{}: {}", self.name(), all.join(", "))
    }

    fn with_exprs_and_inputs(&self, exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let mut exprs = exprs.into_iter().map(Expr::unalias);
        let mut columns = self.columns.clone();
        for (column, expr) in columns.iter_mut().zip(exprs.by_ref()) {
            column.expr = expr;
        }
        let constants =
            self.constants.iter().zip(exprs).map(|((name, kind, _), e)| (*name, *kind, e));
        Self::try_new(Arc::clone(&self.function), inputs, columns, constants.collect())
    }

    fn check_invariants(&self, _: datafusion::logical_expr::InvariantLevel) -> Result<()> {
        for column in &self.columns {
            column.expr.apply(|e| match e {
                Expr::AggregateFunction(_) | Expr::WindowFunction(_) => plan_err!(
                    "{}: '{e}' is not a plain expression; compute it in the input query",
                    self.name()
                ),
                _ => Ok(TreeNodeRecursion::Continue),
            })?;
        }
        Ok(())
    }
}
