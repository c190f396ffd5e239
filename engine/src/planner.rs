//! From a statement to a plan: rewrites, names, types, and the cut of every point-in-time read.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::Field;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::logical_plan::ExplainOption;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::parser::{ExplainStatement, Statement as StockStatement};
use datafusion::sql::sqlparser::ast::{
    ColumnDef, CreateTable as SqlCreateTable, Expr, Ident, Query, Statement as Sql, Value,
};
use datafusion::sql::sqlparser::parser::Parser;
use sha2::{Digest, Sha256};
use trademl_catalog::{DEFAULT_RETENTION_HOURS, Knowledge, Lineage, PitDefinition, TableName};

use crate::action;
use crate::checks::{self, About};
use crate::dialect::TradeMlDialect;
use crate::engine::{Engine, Planned, StatementClass};
use crate::error::{Error, Place, Result};
use crate::lineage;
use crate::lookahead::{self, Judgement, Purpose};
use crate::meaning::Meaning;
use crate::names::{normal, table_name};
use crate::pit;
use crate::rewrite::{CONTRACTS, Rewriter, relations};
use crate::session::{Access, Session};
use crate::statement::{Check, CreatePitTable, CreateTable, Insert, Kind, Statement};
use crate::statements::{
    AlterTableAction, AuditAction, CreatePitTableAction, CreateTableAction, DropTableAction,
    InsertAction, OptimizeAction, SetAction, VacuumAction, mapped_to_columns,
};
use crate::suggest::unknown_table;
use crate::surface;

/// The table that a query's rows will be stored in, as far as the look-ahead rule asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Target {
    /// The event time; `None`: the first time that the query gives.
    pub event_time: Option<String>,
}

/// Plans one statement for one session; a query may be meant for a table.
pub(crate) async fn plan(
    engine: &Engine,
    session: &Session,
    statement: Statement,
    target: Option<Target>,
) -> Result<Planned> {
    let text = statement.text.clone();
    let line = statement.line;
    let source = Arc::clone(&statement.source);
    let place = |e: Error| {
        let near = Place::in_message(&e.message, &source).or_else(|| Place::of(&source, line, 1));
        e.in_text(&source).at(near)
    };
    let (state, cut) = session.state()?;
    let (mut meaning, judgement) = (Meaning::default(), Judgement::default());
    // What a script may look at is part of what it makes: its columns are labels or not.
    meaning.note(&format!("{:?}", session.settings().declared));
    let mut work =
        Planning { engine, session, state, cut, source: &source, target, meaning, judgement };
    let (plan, class) = match work.statement(statement).await {
        Ok(planned) => planned,
        Err(e) => return Err(place(work.explained(e).await)),
    };
    let (meaning, judgement) = (work.meaning, work.judgement);
    let planned = Planned::new(plan, class, &text, meaning).map_err(place)?;
    Ok(Planned { warnings: judgement.warnings, knowledge: judgement.knowledge, ..planned })
}

/// What planning one statement needs at hand.
pub(crate) struct Planning<'a> {
    pub engine: &'a Engine,
    pub session: &'a Session,
    pub state: SessionState,
    /// The instant all reads are cut at.
    pub cut: DateTime<Utc>,
    source: &'a str,
    /// Where the rows of a query go, if they are not shown.
    target: Option<Target>,
    /// What the statement means, as far as it is planned.
    pub meaning: Meaning,
    /// What the look-ahead rule says of its queries.
    pub judgement: Judgement,
}

