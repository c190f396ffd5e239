//! What a run is: its parameters, and the id that names what it computes from what.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use serde_json::json;
use sha2::{Digest, Sha256};
use trademl_catalog::Lake;
use trademl_udfs::relation::did_you_mean;

use super::load::Script;
use super::state::{content, file_content};
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::meaning::hex;

/// Declared parameters with their values: given, else default.
pub(super) fn bind(
    script: &Script,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, ScalarValue>> {
    let mut values = BTreeMap::new();
    for script in script.all() {
        for parameter in &script.header.parameters {
            let value = match given.get(&parameter.name) {
                Some(text) => Some(parameter.value(text)?),
                None => parameter.default.clone(),
            };
            let Some(value) = value else {
                return Err(Error::usage(format!(
                    "parameter '{}' of {} has no value; pass --param {}=…",
                    parameter.name,
                    script.path.display(),
                    parameter.name
                )));
            };
            // The outermost script's default holds for those it includes.
            values.entry(parameter.name.clone()).or_insert(value);
        }
    }
    if let Some(unknown) = given.keys().find(|name| !values.contains_key(*name)) {
        return Err(Error::usage(format!(
            "no script declares parameter '{unknown}'{}; declared: {}",
            did_you_mean(unknown, values.keys().map(String::as_str)),
            values.keys().cloned().collect::<Vec<_>>().join(", ")
        )));
    }
    Ok(values)
}

pub(super) fn shown(parameters: &BTreeMap<String, ScalarValue>) -> BTreeMap<&str, String> {
    parameters.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect()
}

pub(super) fn types(parameters: &BTreeMap<String, ScalarValue>) -> BTreeMap<&str, String> {
    parameters.iter().map(|(name, v)| (name.as_str(), v.data_type().to_string())).collect()
}

/// Parameters as a run's record has them: text and types by name.
pub(super) fn typed(values: &str, types: &str) -> Option<BTreeMap<String, ScalarValue>> {
    let values: BTreeMap<String, String> = serde_json::from_str(values).ok()?;
    let types: BTreeMap<String, String> = serde_json::from_str(types).ok()?;
    let value = |(name, text): (String, String)| {
        let data_type: DataType = types.get(&name)?.parse().ok()?;
        Some((name, ScalarValue::try_from_string(text, &data_type).ok()?))
    };
    values.into_iter().map(value).collect()
}

pub(super) fn combined_hash(script: &Script) -> String {
    let mut digest = Sha256::new();
    for script in script.all() {
        digest.update(script.path.display().to_string());
        digest.update(&script.hash);
    }
    hex(&digest.finalize())
}

/// The run's identity: what it computes from what. Two runs of one id give the same bytes.
pub(super) async fn run_id(
    engine: &Engine,
    script: &Script,
    parameters: &BTreeMap<String, ScalarValue>,
    as_of: Option<DateTime<Utc>>,
) -> Result<String> {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
    for script in script.all() {
        digest.update(&script.header.name);
        digest.update(script.header.version.to_le_bytes());
        digest.update(&script.words);
    }
    digest.update(json!(shown(parameters)).to_string());
    digest.update(as_of.map(|t| t.to_rfc3339()).unwrap_or_default());
    let written: Vec<_> = script.all().iter().map(|s| s.header.name.clone()).collect();
    let mut inputs: Vec<_> =
        script.all().iter().flat_map(|s| s.header.inputs.clone().unwrap_or_default()).collect();
    inputs.sort();
    inputs.dedup();
    for input in inputs.iter().filter(|i| !written.contains(i)) {
        digest.update(input);
        digest.update(input_content(engine.lake(), input).await?);
    }
    Ok(hex(&digest.finalize()[..8]))
}

/// The content of a file, a table or a model; nothing where there is none yet.
async fn input_content(lake: &Lake, input: &str) -> Result<String> {
    if input.contains(['/', '*']) || std::path::Path::new(input).is_file() {
        return file_content(input);
    }
    Ok(content(lake, input).await?.0.unwrap_or_default())
}
