//! The join in a logical plan.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{DFSchema, DFSchemaRef, JoinType, Result, TableReference, plan_err};
use datafusion::logical_expr::{
    Expr, ExprSchemable as _, Extension, LogicalPlan, UserDefinedLogicalNodeCore, build_join_schema,
};

use crate::pick::{Comparison, Pick};

/// A relation of offsets beside the join's sides: `h.offset` in units of the time column, and the
/// instant looked up, `h.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Horizon {
    /// The name given by `AS`.
    pub alias: TableReference,
}

/// What a join is on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JoinSpec {
    /// Pairs of expressions that must be equal.
    pub on: Vec<(Expr, Expr)>,
    /// The left and the right time, of one type.
    pub times: (Expr, Expr),
    /// What is taken for each left row.
    pub pick: Pick,
    /// Whether left rows without a match stay.
    pub keep_unmatched: bool,
    /// Where offsets are told.
    pub horizon: Option<Horizon>,
    /// Decides between right rows of one time: the highest counts. With `None` it is left open.
    pub tie: Option<Expr>,
}

/// A join on time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TemporalJoin {
    pub(crate) left: LogicalPlan,
    pub(crate) right: LogicalPlan,
    pub(crate) spec: JoinSpec,
    pub(crate) schema: DFSchemaRef,
}

impl PartialOrd for TemporalJoin {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.left.partial_cmp(&other.left)
    }
}

impl TemporalJoin {
    /// The plan of a join. Types of keys and times must be equal on both sides already.
    pub fn plan(left: LogicalPlan, right: LogicalPlan, spec: JoinSpec) -> Result<LogicalPlan> {
        let node = Self::try_new(left, right, spec)?;
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }

    /// What the join is on.
    pub fn spec(&self) -> &JoinSpec {
        &self.spec
    }

    /// Its left and right input.
    pub fn sides(&self) -> (&LogicalPlan, &LogicalPlan) {
        (&self.left, &self.right)
    }

    pub(crate) fn try_new(left: LogicalPlan, right: LogicalPlan, spec: JoinSpec) -> Result<Self> {
        let kind = if spec.keep_unmatched { JoinType::Left } else { JoinType::Inner };
        let mut schema = build_join_schema(left.schema(), right.schema(), &kind)?;
        if let Some(horizon) = &spec.horizon {
            let time = spec.times.0.get_type(left.schema())?;
            let fields =
                [Field::new("offset", DataType::Int64, false), Field::new("ts", time, true)];
            let alias = Some(horizon.alias.clone());
            let fields = fields.map(|field| (alias.clone(), Arc::new(field)));
            let told = DFSchema::new_with_metadata(fields.to_vec(), HashMap::default())?;
            schema = schema.join(&told)?;
        }
        Ok(Self { left, right, spec, schema: Arc::new(schema) })
    }
}

impl UserDefinedLogicalNodeCore for TemporalJoin {
    fn name(&self) -> &'static str {
        "TemporalJoin"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.left, &self.right]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        let (left, right) = &self.spec.times;
        let mut all = vec![left.clone(), right.clone()];
        all.extend(self.spec.tie.clone());
        all.extend(self.spec.on.iter().flat_map(|(l, r)| [l.clone(), r.clone()]));
        all
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let left = self.left.schema().fields().len();
        let both = left + self.right.schema().fields().len();
        let of = |from: usize, to: usize| {
            let own = output_columns.iter().filter(|i| (from..to).contains(*i));
            own.map(|i| i - from).collect()
        };
        Some(vec![of(0, left), of(left, both)])
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spec = &self.spec;
        let (left, right) = &spec.times;
        let kind = if spec.keep_unmatched { "Left" } else { "Inner" };
        write!(f, "TemporalJoin: {kind}, ")?;
        match &spec.pick {
            Pick::AsOf { comparison: Comparison::Nearest, .. } => {
                write!(f, "nearest({left}, {right})")?;
            }
            Pick::AsOf { comparison, .. } => write!(f, "{left} {comparison} {right}")?,
            Pick::Window { .. } => write!(f, "{right} around {left}")?,
        }
        write!(f, "{}", spec.pick)?;
        let on: Vec<_> = spec.on.iter().map(|(l, r)| format!("{l} = {r}")).collect();
        if on.is_empty() { Ok(()) } else { write!(f, ", on {}", on.join(" AND ")) }
    }

    fn with_exprs_and_inputs(
        &self,
        exprs: Vec<Expr>,
        mut inputs: Vec<LogicalPlan>,
    ) -> Result<Self> {
        let (Some(right), Some(left)) = (inputs.pop(), inputs.pop()) else {
            return plan_err!("a join on time takes two inputs");
        };
        // The simplifier names what it rewrites; the names mean nothing here.
        let mut exprs = exprs.into_iter().map(Expr::unalias);
        let (Some(l), Some(r)) = (exprs.next(), exprs.next()) else {
            return plan_err!("a join on time takes two times");
        };
        let tie = self.spec.tie.as_ref().and_then(|_| exprs.next());
        let mut on = vec![];
        while let (Some(l), Some(r)) = (exprs.next(), exprs.next()) {
            on.push((l, r));
        }
        let spec = JoinSpec { on, times: (l, r), tie, ..self.spec.clone() };
        Self::try_new(left, right, spec)
    }
}
