//! `SAMPLE BY 5m FILL (PREV) ALIGN TO CALENDAR WITH OFFSET '09:30'`.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Folder, Result};
use crate::temporal::tokens::{Tokens, call, ends, text, word};

pub(super) const GROUPED: &str = "SAMPLE BY groups by the columns of the SELECT that are not aggregated, and \
                       by time: leave GROUP BY and HAVING out; filter the result in an outer query";

impl Folder {
    /// `SAMPLE BY 5m [FILL (…)] [ALIGN TO CALENDAR [WITH OFFSET '09:30']]`.
    pub(super) fn sample(&mut self, place: &TokenWithSpan) -> Result<Tokens> {
        self.at += 2;
        let length = [self.peek(0), self.peek(1)].map(|t| t.map(|t| t.token.clone()));
        let [Some(Token::Number(count, _)), Some(Token::Word(unit))] = length else {
            return Err(self.error("write SAMPLE BY 5m, 1h, 1d, 1w or 1M"));
        };
        self.at += 2;
        if self.sees(&["FROM"]) {
            return Err(self.error(
                "SAMPLE BY … FROM … TO: not supported; limit the time in WHERE, and join a \
                 calendar of buckets for those without rows",
            ));
        }
        let mut fills = vec![];
        if self.take("FILL") {
            self.expect(&Token::LParen)?;
            loop {
                fills.push(self.fill(place)?);
                if self.peek(0).is_none_or(|t| t.token != Token::Comma) {
                    break;
                }
                self.at += 1;
            }
            self.expect(&Token::RParen)?;
            if fills.len() > 1 && fills.iter().any(Option::is_none) {
                return Err(self.error("FILL: NONE stands alone"));
            }
        }
        let mut offset = "00:00".to_owned();
        if self.take("ALIGN") {
            if !(self.take("TO") && self.take("CALENDAR")) {
                return Err(self.error(
                    "write ALIGN TO CALENDAR: buckets aligned to the first row would be others \
                     with every WHERE",
                ));
            }
            if self.sees(&["TIME", "ZONE"]) {
                return Err(self.error(
                    "ALIGN TO CALENDAR TIME ZONE: not supported; buckets are of UTC, convert the \
                     time in a subquery",
                ));
            }
            if self.take("WITH") {
                let given = self.peek(1).map(|t| t.token.clone());
                let (true, Some(Token::SingleQuotedString(given))) = (self.take("OFFSET"), given)
                else {
                    return Err(self.error("write ALIGN TO CALENDAR WITH OFFSET '09:30'"));
                };
                self.at += 1;
                offset = given;
            }
        }
        if ["GROUP", "HAVING", "QUALIFY"].iter().any(|word| self.sees(&[word])) {
            return Err(self.error(GROUPED));
        }
        if ["WHERE", "LATEST", "FILL", "ALIGN"].iter().any(|word| self.sees(&[word])) {
            return Err(self.error(
                "the order is WHERE … SAMPLE BY 5m FILL (…) ALIGN TO CALENDAR WITH OFFSET '…'",
            ));
        }
        let mut arguments = vec![text(place, &count), text(place, &unit.value)];
        arguments.push(text(place, &offset));
        arguments.extend(fills.into_iter().flatten());
        let mut out = vec![word(place, "GROUP"), word(place, "BY")];
        out.extend(call(place, "__sample_by", arguments));
        Ok(out)
    }

    /// One item of `FILL (…)`; none for NONE.
    fn fill(&mut self, place: &TokenWithSpan) -> Result<Option<Tokens>> {
        if self.take("NONE") {
            return Ok(None);
        }
        if self.take("PREV") {
            return Ok(Some(call(place, "__prev", vec![])));
        }
        if self.sees(&["LINEAR"]) {
            return Err(self.error(
                "FILL (LINEAR) looks ahead: a value between two buckets knows the later one; \
                 write FILL (PREV)",
            ));
        }
        let constant = self.until(|t| t.token == Token::Comma || ends(t))?;
        match constant.is_empty() {
            true => Err(self.error("FILL takes NONE, NULL, PREV or a constant")),
            false => Ok(Some(constant)),
        }
    }
}
