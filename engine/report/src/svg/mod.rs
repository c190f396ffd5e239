//! The pictures of the tear sheet, one a file, as inline SVG.
//!
//! Colours are CSS variables of the page, so one drawing serves light, dark and print. `c0`…`c7` are
//! the colours of strategies and kinds, `cb` the benchmark's.

pub mod axis;
pub mod costs;
pub mod downsample;
pub mod folds;
pub mod frame;
pub mod importance;
pub mod lines;
pub mod trials;

/// How many series have a colour of their own; a picture draws no more than these.
pub const COLOURS: usize = 8;

/// The names in the order of their first mention.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// `text` cut to `length` characters, with "…" when something is missing.
fn shortened(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    text.chars().take(length.saturating_sub(1)).chain(['…']).collect()
}
