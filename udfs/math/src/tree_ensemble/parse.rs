//! Reads LightGBM's model text.
//!
//! A header of `key=value` lines, then per tree a `Tree=i` line and its `key=value` lines, then
//! `end of trees`. What follows (importances, parameters) does not matter to predictions.

use std::str::FromStr;

use super::tree::{Missing, Node, Rule, Tree};
use super::{ModelTextError, Objective, TreeEnsemble};

/// Bits of a split's `decision_type`.
const CATEGORICAL: u8 = 1;
const DEFAULT_LEFT: u8 = 2;
const MISSING_SHIFT: u8 = 2;
/// More features or classes than a model can sensibly have.
const LARGEST_COUNT: usize = 10_000_000;

type Parsed<T> = Result<T, ModelTextError>;

/// The `key=value` lines of one part of the text.
struct Section<'a> {
    /// The line the part begins at, blamed for what is missing.
    line: usize,
    entries: Vec<(usize, &'a str, &'a str)>,
}

/// Reads a whole model.
pub(super) fn model(text: &str) -> Parsed<TreeEnsemble> {
    let mut lines = text.lines().enumerate().map(|(i, l)| (i + 1, l));
    let mut header = Section { line: 1, entries: Vec::new() };
    let mut parts: Vec<Section<'_>> = Vec::new();
    let mut last = 1;
    let complete = lines.by_ref().any(|(number, line)| {
        last = number;
        if line.starts_with("Tree=") {
            parts.push(Section { line: number, entries: Vec::new() });
        } else if !line.is_empty() && line != "end of trees" {
            let (key, value) = line.split_once('=').unwrap_or((line, ""));
            parts.last_mut().unwrap_or(&mut header).entries.push((number, key, value));
        }
        line == "end of trees"
    });
    if header.entries.first().is_none_or(|e| e.1 != "tree") {
        return fail(1, "expected 'tree', the first line of a LightGBM model text");
    }
    if !complete {
        return fail(last, "the text ends before 'end of trees': it is truncated");
    }
    header.check_version()?;
    let outputs: usize = header.number("num_class")?;
    let per_iteration = match header.find("num_tree_per_iteration") {
        Some(_) => header.number("num_tree_per_iteration")?,
        None => outputs,
    };
    if !(1..=LARGEST_COUNT).contains(&per_iteration) {
        return header.fail("num_tree_per_iteration", "expected an integer of at least 1");
    }
    if parts.is_empty() {
        return fail(last, "no trees before 'end of trees', expected at least one");
    }
    if !parts.len().is_multiple_of(per_iteration) {
        let n = parts.len();
        return fail(last, &format!("{n} trees, expected a multiple of {per_iteration}"));
    }
    let largest: usize = header.number("max_feature_idx")?;
    let names = header.get("feature_names")?.1.split(' ').filter(|n| !n.is_empty());
    let names: Vec<String> = names.map(ToString::to_string).collect();
    if largest >= LARGEST_COUNT || names.len() != largest + 1 {
        let problem = format!("{} names, expected max_feature_idx + 1", names.len());
        return header.fail("feature_names", &problem);
    }
    let objective = match header.find("objective") {
        Some((line, words)) => Objective::parse(words, per_iteration)
            .map_err(|problem| ModelTextError { line, problem })?,
        None => Objective::Identity,
    };
    if let Some((_, sizes)) = header.find("tree_sizes") {
        let expected = sizes.split_ascii_whitespace().count();
        if expected != parts.len() {
            let problem = format!("{expected} sizes, but {} trees follow", parts.len());
            return header.fail("tree_sizes", &problem);
        }
    }
    let trees = parts.iter().map(|part| tree(part, names.len())).collect::<Parsed<_>>()?;
    let average = header.find("average_output").is_some();
    Ok(TreeEnsemble { feature_names: names, objective, outputs: per_iteration, average, trees })
}

fn tree(part: &Section<'_>, features: usize) -> Parsed<Tree> {
    if part.find("is_linear").is_some_and(|(_, v)| v != "0") {
        return part
            .fail("is_linear", "linear trees are not supported, train with linear_tree=false");
    }
    let leaves: usize = part.number("num_leaves")?;
    let values: Vec<f64> = part.numbers("leaf_value", leaves)?;
    if leaves == 0 {
        return part.fail("num_leaves", "expected at least 1");
    }
    let splits = leaves - 1;
    let nodes = if splits == 0 { Vec::new() } else { nodes(part, splits, features)? };
    Tree::new(nodes, values).map_err(|problem| ModelTextError { line: part.line, problem })
}

