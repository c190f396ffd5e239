//! Runs, locks, models and trials.

mod bars;

use bars::{Bars, text};
use chrono::{TimeDelta, Utc};
use datafusion::prelude::SessionContext;
use serde_json::json;
use trademl_catalog::{ErrorKind, PipelineLock, RunRecord, StepRecord, TableName, Trial};

async fn read(bars: &Bars, table: &str, sql: &str) -> Vec<String> {
    let table = bars.lake.table(&TableName::new("ops", table).unwrap()).await.unwrap().unwrap();
    let context = SessionContext::new();
    bars.lake.register_stores(&context.runtime_env());
    context.register_table("t", table.provider()).unwrap();
    text(&context.sql(sql).await.unwrap().collect().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runs_end_revises_its_start() {
    let bars = Bars::in_folder().await;
    let started_at = Utc::now() - TimeDelta::seconds(5);
    let mut run = RunRecord {
        run_id: "r1".into(),
        pipeline: "nightly".into(),
        script: "sql/nightly.sql".into(),
        script_hash: "abc".into(),
        started_at,
        finished_at: None,
        outcome: "running".into(),
        engine_version: "0.1.0".into(),
        parameters: json!({ "folds": 8 }),
        parameter_types: json!({}),
        environment: None,
        look_ahead: "deny".into(),
        as_of: None,
        table_versions: json!({}),
        rows: None,
        timings: json!({}),
        error: None,
    };
    bars.lake.record_run(&run).await.unwrap();
    run.finished_at = Some(Utc::now());
    run.outcome = "succeeded".into();
    run.rows = Some(7);
    bars.lake.record_run(&run).await.unwrap();
    let sql = "select run_id, outcome, rows, parameters from t order by known_at";
    assert_eq!(
        read(&bars, "runs", sql).await,
        [r#"r1,running,,{"folds":8}"#, r#"r1,succeeded,7,{"folds":8}"#]
    );
    let step = |step, rows| StepRecord {
        run_id: "r1".into(),
        step,
        name: format!("step {step}"),
        script: "sql/nightly.sql".into(),
        started_at,
        seconds: 0.5,
        outcome: "succeeded".into(),
        reason: "new".into(),
        statement: "SELECT 1".into(),
        plan_hash: None,
        inputs: json!({}),
        output_hash: None,
        rows,
        skipped: None,
        table_version: None,
        error: None,
    };
    bars.lake.record_steps(&[step(1, Some(3)), step(2, None)]).await.unwrap();
    assert_eq!(read(&bars, "steps", "select step, rows from t order by 1").await, ["1,3", "2,"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_of_a_pipeline_at_a_time() {
    let bars = Bars::in_folder().await;
    let mut lock = PipelineLock::acquire(&bars.lake, "nightly", "r1").await.unwrap();
    let error = PipelineLock::acquire(&bars.lake, "nightly", "r2").await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    for part in
        ["'nightly': is running since", "as run r1", &std::process::id().to_string(), "until"]
    {
        assert!(error.message.contains(part), "'{part}' not in: {error}");
    }
    PipelineLock::acquire(&bars.lake, "weekly", "r3").await.unwrap();
    lock.heartbeat().await.unwrap();
    lock.release().await.unwrap();
    let second = PipelineLock::acquire(&bars.lake, "nightly", "r2").await.unwrap();
    second.release().await.unwrap();
    for round in 0..20 {
        let mut racers = vec![];
        for i in 0..8 {
            let lake = bars.lake.clone();
            racers.push(tokio::spawn(async move {
                PipelineLock::acquire(&lake, "nightly", &format!("racer {i}")).await.ok()
            }));
        }
        let outcomes = futures::future::join_all(racers).await;
        let mut winners: Vec<_> = outcomes.into_iter().filter_map(Result::unwrap).collect();
        assert_eq!(winners.len(), 1, "round {round}");
        winners.remove(0).release().await.unwrap();
    }
}

/// Rewrites the newest lease of 'nightly' as another process would have left it.
fn leave_lease(bars: &Bars, change: fn(&mut serde_json::Value)) {
    let file = bars.files().into_iter().rfind(|f| f.contains("ops/locks/nightly/")).unwrap();
    let mut lease: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    change(&mut lease);
    std::fs::write(&file, lease.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_and_expired_leases_are_taken_over() {
    let bars = Bars::in_folder().await;
    let mut lock = PipelineLock::acquire(&bars.lake, "nightly", "r1").await.unwrap();
    leave_lease(&bars, |lease| lease["pid"] = json!(4_194_305));
    let second = PipelineLock::acquire(&bars.lake, "nightly", "r2").await.unwrap();
    let error = lock.heartbeat().await.unwrap_err();
    assert!(error.message.contains("as run r2"), "the first run learns that it lost: {error}");
    drop(second);
    leave_lease(&bars, |lease| {
        lease["host"] = json!("another machine");
        lease["expires_at"] = json!("2020-01-01T00:00:00Z");
    });
    PipelineLock::acquire(&bars.lake, "nightly", "r3").await.unwrap();
    leave_lease(&bars, |lease| lease["host"] = json!("another machine"));
    let error = PipelineLock::acquire(&bars.lake, "nightly", "r4").await.unwrap_err();
    assert!(error.message.contains("on another machine"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_have_versions() {
    let bars = Bars::in_folder().await;
    let models = bars.lake.models();
    assert_eq!(models.save("ridge_5d", json!({ "w": [1.5] })).await.unwrap().version, 1);
    assert_eq!(models.save("ridge_5d", json!({ "w": [1.5] })).await.unwrap().version, 1);
    assert_eq!(models.save("ridge_5d", json!({ "w": [0.1] })).await.unwrap().version, 2);
    assert_eq!(models.load("ridge_5d", None).await.unwrap().body, json!({ "w": [0.1] }));
    assert_eq!(models.load("ridge_5d", Some(1)).await.unwrap().body, json!({ "w": [1.5] }));
    let error = models.load("ridge_5d", Some(9)).await.unwrap_err();
    assert_eq!(error.message, "model 'ridge_5d': version was 9, expected one of [1, 2]");
    let error = models.load("ridge5d", None).await.unwrap_err();
    assert_eq!(error.message, "model 'ridge5d': does not exist; did you mean 'ridge_5d'?");
    let listed = models.list().await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].latest, listed[0].versions), ("ridge_5d", 2, 2));
    assert!(models.drop_model("ridge_5d").await.unwrap());
    assert!(!models.drop_model("ridge_5d").await.unwrap());
    assert!(models.list().await.unwrap().is_empty());
    assert!(models.save("../x", json!({})).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_configuration_counts_once() {
    let bars = Bars::in_folder().await;
    let trial = |id: &str, sharpe| Trial {
        model: "ridge".into(),
        model_version: 1,
        trial_id: id.into(),
        parameters: json!({ "l2": id }),
        sharpe,
        metrics: json!({}),
        started_at: Utc::now(),
        run_id: None,
    };
    let none = bars.lake.trial_summary("ridge").await.unwrap();
    assert_eq!((none.count, none.sharpe_variance), (0, None));
    let trials = [trial("a", Some(0.1)), trial("b", Some(0.3)), trial("a", Some(0.1))];
    assert_eq!(bars.lake.record_trials(&trials).await.unwrap(), 2);
    assert_eq!(
        bars.lake.record_trials(&[trial("b", Some(0.3)), trial("c", None)]).await.unwrap(),
        1
    );
    let summary = bars.lake.trial_summary("ridge").await.unwrap();
    assert_eq!(summary.count, 3);
    // Sample variance of 0.1 and 0.3: 2 · 0.1² / 1.
    assert!((summary.sharpe_variance.unwrap() - 0.02).abs() < 1e-15);
    assert_eq!(bars.lake.trial_summary("other").await.unwrap().count, 0);
}
