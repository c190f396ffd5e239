//! Numbers the `?` placeholders of ODBC, JDBC and DB-API clients as `$1`, `$2`, …

use tonic::Status;

/// The text with each `?` outside strings, names and comments replaced by its number. A statement
/// that mixes `?` with `$1` is refused, since the two would count differently.
pub(crate) fn number(sql: &str) -> Result<String, Status> {
    if !sql.contains('?') {
        return Ok(sql.to_owned());
    }
    let mut out = String::with_capacity(sql.len() + 16);
    let (mut rest, mut count, mut dollars) = (sql, 0_usize, false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' | '`' => quoted(rest, first),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => comment(rest),
            '$' => {
                dollars |= rest[1..].starts_with(|c: char| c.is_ascii_digit());
                dollar(rest)
            }
            '?' => {
                count += 1;
                out.push('$');
                out.push_str(&count.to_string());
                rest = &rest[1..];
                continue;
            }
            other => other.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    if count > 0 && dollars {
        return Err(Status::invalid_argument(
            "placeholders: '?' and '$1' in one statement, use one of the two",
        ));
    }
    Ok(out)
}

/// Length of a quoted piece; a doubled quote is a quote inside and simply opens the next piece.
fn quoted(text: &str, quote: char) -> usize {
    text[1..].find(quote).map_or(text.len(), |end| end + 2)
}

/// Length of a block comment, which may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// Length of `$$ … $$` or `$tag$ … $tag$`, or of the sign alone.
fn dollar(text: &str) -> usize {
    let tag = text[1..].find(|c: char| !(c.is_alphanumeric() || c == '_'));
    match tag {
        Some(end)
            if text[1 + end..].starts_with('$')
                && !text[1..].starts_with(|c: char| c.is_ascii_digit()) =>
        {
            let tag = &text[..end + 2];
            text[tag.len()..].find(tag).map_or(text.len(), |close| close + 2 * tag.len())
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_placeholders_are_numbered() {
        for (sql, expected) in [
            ("select ?, ?", "select $1, $2"),
            ("select '?', \"a?\", ? -- ?\n, ?", "select '?', \"a?\", $1 -- ?\n, $2"),
            (
                "select 'it''s ?', ? /* ? /* ? */ ? */ + ?",
                "select 'it''s ?', $1 /* ? /* ? */ ? */ + $2",
            ),
            ("select $$ ? $$, $q$ ? $$ $q$, ?", "select $$ ? $$, $q$ ? $$ $q$, $1"),
            ("select 'ß?', ?", "select 'ß?', $1"),
            ("select '?", "select '?"),
            ("select $name + $1", "select $name + $1"),
        ] {
            assert_eq!(number(sql).unwrap(), expected);
        }
    }

    #[test]
    fn mixed_styles_are_refused() {
        assert!(number("select ? + $1").unwrap_err().message().contains("use one of the two"));
    }
}
