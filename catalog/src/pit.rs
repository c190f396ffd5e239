//! Reading a point-in-time table: rows known at an instant, and of each the latest revision.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::{Column, DFSchemaRef, Result, ScalarValue, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{
    Expr, Extension, LogicalPlan, LogicalPlanBuilder, UserDefinedLogicalNodeCore,
};

use crate::data_file::DataFile;
use crate::definition::KNOWN_AT;
use crate::provider::FileTable;
use crate::table::is_unrevised;
use crate::{Error, Table};

/// All revisions known at `as_of`, or all there are.
pub fn pit_history(
    table: &Table,
    name: impl Into<TableReference>,
    as_of: Option<Expr>,
) -> Result<LogicalPlan> {
    Known::at(table, as_of).plan(&name.into(), false)
}

/// Of each (key, event time) the revision with the latest `known_at` that is not after `as_of`,
/// or the latest of all. Rows of which the log proves that none was revised by then are only cut,
/// and those known by then, for all that the log says, are not even that.
/// Plans hold a node that [`crate::RevisionPlanner`] turns into an operator.
pub fn pit_snapshot(
    table: &Table,
    name: impl Into<TableReference>,
    as_of: Option<Expr>,
) -> Result<LogicalPlan> {
    let name = name.into();
    let Some(definition) = table.definition() else {
        return Err(Error::usage(format!(
            "table '{}': is not a point-in-time table, so it has no past; leave the cut out",
            table.name()
        ))
        .into());
    };
    let known = Known::at(table, as_of);
    if is_unrevised(&known.files) {
        return known.plan(&name, false);
    }
    let input = known.plan(&name, true)?;
    let identity = definition.identity_columns().iter().map(|c| column(&name, c)).collect();
    let node = LatestRevision { input, identity, known_at: column(&name, KNOWN_AT) };
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
}

/// The files that may hold rows known at an instant, and the filter that is left to apply.
struct Known<'a> {
    table: &'a Table,
    files: Arc<Vec<DataFile>>,
    as_of: Option<Expr>,
}

impl<'a> Known<'a> {
    fn at(table: &'a Table, as_of: Option<Expr>) -> Self {
        let mut known = Self { table, files: Arc::clone(table.files()), as_of };
        if table.is_foreign() {
            return known;
        }
        let Some(Expr::Literal(at @ ScalarValue::TimestampMicrosecond(Some(_), _), _)) =
            &known.as_of
        else {
            return known;
        };
        let Ok(column) = table.schema().index_of(KNOWN_AT) else { return known };
        // A bound of another type, which does not compare, proves nothing.
        let later = |f: &DataFile| f.bounds[column].min.as_ref().is_some_and(|min| min > at);
        let by_then = |f: &DataFile| f.bounds[column].max.as_ref().is_some_and(|max| max <= at);
        if known.files.iter().any(later) {
            known.files = Arc::new(known.files.iter().filter(|f| !later(f)).cloned().collect());
        }
        if known.files.iter().all(by_then) {
            known.as_of = None;
        }
        known
    }

    fn plan(self, name: &TableReference, resolved: bool) -> Result<LogicalPlan> {
        let source = provider_as_source(match self.table.is_foreign() {
            true => self.table.provider(),
            false => Arc::new(FileTable { resolved, ..self.table.file_table(self.files) }),
        });
        let builder = LogicalPlanBuilder::scan(name.clone(), source, None)?;
        match self.as_of {
            Some(as_of) => builder.filter(column(name, KNOWN_AT).lt_eq(as_of))?.build(),
            None => builder.build(),
        }
    }
}

/// Of each group of rows with equal `keys` the last one by `time`; both are columns of the input.
pub fn last_of_group(input: LogicalPlan, keys: Vec<Expr>, time: Expr) -> Result<LogicalPlan> {
    let node = LatestRevision { input, identity: keys, known_at: time };
    Ok(LogicalPlan::Extension(Extension { node: std::sync::Arc::new(node) }))
}

/// The input, groups and time of a node made by [`last_of_group`].
pub fn as_last_of_group(
    node: &dyn datafusion::logical_expr::UserDefinedLogicalNode,
) -> Option<(&LogicalPlan, &[Expr], &Expr)> {
    let node = node.as_any().downcast_ref::<LatestRevision>()?;
    Some((&node.input, &node.identity, &node.known_at))
}

fn column(table: &TableReference, name: &str) -> Expr {
    Expr::Column(Column::new(Some(table.clone()), name))
}

/// Keeps of each group of rows with equal `identity` the one with the highest `known_at`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash)]
pub(crate) struct LatestRevision {
    pub input: LogicalPlan,
    pub identity: Vec<Expr>,
    pub known_at: Expr,
}

impl UserDefinedLogicalNodeCore for LatestRevision {
    fn name(&self) -> &'static str {
        "LatestRevision"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        let mut expressions = self.identity.clone();
        expressions.push(self.known_at.clone());
        expressions
    }

    /// A predicate on key or event time keeps or drops all revisions of a row, so it may pass.
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let passing: HashSet<String> =
            self.identity.iter().filter_map(|e| e.try_as_col().map(|c| c.name.clone())).collect();
        let names = self.schema().fields().iter().map(|f| f.name().clone());
        names.filter(|name| !passing.contains(name)).collect()
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        let mut needed = output_columns.to_vec();
        for expression in self.expressions() {
            needed.push(self.schema().maybe_index_of_column(expression.try_as_col()?)?);
        }
        needed.sort_unstable();
        needed.dedup();
        Some(vec![needed])
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identity: Vec<String> = self.identity.iter().map(ToString::to_string).collect();
        write!(f, "LatestRevision: of ({}) by {}", identity.join(", "), self.known_at)
    }

    fn with_exprs_and_inputs(
        &self,
        mut exprs: Vec<Expr>,
        mut inputs: Vec<LogicalPlan>,
    ) -> Result<Self> {
        let (Some(known_at), Some(input)) = (exprs.pop(), inputs.pop()) else {
            return datafusion::common::internal_err!("LatestRevision takes one input");
        };
        let identity = exprs.into_iter().map(Expr::unalias).collect();
        Ok(Self { input, identity, known_at: known_at.unalias() })
    }
}
