//! One clause of a join on time, as `clauses.rs` has folded it.

use datafusion::common::{Result, plan_err};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr as SqlExpr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Value,
};
use trademl_temporal::Comparison;

/// The name and arguments of the call that `clauses.rs` has made.
pub(super) fn arguments(condition: &SqlExpr) -> Option<(String, Vec<SqlExpr>)> {
    let SqlExpr::Function(Function { name, args: FunctionArguments::List(list), .. }) = condition
    else {
        return None;
    };
    let args = list.args.iter().map(|arg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) => Some(e.clone()),
        _ => None,
    });
    Some((name.to_string().to_lowercase(), args.collect::<Option<Vec<_>>>()?))
}

/// A join clause as written.
pub(super) struct Clause<'a> {
    pub kind: &'a str,
    pub keep_unmatched: bool,
    condition: &'a SqlExpr,
    pub tolerance: Option<&'a SqlExpr>,
    pub rest: &'a [SqlExpr],
}

impl<'a> Clause<'a> {
    pub fn read(kind: &'a str, args: &'a [SqlExpr]) -> Result<Self> {
        let [join, condition, tolerance, rest @ ..] = args else {
            return plan_err!("MATCH_CONDITION takes one comparison, as (a.ts >= b.ts)");
        };
        let tolerance = (!is_null(tolerance)).then_some(tolerance);
        let keep_unmatched = string(join) == Some("left");
        Ok(Self { kind, keep_unmatched, condition, tolerance, rest })
    }

    /// The comparison and the two times, left of the sign first.
    pub fn comparison(&self) -> Result<(Comparison, &'a SqlExpr, &'a SqlExpr)> {
        let mut condition = self.condition;
        while let SqlExpr::Nested(inner) = condition {
            condition = inner;
        }
        let wrong = || {
            plan_err!(
                "MATCH_CONDITION: was {condition}, expected one comparison of a left and a right \
                 time, as a.ts >= b.ts, or NEAREST(a.ts, b.ts); a limit on the distance goes into \
                 TOLERANCE, all else into ON or WHERE"
            )
        };
        match condition {
            SqlExpr::BinaryOp { left, op, right } => {
                let comparison = match op {
                    BinaryOperator::GtEq => Comparison::GtEq,
                    BinaryOperator::Gt => Comparison::Gt,
                    BinaryOperator::LtEq => Comparison::LtEq,
                    BinaryOperator::Lt => Comparison::Lt,
                    _ => return wrong(),
                };
                Ok((comparison, left, right))
            }
            SqlExpr::Function(call) if call.name.to_string().eq_ignore_ascii_case("nearest") => {
                let FunctionArguments::List(list) = &call.args else { return wrong() };
                match list.args.as_slice() {
                    [
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(left)),
                        FunctionArg::Unnamed(FunctionArgExpr::Expr(right)),
                    ] => Ok((Comparison::Nearest, left, right)),
                    _ => wrong(),
                }
            }
            _ => wrong(),
        }
    }
}

pub(super) fn string(e: &SqlExpr) -> Option<&str> {
    match e {
        SqlExpr::Value(v) => match &v.value {
            Value::SingleQuotedString(s) => Some(s),
            _ => None,
        },
        _ => None,
    }
}

fn is_null(e: &SqlExpr) -> bool {
    matches!(e, SqlExpr::Value(v) if v.value == Value::Null)
}
