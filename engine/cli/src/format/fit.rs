//! Fits a grid of texts into a terminal: narrows text columns first, then leaves out middle columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text column is not narrowed below this many terminal cells; columns are left out instead.
const NARROWEST: usize = 12;

/// Blank, border and blank around each column, plus the last border.
const PER_COLUMN: usize = 3;

/// Which columns are shown and how wide each may be.
#[derive(Debug, PartialEq, Eq)]
pub struct Fit {
    /// Columns before the gap, then those after it.
    pub left: Vec<usize>,
    /// Empty when every column fits.
    pub right: Vec<usize>,
    /// Widest text allowed in each column, by original position.
    pub widths: Vec<usize>,
}

/// Terminal cells of the longest line.
pub fn width(text: &str) -> usize {
    text.split('\n').map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// `natural` holds the width each column wants and whether it may be narrowed.
pub fn fit(natural: &[(usize, bool)], terminal: Option<usize>) -> Fit {
    let mut widths: Vec<usize> = natural.iter().map(|(width, _)| *width).collect();
    let all = || (0..natural.len()).collect::<Vec<_>>();
    let Some(room) = terminal.map(|columns| columns.saturating_sub(1)) else {
        return Fit { left: all(), right: Vec::new(), widths };
    };
    let total = |widths: &[usize]| widths.iter().map(|w| w + PER_COLUMN).sum::<usize>();
    let mut cap = widths.iter().copied().max().unwrap_or(0);
    while total(&widths) > room && cap > NARROWEST {
        cap -= 1;
        for (width, (natural, narrows)) in widths.iter_mut().zip(natural) {
            if *narrows {
                *width = (*natural).min(cap);
            }
        }
    }
    if total(&widths) <= room {
        return Fit { left: all(), right: Vec::new(), widths };
    }
    // Take columns from both ends in turn while they fit beside the one-cell gap column.
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut from, mut to) = (0, natural.len());
    let mut used = 1 + PER_COLUMN;
    while from < to {
        let takes_left = left.len() <= right.len();
        let next = if takes_left { from } else { to - 1 };
        used += widths[next] + PER_COLUMN;
        // The first column is shown even when it alone is too wide.
        if used > room && !left.is_empty() {
            break;
        }
        if takes_left {
            left.push(next);
            from += 1;
        } else {
            right.insert(0, next);
            to -= 1;
        }
    }
    if from == to {
        left.append(&mut right);
    }
    Fit { left, right, widths }
}

/// Cuts one-line text with `…`; folds text of several lines, whose words matter (plans, programs).
pub fn clip(text: &str, limit: usize) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    if text.contains('\n') {
        let lines: Vec<String> = text.split('\n').flat_map(|line| folded(line, limit)).collect();
        return lines.join("\n");
    }
    let mut clipped = first(text, limit.saturating_sub(1)).to_owned();
    clipped.push('…');
    clipped
}

fn folded(line: &str, limit: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line;
    while rest.width() > limit {
        let head = first(rest, limit);
        // A character wider than the limit must still be consumed.
        let head = if head.is_empty() { &rest[..first_char_len(rest)] } else { head };
        lines.push(head.to_owned());
        rest = &rest[head.len()..];
    }
    lines.push(rest.to_owned());
    lines
}

fn first_char_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

fn first(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > limit {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_columns_give_way_before_any_column_is_left_out() {
        let fit = fit(&[(8, false), (40, true)], Some(40));
        assert_eq!(fit, Fit { left: vec![0, 1], right: vec![], widths: vec![8, 25] });
    }

    #[test]
    fn middle_columns_are_left_out_when_narrowing_is_not_enough() {
        let fit = fit(&[(10, false); 6], Some(45));
        assert_eq!((fit.left, fit.right), (vec![0, 1], vec![5]));
    }

    #[test]
    fn without_a_terminal_nothing_is_cut() {
        let fit = fit(&[(500, true), (500, true)], None);
        assert_eq!(fit.widths, vec![500, 500]);
    }

    #[test]
    fn a_lone_wide_column_is_still_shown() {
        let fit = fit(&[(100, false)], Some(20));
        assert_eq!((fit.left, fit.right), (vec![0], vec![]));
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(clip("日本語テキスト", 5), "日本…");
        assert_eq!(clip("plain", 5), "plain");
        assert_eq!(clip("abcdef\ngh", 4), "abcd\nef\ngh");
    }
}
