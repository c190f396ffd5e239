//! The grammar of joins on time, folded into what the parser knows:
//!
//! `ASOF INNER JOIN q MATCH_CONDITION (a.ts >= q.ts) TOLERANCE 5s ON a.k = q.k` becomes
//! `ASOF JOIN q MATCH_CONDITION (__asof('inner', a.ts >= q.ts, INTERVAL '5 s')) ON a.k = q.k`;
//! `SAMPLE BY 5m FILL (PREV)` becomes `GROUP BY __sample_by('5', 'm', '00:00', __prev())`.

use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{Tokens, at, call, ends, is, text, using, word};

mod sample_by;

use sample_by::GROUPED;

type Result<T> = std::result::Result<T, ParserError>;

/// Units that may follow a number directly, as `QuestDB` writes them.
const UNITS: [(&str, &str); 22] = [
    ("ns", "nanoseconds"),
    ("us", "microseconds"),
    ("ms", "milliseconds"),
    ("s", "seconds"),
    ("m", "minutes"),
    ("h", "hours"),
    ("d", "days"),
    ("w", "weeks"),
    ("nanosecond", "nanoseconds"),
    ("nanoseconds", "nanoseconds"),
    ("microsecond", "microseconds"),
    ("microseconds", "microseconds"),
    ("millisecond", "milliseconds"),
    ("milliseconds", "milliseconds"),
    ("second", "seconds"),
    ("seconds", "seconds"),
    ("minute", "minutes"),
    ("minutes", "minutes"),
    ("hour", "hours"),
    ("hours", "hours"),
    ("day", "days"),
    ("days", "days"),
];

/// Folds the clauses of one statement.
pub(crate) fn fold_clauses(tokens: Tokens) -> Result<Tokens> {
    let ours = |t: &TokenWithSpan| {
        ["ASOF", "HORIZON", "WINDOW", "LATEST", "SAMPLE"].iter().any(|word| is(t, word))
    };
    if !tokens.iter().any(ours) {
        return Ok(tokens);
    }
    let significant = |t: &TokenWithSpan| !matches!(t.token, Token::Whitespace(_));
    let tokens: Tokens = tokens.into_iter().filter(significant).collect();
    let mut folder = Folder { tokens, at: 0 };
    let mut folded = folder.until(|_| false)?;
    // A parenthesis too many is the parser's to report.
    folded.extend(folder.tokens.drain(folder.at..));
    Ok(folded)
}

/// Where a SELECT's FROM and WHERE begin among the tokens written so far.
#[derive(Default, Clone, Copy)]
struct Select {
    from: Option<usize>,
    filter: Option<usize>,
    grouped: bool,
}

struct Folder {
    tokens: Tokens,
    at: usize,
}

impl Folder {
    fn peek(&self, ahead: usize) -> Option<&TokenWithSpan> {
        self.tokens.get(self.at + ahead).filter(|t| t.token != Token::EOF)
    }

    fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.peek(i).is_some_and(|t| is(t, word)))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.sees(&[word]);
        self.at += usize::from(found);
        found
    }

    /// Copies tokens, folding what is ours, up to one outside all parentheses for which `ends`
    /// holds, or an unmatched parenthesis.
    fn until(&mut self, ends: impl Fn(&TokenWithSpan) -> bool) -> Result<Tokens> {
        let mut out: Tokens = vec![];
        let mut selects = vec![Select::default()];
        while let Some(token) = self.tokens.get(self.at).cloned() {
            // After a period any word is a name.
            if out.last().is_some_and(|t| t.token == Token::Period) {
                out.push(token);
                self.at += 1;
                continue;
            }
            if selects.len() == 1 {
                // SAMPLE BY ends what GROUP BY would.
                let samples = self.sees(&["SAMPLE", "BY"]) && ends(&word(&token, "GROUP"));
                if samples || ends(&token) {
                    break;
                }
            }
            match &token.token {
                Token::LParen => selects.push(Select::default()),
                Token::RParen if selects.len() == 1 => break,
                Token::RParen => {
                    selects.pop();
                }
                _ => {}
            }
            let select = selects.len() - 1;
            if is(&token, "SELECT") || is(&token, "UNION") {
                selects[select] = Select::default();
            } else if is(&token, "FROM") && selects[select].from.is_none() {
                selects[select].from = Some(out.len());
            } else if is(&token, "WHERE") {
                selects[select].filter = Some(out.len());
            } else if is(&token, "GROUP") {
                selects[select].grouped = true;
            }
            if self.sees(&["SAMPLE", "BY"]) {
                if selects[select].from.is_none() {
                    return Err(self.error("SAMPLE BY follows a FROM clause"));
                }
                if selects[select].grouped {
                    return Err(self.error(GROUPED));
                }
                out.extend(self.sample(&token)?);
                continue;
            }
            if let Some(kind) = self.begins_join() {
                out.extend(self.join(kind)?);
                continue;
            }
            if self.sees(&["LATEST", "ON"]) {
                let Select { from: Some(_), filter, .. } = selects[select] else {
                    return Err(self.error("LATEST ON follows a FROM clause"));
                };
                let condition = filter.map(|at| out.split_off(at)).unwrap_or_default();
                out.extend(self.latest(&token, condition)?);
                continue;
            }
            out.push(token);
            self.at += 1;
        }
        Ok(out)
    }

    /// The word a join on time begins with here.
    fn begins_join(&self) -> Option<&'static str> {
        let kinds = ["ASOF", "HORIZON", "WINDOW"];
        let kind = kinds.into_iter().find(|kind| self.sees(&[kind]))?;
        let rest: [&[&str]; 4] =
            [&["JOIN"], &["LEFT", "JOIN"], &["LEFT", "OUTER", "JOIN"], &["INNER", "JOIN"]];
        let begins = rest.iter().any(|rest| self.sees(&[&[kind], *rest].concat()));
        begins.then_some(kind)
    }

    fn join(&mut self, kind: &'static str) -> Result<Tokens> {
        let place = self.tokens[self.at].clone();
        self.at += 1;
        let bare = self.sees(&["JOIN"]);
        let inner = self.take("INNER");
        let _ = self.take("LEFT") && self.take("OUTER");
        self.take("JOIN");
        let relation = self.until(|t| ends(t) && !is(t, "AS"))?;
        let has_on = self.sees(&["ON"]) || self.sees(&["USING"]);
        if !self.take("MATCH_CONDITION") {
            return Err(match (kind, bare, has_on) {
                ("ASOF", true, true) => self.error(
                    "ASOF JOIN … ON … >= is read in two ways: DuckDB drops rows without a match, \
                     Snowflake keeps them; write ASOF INNER JOIN or ASOF LEFT JOIN, and the times \
                     in MATCH_CONDITION (a.ts >= b.ts) before ON",
                ),
                _ => self.error(&format!(
                    "{kind} JOIN needs MATCH_CONDITION (a.ts >= b.ts) after the table, before ON: \
                     it names the two times"
                )),
            });
        }
        self.expect(&Token::LParen)?;
        let condition = self.until(|_| false)?;
        self.expect(&Token::RParen)?;
        let mut arguments = vec![text(&place, if inner { "inner" } else { "left" }), condition];
        arguments.push(match self.take("TOLERANCE") {
            true => self.distance()?,
            false => vec![word(&place, "NULL")],
        });
        let on = self.constraint()?;
        let name = match kind {
            "HORIZON" => self.horizon(&place, &mut arguments)?,
            "WINDOW" => self.window(&place, &mut arguments)?,
            _ => "__asof",
        };
        let mut out = vec![word(&place, "ASOF"), word(&place, "JOIN")];
        out.extend(relation);
        out.extend([word(&place, "MATCH_CONDITION"), at(&place, Token::LParen)]);
        out.extend(call(&place, name, arguments));
        out.push(at(&place, Token::RParen));
        out.extend(on);
        Ok(out)
    }

    /// `ON a.k = b.k`, `USING (k)`, or `ON (k)` as `QuestDB` writes it.
    fn constraint(&mut self) -> Result<Tokens> {
        let Some(first) = self.peek(0).cloned() else { return Ok(vec![]) };
        if self.take("USING") {
            self.expect(&Token::LParen)?;
            let names = self.until(|_| false)?;
            self.expect(&Token::RParen)?;
            return Ok(using(&first, names));
        }
        if !self.take("ON") {
            return Ok(vec![]);
        }
        // An ON condition may hold IS DISTINCT FROM.
        let on = self.until(|t| ends(t) && !is(t, "FROM"))?;
        if on.is_empty() {
            return Err(self.error("ON needs a condition, as a.key = b.key"));
        }
        let names = match on.as_slice() {
            [open, names @ .., close]
                if open.token == Token::LParen && close.token == Token::RParen =>
            {
                names
            }
            _ => &[],
        };
        let is_list = names.iter().enumerate().all(|(i, t)| match i % 2 {
            0 => matches!(t.token, Token::Word(_)),
            _ => t.token == Token::Comma,
        });
        if !names.is_empty() && is_list {
            return Ok(using(&first, names.to_vec()));
        }
        Ok([vec![first], on].concat())
    }

    /// `RANGE FROM a TO b STEP c AS h` or `LIST (a, b, …) AS h`.
    fn horizon(
        &mut self,
        place: &TokenWithSpan,
        arguments: &mut Vec<Tokens>,
    ) -> Result<&'static str> {
        let (name, mut offsets) = if self.take("RANGE") {
            let mut offsets = vec![];
            for part in ["FROM", "TO", "STEP"] {
                if !self.take(part) {
                    return Err(
                        self.error("HORIZON JOIN: write RANGE FROM -30s TO 300s STEP 1s AS h")
                    );
                }
                offsets.push(self.distance()?);
            }
            ("__horizon_range", offsets)
        } else if self.take("LIST") {
            self.expect(&Token::LParen)?;
            let mut offsets = vec![self.distance()?];
            while self.peek(0).is_some_and(|t| t.token == Token::Comma) {
                self.at += 1;
                offsets.push(self.distance()?);
            }
            self.expect(&Token::RParen)?;
            ("__horizon_list", offsets)
        } else {
            return Err(self.error(
                "HORIZON JOIN needs its offsets: RANGE FROM -30s TO 300s STEP 1s AS h, or LIST \
                 (-5s, 0s, 5s) AS h",
            ));
        };
        let alias = match (self.take("AS"), self.peek(0).map(|t| t.token.clone())) {
            (true, Some(Token::Word(alias))) => {
                self.at += 1;
                alias
            }
            _ => return Err(self.error("HORIZON JOIN: name the offsets, as … STEP 1s AS h")),
        };
        let alias = match alias.quote_style {
            Some(_) => alias.value,
            None => alias.value.to_lowercase(),
        };
        arguments.push(text(place, &alias));
        arguments.append(&mut offsets);
        Ok(name)
    }

    /// `RANGE BETWEEN a PRECEDING AND b FOLLOWING [INCLUDE | EXCLUDE PREVAILING]`.
    fn window(
        &mut self,
        place: &TokenWithSpan,
        arguments: &mut Vec<Tokens>,
    ) -> Result<&'static str> {
        if !(self.take("RANGE") && self.take("BETWEEN")) {
            return Err(self.error(
                "WINDOW JOIN needs RANGE BETWEEN 10 seconds PRECEDING AND 10 seconds FOLLOWING \
                 after ON",
            ));
        }
        for i in 0..2 {
            if i == 1 && !self.take("AND") {
                return Err(self.error("WINDOW JOIN: write RANGE BETWEEN a AND b"));
            }
            if self.sees(&["CURRENT", "ROW"]) {
                self.at += 2;
                arguments.extend([text(place, "current"), vec![word(place, "NULL")]]);
                continue;
            }
            if i == 0 && self.sees(&["UNBOUNDED", "PRECEDING"]) {
                self.at += 2;
                arguments.extend([text(place, "unbounded"), vec![word(place, "NULL")]]);
                continue;
            }
            let distance = self.distance()?;
            let side = match (self.take("PRECEDING"), self.take("FOLLOWING")) {
                (true, _) => "preceding",
                (_, true) => "following",
                _ => {
                    return Err(self.error("WINDOW JOIN: a bound ends with PRECEDING or FOLLOWING"));
                }
            };
            arguments.extend([text(place, side), distance]);
        }
        let include = self.take("INCLUDE");
        let exclude = !include && self.take("EXCLUDE");
        if (include || exclude) && !self.take("PREVAILING") {
            return Err(self.error("WINDOW JOIN: write INCLUDE PREVAILING or EXCLUDE PREVAILING"));
        }
        arguments.push(vec![word(place, if include { "TRUE" } else { "FALSE" })]);
        Ok("__window")
    }

    /// `LATEST ON ts PARTITION BY a, b`, with the WHERE clause that came before it.
    fn latest(&mut self, place: &TokenWithSpan, condition: Tokens) -> Result<Tokens> {
        self.at += 2;
        let time = self.until(|t| is(t, "PARTITION") || ends(t))?;
        if time.is_empty() || !(self.take("PARTITION") && self.take("BY")) {
            return Err(self.error("write LATEST ON ts PARTITION BY key"));
        }
        let mut arguments = vec![time];
        arguments.push(match condition.split_first() {
            Some((_, condition)) => condition.to_vec(),
            None => vec![word(place, "TRUE")],
        });
        loop {
            let key = self.until(|t| t.token == Token::Comma || ends(t))?;
            if key.is_empty() {
                return Err(self.error("LATEST ON … PARTITION BY needs a column"));
            }
            arguments.push(key);
            if self.peek(0).is_none_or(|t| t.token != Token::Comma) {
                break;
            }
            self.at += 1;
        }
        if self.sees(&["WHERE"]) {
            return Err(self.error(
                "WHERE comes before LATEST ON, which takes the latest of the rows that pass; to \
                 filter the latest rows, put the query in parentheses",
            ));
        }
        let marker = ["ASOF", "JOIN"].map(|w| word(place, w));
        let nothing = [
            at(place, Token::LParen),
            word(place, "SELECT"),
            at(place, Token::Number("1".into(), false)),
            at(place, Token::RParen),
            word(place, "MATCH_CONDITION"),
            at(place, Token::LParen),
        ];
        let mut out = [marker.to_vec(), nothing.to_vec()].concat();
        out.extend(call(place, "__latest", arguments));
        out.push(at(place, Token::RParen));
        Ok(out)
    }

    /// A distance in time: `5s`, `-30 seconds`, or any constant expression.
    fn distance(&mut self) -> Result<Tokens> {
        let tokens = self.until(|t| t.token == Token::Comma || is(t, "AND") || ends(t))?;
        let Some(first) = tokens.first().cloned() else {
            return Err(
                self.error("a distance in time is missing here, as 5s or INTERVAL '5 seconds'")
            );
        };
        let (sign, rest) = match first.token {
            Token::Minus => ("-", &tokens[1..]),
            Token::Plus => ("", &tokens[1..]),
            _ => ("", tokens.as_slice()),
        };
        if let [number, unit] = rest
            && let (Token::Number(number, _), Token::Word(unit)) = (&number.token, &unit.token)
        {
            let short = unit.value.to_lowercase();
            let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == short) else {
                return Err(self.error(&format!(
                    "unknown unit '{}', expected one of ns, us, ms, s, m, h, d, w",
                    unit.value
                )));
            };
            let interval = format!("{sign}{number} {unit}");
            return Ok([vec![word(&first, "INTERVAL")], text(&first, &interval)].concat());
        }
        Ok(tokens)
    }

    fn expect(&mut self, wanted: &Token) -> Result<()> {
        if self.peek(0).is_some_and(|t| t.token == *wanted) {
            self.at += 1;
            return Ok(());
        }
        Err(self.error(&format!("Expected: {wanted}")))
    }

    fn error(&self, message: &str) -> ParserError {
        let last = self.tokens.len().saturating_sub(1);
        let place = self.tokens.get(self.at.min(last)).map(|t| t.span.start);
        let place = place.map(|at| format!(" at Line: {}, Column: {}", at.line, at.column));
        ParserError::ParserError(format!("{message}{}", place.unwrap_or_default()))
    }
}
