//! The look-ahead rule's view of the engine: which column of a table is its event time, and what our
//! functions declare.

use std::collections::HashMap;
use std::sync::LazyLock;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, TableScan, lit};
use trademl_lookahead::{Catalog, Kind, Roles, check};
use trademl_udfs::function::{Body, Lookahead};

use crate::error::Result;
use crate::pit::LakeTable;

struct Engine;

static WINDOWS: LazyLock<HashMap<&'static str, Lookahead>> = LazyLock::new(|| {
    let windows = trademl_udfs::functions().into_iter();
    let windows = windows.filter(|f| matches!(f.body, Body::Window(_)));
    windows.map(|f| (f.contract.name, f.contract.lookahead)).collect()
});

impl Catalog for Engine {
    fn roles(&self, scan: &TableScan) -> Roles {
        let provider = source_as_provider(&scan.source).ok();
        let table = provider.as_ref().and_then(|p| p.downcast_ref::<LakeTable>());
        if let Some(definition) = table.and_then(|table| table.table.definition()) {
            return Roles {
                event_time: Some(definition.event_time.clone()),
                known_at: Some("known_at".to_owned()),
            };
        }
        // A plain table or a file does not say: its first time counts.
        let is_time = |t: &DataType| {
            matches!(t, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
        };
        let fields = scan.source.schema();
        let time = fields.fields().iter().find(|field| is_time(field.data_type()));
        Roles { event_time: time.map(|field| field.name().clone()), known_at: None }
    }

    fn window(&self, name: &str) -> Option<Lookahead> {
        WINDOWS.get(name).copied()
    }
}

/// For each column how late it is known and what makes it look ahead, as rows.
pub(crate) fn explained(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let verdict = check(plan, &Engine, true)?;
    let mut rows = vec![];
    let finding = |column: Option<&str>| {
        let of = verdict.findings.iter().filter(|f| f.column.as_deref() == column);
        let shown = of.map(|f| match f.kind {
            Kind::Leak => format!("{} sees {}; {}", f.expression, f.sees, f.instead),
            Kind::Label => format!("a label: {}", f.sees),
        });
        let shown: Vec<String> = shown.collect();
        (!shown.is_empty()).then(|| shown.join("\n"))
    };
    let time = verdict.time.as_deref().unwrap_or("none");
    rows.push(vec![
        lit("(rows)"),
        lit(format!("of {time}")),
        lit(ScalarValue::Utf8(finding(None))),
    ]);
    for (field, known) in plan.schema().fields().iter().zip(&verdict.known) {
        let name = field.name().as_str();
        rows.push(vec![
            lit(name),
            lit(known.as_str()),
            lit(ScalarValue::Utf8(finding(Some(name)))),
        ]);
    }
    let rows = LogicalPlanBuilder::values(rows)?;
    let names = ["column", "known", "looks_ahead"];
    let columns = rows.schema().columns().into_iter().zip(names);
    let columns = columns.map(|(c, name)| datafusion::logical_expr::Expr::Column(c).alias(name));
    Ok(rows.project(columns)?.build()?)
}
