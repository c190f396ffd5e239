//! One decision tree of an ensemble.

/// Magnitudes up to this are zero to the library: its single-precision 1e-35, widened.
pub(super) const ZERO_THRESHOLD: f64 = 1e-35_f32 as f64;

/// One tree: inner nodes and leaves, both counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    leaves: Vec<f64>,
}

/// One split.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    /// The position of the feature; less than the number of the model's features.
    pub feature: usize,
    pub rule: Rule,
    /// A later node, or the complement `!leaf` of a leaf.
    pub left: i32,
    pub right: i32,
    pub gain: f32,
}

/// Which rows go left.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    /// Values up to the threshold.
    AtMost { threshold: f64, missing: Missing, missing_left: bool },
    /// Categories whose bit is set, 32 to a word, least significant first.
    In(Vec<u32>),
}

/// Which values are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// None; NaN counts as 0.
    Never,
    /// Zeros, and NaN.
    Zero,
    /// NaN.
    Nan,
}

impl Tree {
    /// Puts a tree together, checking that each walk from the root ends in a leaf.
    pub fn new(nodes: Vec<Node>, leaves: Vec<f64>) -> Result<Self, String> {
        for (at, node) in nodes.iter().enumerate() {
            for (side, child) in [("left_child", node.left), ("right_child", node.right)] {
                let leaf = usize::try_from(!child);
                let fits = match leaf {
                    Ok(leaf) => leaf < leaves.len(),
                    Err(_) => (at + 1..nodes.len()).contains(&(child as usize)),
                };
                if !fits {
                    return Err(format!(
                        "{side} of node {at} was {child}, expected a later node up to {} or a leaf \
                         from -1 to -{}",
                        nodes.len().saturating_sub(1),
                        leaves.len()
                    ));
                }
            }
        }
        if nodes.len() + 1 != leaves.len() {
            return Err(format!("{} leaves and {} splits", leaves.len(), nodes.len()));
        }
        Ok(Self { nodes, leaves })
    }

    /// The value of the leaf a row falls into.
    pub fn predict(&self, row: &[f64]) -> f64 {
        let mut at: i32 = if self.nodes.is_empty() { !0 } else { 0 };
        while let Ok(node) = usize::try_from(at) {
            let node = &self.nodes[node];
            at = if node.rule.goes_left(row[node.feature]) { node.left } else { node.right };
        }
        self.leaves[!at as usize]
    }

    /// Feature and gain of each split.
    pub fn splits(&self) -> impl Iterator<Item = (usize, f32)> {
        self.nodes.iter().map(|n| (n.feature, n.gain))
    }
}

impl Rule {
    fn goes_left(&self, value: f64) -> bool {
        match self {
            Self::AtMost { threshold, missing, missing_left } => {
                let value = if value.is_nan() && *missing != Missing::Nan { 0.0 } else { value };
                let is_missing = match missing {
                    Missing::Never => false,
                    Missing::Zero => value.abs() <= ZERO_THRESHOLD,
                    Missing::Nan => value.is_nan(),
                };
                if is_missing { *missing_left } else { value <= *threshold }
            }
            // NaN, negative and unseen categories go right. The cast truncates towards zero.
            Self::In(_) if value.is_nan() || (value as i32) < 0 => false,
            Self::In(words) => {
                let category = value as i32 as usize;
                words.get(category / 32).is_some_and(|w| (w >> (category % 32)) & 1 == 1)
            }
        }
    }
}
