//! Names that are nearly right.

use trademl_udfs::relation::did_you_mean;

use crate::session::TableInfo;

/// The message for a table that does not exist.
pub(crate) fn unknown_table(name: &str, tables: &[TableInfo]) -> String {
    let full: Vec<String> = tables.iter().map(|t| format!("{}.{}", t.schema, t.name)).collect();
    let bare = name.rsplit('.').next().unwrap_or(name);
    // The right name in another schema is the likeliest slip.
    let elsewhere = tables.iter().position(|t| t.name == bare).and_then(|i| full.get(i));
    let near = match elsewhere {
        Some(full) => format!(" (did you mean '{full}'?)"),
        None => {
            let near = did_you_mean(name, full.iter().map(String::as_str));
            let by_name = || {
                let names = tables.iter().map(|t| t.name.as_str());
                did_you_mean(bare, names)
            };
            if near.is_empty() { by_name() } else { near }
        }
    };
    format!("no table '{name}'{near}; \\dt lists the tables of the lake")
}
