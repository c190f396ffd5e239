//! What a text can say: stock SQL and our own statements.

use std::fmt;

use datafusion::sql::parser::Statement as StockStatement;
use datafusion::sql::sqlparser::ast::{ColumnDef, Expr, Ident, ObjectName, Query};

use crate::upkeep::{AlterTable, Vacuum};

/// One statement of a text.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The statement's own text, without the semicolon.
    pub text: String,
    /// The line it starts on, from one.
    pub line: usize,
    /// The whole text it was cut from, for error places.
    pub(crate) source: std::sync::Arc<str>,
    pub(crate) kind: Kind,
}

/// The statements we know.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Anything DataFusion plans by itself.
    Stock(Box<StockStatement>),
    CreatePitTable(CreatePitTable),
    CreateTable(CreateTable),
    CreateSurface(CreateSurface),
    Insert(Insert),
    DropTable {
        names: Vec<ObjectName>,
        if_exists: bool,
    },
    Optimize(ObjectName),
    CreateModel(CreateModel),
    DropModel {
        name: Ident,
        if_exists: bool,
    },
    Set {
        name: String,
        value: Expr,
    },
    Include(String),
    Audit(Audit),
    Check(Check),
    AssertPitStable(AssertPitStable),
    EmitDaily(EmitDaily),
    AlterTable(AlterTable),
    Vacuum(Vacuum),
    /// `EXPLAIN` of one of our own statements; the parser leaves that of queries to DataFusion.
    Explain(Box<Kind>),
    /// What a query sees of the future.
    ExplainPit(Box<StockStatement>),
    /// From which columns a query's columns come.
    ExplainLineage(Box<StockStatement>),
}

/// `CREATE PIT TABLE [IF NOT EXISTS] t (…) PRIMARY KEY (…) EVENT TIME (…) [PARTITIONED BY (…)]`.
#[derive(Debug, Clone)]
pub(crate) struct CreatePitTable {
    pub name: ObjectName,
    pub if_not_exists: bool,
    pub columns: Vec<ColumnDef>,
    pub key: Vec<Ident>,
    pub event_time: Ident,
    pub partition_by: Vec<Ident>,
}

/// `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] t AS SELECT …`: a plain table in the lake.
#[derive(Debug, Clone)]
pub(crate) struct CreateTable {
    pub name: ObjectName,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub query: Box<Query>,
}

/// `CREATE SURFACE [IF NOT EXISTS] s [USING method]`: slices that are fitted to the quotes inserted.
#[derive(Debug, Clone)]
pub(crate) struct CreateSurface {
    pub name: ObjectName,
    pub if_not_exists: bool,
    pub method: Option<Ident>,
}

/// `INSERT INTO t [(columns)] query`.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub table: ObjectName,
    pub columns: Vec<Ident>,
    pub query: Box<Query>,
}

/// `CREATE [OR REPLACE] MODEL m OPTIONS (name => value, …) AS SELECT …`.
#[derive(Debug, Clone)]
pub(crate) struct CreateModel {
    pub name: Ident,
    pub or_replace: bool,
    pub options: Vec<(Ident, Expr)>,
    pub query: Box<Query>,
}

/// `AUDIT (name => 'x') AS SELECT …`: rows returned are failures.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    pub name: String,
    pub query: Box<Query>,
}

/// `AUDIT unique(a, b) ON t`: a built-in audit.
#[derive(Debug, Clone)]
pub(crate) struct Check {
    pub name: Ident,
    pub arguments: Vec<Expr>,
    pub table: ObjectName,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: Vec<String> = self.arguments.iter().map(ToString::to_string).collect();
        write!(f, "{}({}) on {}", self.name, arguments.join(", "), self.table)
    }
}

/// `ASSERT PIT_STABLE (query) [KEY (a, b)] AT (…) | SAMPLE n`.
#[derive(Debug, Clone)]
pub(crate) struct AssertPitStable {
    pub query: Box<Query>,
    pub key: Vec<Ident>,
    pub at: Cuts,
}

/// The instants at which a query is asked again.
#[derive(Debug, Clone)]
pub(crate) enum Cuts {
    At(Vec<Expr>),
    /// So many, spread over the time in which what it reads became known.
    Sample(u64),
}

/// `EMIT DAILY TO 'folder' FROM (part => TABLE t, …)`.
#[derive(Debug, Clone)]
pub(crate) struct EmitDaily {
    pub folder: Expr,
    pub parts: Vec<(Ident, Expr)>,
}

impl Statement {
    /// Whether it is a query, whose rows are its purpose.
    pub fn is_query(&self) -> bool {
        use datafusion::sql::sqlparser::ast::Statement as Sql;
        match &self.kind {
            Kind::Stock(stock) => match stock.as_ref() {
                StockStatement::Statement(sql) => matches!(sql.as_ref(), Sql::Query(_)),
                _ => false,
            },
            _ => false,
        }
    }

    /// The path, if this is `INCLUDE 'path'`.
    pub fn included(&self) -> Option<&str> {
        match &self.kind {
            Kind::Include(path) => Some(path),
            _ => None,
        }
    }

    /// The place of the statement's first word.
    pub fn place(&self) -> Option<crate::error::Place> {
        crate::error::Place::of(&self.source, self.line, 1)
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.text)
    }
}
