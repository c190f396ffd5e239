//! Runs of one side and its peers in turns, so that a disturbance of the machine hits all of them.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;

use crate::Result;
use crate::difference::{difference, table};
use crate::peer::Peer;
use crate::table::Row;
use crate::times::{Times, timed};

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Our runs.
    pub ours: Times,
    /// Those of each peer.
    pub theirs: Vec<Times>,
    /// Our last result.
    pub result: Vec<RecordBatch>,
}

/// So many timed runs of each side, after one to warm up.
pub async fn in_turns(
    runs: usize,
    peers: &mut [Peer],
    mut ours: impl AsyncFnMut() -> Result<Vec<RecordBatch>>,
) -> Result<Outcome> {
    let theirs = vec![Times::default(); peers.len()];
    let mut outcome = Outcome { ours: Times::default(), theirs, result: vec![] };
    for round in 0..=runs {
        // Every side frees its last result before it starts.
        drop(std::mem::take(&mut outcome.result));
        let (result, time) = timed(ours()).await;
        outcome.result = result?;
        if round > 0 {
            outcome.ours.push(time);
        }
        for (peer, times) in peers.iter_mut().zip(&mut outcome.theirs) {
            let time = peer.run()?;
            if round > 0 {
                times.push(time);
            }
        }
    }
    Ok(outcome)
}

/// A row for each peer; results are compared by the keys of their rows.
pub async fn rows(
    workload: &str,
    runs: usize,
    peers: &mut [Peer],
    keys: &[&str],
    ours: impl AsyncFnMut() -> Result<Vec<RecordBatch>>,
) -> Result<Vec<Row>> {
    let outcome = in_turns(runs, peers, ours).await?;
    let result = table(&outcome.result)?;
    let mut rows = vec![];
    for (peer, theirs) in peers.iter_mut().zip(outcome.theirs) {
        let distance = difference(Arc::clone(&result), peer.result().await?, keys).await?;
        rows.push(Row {
            workload: workload.to_string(),
            peer: peer.name.clone(),
            ours: outcome.ours.clone(),
            theirs,
            difference: Some(distance),
        });
    }
    Ok(rows)
}
