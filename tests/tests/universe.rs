//! Tickers that two companies had, and names that are gone, in real bars of 21 US tickers. They may not
//! be shipped, so the test reads them where they lie beside the repository.

use trademl_tests::lake::TestLake;
use trademl_tests::program::repository;

/// The bars; `None`, with a line that says so, where they are absent.
fn bars() -> Option<String> {
    let file = repository().join("../shared/data/lean/equity_daily.parquet");
    if !file.is_file() {
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    Some(format!(
        "CREATE VIEW bars AS SELECT ticker_file AS symbol, date, close, volume FROM read_parquet('{}')",
        file.display()
    ))
}

async fn lake() -> Option<TestLake> {
    let view = bars()?;
    let lake = TestLake::open(2).await.unwrap();
    lake.rows(&view).await.unwrap();
    lake.rows(
        "CREATE VIEW issued AS SELECT b.symbol, i.issuer, b.date, b.close, b.volume FROM bars b \
         JOIN issuers(TABLE bars) i ON i.symbol = b.symbol AND i.date = b.date",
    )
    .await
    .unwrap();
    Some(lake)
}

async fn lines(lake: &TestLake, sql: &str) -> Vec<String> {
    lake.rows(sql).await.unwrap().iter().map(|row| row.join(" ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_return_crosses_from_one_issuer_to_the_next() {
    let Some(lake) = lake().await else { return };
    let returns = |by: &str| {
        format!(
            "SELECT symbol, date, round(r, 4) FROM (SELECT symbol, date, \
             simple_return(close) OVER (PARTITION BY {by} ORDER BY date) AS r, \
             lag(date) OVER (PARTITION BY symbol ORDER BY date) AS before FROM issued) \
             WHERE date > before + INTERVAL '120 days' AND symbol IN ('wm', 'fb', 'aaa') ORDER BY symbol"
        )
    };
    // What Waste Management's first close would have earned on Washington Mutual's last one.
    let by_symbol = ["aaa 2020-09-09 -0.0358", "fb 2012-05-18 0.1557", "wm 2009-08-05 177.625"];
    assert_eq!(lines(&lake, &returns("symbol")).await, by_symbol);
    let by_issuer = ["aaa 2020-09-09 NULL", "fb 2012-05-18 NULL", "wm 2009-08-05 NULL"];
    assert_eq!(lines(&lake, &returns("issuer")).await, by_issuer);
    // And as map_files.csv has their first and last days.
    let days = "SELECT issuer, min(date), max(date) FROM issued WHERE symbol IN ('wm', 'fb', 'aaa') \
                GROUP BY issuer ORDER BY issuer";
    let expected = [
        "aaa#1 2002-05-22 2007-05-18",
        "aaa#2 2020-09-09 2021-03-31",
        "fb#1 1999-09-29 2003-03-28",
        "fb#2 2012-05-18 2021-03-31",
        "wm#1 1998-12-09 2008-09-26",
        "wm#2 2009-08-05 2021-03-31",
    ];
    assert_eq!(lines(&lake, days).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn delisted_names_are_in_until_they_end_and_new_ones_after_their_window() {
    let Some(lake) = lake().await else { return };
    let universe = |symbol: &str| {
        format!("top_by_adv((SELECT {symbol} AS symbol, date, close, volume FROM issued), n => 30)")
    };
    let ends = format!(
        "SELECT symbol, max(date) FROM {} WHERE symbol IN ('wm#1', 'wmi#1', 'uw#1', 'fb#1', 'aaa#1') \
         GROUP BY symbol ORDER BY symbol",
        universe("issuer")
    );
    let expected = [
        "aaa#1 2007-05-18",
        "fb#1 2003-03-28",
        "uw#1 1998-07-16",
        "wm#1 2008-09-26",
        "wmi#1 2009-08-04",
    ];
    assert_eq!(lines(&lake, &ends).await, expected);
    // Facebook is in with its own 60th row, not with its first, on the volume of the company before.
    let begins = |symbol: &str, is: &str| {
        format!(
            "SELECT min(date) FROM {} WHERE symbol = '{is}' AND date >= '2012-05-18'",
            universe(symbol)
        )
    };
    assert_eq!(lines(&lake, &begins("issuer", "fb#2")).await, ["2012-08-13"]);
    assert_eq!(lines(&lake, &begins("symbol", "fb")).await, ["2012-05-18"]);
    // pandas 3.1.1: groupby('ticker').rolling(60).mean() of close · volume, five largest.
    let five = "SELECT symbol, rank, round(adv / 1e9, 3) FROM top_by_adv(TABLE bars, n => 5) \
                WHERE date = '2014-06-06' ORDER BY rank";
    let expected = ["spy 1 16.668", "aapl 2 5.513", "iwm 3 5.192", "fb 4 3.94", "qqq 5 3.492"];
    assert_eq!(lines(&lake, five).await, expected);
}