impl Planning<'_> {
    async fn statement(&mut self, statement: Statement) -> Result<(LogicalPlan, StatementClass)> {
        use StatementClass::{Ddl, Read, Session, Write};
        let text = statement.text;
        match statement.kind {
            Kind::Stock(stock) => self.stock(*stock).await,
            Kind::CreatePitTable(create) => Ok((self.create_pit_table(create).await?, Ddl)),
            Kind::CreateTable(create) => Ok((self.create_table(create).await?, Ddl)),
            Kind::CreateSurface(create) => {
                let (definition, if_not_exists) = surface::definition(&create)?;
                let lake = self.session.lake().clone();
                let action = CreatePitTableAction { lake, definition, if_not_exists };
                Ok((action::plan(Arc::new(action), vec![])?, Ddl))
            }
            Kind::Insert(insert) => Ok((self.insert(insert, &text).await?, Write)),
            Kind::DropTable { names, if_exists } => {
                let names = names.iter().map(table_name).collect::<Result<Vec<_>>>()?;
                let lake = self.session.lake().clone();
                Ok((
                    action::plan(Arc::new(DropTableAction { lake, names, if_exists }), vec![])?,
                    Ddl,
                ))
            }
            Kind::Optimize(table) => {
                let (lake, table) = (self.session.lake().clone(), table_name(&table)?);
                Ok((action::plan(Arc::new(OptimizeAction { lake, table }), vec![])?, Ddl))
            }
            Kind::Set { name, value } => {
                let value = self.set_value(&name, value)?;
                let session = self.session.clone();
                Ok((action::plan(Arc::new(SetAction { session, name, value }), vec![])?, Session))
            }
            Kind::Audit(audit) => {
                let query = self.query(audit.query, Purpose::Evaluate).await?;
                let action = Arc::new(AuditAction { name: audit.name });
                Ok((action::plan(action, vec![query])?, Read))
            }
            Kind::Check(check) => Ok((self.check(check).await?, Read)),
            Kind::AssertPitStable(assertion) => {
                Ok((crate::stable::plan(self, assertion).await?, Read))
            }
            Kind::CreateModel(create) => Ok((crate::model::plan_create(self, create).await?, Ddl)),
            Kind::DropModel { name, if_exists } => {
                Ok((crate::model::plan_drop(self, &name, if_exists)?, Ddl))
            }
            Kind::EmitDaily(emit) => {
                self.local_only("EMIT DAILY")?;
                Ok((crate::emit::plan(self, emit).await?, Write))
            }
            Kind::AlterTable(alter) => {
                let lake = self.session.lake().clone();
                let table = table_name(&alter.table)?;
                let columns = self.arrow_columns(vec![alter.column]).await?;
                let if_not_exists = alter.if_not_exists;
                let action = AlterTableAction { lake, table, columns, if_not_exists };
                Ok((action::plan(Arc::new(action), vec![])?, Ddl))
            }
            Kind::Vacuum(vacuum) => {
                let lake = self.session.lake().clone();
                let table = table_name(&vacuum.table)?;
                let retain_hours = vacuum.retain_hours.unwrap_or(DEFAULT_RETENTION_HOURS);
                let action = VacuumAction { lake, table, retain_hours, dry_run: vacuum.dry_run };
                Ok((action::plan(Arc::new(action), vec![])?, Ddl))
            }
            Kind::Explain(kind) => {
                let source = Arc::clone(&statement.source);
                let inner = Statement { text, line: statement.line, source, kind: *kind };
                let (plan, _) = Box::pin(self.statement(inner)).await?;
                let format = self.state.config().options().explain.format.clone();
                let option = ExplainOption::default().with_format(format);
                let explain = LogicalPlanBuilder::from(plan).explain_option_format(option)?;
                Ok((explain.build()?, Read))
            }
            Kind::ExplainPit(query) => {
                let plan = self.explained_query("PIT", *query).await?;
                Ok((lookahead::explained(&plan)?, Read))
            }
            Kind::ExplainLineage(query) => {
                let plan = self.explained_query("LINEAGE", *query).await?;
                Ok((lineage::explained(&plan)?, Read))
            }
            Kind::Include(path) => Err(Error::sql(format!(
                "INCLUDE '{path}' runs in scripts only; use \\i {path} in the shell"
            ))),
        }
    }

    /// Refuses what only a local user may do.
    fn local_only(&self, what: &str) -> Result<()> {
        match self.session.access() {
            Access::Local => Ok(()),
            Access::Remote => {
                Err(Error::sql(format!("{what}: remote sessions do not touch the server's files")))
            }
        }
    }

    pub fn rewrite<T: datafusion::sql::sqlparser::ast::VisitMut>(
        &self,
        node: &mut T,
    ) -> Result<()> {
        let parameters = self.session.settings().parameters.clone();
        let local_files = self.session.access() == Access::Local;
        let relations = relations(self.state.table_functions().keys());
        let mut rewriter = Rewriter {
            parameters: &parameters,
            contracts: &CONTRACTS,
            relations: &relations,
            local_files,
        };
        rewriter.rewrite(node)
    }

    /// Plans a query of our own statements; its reads are cut.
    pub async fn query(&mut self, query: Box<Query>, purpose: Purpose<'_>) -> Result<LogicalPlan> {
        let plan = self.unresolved(query).await?;
        self.resolved(plan, purpose).await
    }

    async fn unresolved(&mut self, mut query: Box<Query>) -> Result<LogicalPlan> {
        self.rewrite(&mut query)?;
        self.note_words(query.as_ref())?;
        crate::model::resolve(self, &mut query).await?;
        lineage::resolve(self, &mut query).await?;
        let statement = StockStatement::Statement(Box::new(Sql::Query(query)));
        Ok(self.state.statement_to_plan(statement).await?)
    }

    /// Gives every table its rows, the newest version known at the cut, unless the query sees the
    /// future where it must not.
    async fn resolved(&mut self, plan: LogicalPlan, purpose: Purpose<'_>) -> Result<LogicalPlan> {
        let plan = match self.session.catalog().has_local() {
            true => pit::newest(plan, self.session.lake()).await?,
            false => plan,
        };
        self.meaning.add(&plan)?;
        let (mode, declared) = {
            let settings = self.session.settings();
            (settings.look_ahead, settings.declared)
        };
        let judgement = lookahead::judge(&plan, purpose, mode, declared)?;
        self.judgement.warnings.extend(judgement.warnings);
        self.judgement.knowledge = judgement.knowledge;
        Ok(pit::cut(plan, self.cut)?)
    }

    async fn stock(&mut self, mut stock: StockStatement) -> Result<(LogicalPlan, StatementClass)> {
        let class = self.prepare_stock(&mut stock).await?;
        let creates_view = matches!(&stock, StockStatement::Statement(s)
            if matches!(s.as_ref(), Sql::CreateView(_)));
        let plan = self.state.statement_to_plan(stock).await?;
        if creates_view {
            // A view is cut when it is read, not when it is made.
            return Ok((plan, class));
        }
        // Explaining a query shows nothing of its rows.
        let target = self.target.take();
        let purpose = match (&plan, &target) {
            (LogicalPlan::Explain(_), _) => Purpose::Evaluate,
            (_, Some(target)) => Purpose::Store { event_time: target.event_time.as_deref() },
            (_, None) => Purpose::Show,
        };
        Ok((self.resolved(plan, purpose).await?, class))
    }

    /// Adds the words of a statement of a run to what it means: plans do not tell everything, as the
    /// arguments of `generate_series`, and a run that leaves out what has changed is worse than one
    /// that does something in vain.
    fn note_words(&mut self, sql: &impl std::fmt::Display) -> Result<()> {
        if self.session.settings().run_id.is_some() {
            self.meaning.note(&crate::parser::words(&sql.to_string())?);
        }
        Ok(())
    }

    /// The plan of a query about which something is to be told, before tables get their rows.
    async fn explained_query(&mut self, what: &str, query: StockStatement) -> Result<LogicalPlan> {
        let wrong =
            || Error::sql(format!("EXPLAIN {what} takes a query, as EXPLAIN {what} SELECT …"));
        let StockStatement::Statement(sql) = query else { return Err(wrong()) };
        let Sql::Query(mut query) = *sql else { return Err(wrong()) };
        self.rewrite(&mut query)?;
        crate::model::resolve(self, &mut query).await?;
        lineage::resolve(self, &mut query).await?;
        let statement = StockStatement::Statement(Box::new(Sql::Query(query)));
        Ok(self.state.statement_to_plan(statement).await?)
    }

    /// Rewrites a stock statement and says what it does.
    async fn prepare_stock(&mut self, stock: &mut StockStatement) -> Result<StatementClass> {
        match stock {
            StockStatement::Statement(sql) => {
                self.rewrite(sql)?;
                crate::model::resolve(self, sql).await?;
                lineage::resolve(self, sql).await?;
                self.note_words(sql.as_ref())?;
                if mentions_information_schema(sql) {
                    self.session.catalog().refresh().await?;
                }
                match sql.as_ref() {
                    Sql::Query(_)
                    | Sql::ShowTables { .. }
                    | Sql::ShowColumns { .. }
                    | Sql::ShowVariable { .. }
                    | Sql::ShowFunctions { .. }
                    | Sql::ExplainTable { .. } => Ok(StatementClass::Read),
                    Sql::CreateView(_) | Sql::CreateTable(_) | Sql::Drop { .. } => {
                        Ok(StatementClass::Ddl)
                    }
                    Sql::Explain { .. } => Ok(StatementClass::Read),
                    other => Err(Error::sql(format!(
                        "not supported: {}",
                        other.to_string().chars().take(60).collect::<String>()
                    ))),
                }
            }
            StockStatement::Explain(ExplainStatement { statement, .. }) => {
                Box::pin(self.prepare_stock(statement)).await?;
                Ok(StatementClass::Read)
            }
            StockStatement::CopyTo(copy) => {
                self.local_only("COPY")?;
                use datafusion::sql::parser::CopyToSource;
                if let CopyToSource::Query(query) = &mut copy.source {
                    self.rewrite(query)?;
                    crate::model::resolve(self, query).await?;
                }
                Ok(StatementClass::Write)
            }
            StockStatement::CreateExternalTable(_) => {
                self.local_only("CREATE EXTERNAL TABLE")?;
                Ok(StatementClass::Ddl)
            }
            StockStatement::Reset(_) => {
                Err(Error::sql("RESET: write SET name = NULL for our settings instead"))
            }
        }
    }

    /// A built-in audit as the audit that it stands for.
    async fn check(&mut self, check: Check) -> Result<LogicalPlan> {
        let lake = self.session.lake();
        let name = table_name(&check.table)?;
        let Some(table) = lake.table(&name).await? else {
            let tables = self.session.tables().await?;
            return Err(Error::sql(unknown_table(&name.to_string(), &tables)));
        };
        let schema = table.schema();
        let time = match table.definition() {
            Some(definition) => Some(definition.event_time.clone()),
            None => lookahead::first_time(&schema).map(ToOwned::to_owned),
        };
        let has_runs = lake.table(&TableName::new("ops", "steps")?).await?.is_some();
        let query = checks::query(&check, &About { name, schema, time, cut: self.cut, has_runs })?;
        let query = self.query(query, Purpose::Evaluate).await?;
        let action = Arc::new(AuditAction { name: check.to_string() });
        Ok(action::plan(action, vec![query])?)
    }

    async fn create_pit_table(&mut self, create: CreatePitTable) -> Result<LogicalPlan> {
        let ident = |i: &Ident| normal(i);
        let definition = PitDefinition {
            name: table_name(&create.name)?,
            columns: self.arrow_columns(create.columns).await?,
            key: create.key.iter().map(ident).collect(),
            event_time: normal(&create.event_time),
            partition_by: create.partition_by.iter().map(ident).collect(),
            knowledge: Knowledge::default(),
            surface: None,
        };
        let lake = self.session.lake().clone();
        let if_not_exists = create.if_not_exists;
        let action = CreatePitTableAction { lake, definition, if_not_exists };
        Ok(action::plan(Arc::new(action), vec![])?)
    }

    /// SQL column definitions as Arrow fields, by way of DataFusion's own type rules.
    async fn arrow_columns(&self, columns: Vec<ColumnDef>) -> Result<Vec<Field>> {
        let template = Parser::parse_sql(&TradeMlDialect::default(), "CREATE TABLE t (a INT)");
        let Ok([Sql::CreateTable(template)]) =
            template.map_err(|_| ()).and_then(|s| <[Sql; 1]>::try_from(s).map_err(|_| ()))
        else {
            return Err(Error::sql("internal: the template does not parse"));
        };
        let create = Sql::CreateTable(SqlCreateTable { columns, ..template });
        let statement = StockStatement::Statement(Box::new(create));
        match self.state.statement_to_plan(statement).await? {
            LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(table)) => {
                let fields = table.input.schema().fields().iter();
                Ok(fields.map(|f| f.as_ref().clone()).collect())
            }
            other => Err(Error::sql(format!("internal: unexpected plan {}", other.display()))),
        }
    }

    async fn create_table(&mut self, create: CreateTable) -> Result<LogicalPlan> {
        let query = self.query(create.query, Purpose::Store { event_time: None }).await?;
        let action = CreateTableAction {
            knowledge: self.judgement.knowledge.clone(),
            lake: self.session.lake().clone(),
            name: table_name(&create.name)?,
            or_replace: create.or_replace,
            if_not_exists: create.if_not_exists,
            digest: self.session.settings().run_id.is_some().then(OnceLock::new),
        };
        Ok(action::plan(Arc::new(action), vec![query])?)
    }

    async fn insert(&mut self, insert: Insert, text: &str) -> Result<LogicalPlan> {
        let name = table_name(&insert.table)?;
        let Some(table) = self.session.lake().table(&name).await? else {
            let tables = self.session.tables().await?;
            return Err(Error::sql(unknown_table(&name.to_string(), &tables)));
        };
        let event_time = table.definition().map(|definition| definition.event_time.as_str());
        let mut query = self.unresolved(insert.query.clone()).await?;
        let mut listed: Vec<_> = insert.columns.iter().map(normal).collect();
        if let Some(method) = table.definition().and_then(|d| d.surface.as_deref()) {
            surface::takes(&name, &listed)?;
            query = self.unresolved(surface::fitted(insert.query, method, &query)?).await?;
            listed = query.schema().fields().iter().map(|field| field.name().clone()).collect();
        }
        // Judged by the names under which the table will have it.
        let input = mapped_to_columns(&table, &listed, query)?;
        let input = self.resolved(input, Purpose::Store { event_time }).await?;
        let action = InsertAction {
            lake: self.session.lake().clone(),
            table: name,
            labels: self.judgement.knowledge.labels.clone(),
            lineage: self.lineage(text),
            digest: self.session.settings().run_id.is_some().then(OnceLock::new),
        };
        Ok(action::plan(Arc::new(action), vec![input])?)
    }

    /// Where rows written by the statement come from.
    pub fn lineage(&self, text: &str) -> Lineage {
        let settings = self.session.settings();
        Lineage {
            ingested_at: settings.ingested_at.unwrap_or_else(Utc::now),
            source_uri: settings.source_uri.clone(),
            transform_id: Some(short_hash(text)),
        }
    }

    /// The value of `SET`, as text; NULL and DEFAULT reset.
    fn set_value(&self, name: &str, mut value: Expr) -> Result<Option<String>> {
        self.rewrite(&mut value)?;
        let text = match &value {
            Expr::Value(v) => match &v.value {
                Value::SingleQuotedString(s) => Some(s.clone()),
                Value::Number(n, _) => Some(n.clone()),
                Value::Boolean(b) => Some(b.to_string()),
                Value::Null => None,
                other => return Err(Error::sql(format!("{name}: '{other}' is not a value"))),
            },
            Expr::Identifier(i) if i.value.eq_ignore_ascii_case("default") => None,
            Expr::Identifier(i) => Some(i.value.clone()),
            Expr::TypedString(t) => match &t.value.value {
                Value::SingleQuotedString(s) => Some(s.clone()),
                other => return Err(Error::sql(format!("{name}: '{other}' is not a value"))),
            },
            other => Some(other.to_string()),
        };
        Ok(text)
    }

    /// Adds to an error what the lake knows: the nearest table name, and the place of a column.
    async fn explained(&self, e: Error) -> Error {
        if let Some(missing) = e
            .message
            .strip_prefix("table '")
            .and_then(|rest| rest.split_once("' not found"))
            .map(|(name, _)| name.trim_start_matches("lake."))
        {
            let at = place_of_word(self.source, missing.rsplit('.').next().unwrap_or(missing));
            let tables = self.session.tables().await.unwrap_or_default();
            return Error::sql(unknown_table(missing, &tables)).at(at);
        }
        e
    }
}

/// A hash that names a statement in lineage columns.
pub(crate) fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

fn mentions_information_schema(sql: &Sql) -> bool {
    matches!(sql, Sql::ShowTables { .. } | Sql::ShowColumns { .. } | Sql::ExplainTable { .. })
        || sql.to_string().to_lowercase().contains("information_schema")
}

fn place_of_word(source: &str, word: &str) -> Option<Place> {
    let lower = source.to_lowercase();
    let at = lower.find(&word.to_lowercase())?;
    let line = source[..at].lines().count().max(1);
    let start = source[..at].rfind('\n').map_or(0, |i| i + 1);
    Place::of(source, line, source[start..at].chars().count() + 1)
}
