//! Sets joins on time apart in the tree, where the relation planner sees each of them whole.
//!
//! `a JOIN b ASOF JOIN c JOIN d` becomes `((a JOIN b) ASOF JOIN c) JOIN d`. Planners of relations
//! are asked about table factors only, and a join in parentheses is one.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Join, JoinOperator, TableFactor, TableVersion, TableWithJoins, visit_expressions,
};

/// Whether a join is planned by us: on time, or with a table as it was at a left row's time.
pub(super) fn is_ours(join: &Join) -> bool {
    matches!(join.join_operator, JoinOperator::AsOf { .. }) || row_wise_cut(join).is_some()
}

/// The left expression a joined table is read as of.
pub(super) fn row_wise_cut(join: &Join) -> Option<&Expr> {
    let TableFactor::Table { version: Some(TableVersion::ForSystemTimeAsOf(at)), .. } =
        &join.relation
    else {
        return None;
    };
    let names_column = visit_expressions(at, |e| match e {
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    names_column.is_break().then_some(at)
}

/// Sets the joins of a FROM item apart. One that stands alone in parentheses stays.
pub(crate) fn set_apart(table: &mut TableWithJoins, in_parentheses: bool) {
    let done = in_parentheses && table.joins.len() == 1;
    if done || !table.joins.iter().any(is_ours) {
        return;
    }
    for join in std::mem::take(&mut table.joins) {
        if !is_ours(&join) {
            table.joins.push(join);
            continue;
        }
        if !table.joins.is_empty() {
            nest(table);
        }
        table.joins.push(join);
        nest(table);
    }
}

/// Puts everything so far in parentheses.
fn nest(table: &mut TableWithJoins) {
    let inner = TableWithJoins {
        relation: table.relation.clone(),
        joins: std::mem::take(&mut table.joins),
    };
    table.relation = TableFactor::NestedJoin { table_with_joins: Box::new(inner), alias: None };
}
