//! Which requests go wrong, and how.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Refused with this status, nothing done: `500`, `503`.
    Refuse(u16),
    /// The connection ends without an answer, nothing done: `drop`.
    Drop,
    /// Done, but late: `delay MILLISECONDS`.
    Delay(Duration),
    /// Done, but answered with 503: `apply503`.
    ApplyRefuse,
    /// Done, but the connection ends without an answer: `applydrop`.
    ApplyDrop,
    /// The body of the answer ends after some bytes: `truncate BYTES`.
    Truncate(usize),
    /// One bit in the middle of the answer's body is wrong: `corrupt`.
    Corrupt,
}

#[derive(Debug)]
struct Rule {
    method: String,
    part: String,
    skip: u64,
    times: u64,
    action: Action,
}

/// The faults in force, and what they struck.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
    requests: AtomicU64,
    struck: AtomicU64,
    ignore_conditions: AtomicBool,
}

impl Faults {
    /// Obeys a line of the input, see the crate's documentation.
    pub fn obey(&self, line: &str) -> Result<String, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["fault", method, part, skip, times, action @ ..] => {
                let number = |text: &str| {
                    text.parse().map_err(|_| format!("'{text}' is not a whole number"))
                };
                let rule = Rule {
                    method: (*method).to_owned(),
                    part: (*part).to_owned(),
                    skip: number(skip)?,
                    times: number(times)?,
                    action: parse_action(action)?,
                };
                self.rules.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
                Ok(String::new())
            }
            ["ignore-conditions"] => {
                self.ignore_conditions.store(true, SeqCst);
                Ok(String::new())
            }
            ["clear"] => {
                self.rules.lock().unwrap_or_else(PoisonError::into_inner).clear();
                self.requests.store(0, SeqCst);
                self.struck.store(0, SeqCst);
                Ok(String::new())
            }
            ["count"] => Ok(format!("{} {}", self.requests.load(SeqCst), self.struck.load(SeqCst))),
            _ => Err(format!("unknown command '{line}'")),
        }
    }

    /// The fault of the next request, if it is to have one.
    pub fn strike(&self, method: &str, path: &str) -> Option<Action> {
        self.requests.fetch_add(1, SeqCst);
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |rule: &&mut Rule| {
            (rule.method == "*" || rule.method == method)
                && path.contains(&rule.part)
                && rule.times > 0
        };
        let rule = rules.iter_mut().find(fits)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times -= 1;
        self.struck.fetch_add(1, SeqCst);
        Some(rule.action)
    }

    /// Whether If-None-Match is to be ignored.
    pub fn conditions_ignored(&self) -> bool {
        self.ignore_conditions.load(SeqCst)
    }
}

fn parse_action(words: &[&str]) -> Result<Action, String> {
    let number = |text: &str| text.parse::<u64>().map_err(|_| format!("'{text}' is no number"));
    Ok(match words {
        ["500"] => Action::Refuse(500),
        ["503"] => Action::Refuse(503),
        ["drop"] => Action::Drop,
        ["delay", millis] => Action::Delay(Duration::from_millis(number(millis)?)),
        ["apply503"] => Action::ApplyRefuse,
        ["applydrop"] => Action::ApplyDrop,
        ["truncate", bytes] => {
            Action::Truncate(usize::try_from(number(bytes)?).map_err(|e| e.to_string())?)
        }
        ["corrupt"] => Action::Corrupt,
        _ => return Err(format!("unknown fault '{}'", words.join(" "))),
    })
}
