//! Which of several right rows of one key and time counts.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::pit::{LakeTable, Read};

/// The column whose highest value counts: `known_at`, if the right side has one. `None` too where
/// `named`, what is equal or compared on the right, names one row at most: reading `known_at` would
/// decide nothing.
pub(super) fn tie(right: &LogicalPlan, named: &[&Expr]) -> Option<Expr> {
    let instant = |t: &DataType| matches!(t, DataType::Timestamp(..));
    let mut columns = right.schema().iter();
    let known = columns.find(|(_, f)| f.name() == "known_at" && instant(f.data_type()))?;
    let known = Expr::Column(Column::from(known));
    let names: Vec<&str> =
        named.iter().filter_map(|e| e.try_as_col()).map(|c| c.name.as_str()).collect();
    (!named.contains(&&known) && !is_row(right, &names)).then_some(known)
}

/// Whether the columns are at least the key and event time of a table read without its history.
fn is_row(plan: &LogicalPlan, columns: &[&str]) -> bool {
    match plan {
        LogicalPlan::SubqueryAlias(alias) => is_row(&alias.input, columns),
        LogicalPlan::Filter(filter) => is_row(&filter.input, columns),
        LogicalPlan::Projection(chosen)
            if chosen.expr.iter().all(|e| matches!(e, Expr::Column(_))) =>
        {
            is_row(&chosen.input, columns)
        }
        LogicalPlan::TableScan(scan) => {
            let Ok(provider) = source_as_provider(&scan.source) else { return false };
            let Some(table) = provider.downcast_ref::<LakeTable>() else { return false };
            matches!(table.read, Read::Latest | Read::LatestAt(_))
                && table.table.definition().is_some_and(|d| {
                    d.identity_columns().iter().all(|c| columns.contains(&c.as_str()))
                })
        }
        _ => false,
    }
}
