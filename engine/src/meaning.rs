//! What a statement means and what it reads, however it is laid out: taken from its plan before
//! tables get their rows, and from its words, so that comments, layout and the instant of reading
//! leave it as it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility, WindowFunctionDefinition};
use sha2::{Digest, Sha256};
use trademl_catalog::Table;

use crate::pit::LakeTable;
use crate::rewrite::FILES;

/// The meaning of one statement.
#[derive(Debug, Clone, Default)]
pub struct Meaning {
    /// Of all that is noted and planned.
    plan: Sha256,
    /// Of what is noted: what the author wrote, whatever the tables and models that it names are.
    words: Sha256,
    /// What it reads, by name: `schema.table`, `models.name` or a file's path.
    pub reads: BTreeMap<String, Source>,
    /// Whether it may give other rows the next time, as with `now()`.
    pub varies: bool,
    /// An aggregate whose result depends on the order of rows, though it is of none.
    pub sketch: Option<String>,
}

/// Something that a statement reads.
#[derive(Debug, Clone)]
pub enum Source {
    /// A table of the lake, at the version read.
    Table(Box<Table>),
    /// A model, at the version read.
    Model(u64),
    /// A local file, or files by pattern.
    File,
}

impl Meaning {
    /// Adds a query.
    pub(crate) fn add(&mut self, plan: &LogicalPlan) -> Result<()> {
        plan.apply_with_subqueries(|node| {
            let mut text = node.display().to_string();
            match node {
                LogicalPlan::TableScan(scan) => {
                    let provider = source_as_provider(&scan.source).ok();
                    if let Some(of) = provider.as_ref().and_then(|p| p.downcast_ref::<LakeTable>())
                    {
                        let name = of.table.name().to_string();
                        let _ = write!(text, " {name} {:?}", of.read);
                        if of.pinned {
                            let _ = write!(text, " version {}", of.table.version());
                        }
                        self.reads.insert(name, Source::Table(Box::new(of.table.clone())));
                    }
                }
                // A file is a relation of the schema that the rewriter gave it.
                LogicalPlan::SubqueryAlias(alias) if alias.alias.schema() == Some(FILES) => {
                    let (_, path) =
                        alias.alias.table().split_once(':').unwrap_or(("", alias.alias.table()));
                    self.reads.insert(path.to_owned(), Source::File);
                }
                _ => {}
            }
            for field in node.schema().fields() {
                let _ = write!(text, "\n{} {}", field.name(), field.data_type());
            }
            node.apply_expressions(|e| {
                let _ = write!(text, "\n{e}");
                self.varies |= e.exists(|e| Ok(varies(e)))?;
                e.apply(|e| {
                    self.sketch = sketch(e).or(self.sketch.take());
                    Ok(TreeNodeRecursion::Continue)
                })?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            note(&mut self.plan, &text);
            Ok(TreeNodeRecursion::Continue)
        })?;
        Ok(())
    }

    /// Adds what was written.
    pub(crate) fn note(&mut self, text: &str) {
        note(&mut self.plan, text);
        note(&mut self.words, text);
    }

    /// The digest of the plan and the words.
    pub fn plan(&self) -> String {
        hex(&self.plan.clone().finalize())
    }

    /// The digest of the words.
    pub fn words(&self) -> String {
        hex(&self.words.clone().finalize())
    }
}

fn note(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn varies(e: &Expr) -> bool {
    match e {
        Expr::ScalarFunction(f) => f.func.signature().volatility != Volatility::Immutable,
        _ => false,
    }
}

/// The aggregate's name, if what it tells depends on the order of rows.
fn sketch(e: &Expr) -> Option<String> {
    let name = match e {
        Expr::AggregateFunction(f) => f.func.name(),
        Expr::WindowFunction(f) => match &f.fun {
            WindowFunctionDefinition::AggregateUDF(f) => f.name(),
            WindowFunctionDefinition::WindowUDF(_) => return None,
        },
        _ => return None,
    };
    // That one counts by hashes, which have no order.
    (name.starts_with("approx_") && name != "approx_distinct").then(|| name.to_owned())
}
