//! The session messages of `Flight.proto` that arrow-flight has no types for, and what they do.

use std::collections::HashMap;
use std::sync::Arc;

use prost::{Message, Oneof};
use tonic::Status;

use crate::metadata::{CATALOG, SCHEMA};
use crate::runner::Runner;
use crate::session::ClientSession;

/// `SessionOptionValue`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct OptionValue {
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5")]
    value: Option<Value>,
}

#[derive(Clone, PartialEq, Oneof)]
enum Value {
    #[prost(string, tag = "1")]
    Text(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(sfixed64, tag = "3")]
    Integer(i64),
    #[prost(double, tag = "4")]
    Double(f64),
    #[prost(message, tag = "5")]
    List(Texts),
}

/// `SessionOptionValue.StringListValue`.
#[derive(Clone, PartialEq, Message)]
struct Texts {
    #[prost(string, repeated, tag = "1")]
    values: Vec<String>,
}

/// `SetSessionOptionsRequest` and `GetSessionOptionsResult`, which look the same.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Options {
    #[prost(map = "string, message", tag = "1")]
    options: HashMap<String, OptionValue>,
}

/// `SetSessionOptionsResult`: the options that could not be set.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct SetResult {
    #[prost(map = "string, message", tag = "1")]
    errors: HashMap<String, SetError>,
}

/// `SetSessionOptionsResult.Error`.
#[derive(Clone, Copy, PartialEq, Message)]
struct SetError {
    #[prost(int32, tag = "1")]
    value: i32,
}

/// `SetSessionOptionsResult.ErrorValue`.
const INVALID_NAME: i32 = 1;
const INVALID_VALUE: i32 = 2;

/// `CloseSessionResult`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct CloseResult {
    #[prost(int32, tag = "1")]
    status: i32,
}

impl CloseResult {
    /// `CloseSessionResult.Status.CLOSED`.
    pub(crate) const CLOSED: Self = Self { status: 1 };
}

/// Sets options of the session by the statements a user would write.
pub(crate) async fn set(
    runner: &Runner,
    session: &Arc<ClientSession>,
    request: Options,
) -> SetResult {
    let mut errors = HashMap::new();
    let mut wanted: Vec<_> = request.options.into_iter().collect();
    wanted.sort_by(|(left, _), (right, _)| left.cmp(right));
    for (name, value) in wanted {
        if let Err(value) = set_one(runner, session, &name, value).await {
            errors.insert(name, SetError { value });
        }
    }
    SetResult { errors }
}

async fn set_one(
    runner: &Runner,
    session: &Arc<ClientSession>,
    name: &str,
    value: OptionValue,
) -> Result<(), i32> {
    let text = match value.value {
        Some(Value::Text(text)) => text,
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Double(number)) => number.to_string(),
        Some(Value::List(_)) | None => return Err(INVALID_VALUE),
    };
    let name = match name {
        "catalog" => return if text == CATALOG { Ok(()) } else { Err(INVALID_VALUE) },
        "schema" => return if text == SCHEMA { Ok(()) } else { Err(INVALID_VALUE) },
        other if is_setting(other) => other,
        _ => return Err(INVALID_NAME),
    };
    let sql = format!("SET {name} = '{}'", text.replace('\'', "''"));
    let planned = runner.plan(session, &sql).await.map_err(|_| INVALID_NAME)?;
    runner.update(session, planned).await.map(|_| ()).map_err(|_| INVALID_VALUE)
}

/// Whether a name can stand in `SET` as it is.
fn is_setting(name: &str) -> bool {
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    name.split('.').all(word)
}

/// The settings of the session, with `catalog` and `schema` under the names clients know.
pub(crate) fn get(session: &ClientSession) -> Options {
    let fixed = [("catalog", CATALOG), ("schema", SCHEMA)];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let all = session.engine.shown_settings().into_iter().chain(fixed);
    let text = |value| OptionValue { value: Some(Value::Text(value)) };
    Options { options: all.map(|(name, value)| (name, text(value))).collect() }
}

/// A message out of an action's body.
pub(crate) fn decode<M: Message + Default>(body: &[u8]) -> Result<M, Status> {
    M::decode(body).map_err(|error| Status::invalid_argument(format!("action: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_break_out_of_set_are_refused() {
        for good in ["trademl.as_of", "a", "datafusion.execution.batch_size"] {
            assert!(is_setting(good), "{good}");
        }
        for bad in ["", "a b", "a;drop", "a.", ".a", "1a", "a='x'--", "ä"] {
            assert!(!is_setting(bad), "{bad}");
        }
    }

    /// Bytes as `protoc --encode` writes them for `session_options { key: "a" value { int64_value: 7 } }`.
    #[test]
    fn messages_have_the_published_layout() {
        let bytes = [0x0a, 0x0e, 0x0a, 0x01, b'a', 0x12, 0x09, 0x19, 7, 0, 0, 0, 0, 0, 0, 0];
        let options: Options = decode(&bytes).unwrap();
        let value = options.options["a"].value.clone();
        assert_eq!(value, Some(Value::Integer(7)));
        assert_eq!(options.encode_to_vec(), bytes);
        assert_eq!(CloseResult::CLOSED.encode_to_vec(), [0x08, 0x01]);
        assert!(decode::<Options>(&[0xff]).is_err());
    }
}
