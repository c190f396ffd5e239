//! What the rows of a table know of the future, remembered with the table.

use std::collections::HashMap;

const LABELS: &str = "trademl.labels";
const ALWAYS: &str = "trademl.known_always";

/// What the rows of a table know, beyond what their times say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Knowledge {
    /// Columns that look ahead, as labels do; `*` is the choice of rows.
    pub labels: Vec<String>,
    /// Whether the rows are known before they happen, as those of a calendar are.
    pub always: bool,
}

impl Knowledge {
    /// The Delta table properties that store it.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (String, String)> + use<> {
        let labels = serde_json::json!(self.labels).to_string();
        let labels = (!self.labels.is_empty()).then(|| (LABELS.to_owned(), labels));
        let always = self.always.then(|| (ALWAYS.to_owned(), "true".to_owned()));
        labels.into_iter().chain(always)
    }

    pub(crate) fn from_properties(properties: &HashMap<String, String>) -> Self {
        let labels = properties.get(LABELS).and_then(|labels| serde_json::from_str(labels).ok());
        Self { labels: labels.unwrap_or_default(), always: properties.contains_key(ALWAYS) }
    }
}
