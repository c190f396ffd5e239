//! The line of parameters that the library's functions take.

use std::ffi::CString;
use std::fmt::Display;

use crate::{Error, Result};

/// Parameters as `name=value`, checked so that none can smuggle in another.
///
/// The library ignores names it does not know, so callers check names against what they offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The parameters that make training repeatable: one thread, `deterministic`, row-wise
    /// histograms, the seed, and silence.
    pub fn new(seed: u32) -> Self {
        let fixed = [
            ("num_threads", "1".to_string()),
            ("deterministic", "true".to_string()),
            ("force_row_wise", "true".to_string()),
            ("seed", (seed & 0x7fff_ffff).to_string()),
            ("verbosity", "-1".to_string()),
        ];
        Self(fixed.map(|(name, value)| (name.to_string(), value)).to_vec())
    }

    /// Sets a parameter, replacing an earlier value.
    ///
    /// # Errors
    ///
    /// If the name is not lower-case letters, digits and `_`, or the value is empty or holds white
    /// space, `=`, `#` or a quote.
    pub fn set(&mut self, name: &str, value: impl Display) -> Result<()> {
        let value = value.to_string();
        let refuse = |expected| {
            Err(Error::Parameter { name: name.to_string(), value: value.clone(), expected })
        };
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.is_empty() || !name.chars().all(word) {
            return refuse("a parameter name of lower-case letters, digits and '_'");
        }
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '=' | '#' | '"' | '\'');
        if value.is_empty() || !value.chars().all(plain) {
            return refuse("a value without white space, '=', '#' or quotes");
        }
        self.0.retain(|(n, _)| n != name);
        self.0.push((name.to_string(), value));
        Ok(())
    }

    pub(crate) fn line(&self) -> CString {
        let words: Vec<_> = self.0.iter().map(|(n, v)| format!("{n}={v}")).collect();
        // `set` admits graphic ASCII only, so there is no NUL.
        CString::new(words.join(" ")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_values_replace_earlier_ones() {
        let mut p = Parameters::new(7);
        p.set("num_leaves", 15).expect("valid");
        p.set("num_threads", 2).expect("valid");
        let line = "deterministic=true force_row_wise=true seed=7 verbosity=-1 num_leaves=15 num_threads=2";
        assert_eq!(p.line().to_str(), Ok(line));
    }

    #[test]
    fn one_parameter_cannot_carry_another() {
        let mut p = Parameters::new(7);
        for value in ["3 input_model=x", "", "a=b", "1\n2", "#"] {
            let message = p.set("num_leaves", value).expect_err("refused").to_string();
            assert!(message.starts_with("num_leaves: was '"), "{message}");
        }
        assert!(p.set("num leaves", 3).is_err());
        assert!(p.set("", 3).is_err());
    }
}
