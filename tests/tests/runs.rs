//! Runs that others meet: who writes what a run writes, and who verifies what another engine made.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use serde_json::json;
use trademl_catalog::RunRecord;
use trademl_engine::script::{
    Level, RunObserver, RunOptions, RunReport, Silent, StepReport, run_script, verify_run,
};
use trademl_engine::{Engine, EngineOptions, ErrorKind, ProgressSnapshot, Result};
use trademl_tests::lake::TestLake;

/// Another engine that replaces the table of the run as soon as the run has made it, so often.
struct Other {
    lake: PathBuf,
    times: AtomicU64,
    messages: Mutex<Vec<String>>,
}

impl Other {
    fn of(lake: &TestLake, times: u64) -> Self {
        let lake = lake.folder.path().join("lake");
        Self { lake, times: AtomicU64::new(times), messages: Mutex::default() }
    }

    /// Another content each time, as the same one is no change.
    async fn replace(&self, left: u64) {
        let options =
            EngineOptions { lake: self.lake.display().to_string(), ..EngineOptions::default() };
        let engine = Engine::open(options).await.unwrap();
        let session = engine.session().unwrap();
        let theirs =
            format!("CREATE OR REPLACE TABLE signals.a AS SELECT 'other' AS who, {left} AS n");
        engine.run(&session, &theirs).await.unwrap();
    }
}

impl RunObserver for Other {
    fn step_started(&self, _: &str, _: usize, _: usize) {}

    fn step_progress(&self, _: &ProgressSnapshot) {}

    fn step_finished(&self, _: &str, _: &StepReport) {
        let left = self.times.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        let Ok(left) = left else { return };
        std::thread::scope(|scope| {
            let work = || tokio::runtime::Runtime::new().unwrap().block_on(self.replace(left));
            scope.spawn(work).join().unwrap();
        });
    }

    fn message(&self, _: Level, text: &str) {
        self.messages.lock().unwrap().push(text.to_owned());
    }
}

async fn run(lake: &TestLake, observer: &dyn RunObserver) -> Result<RunReport> {
    let script = "-- Who.\n-- name: who\n-- version: 1\n-- kind: pipeline\n\
                  CREATE OR REPLACE TABLE signals.a AS SELECT 'run' AS who;\n";
    let path = lake.folder.path().join("who.sql");
    std::fs::write(&path, script).unwrap();
    run_script(&lake.engine, &path, RunOptions::default(), observer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_begins_anew_when_others_wrote_what_it_wrote() {
    let lake = TestLake::open(1).await.unwrap();
    let other = Other::of(&lake, 1);
    run(&lake, &other).await.unwrap();
    let messages = other.messages.into_inner().unwrap();
    let anew: Vec<_> = messages.iter().filter(|m| m.starts_with("begins anew: ")).collect();
    assert_eq!(anew.len(), 1, "{messages:?}");
    assert!(anew[0].contains("signals.a"), "{messages:?}");
    assert_eq!(lake.rows("SELECT who FROM signals.a").await.unwrap(), [["run"]]);
    let outcomes = lake.rows("SELECT outcome FROM ops.runs").await.unwrap();
    assert_eq!(outcomes, [["succeeded"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_others_always_overtake_gives_up() {
    let lake = TestLake::open(1).await.unwrap();
    let other = Other::of(&lake, 1000);
    let error = run(&lake, &other).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    let text = error.to_string();
    assert!(text.contains("nothing was published") && text.contains("run it again"), "{text}");
    assert_eq!(lake.rows("SELECT who FROM signals.a").await.unwrap(), [["other"]]);
    assert_eq!(lake.rows("SELECT outcome FROM ops.runs").await.unwrap(), [["failed"]]);
    // Nothing is left of it that would stand in the way.
    run(&lake, &Silent).await.unwrap();
    assert_eq!(lake.rows("SELECT who FROM signals.a").await.unwrap(), [["run"]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_verified_by_the_engine_that_made_it() {
    let lake = TestLake::open(1).await.unwrap();
    let started_at = "2026-01-02T03:04:05Z".parse().unwrap();
    let record = RunRecord {
        run_id: "abc".to_owned(),
        pipeline: "who".to_owned(),
        script: "who.sql".to_owned(),
        script_hash: "0".to_owned(),
        started_at,
        finished_at: Some(started_at),
        outcome: "succeeded".to_owned(),
        engine_version: "0.0.1".to_owned(),
        parameters: json!({}),
        parameter_types: json!({}),
        environment: None,
        look_ahead: "deny".to_owned(),
        as_of: None,
        table_versions: json!({}),
        rows: Some(1),
        timings: json!({}),
        error: None,
    };
    lake.engine.lake().record_run(&record).await.unwrap();
    let error = verify_run(&lake.engine, "abc", 1, &Silent).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Usage);
    let text = error.to_string();
    assert!(text.contains("run abc was made by engine 0.0.1, this is "), "{text}");
    assert!(text.contains("verify it with that one"), "{text}");
    let error = verify_run(&lake.engine, "abd", 1, &Silent).await.unwrap_err().to_string();
    assert!(error.contains("no run 'abd' has succeeded here"), "{error}");
}