fn nodes(part: &Section<'_>, splits: usize, features: usize) -> Parsed<Vec<Node>> {
    let feature: Vec<usize> = part.numbers("split_feature", splits)?;
    if feature.iter().any(|f| *f >= features) {
        return part.fail("split_feature", &format!("expected positions below {features}"));
    }
    let threshold: Vec<f64> = part.numbers("threshold", splits)?;
    let left: Vec<i32> = part.numbers("left_child", splits)?;
    let right: Vec<i32> = part.numbers("right_child", splits)?;
    let gain: Vec<f32> = part.numbers_or("split_gain", splits, 0.0)?;
    let decision: Vec<u8> = part.numbers_or("decision_type", splits, 0)?;
    let categories = Categories::read(part)?;
    (0..splits)
        .map(|i| {
            let rule = if decision[i] & CATEGORICAL != 0 {
                Rule::In(categories.set(part, threshold[i])?)
            } else {
                Rule::AtMost {
                    threshold: threshold[i],
                    missing: match (decision[i] >> MISSING_SHIFT) & 3 {
                        0 => Missing::Never,
                        1 => Missing::Zero,
                        2 => Missing::Nan,
                        _ => return part.fail("decision_type", "missing type 3 does not exist"),
                    },
                    missing_left: decision[i] & DEFAULT_LEFT != 0,
                }
            };
            Ok(Node { feature: feature[i], rule, left: left[i], right: right[i], gain: gain[i] })
        })
        .collect()
}

/// The sets of categories of one tree, one after the other.
struct Categories {
    boundaries: Vec<usize>,
    words: Vec<u32>,
}

impl Categories {
    fn read(part: &Section<'_>) -> Parsed<Self> {
        let sets: usize = part.number("num_cat")?;
        if sets == 0 {
            return Ok(Self { boundaries: vec![0], words: Vec::new() });
        }
        let Some(count) = sets.checked_add(1) else {
            return part.fail("num_cat", "too large");
        };
        let boundaries: Vec<usize> = part.numbers("cat_boundaries", count)?;
        if boundaries[0] != 0 || boundaries.windows(2).any(|w| w[0] > w[1]) {
            return part.fail("cat_boundaries", "expected ascending integers from 0");
        }
        let words = part.numbers("cat_threshold", boundaries[sets])?;
        Ok(Self { boundaries, words })
    }

    /// The set a split's threshold points at.
    fn set(&self, part: &Section<'_>, threshold: f64) -> Parsed<Vec<u32>> {
        let at = threshold as usize;
        match self.boundaries.get(at..).unwrap_or_default() {
            [from, to, ..] if threshold == at as f64 => Ok(self.words[*from..*to].to_vec()),
            _ => part.fail("threshold", &format!("was {threshold}, expected a set below num_cat")),
        }
    }
}

impl<'a> Section<'a> {
    fn find(&self, key: &str) -> Option<(usize, &'a str)> {
        // A repeated key counts as its last line does.
        self.entries.iter().rev().find(|e| e.1 == key).map(|e| (e.0, e.2))
    }

    fn get(&self, key: &str) -> Parsed<(usize, &'a str)> {
        match self.find(key) {
            Some(found) => Ok(found),
            None => fail(self.line, &format!("{key}: missing in the part that begins here")),
        }
    }

    fn number<T: FromStr>(&self, key: &str) -> Parsed<T> {
        let (line, value) = self.get(key)?;
        match value.trim().parse() {
            Ok(v) => Ok(v),
            Err(_) => fail(line, &format!("{key}: was '{}', expected a number", short(value))),
        }
    }

    fn numbers<T: FromStr>(&self, key: &str, count: usize) -> Parsed<Vec<T>> {
        let (line, value) = self.get(key)?;
        let words = value.split_ascii_whitespace();
        let found = words.clone().count();
        if found != count {
            return fail(line, &format!("{key}: {found} values, expected {count}"));
        }
        words
            .map(|w| match w.parse() {
                Ok(v) => Ok(v),
                Err(_) => fail(line, &format!("{key}: was '{}', expected a number", short(w))),
            })
            .collect()
    }

    fn numbers_or<T: FromStr + Copy>(&self, key: &str, count: usize, or: T) -> Parsed<Vec<T>> {
        match self.find(key) {
            Some(_) => self.numbers(key, count),
            None => Ok(vec![or; count]),
        }
    }

    fn check_version(&self) -> Parsed<()> {
        match self.get("version")? {
            (_, "v3" | "v4") => Ok(()),
            (line, v) => fail(line, &format!("version: was '{}', expected v3 or v4", short(v))),
        }
    }

    /// An error at the line of a key.
    fn fail<T>(&self, key: &str, problem: &str) -> Parsed<T> {
        fail(self.find(key).map_or(self.line, |f| f.0), &format!("{key}: {problem}"))
    }
}

fn fail<T>(line: usize, problem: &str) -> Parsed<T> {
    Err(ModelTextError { line, problem: problem.to_string() })
}

fn short(value: &str) -> String {
    value.chars().take(40).collect()
}
