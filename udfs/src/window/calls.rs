//! The calls in a plan's windows, for the optimizer's rules that put others in their place.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Window};

/// The call of a window's expression, below its name.
#[must_use]
pub fn call(e: &Expr) -> Option<&WindowFunction> {
    match e {
        Expr::WindowFunction(call) => Some(call),
        Expr::Alias(alias) => call(&alias.expr),
        _ => None,
    }
}

/// The plan with the calls that `other` gives in place of its own, under the names they had.
///
/// # Errors
/// Those of `other`, and of a window that does not fit together.
pub fn replace_calls(
    plan: LogicalPlan,
    other: impl Fn(&WindowFunction, &DFSchema) -> Result<Option<WindowFunction>>,
) -> Result<Transformed<LogicalPlan>> {
    let LogicalPlan::Window(window) = &plan else { return Ok(Transformed::no(plan)) };
    let (names, schema) = (NamePreserver::new(&plan), window.input.schema());
    let mut changed = false;
    let mut calls = window.window_expr.clone();
    for e in &mut calls {
        let Some(replaced) = call(e).map(|call| other(call, schema)).transpose()?.flatten() else {
            continue;
        };
        *e = names.save(e).restore(Expr::WindowFunction(Box::new(replaced)));
        changed = true;
    }
    if !changed {
        return Ok(Transformed::no(plan));
    }
    let window = Window::try_new(calls, Arc::clone(&window.input))?;
    Ok(Transformed::yes(LogicalPlan::Window(window)))
}
