//! Which script needs which: from what they say they read and what they make.

use std::path::Path;

use super::load::load;
use super::steps::{Work, steps};
use crate::error::Result;

/// A script of a pipeline, with what it needs of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DagNode {
    /// The script's name.
    pub name: String,
    /// What it makes: tables and models.
    pub makes: Vec<String>,
    /// The scripts of the pipeline that make its inputs.
    pub needs: Vec<String>,
    /// Inputs that come from elsewhere.
    pub sources: Vec<String>,
    /// Its file.
    pub script: String,
}

/// The scripts of a pipeline in the order in which they run.
pub fn dag(path: &Path) -> Result<Vec<DagNode>> {
    let script = load(path)?;
    let steps = steps(&script)?;
    let mut nodes: Vec<DagNode> = vec![];
    for step in steps.iter().filter(|step| step.work != Work::Effect) {
        let name = &step.script.header.name;
        let i = nodes.iter().position(|node| node.name == *name).unwrap_or_else(|| {
            let script = step.script.path.display().to_string();
            let inputs = step.script.header.inputs.clone().unwrap_or_default();
            let (makes, needs) = (vec![], vec![]);
            nodes.push(DagNode { name: name.clone(), makes, needs, sources: inputs, script });
            nodes.len() - 1
        });
        nodes[i].makes.extend(step.makes.clone());
    }
    let makers: Vec<(String, Vec<String>)> =
        nodes.iter().map(|node| (node.name.clone(), node.makes.clone())).collect();
    for node in &mut nodes {
        for input in std::mem::take(&mut node.sources) {
            match makers.iter().find(|(_, makes)| makes.contains(&input)) {
                Some((maker, _)) if node.needs.contains(maker) || *maker == node.name => {}
                Some((maker, _)) => node.needs.push(maker.clone()),
                None => node.sources.push(input),
            }
        }
    }
    Ok(nodes)
}

/// The same as a graph in Graphviz's language.
pub fn dot(nodes: &[DagNode]) -> String {
    let mut lines = vec!["digraph pipeline {".to_owned(), "  rankdir = LR;".to_owned()];
    for node in nodes {
        lines.push(format!("  \"{}\" [shape = box];", node.name));
        lines.extend(
            node.needs.iter().map(|needed| format!("  \"{needed}\" -> \"{}\";", node.name)),
        );
        let source = |source: &String| format!("  \"{source}\" -> \"{}\";", node.name);
        lines.extend(node.sources.iter().map(source));
    }
    lines.push("}\n".to_owned());
    lines.join("\n")
}
