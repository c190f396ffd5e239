//! Gradient-boosted trees from LightGBM's text format, evaluated without the library.
//!
//! A model text (`version=v4`, also `v3`) holds everything a prediction needs. The evaluation adds
//! the same 64-bit leaf values in the same order as the library's row-wise prediction of a dense
//! matrix, and applies the same transform of the objective, so predictions are equal bit by bit
//! (transforms call the platform's `exp`, as the library does). Format: the source of LightGBM 4.7,
//! `src/boosting/gbdt_model_text.cpp` and `src/io/tree.cpp`.
//!
//! ```text
//! parse.rs      model text → TreeEnsemble, errors with line numbers
//! tree.rs       one tree: nodes, leaves, which way a value goes
//! objective.rs  raw score → prediction
//! ```

use std::fmt;

mod objective;
mod parse;
mod tree;

pub use objective::Objective;
use tree::{Tree, ZERO_THRESHOLD};

/// Rows evaluated together: their features stay in cache while all trees pass over them.
const BLOCK: usize = 64;

/// A trained ensemble of trees.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeEnsemble {
    feature_names: Vec<String>,
    objective: Objective,
    /// Scores a row has: the number of classes of a multiclass model, else one.
    outputs: usize,
    /// Whether the score is the mean over iterations (random forest) and not the sum.
    average: bool,
    /// Iteration by iteration, within one iteration output by output.
    trees: Vec<Tree>,
}

/// What is wrong with a model text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTextError {
    /// The line, counted from 1.
    pub line: usize,
    /// What was found there and what was expected.
    pub problem: String,
}

impl fmt::Display for ModelTextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "model text: line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ModelTextError {}

/// The features given do not have the model's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureShapeError {
    /// What was counted.
    pub what: &'static str,
    /// How many there were.
    pub found: usize,
    /// How many there must be.
    pub expected: usize,
}

impl fmt::Display for FeatureShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "features: {} was {}, expected {}", self.what, self.found, self.expected)
    }
}

impl std::error::Error for FeatureShapeError {}

impl TreeEnsemble {
    /// Reads a model text.
    ///
    /// # Errors
    ///
    /// On malformed or truncated text and on linear trees, with the line.
    pub fn parse(text: &str) -> Result<Self, ModelTextError> {
        parse::model(text)
    }

    /// The names of the features, in the order `predict` takes their columns.
    pub fn feature_names(&self) -> &[String] {
        &self.feature_names
    }

    /// How raw scores become predictions.
    pub fn objective(&self) -> &Objective {
        &self.objective
    }

    /// Values a row's prediction has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Boosting iterations.
    pub fn iterations(&self) -> usize {
        self.trees.len() / self.outputs
    }

    /// Sums of leaf values, row after row, `outputs` values a row. NaN is a missing value.
    ///
    /// # Errors
    ///
    /// If the columns are not as many as the features, or differ in length.
    pub fn raw_scores(&self, columns: &[&[f64]]) -> Result<Vec<f64>, FeatureShapeError> {
        let features = self.feature_names.len();
        let shape = |what, found, expected| Err(FeatureShapeError { what, found, expected });
        if columns.len() != features {
            return shape("number of columns", columns.len(), features);
        }
        let rows = columns.first().map_or(0, |c| c.len());
        if let Some(c) = columns.iter().find(|c| c.len() != rows) {
            return shape("length of a column", c.len(), rows);
        }
        let mut scores = vec![0.0; rows * self.outputs];
        let mut block = vec![0.0; BLOCK * features];
        for from in (0..rows).step_by(BLOCK) {
            let count = BLOCK.min(rows - from);
            for (j, column) in columns.iter().enumerate() {
                for (i, v) in column[from..from + count].iter().enumerate() {
                    // The library drops values this small from a dense row: they become 0.
                    let tiny = v.abs() <= ZERO_THRESHOLD;
                    block[i * features + j] = if tiny { 0.0 } else { *v };
                }
            }
            let scores = &mut scores[from * self.outputs..][..count * self.outputs];
            for (t, tree) in self.trees.iter().enumerate() {
                let output = t % self.outputs;
                for (i, row) in block.chunks_exact(features).take(count).enumerate() {
                    scores[i * self.outputs + output] += tree.predict(row);
                }
            }
        }
        Ok(scores)
    }

    /// Predictions in the target's scale, row after row, `outputs` values a row.
    ///
    /// # Errors
    ///
    /// As `raw_scores`.
    pub fn predict(&self, columns: &[&[f64]]) -> Result<Vec<f64>, FeatureShapeError> {
        let mut scores = self.raw_scores(columns)?;
        if self.average {
            let iterations = self.iterations() as f64;
            for s in &mut scores {
                *s /= iterations;
            }
        }
        for row in scores.chunks_exact_mut(self.outputs) {
            self.objective.transform(row);
        }
        Ok(scores)
    }

    /// How many splits of positive gain use each feature.
    pub fn split_importance(&self) -> Vec<f64> {
        self.importance(|_| 1.0)
    }

    /// The total gain of each feature's splits, in the loss function's unit. The text keeps about
    /// six digits of each gain.
    pub fn gain_importance(&self) -> Vec<f64> {
        self.importance(f64::from)
    }

    fn importance(&self, count: impl Fn(f32) -> f64) -> Vec<f64> {
        let mut out = vec![0.0; self.feature_names.len()];
        for (feature, gain) in self.trees.iter().flat_map(Tree::splits) {
            if gain > 0.0 {
                out[feature] += count(gain);
            }
        }
        out
    }
}
