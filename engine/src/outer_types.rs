//! What a correlated subquery takes from its outer query has the type that it has there.
//!
//! DataFusion writes that type down when it parses, and settles the types of a UNION when it coerces
//! types: a comparison with `outer.t` was settled for another type than the rows bring.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{DFSchema, DFSchemaRef, Result};
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;
use datafusion::optimizer::analyzer::type_coercion::TypeCoercion;

/// The rule; it comes after the coercion of types.
#[derive(Debug)]
pub(crate) struct OuterTypes;

impl AnalyzerRule for OuterTypes {
    fn name(&self) -> &'static str {
        "outer_types"
    }

    fn analyze(&self, mut plan: LogicalPlan, config: &ConfigOptions) -> Result<LogicalPlan> {
        // A type that changes in a subquery may change what a query around it hands to another one.
        loop {
            let settled = settled(plan, &[])?;
            if !settled.transformed {
                return Ok(settled.data);
            }
            plan = TypeCoercion::new().analyze(settled.data, config)?;
        }
    }
}

/// The plan with the types of `outer`, the rows of the queries around it, the nearest last.
fn settled(plan: LogicalPlan, outer: &[DFSchemaRef]) -> Result<Transformed<LogicalPlan>> {
    let mut around = outer.to_vec();
    match &plan {
        // The subquery of a lateral join sees the rows to its left.
        LogicalPlan::Join(join) => around.push(Arc::clone(join.left.schema())),
        LogicalPlan::Subquery(_) => {}
        _ => {
            let mut rows = DFSchema::empty();
            plan.inputs().iter().for_each(|input| rows.merge(input.schema()));
            around.push(Arc::new(rows));
        }
    }
    let inside = match &plan {
        LogicalPlan::Join(_) => around.as_slice(),
        _ => outer,
    };
    let plan = match outer {
        [] => Transformed::no(plan),
        _ => plan.map_expressions(|e| e.transform(|e| Ok(with_type(e, outer))))?,
    };
    plan.transform_data(|plan| plan.map_subqueries(|subquery| settled(subquery, &around)))?
        .transform_data(|plan| plan.map_children(|input| settled(input, inside)))
}

fn with_type(e: Expr, outer: &[DFSchemaRef]) -> Transformed<Expr> {
    let Expr::OuterReferenceColumn(field, column) = &e else { return Transformed::no(e) };
    let found = outer.iter().rev().find_map(|rows| rows.qualified_field_from_column(column).ok());
    match found {
        Some((_, now)) if now.data_type() != field.data_type() => {
            Transformed::yes(Expr::OuterReferenceColumn(Arc::clone(now), column.clone()))
        }
        _ => Transformed::no(e),
    }
}
