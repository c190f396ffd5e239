//! What a pipeline has made, from what: published with it, so that the next run does what is left.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use trademl_catalog::{Lake, TableName};

use super::header::Header;
use crate::error::{Error, Result};
use crate::meaning::{Meaning, Source, hex};

/// What each step of a pipeline made, by the step's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State(pub BTreeMap<String, Made>);

/// What a step made, from what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Made {
    /// The script's version.
    pub version: u32,
    /// The engine that made it.
    pub engine: String,
    /// Digest of the statement's plan, parameters in place.
    pub plan: String,
    /// Digest of its words with the parameters' defaults: what a version stands for.
    pub meaning: String,
    /// The content of what it read, by name.
    pub inputs: BTreeMap<String, String>,
    /// The content of what it made afterwards.
    pub output: Option<String>,
    /// The ranges of time that are done, if it is made so.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub ranges: BTreeSet<String>,
    /// Rows it made.
    pub rows: u64,
    /// The run that made it.
    pub run_id: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why a step runs, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// What it made last is still what it would make.
    UpToDate,
    /// It runs, because.
    Because(String),
}

impl State {
    pub async fn load(lake: &Lake, pipeline: &str) -> Result<Self> {
        let Some(state) = lake.pipeline_state(pipeline).await? else { return Ok(Self::default()) };
        serde_json::from_value(state).map_err(|e| {
            Error::usage(format!(
                "pipeline '{pipeline}': its state in ops/pipelines is of another engine ({e}); \
                 delete it, and the next run makes everything anew"
            ))
        })
    }

    pub async fn save(&self, lake: &Lake, pipeline: &str) -> Result<()> {
        Ok(lake.save_pipeline_state(pipeline, &json!(self)).await?)
    }
}

impl Made {
    /// Whether it was made by this query of this version.
    pub fn stands_for(&self, header: &Header, plan: &str) -> bool {
        self.version == header.version
            && self.engine == env!("CARGO_PKG_VERSION")
            && self.plan == plan
    }

    /// Whether a step that means `plan` and reads `inputs` has to run again.
    pub fn due(
        before: Option<&Self>,
        header: &Header,
        plan: &str,
        inputs: &BTreeMap<String, String>,
        output: Option<&String>,
    ) -> Due {
        let because = |text: String| Due::Because(text);
        let Some(before) = before else { return because("new".to_owned()) };
        if before.version != header.version {
            return because(format!("version {} to {}", before.version, header.version));
        }
        if before.engine != env!("CARGO_PKG_VERSION") {
            return because(format!("made by engine {}", before.engine));
        }
        if before.plan != plan {
            return because("its query or parameters changed".to_owned());
        }
        if &before.inputs != inputs {
            let names = inputs.iter().filter(|(name, now)| before.inputs.get(*name) != Some(now));
            let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
            return because(match names.is_empty() {
                true => "it reads less".to_owned(),
                false => format!("{} changed", names.join(", ")),
            });
        }
        match (&before.output, output) {
            (Some(_), None) => because("what it made is gone".to_owned()),
            (made, now) if made.as_ref() != now => {
                because("its table was written by others".into())
            }
            _ => Due::UpToDate,
        }
    }
}

/// The content of everything that a statement reads, by name; the second value also has versions, for
/// the record of the run.
pub(super) fn inputs(
    meaning: &Meaning,
    cut: DateTime<Utc>,
) -> Result<(BTreeMap<String, String>, Value)> {
    let (mut contents, mut recorded) = (BTreeMap::new(), serde_json::Map::new());
    for (name, source) in &meaning.reads {
        let (content, version) = match source {
            Source::Table(table) => {
                // Rows that are known only later become part of it as the cut moves on.
                let whole = table.definition().is_none()
                    || table.row_count() == Some(0)
                    || table.known_range().is_some_and(|(_, last)| last <= cut);
                let content = match whole {
                    true => table.content(),
                    false => format!("{} at {}", table.content(), cut.to_rfc3339()),
                };
                (content, Some(table.version()))
            }
            Source::Model(version) => (format!("v{version}"), Some(*version)),
            Source::File => (file_content(name)?, None),
        };
        recorded.insert(name.clone(), json!({ "content": content, "version": version }));
        contents.insert(name.clone(), content);
    }
    if meaning.varies {
        contents.insert("now()".to_owned(), cut.to_rfc3339());
    }
    Ok((contents, Value::Object(recorded)))
}

/// A digest of a file, or of the names and sizes of files by a pattern, which may be many.
pub(super) fn file_content(path: &str) -> Result<String> {
    let unreadable = |e: std::io::Error| Error::usage(format!("cannot read '{path}': {e}"));
    let mut digest = Sha256::new();
    if std::path::Path::new(path).is_file() {
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        std::io::copy(&mut file, &mut digest).map_err(unreadable)?;
        return Ok(hex(&digest.finalize()));
    }
    let folder = path.split('*').next().unwrap_or_default();
    let folder = folder.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let mut open = vec![std::path::PathBuf::from(folder)];
    let mut found = vec![];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let about = entry.metadata().map_err(unreadable)?;
            if about.is_dir() {
                open.push(entry.path());
            } else {
                let changed = about.modified().ok();
                found.push(format!("{} {} {changed:?}", entry.path().display(), about.len()));
            }
        }
    }
    found.sort();
    found.iter().for_each(|file| digest.update(file));
    Ok(hex(&digest.finalize()))
}

/// The content of a table or the version of a model, if it is there.
pub(super) async fn content(lake: &Lake, name: &str) -> Result<(Option<String>, Option<u64>)> {
    if let Some(model) = name.strip_prefix("models.") {
        let found = lake.models().list().await?.into_iter().find(|m| m.name == model);
        let version = found.map(|m| m.latest);
        return Ok((version.map(|v| format!("v{v}")), version));
    }
    let name: TableName = name.parse()?;
    let table = lake.table(&name).await?;
    Ok(table.map_or((None, None), |t| (Some(t.content()), Some(t.version()))))
}
