//! Engine errors as gRPC status: a code clients can act on and a text people can read.

use tonic::{Code, Status};
use trademl_engine::{Error, ErrorKind};

/// Longest message sent, in bytes. It travels in an HTTP/2 header, which clients cap at 8 or 16 KiB
/// after percent-encoding.
const MESSAGE_BYTES: usize = 2048;

/// The status a client gets for an engine error. What is not about the client's own text is logged
/// in full and sent without the server's paths and addresses.
pub(crate) fn status(error: &Error) -> Status {
    let code = match error.kind {
        ErrorKind::Sql | ErrorKind::Usage => Code::InvalidArgument,
        ErrorKind::Audit => Code::FailedPrecondition,
        ErrorKind::Storage => Code::Unavailable,
        ErrorKind::Conflict => Code::Aborted,
        ErrorKind::Resources => Code::ResourceExhausted,
        ErrorKind::Timeout => Code::DeadlineExceeded,
        ErrorKind::Interrupted | ErrorKind::Terminated => Code::Cancelled,
    };
    let text = error.to_string();
    if matches!(error.kind, ErrorKind::Sql | ErrorKind::Usage) {
        Status::new(code, shorten(&text))
    } else {
        tracing::warn!(error = %text, "statement failed");
        Status::new(code, shorten(&without_places(&text)))
    }
}

/// A fault of ours: the detail goes to the log, the client learns that it is not theirs.
pub(crate) fn internal(what: &str, detail: &dyn std::fmt::Display) -> Status {
    tracing::error!(detail = %detail, "{what}");
    Status::internal(format!("{what}, this is a fault of the server; its log has the details"))
}

/// Replaces file paths and URLs, which say how the server is set up, by their last part.
fn without_places(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| c.is_whitespace() || "'\"`(),;".contains(c)) {
        let end =
            word.trim_end_matches(|c: char| c.is_whitespace() || "'\"`(),;:".contains(c)).len();
        let (place, tail) = word.split_at(end);
        let local = place.starts_with('/') && place[1..].contains('/');
        if local || place.contains("://") {
            let last = place.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            out.push_str("…/");
            out.push_str(last.split('?').next().unwrap_or_default());
        } else {
            out.push_str(place);
        }
        out.push_str(tail);
    }
    out
}

/// Cuts a long text at a character, saying so.
fn shorten(text: &str) -> String {
    if text.len() <= MESSAGE_BYTES {
        return text.to_owned();
    }
    let end = (0..=MESSAGE_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{} … ({} more bytes)", &text[..end], text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_server_are_not_sent() {
        assert_eq!(
            without_places("lake: cannot read '/srv/lake/raw/prices/_delta_log/0.json': denied"),
            "lake: cannot read '…/0.json': denied"
        );
        assert_eq!(
            without_places("get s3://key:secret@bucket/a/b?X-Amz-Signature=1 failed"),
            "get …/b failed"
        );
        assert_eq!(without_places("rate 3/4 and a/b stay"), "rate 3/4 and a/b stay");
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let text = "é".repeat(3000);
        let short = shorten(&text);
        assert!(short.len() < 2100 && short.ends_with("more bytes)"));
        assert_eq!(shorten("short"), "short");
    }
}
