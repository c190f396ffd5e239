//! The engine as a library: what it refuses to open with, and how far a statement says it is.

use futures::TryStreamExt;
use trademl_engine::{Engine, EngineOptions};
use trademl_tests::lake::TestLake;

#[tokio::test]
async fn an_engine_without_threads_is_refused() {
    let options = EngineOptions { threads: Some(0), ..EngineOptions::default() };
    let error = Engine::open(options).await.expect_err("refused").to_string();
    assert!(error.contains("threads: expected at least 1, was 0"), "{error}");
}

/// Two trials on C(4, 1) splits and the final fit: nine fits, each told.
#[tokio::test]
async fn training_tells_how_many_fits_are_done() -> trademl_engine::Result<()> {
    let lake = TestLake::open(2).await?;
    let sql = "CREATE MODEL m OPTIONS (model_type => 'ridge', target => 'y', time => 't', \
               label_end => 'e', cv => 'cpcv', n_folds => 4, n_test => 1, embargo => 0, \
               alpha => [1.0, 2.0]) AS \
               SELECT t, t AS e, sin(t) AS x, cos(t * 0.7) AS y FROM generate_series(1, 400) AS s(t)";
    let statement = lake.engine.parse(sql)?.remove(0);
    let planned = lake.engine.plan(&lake.session, statement).await?;
    let execution = lake.engine.execute(&lake.session, planned).await?;
    let progress = execution.progress.clone();
    assert!(progress.snapshot().fraction.is_none_or(|f| f < 1.0), "{:?}", progress.snapshot());
    execution.stream.try_collect::<Vec<_>>().await?;
    let done = progress.snapshot();
    assert_eq!((done.rows, done.fraction), (9, Some(1.0)), "{done:?}");
    Ok(())
}
