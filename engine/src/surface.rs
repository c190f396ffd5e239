//! `CREATE SURFACE`: a point-in-time table of volatility slices, filled by inserting quotes. What is
//! inserted is fitted by `svi_surface`, and a slice with arbitrage fails the write.

use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Query, SetExpr, TableFactor,
};
use datafusion::sql::sqlparser::parser::Parser;
use trademl_catalog::{KNOWN_AT, Knowledge, PitDefinition, TableName};
use trademl_udfs::relation::did_you_mean;

use crate::dialect::TradeMlDialect;
use crate::error::{Error, Result};
use crate::names::{normal, table_name};
use crate::statement::CreateSurface;

/// The methods of `svi_surface`, its default first.
const METHODS: [&str; 4] = ["svi", "ssvi", "essvi", "raw"];

/// The columns that quotes may have beside those that they must have.
const OPTIONAL: [&str; 2] = ["weight", KNOWN_AT];

/// The table that is made, and whether one may be there.
pub(crate) fn definition(create: &CreateSurface) -> Result<(PitDefinition, bool)> {
    let method = create.method.as_ref().map_or_else(|| METHODS[0].to_owned(), normal);
    if !METHODS.contains(&method.as_str()) {
        return Err(Error::sql(format!(
            "CREATE SURFACE {}: expected USING {}, was '{method}'",
            create.name,
            METHODS.join(", USING ")
        )));
    }
    let of = |data_type: DataType, nullable: bool| {
        move |name: &str| Field::new(name, data_type.clone(), nullable)
    };
    let number = of(DataType::Float64, true);
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let mut columns = vec![
        Field::new("symbol", DataType::Utf8, false),
        Field::new("asof", instant, false),
        Field::new("expiry", DataType::Date32, false),
    ];
    let numbers = ["years", "forward", "a", "b", "rho", "m", "sigma", "rmse"];
    columns.extend(numbers.into_iter().map(number));
    columns.extend(["quotes", "left_out"].into_iter().map(of(DataType::Int64, false)));
    columns
        .extend(["butterfly_free", "calendar_free"].into_iter().map(of(DataType::Boolean, true)));
    columns.push(Field::new("status", DataType::Utf8, false));
    let definition = PitDefinition {
        name: table_name(&create.name)?,
        columns,
        key: vec!["symbol".into(), "expiry".into()],
        event_time: "asof".into(),
        partition_by: vec![],
        knowledge: Knowledge::default(),
        surface: Some(method),
    };
    Ok((definition, create.if_not_exists))
}

/// Quotes are told by their names.
pub(crate) fn takes(name: &TableName, listed: &[String]) -> Result<()> {
    match listed {
        [] => Ok(()),
        _ => Err(Error::sql(format!(
            "{name}: a surface takes quotes, whose columns go by name; leave the list out: INSERT INTO {name} SELECT \
             symbol, asof, expiry, years, forward, strike, iv FROM …"
        ))),
    }
}

/// The query that fits the quotes of a query, planned as `quotes`.
pub(crate) fn fitted(query: Box<Query>, method: &str, quotes: &LogicalPlan) -> Result<Box<Query>> {
    let fields = quotes.schema().fields();
    let has = |name: &str| fields.iter().any(|field| field.name() == name);
    for field in fields.iter().filter(|field| !OPTIONAL.contains(&field.name().as_str())) {
        // What is not needed may be there, but not what was meant and would be missed in silence.
        let meant = did_you_mean(field.name(), OPTIONAL.into_iter().filter(|name| !has(name)));
        if !meant.is_empty() {
            return Err(Error::sql(format!(
                "the quotes of a surface have a column '{}'{meant}; rename it or leave it out",
                field.name()
            )));
        }
    }
    let given = OPTIONAL.into_iter().filter(|name| has(name));
    let given: String = given.map(|name| format!(", {name} => {name}")).collect();
    let sql = format!(
        "SELECT * FROM svi_surface((SELECT 1), method => '{method}', on_arbitrage => 'error'{given})"
    );
    let mut fitted = Parser::new(&TradeMlDialect::default())
        .try_with_sql(&sql)
        .and_then(|mut parser| parser.parse_query())
        .map_err(|e| Error::sql(format!("internal: {sql} does not parse: {e}")))?;
    let place = match fitted.body.as_mut() {
        SetExpr::Select(select) => {
            select.from.first_mut().and_then(|from| relation(&mut from.relation))
        }
        _ => None,
    };
    let Some(place) = place else {
        return Err(Error::sql(format!("internal: {sql} has no relation")));
    };
    *place = query;
    Ok(fitted)
}

/// The subquery that is the first argument.
fn relation(call: &mut TableFactor) -> Option<&mut Box<Query>> {
    let arguments = match call {
        TableFactor::Table { args: Some(call), .. } => &mut call.args,
        TableFactor::Function { args, .. } => args,
        _ => return None,
    };
    match arguments.first_mut()? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query))) => Some(query),
        _ => None,
    }
}
