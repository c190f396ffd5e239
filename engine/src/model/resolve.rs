//! Loads the models that a statement names, before the planner, which cannot wait, needs them.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Expr, VisitMut, VisitorMut};
use trademl_udfs::models::TrainedModel;

use super::Model;
use super::relations::ModelRelations;
use crate::dialect::MODEL;
use crate::error::Result;
use crate::meaning::Source;
use crate::names::normal;
use crate::planner::Planning;

/// Lets the planning state answer `ML.…` calls about the models named in `node`.
pub(crate) async fn resolve<T: VisitMut>(planning: &mut Planning<'_>, node: &mut T) -> Result<()> {
    let mut names = Names(vec![]);
    let _ = node.visit(&mut names);
    let mut models = HashMap::new();
    for name in names.0 {
        if models.contains_key(&name) {
            continue;
        }
        let stored = planning.session.lake().models().load(&name, None).await?;
        let trained = TrainedModel::from_json(&stored.body.to_string())?;
        let model =
            Model { name: name.clone(), version: stored.version, trained: Arc::new(trained) };
        let read = Source::Model(stored.version);
        planning.meaning.reads.insert(format!("models.{name}"), read);
        models.insert(name, model);
    }
    planning.state.register_relation_planner(Arc::new(ModelRelations(models)))?;
    Ok(())
}

struct Names(Vec<String>);

impl VisitorMut for Names {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Prefixed { prefix, value } = expr
            && prefix.value == MODEL
            && let Expr::Identifier(name) = value.as_ref()
        {
            self.0.push(normal(name));
        }
        ControlFlow::Continue(())
    }
}
