//! Models: `CREATE MODEL`, `DROP MODEL`, `ML.…`.

use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{Ident, VisitMut};

use crate::error::{Error, Result};
use crate::planner::Planning;
use crate::statement::CreateModel;

pub(crate) async fn plan_create(_: &mut Planning<'_>, _: CreateModel) -> Result<LogicalPlan> {
    Err(Error::sql("CREATE MODEL"))
}

pub(crate) fn plan_drop(_: &mut Planning<'_>, _: &Ident, _: bool) -> Result<LogicalPlan> {
    Err(Error::sql("DROP MODEL"))
}

pub(crate) async fn resolve<T: VisitMut>(_: &mut Planning<'_>, _: &mut T) -> Result<()> {
    Ok(())
}
