//! `EMIT DAILY`: the day's JSON, blotter and tear sheet.

use datafusion::logical_expr::LogicalPlan;

use crate::error::{Error, Result};
use crate::planner::Planning;
use crate::statement::EmitDaily;

pub(crate) async fn plan(_: &mut Planning<'_>, _: EmitDaily) -> Result<LogicalPlan> {
    Err(Error::sql("EMIT DAILY"))
}
