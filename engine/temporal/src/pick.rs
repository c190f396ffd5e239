//! Which right rows a left row gets.

use std::fmt;

/// How a left time relates to the right time it is matched with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Hash)]
pub enum Comparison {
    /// `left >= right`: the latest right row not after the left one.
    GtEq,
    /// `left > right`: the latest right row before the left one.
    Gt,
    /// `left <= right`: the earliest right row not before the left one.
    LtEq,
    /// `left < right`: the earliest right row after the left one.
    Lt,
    /// The right row closest in time; of two as close, the earlier.
    Nearest,
}

/// What is taken for each left row. Distances are in units of the time columns: days for a DATE,
/// ticks for a TIMESTAMP, one for an integer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Hash)]
pub enum Pick {
    /// One row for each offset: the match of the left time plus the offset.
    AsOf {
        /// Which side of the left time is searched.
        comparison: Comparison,
        /// The longest distance that still matches.
        tolerance: Option<i64>,
        /// What is added to the left time; `[0]` for a plain ASOF JOIN.
        offsets: Vec<i64>,
    },
    /// All rows from `from` to `to` after the left time, both included; negative is before.
    Window {
        /// Where the window begins, `None` at the first row.
        from: Option<i64>,
        /// Where it ends.
        to: i64,
        /// Whether the row in force when the window begins is taken too.
        prevailing: bool,
    },
}

impl Pick {
    /// Places in the right side that the search keeps: forward, the end of a tie besides.
    pub(crate) fn cursors(&self) -> usize {
        match self {
            Self::AsOf { comparison: Comparison::GtEq | Comparison::Gt, offsets, .. } => {
                offsets.len()
            }
            Self::AsOf { offsets, .. } => 2 * offsets.len(),
            Self::Window { .. } => 2,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GtEq => ">=",
            Self::Gt => ">",
            Self::LtEq => "<=",
            Self::Lt => "<",
            Self::Nearest => "nearest",
        })
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsOf { tolerance, offsets, .. } => {
                if let Some(tolerance) = tolerance {
                    write!(f, ", tolerance={tolerance}")?;
                }
                if offsets.as_slice() != [0] {
                    write!(f, ", {} offsets", offsets.len())?;
                }
                Ok(())
            }
            Self::Window { from, to, prevailing } => {
                let from = from.map_or_else(|| "unbounded".to_string(), |from| from.to_string());
                write!(f, ", window=[{from}, {to}]")?;
                if *prevailing { f.write_str(" and prevailing") } else { Ok(()) }
            }
        }
    }
}
