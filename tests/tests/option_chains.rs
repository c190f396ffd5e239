//! Real chains of options, from end-of-day quotes to surfaces, in SQL: American options on AAPL (across its
//! split of seven for one), GOOG, TWX, NWSA and FOXA. They may not be shipped, so the test reads them
//! where they lie beside the repository.

use trademl_tests::lake::TestLake;
use trademl_tests::program::repository;
use trademl_tests::restarts::against_restarts;

/// Quotes, forwards by parity and implied volatilities of what is usable out of the money. Rates were
/// below 0.3 % then: a free discount would take early exercise for one.
async fn lake() -> Option<TestLake> {
    let file = repository().join("../shared/data/lean/option_eod_quotes.parquet");
    if !file.is_file() {
        eprintln!("skipped: {} is absent", file.display());
        return None;
    }
    let lake = TestLake::open(2).await.unwrap();
    let sql = format!(
        "CREATE VIEW quotes AS SELECT underlying AS symbol, date AS asof, expiry, CASE \"right\" WHEN 'C' THEN \
         'call' ELSE 'put' END AS kind, strike, bid_close AS bid, ask_close AS ask, bid_size, ask_size, \
         years_to_expiry(CAST(date AS TIMESTAMP) + INTERVAL '20 hours', expiry) AS years FROM read_parquet('{}');
         CREATE VIEW forwards AS SELECT symbol, asof, expiry, years, parity_forward(strike, call_bid, call_ask, put_bid, \
         put_ask, discount => 1.0) AS parity FROM (SELECT c.symbol, c.asof, c.expiry, c.years, c.strike, c.bid AS call_bid, \
         c.ask AS call_ask, p.bid AS put_bid, p.ask AS put_ask FROM quotes AS c JOIN quotes AS p ON c.symbol = p.symbol \
         AND c.asof = p.asof AND c.expiry = p.expiry AND c.strike = p.strike WHERE c.kind = 'call' AND p.kind = 'put' AND \
         quote_usable(c.kind, c.strike, c.bid, c.ask, c.bid_size, c.ask_size, c.years) AND \
         quote_usable(p.kind, p.strike, p.bid, p.ask, p.bid_size, p.ask_size, p.years)) GROUP BY symbol, asof, expiry, years;
         CREATE TABLE signals.ivs AS SELECT q.symbol, q.asof, q.expiry, q.years, f.parity['forward'] AS forward, q.kind, \
         q.strike, q.bid, q.ask, black76_iv(q.kind, (q.bid + q.ask) / 2, f.parity['forward'], q.strike, q.years, 0.0) AS iv \
         FROM quotes AS q JOIN forwards AS f ON q.symbol = f.symbol AND q.asof = f.asof AND q.expiry = f.expiry \
         WHERE quote_usable(q.kind, q.strike, q.bid, q.ask, q.bid_size, q.ask_size, q.years, f.parity['forward'], 1.0) \
         AND (q.kind = 'call') = (q.strike >= f.parity['forward'])",
        file.display()
    );
    lake.rows(&sql).await.unwrap();
    Some(lake)
}

async fn lines(lake: &TestLake, sql: &str) -> Vec<String> {
    lake.rows(sql).await.unwrap().iter().map(|row| row.join(" ")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_expiry_of_five_strikes_fits_without_arbitrage() {
    let Some(lake) = lake().await else { return };
    let counted = "SELECT CASE WHEN strikes >= 5 THEN 'fitted true true' ELSE 'too_few NULL NULL' END, count(*) FROM \
                   (SELECT count(DISTINCT strike) FILTER (WHERE iv > 0) AS strikes FROM signals.ivs GROUP BY symbol, \
                   asof, expiry) GROUP BY 1 ORDER BY 1";
    let counted = lines(&lake, counted).await;
    for method in ["svi", "ssvi", "essvi"] {
        let sql = format!(
            "SELECT status, butterfly_free, calendar_free, count(*) FROM svi_surface(TABLE signals.ivs, method => '{method}', \
             on_arbitrage => 'error') GROUP BY 1, 2, 3 ORDER BY 1"
        );
        let found = lines(&lake, &sql).await;
        assert_eq!(found, counted, "{method}");
    }
    // What constraints are for: as they are, most of these slices have arbitrage.
    let raw = "SELECT count(*) > 40 FROM svi_surface(TABLE signals.ivs, method => 'raw') WHERE NOT (butterfly_free AND \
               calendar_free)";
    assert_eq!(lines(&lake, raw).await, ["true"]);
}

/// Apple closed at 645.57 on 2014-06-06 and, after the split, at 93.70 on 2014-06-09.
#[tokio::test(flavor = "multi_thread")]
async fn forwards_follow_the_split_and_so_do_volatilities() {
    let Some(lake) = lake().await else { return };
    let sql = "SELECT asof, bool_and(abs(parity['forward'] / CASE asof WHEN DATE '2014-06-06' THEN 645.57 ELSE 93.70 END - 1) \
               < 0.005) FROM forwards WHERE symbol = 'aapl' AND years < 0.13 GROUP BY 1 ORDER BY 1";
    assert_eq!(lines(&lake, sql).await, ["2014-06-06 true", "2014-06-09 true"]);
    // At the money, a Monday's volatilities are those of the Friday before: not of another strike's unit.
    // Within a month less so, because the days of the weekend are counted and nothing happens on them.
    let sql = "SELECT count(*) > 5, bool_and(abs(ln(high / low)) < 0.03) FROM (SELECT expiry, max(iv) AS high, min(iv) AS low FROM \
               (SELECT asof, expiry, surface_iv(surface, expiry, surface_forward(surface, expiry, 1.0)) AS iv FROM (SELECT asof, \
               vol_surface(expiry, years, forward, a, b, rho, m, sigma) AS surface FROM svi_surface((SELECT * FROM signals.ivs \
               WHERE symbol = 'aapl')) GROUP BY symbol, asof) CROSS JOIN (SELECT DISTINCT expiry FROM signals.ivs WHERE symbol = \
               'aapl' AND expiry > DATE '2014-07-20') AS e) GROUP BY expiry HAVING count(*) = 2)";
    assert_eq!(lines(&lake, sql).await, ["true true"]);
}

/// The best slice of each expiry, arbitrage or not, with weights as quotes are tight.
#[tokio::test(flavor = "multi_thread")]
async fn no_slice_is_worse_than_the_best_of_50_random_starts() {
    let Some(lake) = lake().await else { return };
    let quotes = "SELECT concat_ws(' ', symbol, asof, expiry) AS slice, ln(strike / forward) AS k, iv * iv * years AS w, \
                  1 / greatest(ask - bid, 0.01) AS weight FROM signals.ivs WHERE iv > 0";
    let (slices, worst) = against_restarts(&lake, quotes).await;
    eprintln!("{slices} slices, at worst {worst} times the best of the starts");
    assert!(slices > 50, "{slices}");
}
